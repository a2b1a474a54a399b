// Memory that requests may take while they are worked on: whoever comes when it is spent waits, and does not read on.

interface Waiting {
  readonly bytes: number
  readonly grant: () => void
}

export class MemoryBudget {
  readonly #total: number
  readonly #maxWaiting: number
  #free: number
  #waiting: Waiting[] = []

  constructor(totalBytes: number, maxWaiting: number) {
    this.#total = totalBytes
    this.#free = totalBytes
    this.#maxWaiting = maxWaiting
  }

  get usedBytes(): number {
    return this.#total - this.#free
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Resolves when there is room, first come, first served; disposing what it gives makes room again. Undefined at once when too many wait, and
   * when the signal aborts.
   */
  async take(wantedBytes: number, signal: AbortSignal): Promise<Disposable | undefined> {
    // What is larger than everything waits until it is alone.
    const bytes = Math.min(wantedBytes, this.#total)
    if (this.#waiting.length === 0 && bytes <= this.#free) return this.#lease(bytes)
    if (this.#waiting.length >= this.#maxWaiting || signal.aborted) return undefined
    return new Promise((resolve) => {
      const entry = {
        bytes,
        grant: () => {
          signal.removeEventListener('abort', abort)
          resolve(this.#lease(bytes))
        },
      }
      const abort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry)
        resolve(undefined)
        this.#grantNext()
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.push(entry)
    })
  }

  #lease(bytes: number): Disposable {
    this.#free -= bytes
    let given = true
    return {
      [Symbol.dispose]: () => {
        if (!given) return
        given = false
        this.#free += bytes
        this.#grantNext()
      },
    }
  }

  #grantNext(): void {
    for (let [first] = this.#waiting; first && first.bytes <= this.#free; [first] = this.#waiting) {
      this.#waiting.shift()
      first.grant()
    }
  }
}
