// Derives what must be stored of recorded requests, literally, from a hand-written table of what is private in them.

import {
  type AnyValue,
  isLogsRequest,
  type KeyValue,
  type LogRecord,
  type LogsRequest,
  type Metric,
  type MetricsRequest,
  type NumberDataPoint,
  type OtlpRequest,
} from '../core/otlp/otlp.ts'
import type { ExpectedLog, ExpectedPoint, ExpectedRecord } from './batch.ts'
import { renderValue } from './render.ts'

/** What is private in recorded texts: exact stretches of text, not patterns. */
export interface PlantedTable {
  /** What must stand in the place of each private text; longer texts first. */
  readonly replaced: ReadonlyMap<string, string>
  /** Texts that keep the whole record out of every table. */
  readonly excluded: readonly string[]
}

/** Nothing is private. */
export const nothingPlanted: PlantedTable = { replaced: new Map(), excluded: [] }

/** One expectation for each log record or data point of a sum or gauge, in the request's order. */
export function expectedOf(request: OtlpRequest, planted: PlantedTable): readonly ExpectedRecord[] {
  return isLogsRequest(request) ? expectedLogs(request, planted) : expectedPoints(request, planted)
}

function expectedLogs(request: LogsRequest, planted: PlantedTable): ExpectedLog[] {
  return request.resourceLogs.flatMap(({ resource, scopeLogs = [] }) => {
    const stored = storedAttributes(resource?.attributes, planted)
    return scopeLogs.flatMap(({ scope, logRecords = [] }) =>
      logRecords.map(
        (record): ExpectedLog => ({ ...expectedLog(record, planted), ...scopeOf(scope), resource: stored }),
      ),
    )
  })
}

function expectedLog(
  record: LogRecord,
  planted: PlantedTable,
): Omit<ExpectedLog, 'scopeName' | 'scopeVersion' | 'resource'> {
  return {
    signal: 'logs',
    fate: fateOf([...(record.attributes ?? []).map(({ value }) => value), record.body ?? { stringValue: '' }], planted),
    timeUnixNano: storedTime(record),
    body: replace(renderValue(record.body ?? { stringValue: '' }), planted),
    eventName: record.eventName ?? '',
    severityText: record.severityText ?? '',
    severityNumber: record.severityNumber ?? 0,
    attributes: storedAttributes(record.attributes, planted),
  }
}

/** A record without a time of its own is stored at the time when it was observed. */
export function storedTime(record: LogRecord): string {
  const own = record.timeUnixNano ?? '0'
  return own === '0' ? (record.observedTimeUnixNano ?? '0') : own
}

function expectedPoints(request: MetricsRequest, planted: PlantedTable): ExpectedPoint[] {
  return request.resourceMetrics.flatMap(({ resource, scopeMetrics = [] }) => {
    const stored = storedAttributes(resource?.attributes, planted)
    return scopeMetrics.flatMap(({ scope, metrics = [] }) =>
      metrics.flatMap((metric) =>
        pointsOf(metric).map(
          (point): ExpectedPoint => ({ ...expectedPoint(metric, point, planted), ...scopeOf(scope), resource: stored }),
        ),
      ),
    )
  })
}

/** The data points of a sum or gauge; other kinds have none that are stored. */
export function pointsOf(metric: Metric): readonly NumberDataPoint[] {
  return metric.sum?.dataPoints ?? metric.gauge?.dataPoints ?? []
}

function expectedPoint(
  metric: Metric,
  point: NumberDataPoint,
  planted: PlantedTable,
): Omit<ExpectedPoint, 'scopeName' | 'scopeVersion' | 'resource'> {
  return {
    signal: 'metrics',
    fate: fateOf(
      (point.attributes ?? []).map(({ value }) => value),
      planted,
    ),
    name: metric.name,
    unit: metric.unit ?? '',
    startTimeUnixNano: point.startTimeUnixNano ?? '0',
    timeUnixNano: point.timeUnixNano ?? '0',
    value: Number(point.asDouble ?? point.asInt ?? 0),
    temporality: metric.sum?.aggregationTemporality ?? 0,
    monotonic: metric.sum?.isMonotonic ?? false,
    attributes: storedAttributes(point.attributes, planted),
  }
}

function scopeOf(scope: { readonly name?: string; readonly version?: string } | undefined) {
  return { scopeName: scope?.name ?? '', scopeVersion: scope?.version ?? '' }
}

// A later value of the same key overwrites the earlier one.
function storedAttributes(attributes: readonly KeyValue[] = [], planted: PlantedTable): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, replace(renderValue(value), planted)]))
}

function fateOf(values: readonly AnyValue[], planted: PlantedTable): 'store' | 'exclude' {
  const hit = values.some((value) => planted.excluded.some((text) => renderValue(value).includes(text)))
  return hit ? 'exclude' : 'store'
}

function replace(text: string, planted: PlantedTable): string {
  let stored = text
  for (const [secret, replacement] of planted.replaced) stored = stored.replaceAll(secret, () => replacement)
  return stored
}
