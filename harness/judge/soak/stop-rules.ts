// When a soak ends early: what it waits for will not come any more, or the machine is about to suffer.
import { type SoakSample, soakComponents } from './sample.ts'

export type StopKind = 'gone' | 'disk' | 'backlog' | 'stalled' | 'time' | 'files'

export interface Stop {
  readonly kind: StopKind
  /** In words with numbers. */
  readonly reason: string
}

export interface StopLimits {
  /** Events a second that are sent. */
  readonly rate: number
  /** A component that is away for so long does not come back. */
  readonly goneMs: number
  readonly diskLeastBytes: number
  /** A backlog that is worth so long of the load, and that has only grown for twice as long, grows without end. */
  readonly backlogMs: number
  /** Nothing was acknowledged for so long, although events were sent. */
  readonly stalledMs: number
}

export const usualStopLimits: Omit<StopLimits, 'rate'> = {
  goneMs: 20_000,
  diskLeastBytes: 1024 ** 3,
  backlogMs: 30_000,
  stalledMs: 30_000,
}

/** Sees every sample of one start of a soak, in the order of time; memory is that of the last minute of them. */
export class StopRules {
  readonly #limits: StopLimits
  /** Of the last two times `backlogMs`. */
  #recent: SoakSample[] = []
  readonly #goneSinceMs = new Map<string, number>()
  #acknowledged = { events: -1, atMs: 0, sent: 0 }

  constructor(limits: StopLimits) {
    this.#limits = limits
  }

  /** @returns why to end, when it is to */
  see(sample: SoakSample): Stop | undefined {
    return this.#gone(sample) ?? this.#disk(sample) ?? this.#backlog(sample) ?? this.#stalled(sample)
  }

  #gone({ atMs, components }: SoakSample): Stop | undefined {
    for (const name of soakComponents) {
      if (components[name] !== null) {
        this.#goneSinceMs.delete(name)
        continue
      }
      const sinceMs = this.#goneSinceMs.get(name) ?? atMs
      this.#goneSinceMs.set(name, sinceMs)
      if (atMs - sinceMs >= this.#limits.goneMs)
        return { kind: 'gone', reason: `${name} has ended and did not come back within ${seconds(atMs - sinceMs)}` }
    }
    return undefined
  }

  #disk({ diskFreeBytes }: SoakSample): Stop | undefined {
    const { diskLeastBytes } = this.#limits
    if (diskFreeBytes >= diskLeastBytes) return undefined
    return { kind: 'disk', reason: `${mib(diskFreeBytes)} of disk are free, less than ${mib(diskLeastBytes)}` }
  }

  #backlog(sample: SoakSample): Stop | undefined {
    const { backlogMs, rate } = this.#limits
    if (sample.backlog === null) return undefined
    this.#recent.push(sample)
    const fromMs = sample.atMs - 2 * backlogMs
    // One that is older than both windows says that they are whole.
    const isWhole = (this.#recent[0]?.atMs ?? sample.atMs) <= fromMs
    this.#recent = this.#recent.filter(({ atMs }) => atMs >= fromMs)
    const [before, after] = [
      this.#recent.filter(({ atMs }) => atMs < fromMs + backlogMs),
      this.#recent.filter(({ atMs }) => atMs >= fromMs + backlogMs),
    ].map((window) => window.map(({ backlog }) => backlog ?? 0))
    if (!isWhole || before === undefined || after === undefined || before.length === 0) return undefined
    const grows = Math.min(...after) > Math.max(...before)
    if (!grows || sample.backlog < (rate * backlogMs) / 1000) return undefined
    return {
      kind: 'backlog',
      reason: `${sample.backlog} events wait, and for ${seconds(2 * backlogMs)} they have only become more`,
    }
  }

  #stalled({ atMs, acknowledged, sent }: SoakSample): Stop | undefined {
    if (acknowledged !== this.#acknowledged.events) this.#acknowledged = { events: acknowledged, atMs, sent }
    const { atMs: sinceMs, sent: sentThen } = this.#acknowledged
    if (sent === sentThen || atMs - sinceMs < this.#limits.stalledMs) return undefined
    const unanswered = `of ${sent - sentThen} events that were sent none was acknowledged`
    return { kind: 'stalled', reason: `for ${seconds(atMs - sinceMs)}, ${unanswered}` }
  }
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`
const mib = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`
