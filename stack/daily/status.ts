// How the daily stack is: which services answer, and what has come in.
import { collectorLog } from './collector-log.ts'
import { countStored } from './counts.ts'
import { observeQueue, type QueueState, renderQueue } from './queue.ts'
import type { DailyState } from './state.ts'

export interface DailyStatus {
  readonly running: boolean
  readonly healthy: boolean
  readonly startedAt: string | null
  readonly services: readonly { readonly name: string; readonly healthy: boolean; readonly endpoint: string }[]
  /** Rows that queries see; null when ClickHouse does not answer. */
  readonly events: number | null
  readonly metrics: number | null
  readonly lastEventAt: string | null
  /** What is acknowledged and waits for ClickHouse; null when the collector does not tell. */
  readonly queue: QueueState | null
}

export async function statusOf(state: DailyState | undefined): Promise<DailyStatus> {
  if (!state)
    return {
      running: false,
      healthy: false,
      startedAt: null,
      services: [],
      events: null,
      metrics: null,
      lastEventAt: null,
      queue: null,
    }
  const answers = async (url: string) =>
    (await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined))?.ok === true
  const services = [
    {
      name: 'clickhouse',
      healthy: await answers(`${state.endpoints.clickhouseHttp}/ping`),
      endpoint: state.endpoints.clickhouseHttp,
    },
    {
      name: 'otel-collector',
      healthy: await answers(state.endpoints.collectorHealth),
      endpoint: state.endpoints.otlpGrpc,
    },
  ]
  if (state.relay)
    services.push({
      name: 'relay',
      healthy: await answers(`${state.relay.otlpHttp}/health`),
      endpoint: state.relay.otlpGrpc,
    })
  const counters = (): Promise<string | undefined> =>
    fetch(state.endpoints.collectorMetrics, { signal: AbortSignal.timeout(3_000) })
      .then((response) => response.text())
      .catch(() => undefined)
  const queue = await observeQueue({ counters, log: () => collectorLog(state) })
  const counts = await countStored(state).catch(() => undefined)
  return {
    running: true,
    healthy: services.every(({ healthy }) => healthy) && counts !== undefined && queue?.moves !== false,
    startedAt: state.startedAt,
    services,
    events: counts?.events ?? null,
    metrics: counts?.metrics ?? null,
    lastEventAt: counts?.lastEventAt ?? null,
    queue: queue ?? null,
  }
}

export function renderStatus(status: DailyStatus): string {
  if (!status.running) return 'No stack is running. Start it with: npm run stack -- up'
  const lines = [`The stack is ${status.healthy ? 'healthy' : 'unhealthy'}, up since ${status.startedAt}.`]
  for (const { name, healthy, endpoint } of status.services)
    lines.push(`  ${healthy ? 'ok ' : 'BAD'} ${name.padEnd(16)} ${endpoint}`)
  if (status.queue && status.queue.waiting > 0)
    lines.push(`  ${status.queue.moves ? 'ok ' : 'BAD'} ${'queue'.padEnd(16)} ${renderQueue(status.queue)}`)
  const last = status.lastEventAt === null ? '' : `, the last at ${status.lastEventAt}`
  lines.push(
    status.events === null
      ? '  The stored events cannot be read.'
      : `  ${status.events} events and ${status.metrics} metric points are stored${last}.`,
  )
  if (!status.healthy) lines.push('  See: npm run stack -- logs; down, then up, restarts it with its data.')
  return lines.join('\n')
}
