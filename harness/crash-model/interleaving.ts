// Decides what happens next: whoever wants to touch the disk or the backend waits here until it is drawn, one at a time.
import { setImmediate as nextTurn } from 'node:timers/promises'

interface Turn {
  readonly process: number
  readonly what: string
  readonly go: () => void
  readonly stop: (error: Error) => void
}

export class Turns {
  #waiting: Turn[] = []
  readonly #ended = new Set<number>()

  get waiting(): readonly Pick<Turn, 'process' | 'what'>[] {
    return this.#waiting
  }

  take(process: number, what: string): Promise<void> {
    if (this.#ended.has(process)) return Promise.reject(new Error('killed'))
    return new Promise((go, stop) => void this.#waiting.push({ process, what, go, stop }))
  }

  /** Lets one of them do what it wants, and all others react to it. */
  async give(index: number): Promise<string> {
    const [turn] = this.#waiting.splice(index, 1)
    turn?.go()
    await settled()
    return turn ? `${turn.process} ${turn.what}` : 'nobody'
  }

  /** Nothing that the process wants happens any more. */
  async end(process: number): Promise<void> {
    this.#ended.add(process)
    const own = this.#waiting.filter((turn) => turn.process === process)
    this.#waiting = this.#waiting.filter((turn) => turn.process !== process)
    for (const { stop } of own) stop(new Error('killed'))
    await settled()
  }
}

/** All promises that wait for nothing from outside have gone as far as they can. */
export async function settled(): Promise<void> {
  await nextTurn()
}
