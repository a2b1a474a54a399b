// Values of attributes with the types of the wire, each beside what must be stored of it.

import type { AnyValue } from '../core/otlp/otlp.ts'
import type { StoredText } from './batch.ts'
import { rawOf, storedOf, type Text } from './text.ts'

export interface Field {
  readonly value: AnyValue
  readonly stored: StoredText
  /** The private texts in it. */
  readonly planted: readonly string[]
  readonly excludes: boolean
}

/** The fields of an event in the order of the wire; an undefined one is absent. */
export type Fields = Readonly<Record<string, Field | undefined>>

const none: readonly string[] = []

function plain(value: AnyValue, stored: string): Field {
  return { value, stored, planted: none, excludes: false }
}

/** S: a string. */
export function string(text: string | Text): Field {
  if (typeof text === 'string') return plain({ stringValue: text }, text)
  const planted = text.flatMap((span) => (typeof span === 'string' ? [] : [span.private]))
  if (planted.length === 0) return plain({ stringValue: rawOf(text) }, rawOf(text))
  const excludes = text.some((span) => typeof span !== 'string' && span.excludes === true)
  return { value: { stringValue: rawOf(text) }, stored: storedOf(text), planted, excludes }
}

/** S: an identity, which is stored as a salted hash. */
export function identity(value: string): Field {
  return { value: { stringValue: value }, stored: { hashOf: value }, planted: [value], excludes: false }
}

/** Sn: a number that is sent as a string. */
export function numeral(value: number): Field {
  return string(String(value))
}

/** Sb: a truth value that is sent as the string "true" or "false". */
export function flag(value: boolean): Field {
  return string(String(value))
}

/** I: an integer. */
export function int(value: number): Field {
  return plain({ intValue: String(value) }, String(value))
}

/** D, and I when integral, as JavaScript exporters send numbers. */
export function double(value: number): Field {
  return Number.isInteger(value) ? int(value) : plain({ doubleValue: value }, String(value))
}

/** B: a truth value. */
export function bool(value: boolean): Field {
  return plain({ boolValue: value }, String(value))
}

/** The field as old versions send it: every number a string. */
export function asOldVersion(field: Field): Field {
  const isNumber = 'intValue' in field.value || 'doubleValue' in field.value
  return isNumber && typeof field.stored === 'string' ? string(field.stored) : field
}
