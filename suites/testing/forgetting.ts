// What the tests of forgetting share: requests to the collector, all that queries see, and the command without a daily stack.
import { stopSignal } from '../../core/cleanup.ts'
import { until } from '../../core/poll.ts'
import { readCollector } from '../../harness/experiment/collector-metrics.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { type Forgotten, forget } from '../../stack/forget/forget.ts'
import { storedValues } from '../../stack/forget/person.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { OwnedRow } from './owners.ts'

const DRAIN_MS = 120_000

/** Who is asked for, and how the command is run. */
export interface Request {
  readonly emails?: readonly string[]
  readonly users?: readonly string[]
  readonly dryRun?: boolean
  readonly waitMs?: number
  readonly buffers?: readonly string[]
}

export function forgetIn(stack: Stack, request: Request): Promise<Forgotten> {
  const { emails = [], users = [], dryRun = false, waitMs = DRAIN_MS, buffers = [] } = request
  return forget({
    stack,
    values: storedValues({ emails, users }, stack.salt),
    sources: {
      collectorMetrics: stack.endpoints.collectorMetrics,
      collectorLog: () => stack.service('otel-collector').logs(200),
      relays: [],
      buffers,
    },
    dryRun,
    waitMs,
    progress: () => {},
  })
}

/** Sends a request as JSON; the collector must take it. */
export async function send(stack: Stack, request: object): Promise<void> {
  const signal = 'resourceLogs' in request ? 'logs' : 'metrics'
  const answer = await fetch(`${stack.endpoints.otlpHttp}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  if (!answer.ok) throw new Error(`${signal}: ${answer.status} ${await answer.text()}`)
}

/** Until the collector has handed over all that it took. */
export async function drained(stack: Stack): Promise<void> {
  await until(
    'an empty queue',
    async () => {
      const state = await readCollector(stack)
      if (state === undefined) return false
      return state.queued === 0 && (await readCollector(stack))?.queued === 0
    },
    { timeoutMs: DRAIN_MS, signal: stopSignal },
  )
}

/** Each row of each view that shows records, whole, by its view and id. */
export async function shown(stack: Stack): Promise<ReadonlyMap<string, OwnedRow>> {
  await using database = connect(stack, 'analyst')
  const views = ['telemetry_events', 'telemetry_metrics', 'logs_raw', 'metrics_raw']
  const all = await Promise.all(
    views.map(async (view) => {
      const rows = await database.rows<OwnedRow & { event_id: string }>(
        `SELECT * FROM ${view} ORDER BY event_id, received_at ${view.endsWith('raw') ? 'LIMIT 1 BY event_id' : ''}`,
      )
      return rows.map((row) => [`${view} ${row.event_id}`, row] as const)
    }),
  )
  return new Map(all.flat())
}

/** How many records were left out as a forgotten person's. */
export async function leftOut(stack: Stack): Promise<number> {
  await using database = connect(stack, 'analyst')
  const [row] = await database.rows<{ records: number }>(
    "SELECT toUInt32(sum(records)) AS records FROM policy_audit WHERE rule = 'forgotten'",
  )
  return row?.records ?? 0
}
