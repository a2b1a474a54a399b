// On a running stack: whether the client sent anything, and whether what it sent has arrived in the tables.

import { messageOf } from '../../core/errors.ts'
import type { QueueState } from '../daily/queue.ts'
import { clientEnvironment } from './claude.ts'
import { readCounters, type SignalCounters } from './collector-counters.ts'
import type { Ending } from './endings.ts'
import type { DoctorFinding } from './finding.ts'
import { bad, ok, warn } from './finding.ts'
import type { Stored } from './growth.ts'
import { reasonsForSilence } from './silent-client.ts'
import type { System } from './system.ts'

const CHECK = 'client'
// A row's time of arrival is ClickHouse's, the collector's uptime is rounded: allow for the difference.
const MARGIN_MS = 1_000

export interface RunningStack {
  /** Rows as objects, as role analyst. @throws when ClickHouse does not answer */
  query(sql: string): Promise<readonly unknown[]>
  /** What waits for ClickHouse in the collector's queue; undefined when the collector does not tell. */
  queue?(): Promise<QueueState | undefined>
  /** What is stored, and what room is left. @throws when ClickHouse does not answer */
  stored?(): Promise<Stored>
  /** Services that have ended since the stack was started. */
  endings?(): Promise<readonly Ending[]>
  /** A URL that answers 2xx while the service is well, by its name. */
  readonly probes?: Readonly<Record<string, string>>
  /** The URL of the collector's own counters, as Prometheus text. */
  readonly collectorMetrics: string
  /** host:port or URL where the stack takes OTLP over gRPC. */
  readonly endpoint: string
  /** `http://host:port` of the relay before it, where there is one. */
  readonly relay?: string
  /** The ports that it holds; without them, those of `endpoint` and `collectorMetrics` tell. */
  readonly ports?: readonly number[]
}

/**
 * One of: the client sent nothing; the pipeline lost or delays it; what is stored. Accepted and stored are compared from
 * the collector's start on, because its counters begin there.
 */
export async function checkClientTraffic(system: System, running: RunningStack): Promise<DoctorFinding> {
  const counters = await readCounters(system, running.collectorMetrics)
  if (counters === undefined) {
    const advice = '`npm run stack -- logs otel-collector` says why'
    return bad(CHECK, `the collector does not answer on ${running.collectorMetrics}`, advice)
  }
  const now = system.nowMs()
  const sinceMs = Math.max(0, Math.floor(now - counters.uptimeMs - MARGIN_MS))
  // A record that came twice has two rows at first, as the counters count it, and one when ClickHouse has merged them. The collector
  // counts samples too, so they are counted here, which the views do not.
  const recent = (table: string) =>
    `(SELECT count() FROM ${table} WHERE NOT excluded AND received_at >= fromUnixTimestamp64Milli(${sinceMs})) AS recent`
  let events: Readonly<Record<string, unknown>>
  let points: Readonly<Record<string, unknown>>
  try {
    events = only(
      await running.query(
        'SELECT count() AS rows, uniqExact(session_id) AS sessions, toUnixTimestamp64Milli(max(timestamp)) AS last_ms, ' +
          `${recent('telemetry.log_records')} FROM telemetry.telemetry_events`,
      ),
    )
    points = only(
      await running.query(
        `SELECT count() AS rows, ${recent('telemetry.metric_points')} FROM telemetry.telemetry_metrics`,
      ),
    )
  } catch (error) {
    return bad(CHECK, `ClickHouse does not answer: ${messageOf(error)}`, '`npm run stack -- logs clickhouse` says why')
  }

  const accepted = counters.logs.accepted + counters.metrics.accepted
  const stored = Number(events.rows) + Number(points.rows)
  const silent = async () =>
    warn(
      CHECK,
      'the client sent nothing',
      numbered(reasonsForSilence({ ...system, env: await clientEnvironment(system) }, running.endpoint)),
    )
  if (accepted === 0 && stored === 0) return silent()
  const parts = [
    missing('events', counters.logs, Number(events.recent)),
    missing('data points', counters.metrics, Number(points.recent)),
  ].filter((part) => part !== '')
  if (parts.length > 0) {
    const queued = counters.logs.queued + counters.metrics.queued
    const failed = counters.logs.failed + counters.metrics.failed
    const advice =
      queued > 0 || failed > 0
        ? `${queued} wait on disk, ${failed} attempts failed: \`npm run stack -- logs otel-collector\` says why; ` +
          'what waits is delivered when ClickHouse takes it'
        : 'ask again in ten seconds; if it stays, `npm run stack -- logs otel-collector` says more'
    return warn(CHECK, `the pipeline lost or delays it: ${parts.join('; ')}`, advice)
  }
  // All that came is of samples, or of other programs.
  if (stored === 0) return silent()
  if (Number(events.rows) === 0) {
    const advice = 'check OTEL_LOGS_EXPORTER=otlp where the client starts, and send a prompt'
    return warn(CHECK, `the client sent ${points.rows} data points and no events`, advice)
  }
  const secondsAgo = Math.max(0, Math.round((now - Number(events.last_ms)) / 1000))
  return ok(
    CHECK,
    `${plural(events.rows, 'event')} of ${plural(events.sessions, 'session')}, last one ${secondsAgo} seconds ago`,
  )
}

/** `12 events accepted, 10 stored`, or nothing when all that is to be kept is there. */
function missing(what: string, { accepted, leftOut, sent }: SignalCounters, stored: number): string {
  const wanted = accepted - leftOut
  // ClickHouse took all that was handed to it: what is missing are copies of retries, merged by now.
  if (stored >= wanted || (sent >= wanted && stored > 0)) return ''
  const apart = leftOut > 0 ? ` (${leftOut} left out by the policy or by sampling)` : ''
  return `${accepted} ${what} accepted, ${stored} stored${apart}`
}

function plural(count: unknown, noun: string): string {
  return `${count} ${noun}${Number(count) === 1 ? '' : 's'}`
}

function only(rows: readonly unknown[]): Readonly<Record<string, unknown>> {
  const row = rows[0]
  if (typeof row !== 'object' || row === null) throw new Error('a count gave no row')
  return { ...row }
}

function numbered(reasons: readonly string[]): string {
  return reasons.map((reason, index) => `${index + 1}. ${reason}`).join('; ')
}
