// Finds any of a hundred thousand secrets in any of their forms in one pass over what is stored.
import { searchForms } from './search-forms.ts'

export interface Leak {
  /** The place of the secret in the list. */
  readonly secret: number
  /** The name of the form it was found in. */
  readonly form: string
  /** Where in the bytes it was first found in this form. */
  readonly at: number
}

/** The bytes in the middle of a form by which it is looked up (how tokens begin and end is the same in many); no form is shorter. */
const WINDOW = 7
const BASE = 16_777_619
/** BASE to the power of WINDOW - 1: what the oldest byte of a window counts. */
const TOP = Array.from({ length: WINDOW - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1)
const BITS = 26

/** All forms as columns, in the order of their windows' hashes. */
interface Columns {
  readonly windows: Uint32Array
  readonly lengths: Uint32Array
  /** Of whole forms: many have the same window, as when a key's first line begins as all such keys do. */
  readonly wholes: Uint32Array
  readonly owners: Uint32Array
}

export class LeakIndex {
  readonly #secrets: readonly string[]
  readonly #forms: Columns
  /** A bit for each hash of a window, by its first bits: most bytes of a haystack end here. */
  readonly #seen = new Uint8Array(2 ** (BITS - 3))

  /** @throws where a secret is too short to be looked up */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
    this.#forms = columnsOf(secrets)
    for (const hash of this.#forms.windows) {
      const bit = hash >>> (32 - BITS)
      this.#seen[bit >>> 3] = (this.#seen[bit >>> 3] ?? 0) | (1 << (bit & 7))
    }
  }

  /** Every secret and form that is there, each once. */
  find(haystack: Buffer): Leak[] {
    const found = new Map<string, Leak>()
    let hash = hashOf(haystack, 0, WINDOW)
    for (let at = 0; at + WINDOW <= haystack.length; at += 1) {
      const bit = hash >>> (32 - BITS)
      if (((this.#seen[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0) this.#look(haystack, at, hash, found)
      const next = haystack[at + WINDOW] ?? 0
      hash = (Math.imul(hash - Math.imul(haystack[at] ?? 0, TOP), BASE) + next) >>> 0
    }
    return [...found.values()]
  }

  #look(haystack: Buffer, at: number, hash: number, found: Map<string, Leak>): void {
    const { windows, lengths, wholes, owners } = this.#forms
    const hashes = new Map<number, number>()
    for (let place = firstOf(windows, hash); windows[place] === hash; place += 1) {
      const length = lengths[place] ?? 0
      const start = at - middleOf(length)
      if (start < 0 || start + length > haystack.length) continue
      const whole = hashes.get(length) ?? hashOf(haystack, start, length)
      hashes.set(length, whole)
      if (whole === wholes[place]) this.#verify(haystack, start, length, owners[place] ?? 0, found)
    }
  }

  #verify(haystack: Buffer, start: number, length: number, secret: number, found: Map<string, Leak>): void {
    const there = haystack.subarray(start, start + length)
    for (const { name, bytes } of searchForms(this.#secrets[secret] ?? ''))
      if (bytes.equals(there) && !found.has(`${secret} ${name}`))
        found.set(`${secret} ${name}`, { secret, form: name, at: start })
  }
}

function columnsOf(secrets: readonly string[]): Columns {
  const rows = { windows: [] as number[], lengths: [] as number[], wholes: [] as number[], owners: [] as number[] }
  secrets.forEach((secret, index) => {
    for (const { name, bytes } of searchForms(secret)) {
      if (bytes.length < WINDOW) throw new Error(`a secret of ${secret.length} characters is too short (${name})`)
      rows.windows.push(hashOf(bytes, middleOf(bytes.length), WINDOW))
      rows.lengths.push(bytes.length)
      rows.wholes.push(hashOf(bytes, 0, bytes.length))
      rows.owners.push(index)
    }
  })
  const order = Uint32Array.from(rows.windows.keys()).sort((a, b) => (rows.windows[a] ?? 0) - (rows.windows[b] ?? 0))
  const sorted = (column: readonly number[]) => order.map((place) => column[place] ?? 0)
  return {
    windows: sorted(rows.windows),
    lengths: sorted(rows.lengths),
    wholes: sorted(rows.wholes),
    owners: sorted(rows.owners),
  }
}

/** The first place that holds the value, or where it would be. */
function firstOf(sorted: Uint32Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

function middleOf(length: number): number {
  return Math.floor((length - WINDOW) / 2)
}

function hashOf(bytes: Buffer, from: number, length: number): number {
  let hash = 0
  for (let index = from; index < from + length; index += 1) hash = (Math.imul(hash, BASE) + (bytes[index] ?? 0)) >>> 0
  return hash
}
