// Whether what waits for ClickHouse in the collector's queues moves; if not, since when and why.
import { sleep } from '../../core/clock.ts'
import { type ExportFailures, exportFailures } from '../runtime/export-failures.ts'

export interface QueueState {
  /** Events and data points that are acknowledged and not yet stored; when it does not move, those that stand. */
  readonly waiting: number
  /** Whether it is empty, or was seen to move. */
  readonly moves: boolean
  /** Of the failing inserts, when it does not move; null when the log tells of none. */
  readonly failures: ExportFailures | null
}

export interface QueueSources {
  /** The collector's counters as Prometheus text; undefined when it does not answer. */
  readonly counters: () => Promise<string | undefined>
  /** The last lines of the collector's log. */
  readonly log: () => Promise<readonly string[]>
  /** How long to watch a queue that is not empty. */
  readonly watchMs?: number
}

/** An insert of the largest batch takes less, also with half a core. */
const WATCH_MS = 5_000
const LOOKS = 10

/** @returns undefined when the collector does not answer */
export async function observeQueue({
  counters,
  log,
  watchMs = WATCH_MS,
}: QueueSources): Promise<QueueState | undefined> {
  const first = readings(await counters())
  if (first === undefined) return undefined
  // Of each queue alone: that one moves says nothing of another.
  let standing = new Map([...first].filter(([, { waiting }]) => waiting > 0))
  let waiting = total(first)
  for (let look = 0; look < LOOKS && standing.size > 0; look += 1) {
    await sleep(watchMs / LOOKS)
    const now = readings(await counters())
    if (now === undefined) return undefined
    waiting = total(now)
    standing = new Map(
      [...standing].flatMap(([name, before]) => {
        const after = now.get(name) ?? { waiting: 0, sent: 0 }
        return after.waiting === 0 || after.sent > before.sent ? [] : [[name, after]]
      }),
    )
  }
  if (standing.size === 0) return { waiting, moves: true, failures: null }
  return { waiting: total(standing), moves: false, failures: exportFailures(await log()) ?? null }
}

export function renderQueue({ waiting, moves, failures }: QueueState): string {
  if (waiting === 0) return 'empty: everything that was acknowledged is stored'
  if (moves) return `${waiting} events and data points wait, and are being stored`
  const why = failures === null ? '' : ` since ${failures.since}: ${failures.error}`
  return `${waiting} events and data points wait, and none is stored${why}`
}

interface Reading {
  readonly waiting: number
  readonly sent: number
}

/** Of each queue: there is one for each exporter and signal. */
function readings(text: string | undefined): ReadonlyMap<string, Reading> | undefined {
  if (text === undefined) return undefined
  const samples = [...text.matchAll(/^otelcol_exporter_(\w+?)(?:_total)?\{([^}\n]*)\} ([0-9.eE+-]+)/gm)].map(
    ([, sample = '', labels = '', value]) => ({ sample, labels, value: Number(value) }),
  )
  const label = (labels: string, name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
  const sizes = samples.filter(({ sample }) => sample === 'queue_size')
  return new Map(
    sizes.map(({ labels, value }) => {
      const exporter = label(labels, 'exporter')
      const signal = label(labels, 'data_type')
      const sent = samples
        .filter(({ sample }) => sample === (signal === 'logs' ? 'sent_log_records' : 'sent_metric_points'))
        .filter((each) => label(each.labels, 'exporter') === exporter)
        .reduce((sum, each) => sum + each.value, 0)
      return [`${exporter} ${signal}`, { waiting: value, sent }]
    }),
  )
}

function total(queues: ReadonlyMap<string, Reading>): number {
  return [...queues.values()].reduce((sum, { waiting }) => sum + waiting, 0)
}
