// The query catalogue against a running stack: records go in where the collector writes, the stack's own query files are asked.

import type { Database } from '../../stack/clickhouse/database.ts'
import { runQuery } from '../../stack/clickhouse/query.ts'
import type { Got } from '../judge/catalogue/compare.ts'
import type { Asked, Delivered, SentLog, SentPoint } from '../judge/catalogue/sent.ts'

const TABLES = ['log_records', 'metric_points', 'policy_audit_before']

/** Takes all records out again. @param admin the only role that may */
export async function clear(admin: Database): Promise<void> {
  for (const table of TABLES) await admin.run(`TRUNCATE TABLE telemetry.${table}`)
}

/** @param inserts into how many inserts the records are cut, as a collector's batches would be */
export async function load(ingest: Database, { logs, points }: Delivered, inserts = 1): Promise<void> {
  for (const rows of cut(logs.map(logRow), inserts)) await insert(ingest, 'landing_logs', rows)
  for (const rows of cut(points.map(pointRow), inserts)) await insert(ingest, 'landing_metrics_sum', rows)
}

export function ask(analyst: Database, stackDirectory: string, query: string, asked: Asked): Promise<Got[]> {
  const { session } = asked
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
    // Of a query about all sessions it would be refused.
    ...(query === 'session-trace' ? { session } : {}),
  }
  return runQuery<Got>(analyst, stackDirectory, query, parameters)
}

function cut<T>(rows: readonly T[], parts: number): T[][] {
  const size = Math.max(1, Math.ceil(rows.length / parts))
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size))
}

async function insert(ingest: Database, table: string, rows: readonly object[]): Promise<void> {
  await ingest.run(
    `INSERT INTO telemetry.${table} FORMAT JSONEachRow\n${rows.map((row) => JSON.stringify(row)).join('\n')}`,
  )
}

function logRow({ timeNs, body, eventName, attributes, resource }: SentLog): object {
  return {
    Timestamp: timeText(timeNs),
    Body: body,
    EventName: eventName,
    LogAttributes: attributes,
    ResourceAttributes: resource,
  }
}

function pointRow(point: SentPoint): object {
  return {
    MetricName: point.name,
    MetricUnit: point.unit,
    StartTimeUnix: timeText(point.startNs),
    TimeUnix: timeText(point.timeNs),
    Value: point.value ?? 0,
    // The flag that says that there is no value.
    Flags: point.value === null ? 1 : 0,
    AggregationTemporality: point.temporality,
    IsMonotonic: true,
    Attributes: point.attributes,
    ResourceAttributes: point.resource,
  }
}

/** `2025-01-02 03:04:05.000000000` */
function timeText(ns: bigint): string {
  const second = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return `${second}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
