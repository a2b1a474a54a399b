// What becomes of a value that tells who: its salted hash as the collector makes it, or nothing of it where the salt is not known.
import { hash } from 'node:crypto'

const HASHED = /^sha256:[0-9a-f]{64}$/
const MOST_KEPT = 4_096
/** As the database does, which does not know the salt either (stack/clickhouse/schema/002-functions.sql, telemetry_identity). */
const EMAIL = '[REDACTED_EMAIL]'
const NAME = '[REDACTED_NAME]'
const ID = '[REDACTED_ID]'

export class Identities {
  readonly #salt: string
  #known = new Map<string, string>()

  /** @param salt empty when the team's salt is not known here */
  constructor(salt: string) {
    this.#salt = salt
  }

  /** @param field the attribute's name, which tells what stands in the place of what cannot be hashed */
  replace(field: string, value: string): string {
    if (HASHED.test(value)) return value
    if (this.#salt === '') return removed(field, value)
    const known = this.#known.get(value)
    if (known !== undefined) return known
    const hashed = `sha256:${hash('sha256', this.#salt + value, 'hex')}`
    if (this.#known.size >= MOST_KEPT) this.#known = new Map()
    this.#known.set(value, hashed)
    return hashed
  }
}

function removed(field: string, value: string): string {
  if (value === EMAIL || value === NAME || value === ID) return value
  if (value.includes('@') || /e-?mail$/.test(field)) return EMAIL
  return /name$/.test(field) && field !== 'event.name' ? NAME : ID
}
