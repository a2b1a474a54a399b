// How the daily stack is: which services answer, and what has come in.
import { nowMs } from '../../core/clock.ts'
import { renderRetention } from '../runtime/retention.ts'
import { type LeftProcess, leftOfDaily } from '../runtime/running-stacks.ts'
import { countStored } from './counts.ts'
import { endingsOf } from './endings.ts'
import { relayByItself } from './other-relay.ts'
import { observeQueue, type QueueState, renderQueue } from './queue.ts'
import { serviceLog } from './service-log.ts'
import { type DailyState, LEFT_ADVICE, probesOf, renderLeft } from './state.ts'
import { type Endings, isLoop, renderEndings } from './supervisor.ts'

export interface DailyStatus {
  readonly running: boolean
  readonly healthy: boolean
  /** Processes of a stack whose keeper was killed. */
  readonly left: readonly LeftProcess[]
  /** A relay that runs by itself on the relay's port; null when there is none. */
  readonly otherRelay: { readonly url: string; readonly pid: number; readonly backend: string } | null
  /** Services that have ended since the stack was started, and how. */
  readonly endings: readonly (Endings & { readonly loop: boolean })[]
  readonly startedAt: string | null
  readonly services: readonly { readonly name: string; readonly healthy: boolean; readonly endpoint: string }[]
  /** Rows that queries see; null when ClickHouse does not answer. */
  readonly events: number | null
  readonly metrics: number | null
  readonly lastEventAt: string | null
  /** How many days rows are kept after they came; 0 means for ever. */
  readonly retentionDays: number | null
  /** What is acknowledged and waits for ClickHouse; null when the collector does not tell. */
  readonly queue: QueueState | null
}

export async function statusOf(state: DailyState | undefined): Promise<DailyStatus> {
  const left = state ? [] : await leftOfDaily()
  const otherRelay = state?.relay ? null : await relayByItself()
  if (!state)
    return {
      running: false,
      healthy: false,
      left,
      otherRelay,
      endings: [],
      startedAt: null,
      services: [],
      events: null,
      metrics: null,
      lastEventAt: null,
      retentionDays: null,
      queue: null,
    }
  const answers = async (url: string) =>
    (await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined))?.ok === true
  const services = await Promise.all(
    probesOf(state).map(async ({ name, probe, endpoint }) => ({ name, healthy: await answers(probe), endpoint })),
  )
  const counters = (): Promise<string | undefined> =>
    fetch(state.endpoints.collectorMetrics, { signal: AbortSignal.timeout(3_000) })
      .then((response) => response.text())
      .catch(() => undefined)
  const queue = await observeQueue({ counters, log: () => serviceLog(state, 'otel-collector') })
  const counts = await countStored(state).catch(() => undefined)
  const endings = (await endingsOf(state)).map((each) => ({ ...each, loop: isLoop(each, nowMs()) }))
  return {
    running: true,
    healthy:
      services.every(({ healthy }) => healthy) &&
      counts !== undefined &&
      queue?.moves !== false &&
      !endings.some(({ loop }) => loop),
    left,
    otherRelay,
    endings,
    startedAt: state.startedAt,
    services,
    events: counts?.events ?? null,
    metrics: counts?.metrics ?? null,
    lastEventAt: counts?.lastEventAt ?? null,
    retentionDays: counts?.retentionDays ?? null,
    queue: queue ?? null,
  }
}

export function renderStatus(status: DailyStatus): string {
  const { otherRelay, left } = status
  const relay =
    otherRelay === null
      ? []
      : [
          `A relay runs by itself on ${otherRelay.url} (process ${otherRelay.pid}), for ${otherRelay.backend}. Beside it: npm run stack -- up --no-relay`,
        ]
  if (!status.running && left.length > 0)
    return [`${capital(renderLeft(left))}.`, `${capital(LEFT_ADVICE)}.`].join('\n')
  if (!status.running) return ['No stack is running. Start it with: npm run stack -- up', ...relay].join('\n')
  const lines = [`The stack is ${status.healthy ? 'healthy' : 'unhealthy'}, up since ${status.startedAt}.`]
  for (const { name, healthy, endpoint } of status.services)
    lines.push(`  ${healthy ? 'ok ' : 'BAD'} ${name.padEnd(16)} ${endpoint}`)
  if (status.queue && status.queue.waiting > 0)
    lines.push(`  ${status.queue.moves ? 'ok ' : 'BAD'} ${'queue'.padEnd(16)} ${renderQueue(status.queue)}`)
  for (const ending of status.endings) {
    lines.push(
      `  ${ending.loop ? 'BAD' : ending.nextAt === null ? 'ok ' : '…  '} ${ending.service.padEnd(16)} ${renderEndings(ending)}`,
    )
    if (ending.loop) lines.push(...ending.lines.map((line) => `        ${line}`))
  }
  const last = status.lastEventAt === null ? '' : `, the last at ${status.lastEventAt}`
  lines.push(
    status.events === null
      ? '  The stored events cannot be read.'
      : `  ${counted(status.events, 'event')} and ${counted(status.metrics ?? 0, 'metric point')} are stored${last}.`,
  )
  if (status.retentionDays !== null)
    lines.push(`  They are kept ${renderRetention(status.retentionDays)} (TELEMETRY_RETENTION_DAYS).`)
  if (!status.healthy)
    lines.push(
      status.endings.some(({ nextAt }) => nextAt !== null)
        ? '  What has ended is started again by itself; npm run stack -- logs shows why it ended.'
        : '  See: npm run stack -- logs; down, then up, restarts it with its data.',
    )
  return [...lines, ...relay].join('\n')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function capital(text: string): string {
  return text.replace(/^[a-z]/, (first) => first.toUpperCase())
}
