// The query catalogue against a running stack: records go in where the collector writes, the stack's own query files are asked.

import type { Database } from '../../../stack/clickhouse/database.ts'
import { runQuery } from '../../../stack/query/query.ts'
import { windowParameters } from '../../../stack/query/window.ts'
import { catalogue } from '../../judge/catalogue/catalogue.ts'
import { firstDifference, type Got } from '../../judge/catalogue/compare.ts'
import type { Asked, Delivered, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'

const TABLES = ['log_records', 'metric_points', 'policy_audit_before']

/** Who may do what, as in a running stack: only the administrator deletes. */
export interface Roles {
  readonly admin: Database
  readonly ingest: Database
  readonly analyst: Database
}

/**
 * Puts these records in the place of all that there are. Records of one time and sequence that are not equal come in inserts of their own:
 * which of two in one insert came first is not said.
 */
export async function replace(
  { admin, ingest }: Roles,
  { logs, points }: Delivered,
  gauges: readonly SentPoint[] = [],
): Promise<void> {
  for (const table of TABLES) await admin.run(`TRUNCATE TABLE telemetry.${table}`)
  for (const rows of cut(logs, (log) => `${log.timeNs} ${log.attributes['event.sequence']}`, logRow))
    await insert(ingest, 'landing_logs', rows)
  for (const rows of cut(points, (point) => `${point.timeNs} ${point.name} ${point.value}`, pointRow))
    await insert(ingest, 'landing_metrics_sum', rows)
  const ofGauges = gauges.map((gauge) => {
    const { AggregationTemporality, IsMonotonic, ...row } = JSON.parse(pointRow(gauge, 0))
    return JSON.stringify(row)
  })
  if (ofGauges.length > 0) await insert(ingest, 'landing_metrics_gauge', ofGauges)
}

/** The first query whose rows are not the oracle's. */
export async function differenceIn(
  { analyst }: Roles,
  stackDirectory: string,
  queries: readonly string[],
  sent: Delivered,
  windows: readonly Asked[],
): Promise<{ readonly query: string; readonly text: string } | undefined> {
  for (const query of queries) {
    const answers = await Promise.all(windows.map((asked) => ask(analyst, stackDirectory, query, asked)))
    for (const [at, asked] of windows.entries()) {
      const difference = firstDifference(query, catalogue[query]?.(sent, asked) ?? [], answers[at] ?? [])
      if (difference !== undefined) return { query, text: `${query}: ${difference}` }
    }
  }
  return undefined
}

/** All that these queries answer. */
export async function answersOf(
  { analyst }: Roles,
  stackDirectory: string,
  queries: readonly string[],
  asked: Asked,
): Promise<Map<string, Got[]>> {
  return new Map(
    await Promise.all(queries.map(async (query) => [query, await ask(analyst, stackDirectory, query, asked)] as const)),
  )
}

function ask(analyst: Database, stackDirectory: string, query: string, asked: Asked): Promise<Got[]> {
  return runQuery<Got>(analyst, stackDirectory, query, parametersFor(asked))
}

/** What is asked, as the parameters of a query. */
export function parametersFor({ fromMs, toMs, tz, top, days, limit, ...texts }: Asked): Record<string, string> {
  const numbers = { top: String(top), days: String(days), limit: String(limit) }
  return { ...texts, ...numbers, ...windowParameters({ fromMs, toMs, tz }) }
}

/** Each part is an insert of its own, and comes a millisecond after the one before it. */
function cut<T>(
  records: readonly T[],
  keyOf: (record: T) => string,
  rowOf: (record: T, later: number) => string,
): string[][] {
  const parts: { texts: Map<string, string>; rows: string[] }[] = []
  for (const record of records) {
    const [key, text] = [keyOf(record), rowOf(record, 0)]
    const other = parts.at(-1)?.texts.get(key)
    if (parts.length === 0 || (other !== undefined && other !== text)) parts.push({ texts: new Map(), rows: [] })
    parts.at(-1)?.texts.set(key, text)
    parts.at(-1)?.rows.push(rowOf(record, parts.length - 1))
  }
  return parts.map(({ rows }) => rows)
}

async function insert(ingest: Database, table: string, rows: readonly string[]): Promise<void> {
  await ingest.run(`INSERT INTO telemetry.${table} FORMAT JSONEachRow\n${rows.join('\n')}`)
}

function logRow(log: SentLog, laterMs: number): string {
  const { timeNs, body, eventName, attributes, resource, scope, arrivedMs, samplingPercentage } = log
  return JSON.stringify({
    Timestamp: timeText(timeNs),
    Body: body,
    EventName: eventName,
    ScopeName: scope,
    LogAttributes: { ...attributes, ...rate(samplingPercentage), ...arrival(arrivedMs, laterMs) },
    ResourceAttributes: resource,
  })
}

function pointRow(point: SentPoint, laterMs: number): string {
  return JSON.stringify({
    MetricName: point.name,
    MetricUnit: point.unit,
    StartTimeUnix: timeText(point.startNs),
    TimeUnix: timeText(point.timeNs),
    Value: point.value ?? 0,
    // The flag that says that there is no value.
    Flags: point.value === null ? 1 : 0,
    AggregationTemporality: point.temporality,
    IsMonotonic: true,
    ScopeName: point.scope,
    Attributes: { ...point.attributes, ...arrival(point.arrivedMs, laterMs) },
    ResourceAttributes: point.resource,
  })
}

/** As the collector notes it. */
function rate(percentage: number | undefined): Record<string, string> {
  return percentage === undefined ? {} : { 'telemetry.sampling_percentage': String(percentage) }
}

/** How the database is told when something came that is inserted again. */
function arrival(ms: number | undefined, laterMs: number): Record<string, string> {
  return ms === undefined ? {} : { 'telemetry.arrival_unix_nano': `${ms + laterMs}000000` }
}

/** `2025-01-02 03:04:05.000000000` */
function timeText(ns: bigint): string {
  const second = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return `${second}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
}
