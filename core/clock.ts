// The only place that reads a clock or waits; everything else takes time as a parameter.
import { setTimeout as delay } from 'node:timers/promises'

/** Wall-clock time in milliseconds since the epoch. */
export function nowMs(): number {
  return Date.now()
}

/** Milliseconds on a clock that never jumps; only differences mean anything. */
export function monotonicMs(): number {
  return performance.now()
}

/**
 * Waits; ends early, by rejecting with the signal's reason, when the signal aborts. With `keepAlive: false` the process may end
 * meanwhile when nothing else keeps it.
 */
export async function sleep(ms: number, signal?: AbortSignal, { keepAlive = true } = {}): Promise<void> {
  try {
    await delay(ms, undefined, { ref: keepAlive, ...(signal ? { signal } : {}) })
  } catch (error) {
    // Node rejects with an AbortError of its own.
    signal?.throwIfAborted()
    throw error
  }
}

/** Keeps this process alive though nothing in it waits for anything, until it is ended. */
export function stayAlive(): void {
  setInterval(() => {}, 2 ** 30)
}

/** `2026-11-23T21:28:27.047Z` for milliseconds since the epoch. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
