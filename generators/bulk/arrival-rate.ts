// Open-model load: work arrives at its own rate whatever the other end does, so that a slow stack does not slow the load silently.
import { monotonicMs, sleep } from '../../core/clock.ts'
import { Quantiles } from '../quantiles.ts'

/** One stage of a load: the rate goes from that of the stage before to `target`, evenly; at once where it lasts no time. */
export interface Stage {
  /** Arrivals a second. */
  readonly target: number
  readonly durationMs: number
}

/** As k6 calls them: https://grafana.com/docs/k6/latest/using-k6/scenarios/executors/ */
export type LoadShape =
  | { readonly executor: 'constant-arrival-rate'; readonly rate: number; readonly durationMs: number }
  | { readonly executor: 'ramping-arrival-rate'; readonly startRate: number; readonly stages: readonly Stage[] }

export interface ArrivalOptions {
  readonly shape: LoadShape
  /** Work that may be under way at once; an arrival beyond it is dropped and counted. */
  readonly maxInFlight: number
  readonly signal?: AbortSignal
  /** One arrival; must not reject. */
  readonly work: () => Promise<void>
  /** Nothing more arrives once it says so; what is under way is waited for. */
  readonly isOver?: () => boolean
  /** Told about once a second. */
  readonly onProgress?: (elapsedMs: number, pulse: Pulse) => void
}

/** How a load stands while it goes on. */
export interface Pulse {
  readonly started: number
  readonly dropped: number
  readonly inFlight: number
  /** 99 % of what was started since the pulse before was at most so late, milliseconds. */
  readonly latenessMs: number
}

/** How long after its intended time an arrival was started, milliseconds: what the harness itself was behind. */
export interface Lateness {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface Arrivals {
  /** Arrivals that were due. */
  readonly due: number
  readonly started: number
  /** Not started, because `maxInFlight` were under way. */
  readonly dropped: number
  /** Started more than `LATE_MS` after their time. */
  readonly late: number
  readonly lateness: Lateness
  /** How long arrivals came, milliseconds, without the wait for the last of them. */
  readonly tookMs: number
}

export const LATE_MS = 100
const TICK_MS = 5
const PROGRESS_MS = 1_000

/** Runs through its stages, then waits for what is under way. */
export async function arrive(options: ArrivalOptions): Promise<Arrivals> {
  const { shape, maxInFlight, work, signal, onProgress, isOver = () => false } = options
  const schedule = new Schedule(shape)
  const startMs = monotonicMs()
  const underWay = new Set<Promise<void>>()
  const lateness = new Quantiles()
  let recent = new Quantiles()
  let due = 0
  let dropped = 0
  let late = 0
  let toldMs = startMs
  for (;;) {
    const elapsedMs = monotonicMs() - startMs
    // What should have arrived by now, each at a time of its own.
    for (const target = schedule.dueBy(elapsedMs); due < target; due += 1) {
      if (underWay.size >= maxInFlight) {
        dropped += 1
        continue
      }
      const behindMs = Math.max(0, monotonicMs() - startMs - schedule.timeOf(due))
      lateness.add(behindMs * MICROSECONDS)
      recent.add(behindMs * MICROSECONDS)
      if (behindMs > LATE_MS) late += 1
      const one: Promise<void> = work().finally(() => underWay.delete(one))
      underWay.add(one)
    }
    if (elapsedMs >= schedule.durationMs || isOver()) break
    if (monotonicMs() - toldMs >= PROGRESS_MS) {
      toldMs = monotonicMs()
      const latenessMs = recent.at(0.99) / MICROSECONDS
      onProgress?.(elapsedMs, { started: due - dropped, dropped, inFlight: underWay.size, latenessMs })
      recent = new Quantiles()
    }
    await sleep(TICK_MS, signal)
  }
  const tookMs = monotonicMs() - startMs
  await Promise.all(underWay)
  const at = (p: number) => lateness.at(p) / MICROSECONDS
  const told = { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: lateness.max / MICROSECONDS }
  return { due, started: due - dropped, dropped, late, lateness: told, tookMs }
}

const MICROSECONDS = 1000

interface Part {
  readonly fromMs: number
  readonly durationMs: number
  /** Arrivals a millisecond, at its beginning and at its end. */
  readonly first: number
  readonly last: number
  /** Arrivals before it. */
  readonly before: number
}

/** When which arrival is due: the integral of the rate, and its inverse. */
export class Schedule {
  readonly durationMs: number
  readonly #parts: readonly Part[]

  /** @throws RangeError for a rate or a time that cannot be */
  constructor(shape: LoadShape) {
    const { startRate, stages } =
      shape.executor === 'constant-arrival-rate'
        ? { startRate: shape.rate, stages: [{ target: shape.rate, durationMs: shape.durationMs }] }
        : shape
    for (const rate of [startRate, ...stages.map(({ target }) => target)])
      if (!(Number.isFinite(rate) && rate >= 0)) throw new RangeError(`a rate of ${rate} a second cannot be`)
    const parts: Part[] = []
    let [fromMs, first, before] = [0, startRate / 1000, 0]
    for (const { target, durationMs } of stages) {
      if (!(Number.isFinite(durationMs) && durationMs >= 0))
        throw new RangeError(`a stage of ${durationMs} ms cannot be`)
      const last = target / 1000
      parts.push({ fromMs, durationMs, first, last, before })
      before += ((first + last) / 2) * durationMs
      fromMs += durationMs
      first = last
    }
    this.#parts = parts
    this.durationMs = fromMs
  }

  /** How many arrivals are due by then. */
  dueBy(elapsedMs: number): number {
    const part = this.#parts.findLast(({ fromMs }) => fromMs <= elapsedMs)
    if (part === undefined) return 0
    const inside = Math.min(elapsedMs - part.fromMs, part.durationMs)
    const slope = part.durationMs === 0 ? 0 : (part.last - part.first) / part.durationMs
    // Sums of fractions are a hair less than the whole that they make.
    return Math.floor(part.before + part.first * inside + (slope * inside ** 2) / 2 + 1e-9)
  }

  /** When arrival `number` (from 0) is due, milliseconds from the start. */
  timeOf(number: number): number {
    const wanted = number + 1
    const part = this.#parts.findLast(({ before, durationMs }) => before < wanted && durationMs > 0)
    if (part === undefined) return 0
    const rest = wanted - part.before
    const slope = (part.last - part.first) / part.durationMs
    // The positive root of slope/2 t² + first t − rest, in the form that is exact for a slope of 0 too.
    const root = Math.sqrt(Math.max(0, part.first ** 2 + 2 * slope * rest))
    return part.fromMs + Math.min(part.durationMs, (2 * rest) / (part.first + root))
  }
}
