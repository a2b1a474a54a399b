// A value of an attribute as the collector's exporter writes it: the text that rules see, at every layer.

/** A decoded AnyValue. Bytes are a Buffer, an integer that a double cannot hold is a bigint. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Buffer
  | null
  | { readonly items: readonly Value[] }
  | { readonly pairs: readonly (readonly [string, Value])[] }

export function textOf(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (Buffer.isBuffer(value)) return value.toString('base64')
  return typeof value === 'object' ? jsonOf(value) : String(value)
}

/** JSON as the collector writes it: keys sorted, two line separators escaped. */
function jsonOf(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (Buffer.isBuffer(value)) return quoted(value.toString('base64'))
  // JSON has no such numbers.
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (typeof value !== 'object') return String(value)
  if ('items' in value) return `[${value.items.map(jsonOf).join(',')}]`
  const sorted = value.pairs.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
  return `{${sorted.map(([key, inner]) => `${quoted(key)}:${jsonOf(inner)}`).join(',')}}`
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** Whether a list or map holds a number that JSON has not: Go's exporter writes no text at all for it. */
export function hasNoText(value: Value): boolean {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return false
  const inner = 'items' in value ? value.items : value.pairs.map(([, each]) => each)
  return inner.some((each) => (typeof each === 'number' && !Number.isFinite(each)) || hasNoText(each))
}

/** The same value with each of its bytes replaced by what `change` gives; the value itself when it gives none. */
export function mapBytes(value: Value, change: (bytes: Buffer) => Buffer): Value {
  if (Buffer.isBuffer(value)) return change(value)
  if (typeof value !== 'object' || value === null) return value
  if ('items' in value) {
    const items = value.items.map((item) => mapBytes(item, change))
    return items.some((item, index) => !Object.is(item, value.items[index])) ? { items } : value
  }
  const pairs = value.pairs.map(([key, inner]) => [key, mapBytes(inner, change)] as const)
  return pairs.some(([, inner], index) => !Object.is(inner, value.pairs[index]?.[1])) ? { pairs } : value
}
