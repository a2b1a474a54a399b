// Draws characters and choices for canaries from one seeded stream.
import type { Faker } from '@faker-js/faker'

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER = UPPER.toLowerCase()
const DIGITS = '0123456789'

/** The alphabets of tokens. */
export const alphabets = {
  digits: DIGITS,
  lower: LOWER,
  upper: UPPER,
  hex: `${DIGITS}abcdef`,
  base36: DIGITS + LOWER,
  upper36: DIGITS + UPPER,
  /** RFC 4648, as in AWS access key ids. */
  base32: `${UPPER}234567`,
  alnum: DIGITS + UPPER + LOWER,
  base64url: `${UPPER}${LOWER}${DIGITS}-_`,
  base64: `${UPPER}${LOWER}${DIGITS}+/`,
} as const
export type Alphabet = keyof typeof alphabets

export class Draw {
  readonly #faker: Faker

  constructor(faker: Faker) {
    this.#faker = faker
  }

  /** So many characters of an alphabet. */
  of(alphabet: Alphabet, length: number): string {
    return this.from(alphabets[alphabet], length)
  }

  from(characters: string, length: number): string {
    let text = ''
    for (let index = 0; index < length; index += 1) text += characters[this.int(0, characters.length - 1)] ?? ''
    return text
  }

  alnum(length: number): string {
    return this.of('alnum', length)
  }

  hex(length: number): string {
    return this.of('hex', length)
  }

  digits(length: number): string {
    return this.of('digits', length)
  }

  /** A number of so many digits that does not begin with zero. */
  number(digits: number): string {
    return this.from('123456789', 1) + this.digits(digits - 1)
  }

  int(min: number, max: number): number {
    return this.#faker.number.int({ min, max })
  }

  /** True in so many of a hundred. */
  chance(percent: number): boolean {
    return this.int(1, 100) <= percent
  }

  /** @throws where there is nothing to choose from */
  pick<T>(values: readonly T[]): T {
    return this.#faker.helpers.arrayElement(values)
  }

  uuid(): string {
    const hex = (length: number) => this.hex(length)
    return `${hex(8)}-${hex(4)}-4${hex(3)}-${this.from('89ab', 1)}${hex(3)}-${hex(12)}`
  }

  /** Random bytes in base64, with padding where their number asks for it. */
  base64(bytes: number): string {
    return this.bytes(bytes).toString('base64')
  }

  base64url(bytes: number): string {
    return this.bytes(bytes).toString('base64url')
  }

  bytes(count: number): Buffer {
    const bytes = Buffer.alloc(count)
    for (let index = 0; index < count; index += 1) bytes[index] = this.int(0, 255)
    return bytes
  }

  /** A word that nobody would take for anything private. */
  word(): string {
    return this.pick(['orders', 'billing', 'search', 'inbox', 'reports', 'catalog', 'staging', 'ledger', 'invoices'])
  }

  /** A host that belongs to nobody. */
  host(): string {
    return this.pick([
      'db.internal.example.com',
      'cache-1.example.net',
      'queue.example.org',
      '10.20.30.40',
      'localhost',
    ])
  }
}
