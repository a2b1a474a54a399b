// Renders a value as the ClickHouse exporter stores it: the strings of the collector's `Value.AsString()`.
import type { AnyValue } from '../core/otlp/otlp.ts'

/**
 * Strings as they are, integers in decimal, doubles as JavaScript writes them, `true`/`false`, lists and maps as JSON with sorted keys, bytes
 * in base64, but for a mark where they are seven or more and a value of their own. A value of no kind is the empty string.
 */
export function renderValue(value: AnyValue): string {
  if ('stringValue' in value) return value.stringValue
  if ('boolValue' in value) return String(value.boolValue)
  if ('intValue' in value) return String(value.intValue)
  if ('doubleValue' in value) return renderDouble(value.doubleValue)
  if ('bytesValue' in value)
    return Buffer.from(value.bytesValue, 'base64').length < 7 ? value.bytesValue : '[REDACTED_BYTES]'
  try {
    return renderJson(value)
  } catch (error) {
    // Go's JSON encoder gives up on the whole value, and the collector ignores its error.
    if (error instanceof NotJson) return ''
    throw error
  }
}

class NotJson extends Error {}

// OTLP JSON may hold NaN and the infinities as strings.
function renderDouble(value: number | string): string {
  const double = Number(value)
  return Object.is(double, -0) ? '-0' : String(double)
}

function renderJson(value: AnyValue): string {
  if ('arrayValue' in value) return `[${(value.arrayValue.values ?? []).map(renderJson).join(',')}]`
  if ('kvlistValue' in value) {
    const entries = new Map((value.kvlistValue.values ?? []).map((entry) => [entry.key, entry.value]))
    const keys = [...entries.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    return `{${keys.map((key) => `${quote(key)}:${renderJson(entries.get(key) ?? { stringValue: '' })}`).join(',')}}`
  }
  if ('stringValue' in value) return quote(value.stringValue)
  if ('bytesValue' in value) return quote(value.bytesValue)
  if ('doubleValue' in value && !Number.isFinite(Number(value.doubleValue))) throw new NotJson()
  return Object.keys(value).length === 0 ? 'null' : renderValue(value)
}

// Go escapes the two line separators as well; all else is as in JSON.stringify.
function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
