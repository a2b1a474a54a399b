// The query catalogue against a running stack: records go in where the collector writes, the stack's own query files are asked.

import type { Database } from '../../../stack/clickhouse/database.ts'
import { runQuery } from '../../../stack/query/query.ts'
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
export async function replace({ admin, ingest }: Roles, { logs, points }: Delivered): Promise<void> {
  for (const table of TABLES) await admin.run(`TRUNCATE TABLE telemetry.${table}`)
  const logTexts = logs.map((log) => ({ key: `${log.timeNs} ${log.attributes['event.sequence']}`, text: logRow(log) }))
  const pointTexts = points.map((point) => ({
    key: `${point.timeNs} ${point.name} ${point.value}`,
    text: pointRow(point),
  }))
  for (const rows of cut(logTexts)) await insert(ingest, 'landing_logs', rows)
  for (const rows of cut(pointTexts)) await insert(ingest, 'landing_metrics_sum', rows)
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
  const parameters = {
    from: seconds(asked.fromMs),
    to: seconds(asked.toMs),
    tz: asked.tz,
    user: asked.user,
    chapter: asked.chapter,
    branch: asked.branch,
    top: String(asked.top),
    days: String(asked.days),
    limit: String(asked.limit),
    session: asked.session,
  }
  return runQuery<Got>(analyst, stackDirectory, query, parameters)
}

interface KeyedText {
  readonly key: string
  readonly text: string
}

function cut(rows: readonly KeyedText[]): string[][] {
  const cuts: Map<string, string>[] = []
  const texts: string[][] = []
  for (const { key, text } of rows) {
    const other = cuts.at(-1)?.get(key)
    if (cuts.length === 0 || (other !== undefined && other !== text)) {
      cuts.push(new Map())
      texts.push([])
    }
    cuts.at(-1)?.set(key, text)
    texts.at(-1)?.push(text)
  }
  return texts
}

async function insert(ingest: Database, table: string, rows: readonly string[]): Promise<void> {
  await ingest.run(`INSERT INTO telemetry.${table} FORMAT JSONEachRow\n${rows.join('\n')}`)
}

function logRow({ timeNs, body, eventName, attributes, resource, scope, samplingPercentage }: SentLog): string {
  return JSON.stringify({
    Timestamp: timeText(timeNs),
    Body: body,
    EventName: eventName,
    ScopeName: scope,
    // As the collector notes it.
    LogAttributes:
      samplingPercentage === undefined
        ? attributes
        : { ...attributes, 'telemetry.sampling_percentage': String(samplingPercentage) },
    ResourceAttributes: resource,
  })
}

function pointRow(point: SentPoint): string {
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
    Attributes: point.attributes,
    ResourceAttributes: point.resource,
  })
}

/** `2025-01-02 03:04:05.000000000` */
function timeText(ns: bigint): string {
  const second = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return `${second}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
