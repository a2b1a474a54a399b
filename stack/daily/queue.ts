// Whether what waits for ClickHouse in the collector's queue moves; if not, since when and why.
import { sleep } from '../../core/clock.ts'
import { type ExportFailures, exportFailures } from '../runtime/export-failures.ts'

export interface QueueState {
  /** Events and data points that are acknowledged and not yet stored. */
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
  let before = readings(await counters())
  if (before === undefined) return undefined
  if (before.waiting === 0) return { waiting: 0, moves: true, failures: null }
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep(watchMs / LOOKS)
    const now = readings(await counters())
    if (now === undefined) return undefined
    if (now.sent > before.sent || now.waiting === 0) return { waiting: now.waiting, moves: true, failures: null }
    before = now
  }
  return { waiting: before.waiting, moves: false, failures: exportFailures(await log()) ?? null }
}

export function renderQueue({ waiting, moves, failures }: QueueState): string {
  if (waiting === 0) return 'empty: everything that was acknowledged is stored'
  if (moves) return `${waiting} events and data points wait, and are being stored`
  const why = failures === null ? '' : ` since ${failures.since}: ${failures.error}`
  return `${waiting} events and data points wait, and none is stored${why}`
}

function readings(text: string | undefined): { readonly waiting: number; readonly sent: number } | undefined {
  if (text === undefined) return undefined
  const sum = (name: string) =>
    [
      ...text.matchAll(new RegExp(`^otelcol_exporter_${name}(?:_total)?(?:\\{[^}\\n]*\\})? ([0-9.eE+-]+)`, 'gm')),
    ].reduce((total, [, value]) => total + Number(value), 0)
  return { waiting: sum('queue_size'), sent: sum('sent_log_records') + sum('sent_metric_points') }
}
