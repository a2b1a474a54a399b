// The export requests of a session as they leave a client's end that masks: texts as they are stored, types as they were sent.

import { isLogsRequest, type KeyValue, type LogsRequest, type Metric, type OtlpRequest } from '../../core/otlp/otlp.ts'
import type { Batch, ExpectedRecord } from '../../generators/batch.ts'
import { pointsOf } from '../../generators/expected.ts'
import { renderValue } from '../../generators/render.ts'
import { asStored, textsOf } from './records.ts'

/** Undefined where nothing is left of it. */
export function maskedRequest({ request, expected }: Batch): OtlpRequest | undefined {
  const left = expected.values()
  const next = () => {
    const { value } = left.next()
    if (value === undefined) throw new Error('a request has more records than expectations')
    return value as ExpectedRecord
  }
  const resource = textsOf(expected[0]?.resource ?? {})
  if (expected.every(({ fate }) => fate === 'exclude')) return undefined
  return isLogsRequest(request) ? maskedLogs(request, resource, next) : maskedMetrics(request, resource, next)
}

type Next = () => ExpectedRecord
type Texts = Readonly<Record<string, string>>

function maskedLogs(request: LogsRequest, resource: Texts, next: Next): OtlpRequest {
  return {
    resourceLogs: request.resourceLogs.map((each) => ({
      resource: { attributes: attributesAs(each.resource?.attributes, resource) },
      scopeLogs: (each.scopeLogs ?? []).map((scope) => ({
        ...scope,
        logRecords: (scope.logRecords ?? []).flatMap((record) => {
          const expected = next()
          if (expected.fate === 'exclude' || expected.signal !== 'logs') return []
          const attributes = attributesAs(record.attributes, textsOf(expected.attributes))
          return [{ ...record, body: { stringValue: asStored(expected.body) }, attributes }]
        }),
      })),
    })),
  }
}

function maskedMetrics(request: Exclude<OtlpRequest, LogsRequest>, resource: Texts, next: Next): OtlpRequest {
  const masked = (metric: Metric): Metric[] => {
    const dataPoints = pointsOf(metric).flatMap((point) => {
      const expected = next()
      if (expected.fate === 'exclude') return []
      return [{ ...point, attributes: attributesAs(point.attributes, textsOf(expected.attributes)) }]
    })
    if (dataPoints.length === 0) return []
    return metric.sum === undefined
      ? [{ ...metric, gauge: { dataPoints } }]
      : [{ ...metric, sum: { ...metric.sum, dataPoints } }]
  }
  return {
    resourceMetrics: request.resourceMetrics.map((each) => ({
      resource: { attributes: attributesAs(each.resource?.attributes, resource) },
      scopeMetrics: (each.scopeMetrics ?? []).map((scope) => ({
        ...scope,
        metrics: (scope.metrics ?? []).flatMap(masked),
      })),
    })),
  }
}

/** What is stored as it was sent keeps its type. */
function attributesAs(sent: readonly KeyValue[] = [], stored: Texts): KeyValue[] {
  return sent.flatMap(({ key, value }) => {
    const text = stored[key]
    if (text === undefined) return []
    return [{ key, value: renderValue(value) === text ? value : { stringValue: text } }]
  })
}
