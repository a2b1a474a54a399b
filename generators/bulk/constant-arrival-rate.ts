// Open-model load: work arrives at a constant rate whatever the other end does, so that a slow stack does not slow the load silently.
import { monotonicMs, sleep } from '../../core/clock.ts'

export interface ArrivalOptions {
  /** Arrivals a second. */
  readonly rate: number
  readonly durationMs: number
  /** Work that may be under way at once; an arrival beyond it is dropped and counted. */
  readonly maxInFlight: number
  readonly signal?: AbortSignal
  /** One arrival; must not reject. */
  readonly work: () => Promise<void>
  /** Told about once a second. */
  readonly onProgress?: (elapsedMs: number) => void
}

export interface Arrivals {
  /** Arrivals that were due. */
  readonly due: number
  readonly started: number
  /** Not started, because `maxInFlight` were under way. */
  readonly dropped: number
  /** The latest start after its due time, milliseconds: what the harness itself was behind. */
  readonly worstDelayMs: number
}

const TICK_MS = 5
const PROGRESS_MS = 1_000

/** Runs for its duration, then waits for what is under way. */
export async function arrive(options: ArrivalOptions): Promise<Arrivals> {
  const { rate, durationMs, maxInFlight, work, signal, onProgress } = options
  const startMs = monotonicMs()
  const underWay = new Set<Promise<void>>()
  let due = 0
  let dropped = 0
  let worstDelayMs = 0
  let toldMs = startMs
  for (;;) {
    const now = monotonicMs()
    const elapsedMs = Math.min(now - startMs, durationMs)
    // What should have arrived by now; the oldest of them tells how far behind the harness is.
    const target = Math.floor((elapsedMs * rate) / 1000)
    if (target > due) worstDelayMs = Math.max(worstDelayMs, now - startMs - ((due + 1) * 1000) / rate)
    for (; due < target; due += 1) {
      if (underWay.size >= maxInFlight) {
        dropped += 1
        continue
      }
      const one: Promise<void> = work().finally(() => underWay.delete(one))
      underWay.add(one)
    }
    if (elapsedMs >= durationMs) break
    if (now - toldMs >= PROGRESS_MS) {
      toldMs = now
      onProgress?.(elapsedMs)
    }
    await sleep(TICK_MS, signal)
  }
  await Promise.all(underWay)
  return { due, started: due - dropped, dropped, worstDelayMs: Math.round(worstDelayMs) }
}
