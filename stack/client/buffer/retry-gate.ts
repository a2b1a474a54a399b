// When the backend is tried again: waits that double, then at a steady interval, and at once when it has answered.
import { monotonicMs, sleep } from '../../../core/clock.ts'

export interface RetryPolicy {
  /** The first wait; each next one is twice as long. */
  readonly retryBaseMs: number
  /** Attempts before requests count as parked. */
  readonly attempts: number
  /** The wait between attempts from then on. */
  readonly parkedRetryMs: number
}

/** What a backend may ask for at most. */
const MAX_AFTER_MS = 300_000

export class RetryGate {
  readonly #policy: RetryPolicy
  readonly #now: () => number
  #failures = 0
  #openAtMs = 0

  /** @param now milliseconds on a clock that never jumps */
  constructor(policy: RetryPolicy, now: () => number = monotonicMs) {
    this.#policy = policy
    this.#now = now
  }

  /** Whether the backend has failed and has not answered since. */
  get waiting(): boolean {
    return this.#failures > 0
  }

  /** Milliseconds until the next attempt. */
  get remainingMs(): number {
    return Math.max(0, this.#openAtMs - this.#now())
  }

  /** Notes an attempt that failed. The backend's own wish (Retry-After) is heeded where it is longer. */
  failed(afterMs = 0): void {
    this.#failures += 1
    const { retryBaseMs, attempts, parkedRetryMs } = this.#policy
    const waitMs = this.#failures < attempts ? retryBaseMs * 2 ** (this.#failures - 1) : parkedRetryMs
    this.#openAtMs = this.#now() + Math.max(waitMs, Math.min(afterMs, MAX_AFTER_MS))
  }

  succeeded(): void {
    this.#failures = 0
    this.#openAtMs = 0
  }

  /** Waits until the next attempt is due; keeps no process alive. Rejects when the signal aborts. */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.remainingMs > 0) await sleep(this.remainingMs, signal, { keepAlive: false })
  }
}
