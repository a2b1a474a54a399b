// Requests over which the backend fails: at fault is one that fails again and again while others are taken in between.
import { createHash } from 'node:crypto'

/** So often it may fail, with others taken each time since, before it is at fault. */
const MAX_DOUBTS = 5

export class PoisonDetector {
  readonly #known = new Map<string, { count: number; taken: number }>()

  /** Notes a failure. @param taken requests that the backend has taken by now @returns whether the request is at fault */
  atFault(request: Buffer, taken: number): boolean {
    const key = createHash('sha256').update(request).digest('base64')
    const known = this.#known.get(key)
    if (known === undefined) {
      this.#known.set(key, { count: 1, taken })
      return false
    }
    if (taken > known.taken) {
      known.count += 1
      known.taken = taken
    }
    if (known.count < MAX_DOUBTS) return false
    this.#known.delete(key)
    return true
  }

  clear(): void {
    this.#known.clear()
  }
}
