// Starts again what ends, with a growing wait, and keeps a record of it for whoever asks how the stack is.
import { stripVTControlCharacters } from 'node:util'
import { isoTime } from '../../core/clock.ts'

/** A service that ends only when it is told to, or by accident. */
export interface Supervised {
  readonly name: string
  /** Resolves with how it ended (`code 1`, `signal SIGKILL`) when the process of now has. */
  ended(): Promise<string>
  /** Resolves when it is ready again. @throws when it does not become ready */
  start(): Promise<void>
  /** The last lines of its log. */
  logs(lines: number): Promise<readonly string[]>
}

/** How a service has ended lately: the record of one service. */
export interface Endings {
  readonly service: string
  /** How often in a row; a service that has lived long enough begins anew. */
  readonly count: number
  /** ISO 8601: the first and the last of them. */
  readonly since: string
  readonly last: string
  readonly how: string
  /** What it logged last, before it ended. */
  readonly lines: readonly string[]
  /** ISO 8601: when it is started again; null when it runs. */
  readonly nextAt: string | null
}

export interface SupervisorOptions {
  readonly nowMs: () => number
  /** Rejects when the work is to end. */
  readonly sleep: (ms: number) => Promise<void>
  /** Told at every change. */
  readonly record: (endings: Endings) => Promise<void>
}

/**
 * Until it is started again. Each wait is longer than the one before, so that each of ten in a row stays below three seconds and a service that never
 * comes up takes little of the machine; one that has lived for a while is started at once again.
 */
const AGAIN = { firstMs: 250, factor: 1.3, longestMs: 60_000, aWhileMs: 10_000 } as const
/** An end that is not followed by another for so long is history. */
const FORGOTTEN_MS = 60_000
const LINES = 5
const LINE_LENGTH = 200

/** Supervises one service until `sleep` rejects, which it passes on. */
export async function supervise(service: Supervised, options: SupervisorOptions): Promise<never> {
  const { nowMs, sleep, record } = options
  let waitMs: number = AGAIN.firstMs
  let endings: Endings | undefined
  let startedMs = nowMs()
  const note = async (how: string) => {
    const atMs = nowMs()
    if (atMs - startedMs >= AGAIN.aWhileMs) waitMs = AGAIN.firstMs
    if (atMs - startedMs >= FORGOTTEN_MS) endings = undefined
    endings = {
      service: service.name,
      count: (endings?.count ?? 0) + 1,
      since: endings?.since ?? isoTime(atMs),
      last: isoTime(atMs),
      how,
      lines: lastLines(await service.logs(LINES).catch(() => [])),
      nextAt: isoTime(atMs + waitMs),
    }
    await record(endings)
  }
  for (;;) {
    await note(await service.ended())
    for (;;) {
      await sleep(waitMs)
      waitMs = Math.min(Math.round(AGAIN.factor * waitMs), AGAIN.longestMs)
      startedMs = nowMs()
      const failure = await service.start().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      if (failure === undefined) break
      await note(failure.split('\n')[0] ?? '')
    }
    if (endings !== undefined) await record({ ...endings, nextAt: null })
  }
}

/** The last of them, for a person: a log must not steer the terminal. */
export function lastLines(lines: readonly string[]): string[] {
  return lines
    .map((line) =>
      stripVTControlCharacters(line)
        .replace(/\p{Cc}+/gu, ' ')
        .trim()
        .slice(0, LINE_LENGTH),
    )
    .filter((line) => line !== '')
    .slice(-LINES)
}

/**
 * Whether it ends again and again: more than once, and it does not run now or has not yet lived long enough.
 */
export function isLoop({ count, last, nextAt }: Endings, nowMs: number): boolean {
  return count > 1 && (nextAt !== null || nowMs - Date.parse(last) < FORGOTTEN_MS)
}

/** One line: what ended, how often, how, and what is done about it. */
export function renderEndings({ service, count, since, last, how, nextAt }: Endings): string {
  const often = count === 1 ? `ended at ${last}` : `has ended ${count} times since ${since}`
  const then = nextAt === null ? 'it runs again' : `it is started again at ${nextAt}`
  return `${service} ${often} (${how}); ${then}`
}
