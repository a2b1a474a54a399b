// The few lines that a person sees: one when requests are buffered, one when they are delivered, one for each kind of dead letter.
import { monotonicMs } from '../../../core/clock.ts'

/** A backend that refuses everything is told of so often, with how much it was since. */
const REFUSALS_MS = 60_000

export class Notices {
  readonly #log: (line: string) => void
  readonly #directory: string
  #buffering = false
  #full = false
  readonly #refusals = new Map<string, { toldMs: number; untold: number }>()

  constructor(log: (line: string) => void, directory: string) {
    this.#log = log
    this.#directory = directory
  }

  /** Whether the last attempt to keep events failed. */
  get isFull(): boolean {
    return this.#full
  }

  buffering(why: string): void {
    if (this.#buffering) return
    this.#buffering = true
    this.#log(`telemetry: ${why}; buffering events in ${this.#directory} until the backend accepts them`)
  }

  recovered(events: number): void {
    this.#full = false
    if (!this.#buffering) return
    this.#buffering = false
    this.#log(`telemetry: recovered: ${counted(events, 'buffered event')} delivered`)
  }

  full(why: string): void {
    if (this.#full) return
    this.#full = true
    this.#log(`telemetry: the buffer is full (${why}); new events are refused until there is room`)
  }

  room(): void {
    this.#full = false
  }

  /** @param code of the answer only: its text may quote the request */
  refused(events: number, code: string): void {
    const { toldMs = Number.NEGATIVE_INFINITY, untold = 0 } = this.#refusals.get(code) ?? {}
    const all = untold + events
    const due = monotonicMs() - toldMs >= REFUSALS_MS
    if (due) this.#tellRefused(all, code)
    this.#refusals.set(code, due ? { toldMs: monotonicMs(), untold: 0 } : { toldMs, untold: all })
  }

  /** Tells what has not been told. */
  close(): void {
    for (const [code, { untold }] of this.#refusals) if (untold > 0) this.#tellRefused(untold, code)
    this.#refusals.clear()
  }

  #tellRefused(events: number, code: string): void {
    this.#log(
      `telemetry: backend permanently rejected ${counted(events, 'event')} (${code}); moved to the dead-letter file in ${this.#directory}`,
    )
  }

  damaged(lines: number, file: string): void {
    this.#log(
      `telemetry: ${counted(lines, 'damaged line')} of ${file} moved to a separate file in ${this.#directory}; all others are delivered`,
    )
  }
}

function counted(value: number, what: string): string {
  return `${number(value)} ${what}${value === 1 ? '' : 's'}`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
