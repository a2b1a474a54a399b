// Quantiles of amounts in little memory: counted in classes of which each is a sixteenth of a doubling wide, so that one is off by 5 % at most.
const CLASSES_OF_A_DOUBLING = 16

export class Quantiles {
  #count = 0
  #sum = 0
  #max = 0
  readonly #classes = new Map<number, number>()

  /** @param value 0 or more */
  add(value: number): void {
    const index = value < 1 ? -1 : Math.floor(Math.log2(value) * CLASSES_OF_A_DOUBLING)
    this.#classes.set(index, (this.#classes.get(index) ?? 0) + 1)
    this.#count += 1
    this.#sum += value
    this.#max = Math.max(this.#max, value)
  }

  get count(): number {
    return this.#count
  }

  get sum(): number {
    return this.#sum
  }

  get max(): number {
    return this.#max
  }

  /** The value that the share `p` of all are not above; 0 of nothing. */
  at(p: number): number {
    let left = p * this.#count
    for (const [index, count] of this.classes()) {
      left -= count
      if (left <= 0)
        return index < 0 ? 0 : Math.min(this.#max, Math.round(2 ** ((index + 0.5) / CLASSES_OF_A_DOUBLING)))
    }
    return this.#max
  }

  /** How many are in each doubling, from the smallest to the largest: `[8, 12]` are twelve of 8 to 15. */
  doublings(): readonly (readonly [from: number, count: number])[] {
    const found = new Map<number, number>()
    for (const [index, count] of this.classes()) {
      const from = index < 0 ? 0 : 2 ** Math.floor(index / CLASSES_OF_A_DOUBLING)
      found.set(from, (found.get(from) ?? 0) + count)
    }
    return [...found]
  }

  private classes(): readonly (readonly [number, number])[] {
    return [...this.#classes].sort(([a], [b]) => a - b)
  }
}
