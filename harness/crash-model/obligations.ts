// Who had taken responsibility for what at each moment of a recorded disk: what a crash at that moment must not lose.

interface Note {
  /** Operations of the disk that were done. */
  readonly at: number
  /** Tells what came first between two operations. */
  readonly order: number
}

type Kind = 'offered' | 'acknowledged' | 'taken' | 'refused' | 'copied'

/** By number of request. */
export class Obligations {
  readonly offered = new Map<number, Note>()
  /** Answered `parked` or `delivered`. */
  readonly acknowledged = new Map<number, Note>()
  /** Accepted by the backend, for the first time. */
  readonly taken = new Map<number, Note>()
  /** Refused by the backend for good, or failed over; in a `refused` file it is safe. */
  readonly refused = new Map<number, Note>()
  /** Whoever offered it was told that a copy is in the `refused` file. */
  readonly copied = new Map<number, Note>()
  #order = 0
  readonly #boundaries: number[] = []

  note(kind: Kind, request: number, at: number): void {
    // Operations that came without a note in between.
    while (this.#boundaries.length <= at) this.#boundaries.push(this.#order)
    this.#order += 1
    if (!this[kind].has(request)) this[kind].set(request, { at, order: this.#order })
  }

  /** Requests that must be found on disk after a crash when so many operations were done. */
  owedAt(at: number): number[] {
    const from = this.#boundaries[at] ?? this.#order
    return [...this.acknowledged].flatMap(([request, acknowledged]) => {
      if (acknowledged.at > at) return []
      const taken = this.taken.get(request)
      // A moment at which it was acknowledged and not taken yet is enough.
      return taken && taken.order < Math.max(acknowledged.order, from + 1) ? [] : [request]
    })
  }

  copiesOwedAt(at: number): number[] {
    return [...this.copied].flatMap(([request, copied]) => (copied.at <= at ? [request] : []))
  }

  isOffered(request: number, at: number): boolean {
    return (this.offered.get(request)?.at ?? Number.POSITIVE_INFINITY) <= at
  }

  /** What of it still holds for who comes after a crash: all of it lies before their first operation. */
  after(at: number): Obligations {
    const next = new Obligations()
    for (const kind of ['offered', 'acknowledged', 'taken', 'refused', 'copied'] as const)
      for (const [request, note] of this[kind]) {
        if (note.at > at) continue
        next[kind].set(request, { at: 0, order: note.order })
        next.#order = Math.max(next.#order, note.order)
      }
    return next
  }
}
