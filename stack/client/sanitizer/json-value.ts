// A field of an OTLP AnyValue in JSON: what it holds, and what stands in its place.
import type { Attributes, KeyFacts } from './attributes.ts'
import { type Json, numberOf } from './json-exact.ts'
import type { Value } from './value-text.ts'

export type Replaced = { readonly stringValue: string } | { readonly bytesValue: string }

const KINDS: Readonly<Record<string, string>> = {
  stringValue: 'string',
  string_value: 'string',
  boolValue: 'plain',
  bool_value: 'plain',
  intValue: 'int',
  int_value: 'int',
  doubleValue: 'double',
  double_value: 'double',
  arrayValue: 'list',
  array_value: 'list',
  kvlistValue: 'list',
  kvlist_value: 'list',
  bytesValue: 'bytes',
  bytes_value: 'bytes',
}

/** What stands in the place of the field; undefined when it stays, `unknown` when no version of OTLP knows it. */
export function replaceValue(
  attributes: Attributes,
  name: string,
  inner: unknown,
  facts: KeyFacts | undefined,
): Replaced | undefined | 'unknown' {
  const kind = KINDS[name]
  if (kind === undefined) return 'unknown'
  if (kind === 'bytes' && typeof inner === 'string') {
    // What is no base64 is a text to whoever does not decode it.
    const masked = attributes.text(inner)
    if (masked !== inner) return { stringValue: masked }
  }
  const replacement = attributes.value(valueIn(name, inner), facts)
  if (replacement === undefined) return undefined
  if (typeof replacement === 'string') return { stringValue: replacement }
  return { bytesValue: replacement.toString('base64') }
}

function valueIn(name: string, inner: unknown): Value {
  if (KINDS[name] === 'bytes' && typeof inner === 'string') return Buffer.from(inner, 'base64')
  if (typeof inner === 'string') return numberIn(KINDS[name], inner) ?? inner
  if (typeof inner === 'boolean') return inner
  const number = numberOf(inner)
  if (number !== undefined) return number
  if (KINDS[name] === 'list' && isObject(inner)) {
    const { values, ...others } = inner
    const list = Array.isArray(values) ? values : []
    const isMap = name.startsWith('kv')
    const known: Value = isMap ? { pairs: list.map(pairOf) } : { items: list.map(anyValueOf) }
    return Object.keys(others).length === 0 ? known : { items: [known, plainValueOf(others)] }
  }
  return plainValueOf(inner)
}

/** A number that stands as a text; undefined when it is none. */
function numberIn(kind: string | undefined, text: string): number | bigint | undefined {
  if (kind === 'int' && /^-?\d{1,19}$/.test(text))
    return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
  return kind === 'double' && /^(?:-?\d[\d.]*(?:[eE][-+]?\d+)?|NaN|-?Infinity)$/.test(text) ? Number(text) : undefined
}

function pairOf(pair: unknown): readonly [string, Value] {
  if (!isObject(pair)) return ['', plainValueOf(pair)]
  const { key, value, ...others } = pair
  const known = anyValueOf(value)
  return [
    typeof key === 'string' ? key : '',
    Object.keys(others).length === 0 ? known : { items: [known, plainValueOf(others)] },
  ]
}

/** Each field of it, should there be several. */
function anyValueOf(value: unknown): Value {
  if (!isObject(value)) return plainValueOf(value)
  const values = Object.entries(value).map(([name, inner]) =>
    Object.hasOwn(KINDS, name) ? valueIn(name, inner) : { pairs: [[name, plainValueOf(inner)] as const] },
  )
  return values.length > 1 ? { items: values } : (values[0] ?? null)
}

/** JSON that has no form which OTLP knows. */
function plainValueOf(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  const number = numberOf(value)
  if (number !== undefined) return number
  if (Array.isArray(value)) return { items: value.map(plainValueOf) }
  if (!isObject(value)) return null
  return { pairs: Object.entries(value).map(([name, inner]) => [name, plainValueOf(inner)] as const) }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
}
