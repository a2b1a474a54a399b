// Under which values a person may be stored, and the marks of these values: all that ClickHouse is ever told of the person.
import { hash } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'

const HASHED = /^sha256:[0-9a-f]{64}$/
/** What stands in the place of something that was removed. */
const LABEL = /^\[REDACTED_/

export interface Asked {
  /** E-mail addresses. */
  readonly emails: readonly string[]
  /** Ids, names, or hashes as the views show them. */
  readonly users: readonly string[]
}

/**
 * The values that the policy may have left of what was asked for: a hash, and what it does not hash as it is.
 * @param salt of the stack
 * @throws UsageError for what is no address, or names nobody
 */
export function storedValues(asked: Asked, salt: string): string[] {
  const given = givenValues(asked)
  // The client's account has an address in one letter case, what a person has typed into a variable may have another.
  const spelled = given.flatMap((value) => (value.includes('@') ? [value, value.toLowerCase()] : [value]))
  const hashed = spelled.map((value) => (HASHED.test(value) ? value : `sha256:${hash('sha256', salt + value, 'hex')}`))
  // An address is never stored as it is.
  return [...new Set([...hashed, ...spelled.filter((value) => !value.includes('@'))])]
}

/** What was asked for, as it was typed. @throws UsageError for what is no address, or names nobody */
export function givenValues({ emails, users }: Asked): string[] {
  const given = [...emails.map(addressOf), ...users.map(nameOf)]
  if (given.length === 0) throw new UsageError('whom? --email ADDRESS or --user ID; either may be given several times')
  return given
}

/** As telemetry_person_mark in stack/clickhouse/schema/003-forgotten.sql, in hexadecimal. */
export function personMark(value: string): string {
  return hash('sha256', `telemetry person ${value}`, 'hex')
}

function addressOf(text: string): string {
  const address = text.trim()
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw new UsageError('--email: that is no e-mail address; --user takes ids')
  return address
}

function nameOf(text: string): string {
  const name = text.trim()
  if (name === '') throw new UsageError('--user: an empty id names nobody')
  if (LABEL.test(name)) throw new UsageError(`--user ${name}: stands for whoever was removed there, not for one person`)
  return name
}
