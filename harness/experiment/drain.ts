// Waits until nothing moves any more between the collector and ClickHouse; only then may loss be judged.

import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../core/clock.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { Evidence } from '../judge/model/evidence.ts'
import { readCollector } from './collector-metrics.ts'

const POLL_MS = 40

export interface DrainOptions {
  readonly stack: Pick<Stack, 'endpoints'>
  /** Rows that a query sees of the scenario. */
  readonly stored: () => Promise<number>
  /** Rows that must come. */
  readonly expected: number
  /** Without movement for this long and with an empty queue, nothing more will come. */
  readonly quietMs: number
  readonly timeoutMs: number
}

/** Ends as soon as all that must come is there and the queue is empty, or when nothing moves any more, or at the limit. */
export async function drain(options: DrainOptions): Promise<Evidence['drain']> {
  const startMs = monotonicMs()
  let last = ''
  let movedMs = startMs
  let stored = 0
  let countMs = 0
  for (;;) {
    const state = await readCollector(options.stack)
    // Counting costs ClickHouse the time that it needs for inserting: only when the collector has nothing left to hand over.
    if (state?.queued === 0 || state === undefined) {
      const beforeMs = monotonicMs()
      stored = await options.stored()
      countMs = monotonicMs() - beforeMs
    }
    const nowMs = monotonicMs()
    const waitedMs = nowMs - startMs
    const now = `${stored}/${state?.sentLogs}/${state?.sentPoints}/${state?.queued}`
    if (now !== last) {
      last = now
      movedMs = nowMs
    }
    const empty = state?.queued === 0
    if (empty && stored >= options.expected) return { drained: true, waitedMs, note: '' }
    if (empty && nowMs - movedMs > options.quietMs) {
      return { drained: true, waitedMs, note: `nothing moves any more at ${stored} of ${options.expected} rows` }
    }
    if (waitedMs > options.timeoutMs) {
      stored = await options.stored()
      const queue =
        state === undefined
          ? 'the collector does not answer'
          : `${state.queued ?? 'an unknown number of'} items are queued`
      return { drained: false, waitedMs, note: `${stored} of ${options.expected} rows are there and ${queue}` }
    }
    await sleep(Math.max(POLL_MS, 2 * countMs), stopSignal)
  }
}
