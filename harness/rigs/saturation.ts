// How much the stack can take, found out by sending more; and waiting until it has come to rest again.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../core/clock.ts'
import type { BytesSender } from '../../generators/emit/replay-grpc.ts'
import type { Database } from '../../stack/clickhouse/database.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { BulkLedger } from '../experiment/bulk-ledger.ts'
import { countBulk } from '../experiment/bulk-read-back.ts'
import { readCollector } from '../experiment/collector-metrics.ts'
import type { Experiment } from '../experiment/experiment.ts'
import type { Context } from '../scenario.ts'

/** Clients that wait for an answer before they send again: enough to keep the stack busy. */
const BUSY_CLIENTS = 8
const STILL_MS = 20_000

/** Events a second from the first offer until the last is stored, with clients that send as fast as they are answered. */
export async function measureSaturation(
  context: Context,
  experiment: Experiment,
  stack: Stack,
  ledger: BulkLedger,
  sender: BytesSender,
  durationMs: number,
): Promise<number> {
  const startMs = monotonicMs()
  const client = async () => {
    while (monotonicMs() - startMs < durationMs && !stopSignal.aborted) await ledger.offer(sender)
  }
  context.progress('measuring what saturates the stack')
  await Promise.all(Array.from({ length: BUSY_CLIENTS }, client))
  const tookMs = await comeToRest(context, experiment, stack, ledger).then(() => monotonicMs() - startMs)
  const rate = (ledger.events('accepted') / tookMs) * 1000
  // From less than a request a second no load can be derived.
  experiment.measure('load', {
    name: 'what saturates the stack',
    value: rate,
    unit: 'events/s',
    limit: { atLeast: ledger.templateOf(0).expected.length, missed: 'unknown' },
  })
  return Math.max(rate, ledger.templateOf(0).expected.length)
}

export interface Rest {
  /** Counts what is stored; as the analyst of the experiment when absent. */
  readonly database?: Database
  /** Waits no longer, by the monotonic clock. */
  readonly endMs?: number
}

/**
 * Until the queue is empty and all that was acknowledged is stored, or nothing has moved for a while.
 * @returns false where time was up before that
 */
export async function comeToRest(
  context: Context,
  experiment: Experiment,
  stack: Stack,
  ledger: BulkLedger,
  { database = experiment.database, endMs = Number.POSITIVE_INFINITY }: Rest = {},
): Promise<boolean> {
  let last = -1
  let movedMs = monotonicMs()
  for (;;) {
    const state = await readCollector(stack)
    const queued = state?.queued
    const stored = queued === 0 ? await countBulk(ledger, database) : -1
    if (stored >= ledger.events('accepted')) return true
    const now = queued === 0 ? stored : (state?.sentLogs ?? -1)
    if (now !== last) movedMs = monotonicMs()
    last = now
    if (monotonicMs() > endMs) return false
    if (monotonicMs() - movedMs > STILL_MS) {
      experiment.check('capacity', 'events stored and items queued when nothing moved any more', {
        actual: { stored, queued },
        expected: { stored: ledger.events('accepted'), queued: 0 },
      })
      return true
    }
    context.progress(`waiting for the queue: ${queued ?? '?'} items`)
    await sleep(250, stopSignal)
  }
}
