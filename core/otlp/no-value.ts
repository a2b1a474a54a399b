// A data point of a sum or gauge without any value says so: the collector's exporter would write 0 for it.
import protobuf from 'protobufjs'
import { property } from '../property.ts'

/** From the request to its number data points: resource_metrics, scope_metrics, metrics; gauge or sum; data_points. */
const PATH: readonly (readonly number[])[] = [[1], [2], [2], [5, 7], [1]]
const LENGTH_DELIMITED = 2
const AS_DOUBLE = 4
const AS_INT = 6
/** flags = 1, NO_RECORDED_VALUE. */
const NO_RECORDED_VALUE = Buffer.from([0x40, 0x01])

/**
 * The request of metrics with the flag on every number data point that has neither `as_int` nor `as_double`; the same bytes when there is none.
 * @throws Error of protobufjs when the bytes are no such request
 */
export function flagPointsWithoutValue(bytes: Buffer): Buffer {
  return rewritten(bytes, PATH)
}

function rewritten(message: Buffer, path: readonly (readonly number[])[]): Buffer {
  const [fields, ...below] = path
  if (fields === undefined) return hasValue(message) ? message : Buffer.concat([message, NO_RECORDED_VALUE])
  const reader = protobuf.Reader.create(message)
  const parts: Buffer[] = []
  let isChanged = false
  while (reader.pos < message.length) {
    const start = reader.pos
    const tag = reader.uint32()
    if ((tag & 7) !== LENGTH_DELIMITED || !fields.includes(tag >>> 3)) {
      reader.skipType(tag & 7)
      parts.push(message.subarray(start, reader.pos))
      continue
    }
    const length = reader.uint32()
    const inner = message.subarray(reader.pos, reader.pos + length)
    reader.pos += length
    const changed = rewritten(inner, below)
    if (changed === inner) parts.push(message.subarray(start, reader.pos))
    else {
      isChanged = true
      parts.push(Buffer.from(protobuf.Writer.create().uint32(tag).uint32(changed.length).finish()), changed)
    }
  }
  return isChanged ? Buffer.concat(parts) : message
}

function hasValue(point: Buffer): boolean {
  const reader = protobuf.Reader.create(point)
  while (reader.pos < point.length) {
    const tag = reader.uint32()
    if (tag >>> 3 === AS_DOUBLE || tag >>> 3 === AS_INT) return true
    reader.skipType(tag & 7)
  }
  return false
}

/** Whether a request of metrics in JSON, as parsed and in its usual form, has such a point. */
export function hasPointWithoutValue(request: unknown): boolean {
  const points = listOf(request, 'resourceMetrics')
    .flatMap((resource) => listOf(resource, 'scopeMetrics'))
    .flatMap((scope) => listOf(scope, 'metrics'))
    .flatMap((metric) => ['gauge', 'sum'].flatMap((kind) => listOf(property(metric, kind), 'dataPoints')))
  return points.some((point) => (property(point, 'asInt') ?? property(point, 'asDouble') ?? undefined) === undefined)
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = property(value, key)
  return Array.isArray(list) ? list : []
}
