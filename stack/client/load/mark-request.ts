// Marks the records of a request as those of a sample: by an attribute of their resource, in the place of one that is there already.
import { outermost } from '../../../core/otlp/codec.ts'
import { property } from '../../../core/property.ts'
import type { ExportRequest } from '../export-request.ts'

/** The collector passes it on; the database moves it into the column `dataset` (stack/clickhouse/schema/004, 005). */
export const MARK = 'telemetry.dataset'

/** @param message in JSON, in its usual form; every number stays as it is written */
export function markedRequest(message: ExportRequest, dataset: string): ExportRequest {
  const list = outermost[message.signal]
  const request: unknown = JSON.parse(message.body.toString(), (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? JSON.rawJSON(context.source) : value,
  )
  const marked = { ...Object(request), [list]: listed(property(request, list)).map((part) => withMark(part, dataset)) }
  return { ...message, body: Buffer.from(JSON.stringify(marked)) }
}

function withMark(part: unknown, dataset: string): object {
  const resource = property(part, 'resource')
  const others = listed(property(resource, 'attributes')).filter((attribute) => property(attribute, 'key') !== MARK)
  const attributes = [...others, { key: MARK, value: { stringValue: dataset } }]
  return { ...Object(part), resource: { ...Object(resource), attributes } }
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
