// The few lines that a person sees: one when requests begin to wait, one when they are delivered, one for what never will be.

export class Announcer {
  readonly #log: (line: string) => void
  readonly #directory: string
  #buffering = false
  #full = false

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
    this.#log(`telemetry: ${why}; keeping events in ${this.#directory} until it takes them`)
  }

  caughtUp(events: number): void {
    this.#full = false
    if (!this.#buffering) return
    this.#buffering = false
    this.#log(
      `telemetry: caught up, ${events === 1 ? '1 kept event is' : `${number(events)} kept events are`} delivered`,
    )
  }

  full(why: string): void {
    if (this.#full) return
    this.#full = true
    this.#log(`telemetry: no more events can be kept (${why}); new ones are refused until there is room`)
  }

  room(): void {
    this.#full = false
  }

  refused(events: number, why: string): void {
    this.#log(
      `telemetry: the backend refuses ${counted(events, 'event')} for good (${why}); set aside in ${this.#directory}`,
    )
  }

  damaged(lines: number, file: string): void {
    this.#log(
      `telemetry: ${counted(lines, 'damaged line')} of ${file} set aside in ${this.#directory}; all others are delivered`,
    )
  }
}

function counted(value: number, what: string): string {
  return `${number(value)} ${what}${value === 1 ? '' : 's'}`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
