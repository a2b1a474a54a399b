// How many events an OTLP request holds: log records, or data points of metrics.

import protobuf from 'protobufjs'
import { property } from '../property.ts'
import type { Signal } from './codec.ts'

const LENGTH_DELIMITED = 2
const LOG_RECORDS = [1, 2, 2] as const
const METRICS = [1, 2, 2] as const
/** gauge, sum, histogram, exponential histogram, summary: each holds its data points as field 1. */
const KINDS = new Set([5, 7, 9, 10, 11])

/**
 * Events in a request in protobuf, without decoding them.
 * @throws Error of protobufjs when the outer structure is broken
 */
export function countEvents(signal: Signal, bytes: Uint8Array): number {
  const reader = protobuf.Reader.create(bytes)
  if (signal === 'logs') return countAt(reader, bytes.length, LOG_RECORDS, skip)
  return countAt(reader, bytes.length, METRICS, countPoints)
}

/** Walks down a path of field numbers; `leaf` counts what the last of them holds. */
function countAt(
  reader: protobuf.Reader,
  end: number,
  path: readonly number[],
  leaf: (reader: protobuf.Reader, end: number) => number,
): number {
  const [id, ...rest] = path
  let count = 0
  each(reader, end, (found, innerEnd) => {
    if (found !== id) return
    count += rest.length === 0 ? leaf(reader, innerEnd) : countAt(reader, innerEnd, rest, leaf)
  })
  return count
}

function skip(): number {
  return 1
}

function countPoints(reader: protobuf.Reader, end: number): number {
  let points = 0
  each(reader, end, (kind, kindEnd) => {
    if (!KINDS.has(kind)) return
    each(reader, kindEnd, (id) => {
      if (id === 1) points += 1
    })
  })
  return points
}

/** Calls `visit` for each nested message, with the reader at its beginning; what it does not read is skipped. */
function each(reader: protobuf.Reader, end: number, visit: (id: number, end: number) => void): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    const wire = tag & 7
    // No field has this number; protobufjs reads on, other decoders do not.
    if (tag >>> 3 === 0) throw new RangeError('illegal field number 0')
    if (wire !== LENGTH_DELIMITED) {
      reader.skipType(wire)
      continue
    }
    const length = reader.uint32()
    const innerEnd = reader.pos + length
    if (innerEnd > end) throw new RangeError(`index out of range: ${innerEnd} > ${end}`)
    visit(tag >>> 3, innerEnd)
    reader.pos = innerEnd
  }
}

/** Events in a request in JSON, as parsed; what has no such shape counts as none. */
export function countEventsInJson(signal: Signal, request: unknown): number {
  if (signal === 'logs')
    return sum(listOf(request, 'resourceLogs'), (resource) =>
      sum(listOf(resource, 'scopeLogs'), (scope) => listOf(scope, 'logRecords').length),
    )
  return sum(listOf(request, 'resourceMetrics'), (resource) =>
    sum(listOf(resource, 'scopeMetrics'), (scope) => sum(listOf(scope, 'metrics'), pointsOf)),
  )
}

const KIND_NAMES = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']

function pointsOf(metric: unknown): number {
  return sum(KIND_NAMES, (kind) => listOf(property(metric, kind), 'dataPoints').length)
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = property(value, key)
  return Array.isArray(list) ? list : []
}
