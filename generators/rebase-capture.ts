// Moves a recorded request in time and gives its sessions new names; everything else stays as it was recorded.
import { isoTime } from '../core/clock.ts'
import { isLogsRequest, type KeyValue, type Metric, type NumberDataPoint, type OtlpRequest } from '../core/otlp/otlp.ts'
import { pointsOf } from './expected.ts'

export interface Shift {
  readonly shiftNano: bigint
  /** Recorded session.id to the replay's. */
  readonly sessionIds: ReadonlyMap<string, string>
}

/** A copy of the request, shifted: all times of records and data points, event.timestamp, and session.id. */
export function shiftCapture(request: OtlpRequest, shift: Shift): OtlpRequest {
  if (isLogsRequest(request)) {
    const resourceLogs = request.resourceLogs.map((resourceLog) => ({
      ...resourceLog,
      scopeLogs: (resourceLog.scopeLogs ?? []).map((scopeLog) => ({
        ...scopeLog,
        logRecords: (scopeLog.logRecords ?? []).map((record) => shiftTimes(record, shift)),
      })),
    }))
    return { ...request, resourceLogs }
  }
  const resourceMetrics = request.resourceMetrics.map((resourceMetric) => ({
    ...resourceMetric,
    scopeMetrics: (resourceMetric.scopeMetrics ?? []).map((scopeMetric) => ({
      ...scopeMetric,
      metrics: (scopeMetric.metrics ?? []).map((metric) => shiftMetric(metric, shift)),
    })),
  }))
  return { ...request, resourceMetrics }
}

function shiftMetric(metric: Metric, shift: Shift): Metric {
  const points = (given: readonly NumberDataPoint[] = []) => given.map((point) => shiftTimes(point, shift))
  if (metric.sum !== undefined) return { ...metric, sum: { ...metric.sum, dataPoints: points(metric.sum.dataPoints) } }
  if (metric.gauge !== undefined)
    return { ...metric, gauge: { ...metric.gauge, dataPoints: points(metric.gauge.dataPoints) } }
  return metric
}

interface Timed {
  readonly timeUnixNano?: string
  readonly observedTimeUnixNano?: string
  readonly startTimeUnixNano?: string
  readonly attributes?: readonly KeyValue[]
}

// Keys keep their order, so that a shift by nothing changes no byte.
function shiftTimes<T extends Timed>(record: T, shift: Shift): T {
  const shifted = { ...record }
  for (const key of ['timeUnixNano', 'observedTimeUnixNano', 'startTimeUnixNano'] as const) {
    const time = record[key]
    if (time !== undefined && time !== '0') Object.assign(shifted, { [key]: String(BigInt(time) + shift.shiftNano) })
  }
  const { attributes } = record
  return attributes === undefined
    ? shifted
    : { ...shifted, attributes: attributes.map((entry) => shiftAttribute(entry, shift)) }
}

function shiftAttribute(entry: KeyValue, shift: Shift): KeyValue {
  if (!('stringValue' in entry.value)) return entry
  const { stringValue } = entry.value
  if (entry.key === 'session.id')
    return { ...entry, value: { stringValue: shift.sessionIds.get(stringValue) ?? stringValue } }
  if (entry.key !== 'event.timestamp') return entry
  const timeMs = Date.parse(stringValue)
  if (Number.isNaN(timeMs)) return entry
  return { ...entry, value: { stringValue: isoTime(timeMs + Number(shift.shiftNano / 1_000_000n)) } }
}

/** The times of all log records and data points, in nanoseconds since the epoch. */
export function recordTimes(request: OtlpRequest): bigint[] {
  return timedOf(request).flatMap(({ timeUnixNano }) => (timeUnixNano === undefined ? [] : [BigInt(timeUnixNano)]))
}

/** The string values of one attribute over all log records and data points. */
export function attributeValues(request: OtlpRequest, key: string): string[] {
  const attributes = timedOf(request).flatMap((record) => record.attributes ?? [])
  return attributes.flatMap((entry) =>
    entry.key === key && 'stringValue' in entry.value ? [entry.value.stringValue] : [],
  )
}

function timedOf(request: OtlpRequest): readonly Timed[] {
  if (isLogsRequest(request)) {
    return request.resourceLogs.flatMap(({ scopeLogs = [] }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords))
  }
  const metrics = request.resourceMetrics.flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ metrics = [] }) => metrics),
  )
  return metrics.flatMap(pointsOf)
}
