// Waiting for a condition, with a limit and an error that tells what was awaited.
import { monotonicMs, sleep } from './clock.ts'
import { UserError } from './errors.ts'

export interface PollOptions {
  readonly timeoutMs: number
  readonly intervalMs?: number
  readonly signal?: AbortSignal
  /** Adds what is known to the error when time runs out, for example the last log lines. */
  readonly onTimeout?: () => string | Promise<string>
}

/**
 * Calls `check` until it returns something other than undefined or false, and returns that.
 * A thrown error counts as "not yet" and is quoted when time runs out.
 * @throws UserError `<what> not reached after <n> ms: …`
 */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  options: PollOptions,
): Promise<T> {
  const startMs = monotonicMs()
  let last = ''
  for (;;) {
    options.signal?.throwIfAborted()
    try {
      const value = await check()
      if (value !== undefined && value !== false) return value
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    const elapsedMs = monotonicMs() - startMs
    if (elapsedMs >= options.timeoutMs) {
      const more = (await options.onTimeout?.()) ?? ''
      const details = [last, more].filter((part) => part !== '').join('; ')
      throw new UserError(
        `${what} not reached after ${Math.round(elapsedMs)} ms${details === '' ? '' : `: ${details}`}`,
      )
    }
    await sleep(options.intervalMs ?? 20, options.signal)
  }
}
