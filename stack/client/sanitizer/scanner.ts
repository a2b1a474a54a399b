// Finds in one pass which of many rules may change a text: by literals, each with what must follow it.

export interface Wanted {
  /** The number of what is looked for. */
  readonly index: number
  readonly literal: string
  /** Of a pattern that must match from the literal on. */
  readonly source?: string | undefined
}

interface Entry {
  readonly index: number
  readonly literal: string
  readonly pattern: RegExp | undefined
}

/** Pairs of characters, of each seven bits: another character only seems to be one of them until it is looked at. */
const BITS = 7
const MASK = (1 << BITS) - 1
const NONE: readonly Entry[] = []

export class Scanner {
  /** For each pair of characters that some literal begins with, the number of its entries. */
  readonly #pairs = new Uint16Array(1 << (2 * BITS))
  readonly #entries: Entry[][] = [[]]

  constructor(wanted: readonly Wanted[]) {
    for (const { index, literal, source } of wanted) {
      const pattern = source === undefined ? undefined : new RegExp(source, 'uy')
      const first = literal.charCodeAt(0) & MASK
      const entry = { index, literal, pattern }
      // What is one character long may have any other behind it.
      if (literal.length > 1) this.#add((first << BITS) | (literal.charCodeAt(1) & MASK), entry)
      else for (let second = 0; second <= MASK; second += 1) this.#add((first << BITS) | second, entry)
    }
  }

  /** Marks in `found` what stands in the text. @returns whether anything was marked */
  scan(text: string, found: Uint8Array): boolean {
    const pairs = this.#pairs
    const { length } = text
    let isFound = false
    let code = length > 0 ? text.charCodeAt(0) : 0
    for (let at = 0; at < length; at += 1) {
      const next = at + 1 < length ? text.charCodeAt(at + 1) : 0
      const number = pairs[((code & MASK) << BITS) | (next & MASK)] ?? 0
      if (number !== 0 && this.#look(text, at, this.#entries[number] ?? NONE, found)) isFound = true
      code = next
    }
    return isFound
  }

  #look(text: string, at: number, entries: readonly Entry[], found: Uint8Array): boolean {
    let isFound = false
    for (const { index, literal, pattern } of entries) {
      if (found[index] === 1 || !text.startsWith(literal, at)) continue
      if (pattern) {
        pattern.lastIndex = at
        if (!pattern.test(text)) continue
      }
      found[index] = 1
      isFound = true
    }
    return isFound
  }

  #add(pair: number, entry: Entry): void {
    const number = this.#pairs[pair] ?? 0
    if (number !== 0) this.#entries[number]?.push(entry)
    else {
      this.#pairs[pair] = this.#entries.length
      this.#entries.push([entry])
    }
  }
}
