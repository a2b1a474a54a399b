// The encodings in which a fragment may stand: promised ones, and those that are measured apart.
import type { Encoding, PromisedEncoding } from './model/canary.ts'

/** Encodes a stretch of text as it stands inside a longer one. JSON is put around a whole text instead: `jsonDepth`. */
export function encode(encoding: Encoding, text: string): string {
  switch (encoding) {
    case 'url':
      return encodeURIComponent(text)
    case 'single':
      return `'${escapedFor("'", text)}'`
    case 'double':
      return `"${escapedFor('"', text)}"`
    case 'backtick':
      return `\`${escapedFor('`', text)}\``
    case 'base64':
      return Buffer.from(text).toString('base64')
    case 'hex':
      return Buffer.from(text).toString('hex')
    case 'utf16':
      return Buffer.from(text, 'utf16le').toString('latin1')
    case 'zero-width':
      return text.replace(/(\w{3})(?=\w)/g, '$1\u200b')
    default:
      return text
  }
}

/** What `encode` made, read again; of the lossy ones the original cannot be told. */
export function decode(encoding: PromisedEncoding | 'base64' | 'hex' | 'utf16', text: string): string {
  switch (encoding) {
    case 'url':
      return decodeURIComponent(text)
    case 'single':
    case 'double':
    case 'backtick':
      return text.slice(1, -1).replace(/\\(.)/gs, '$1')
    case 'base64':
    case 'hex':
      return Buffer.from(text, encoding).toString()
    case 'utf16':
      return Buffer.from(text, 'latin1').toString('utf16le')
    default:
      return text
  }
}

/** The part as it stands inside the encoded whole: what a quote around the whole does to it. */
export function encodePart(encoding: Encoding, part: string): string {
  const whole = encode(encoding, part)
  return ['single', 'double', 'backtick'].includes(encoding) ? whole.slice(1, -1) : whole
}

function escapedFor(quote: string, text: string): string {
  return text.replace(/[\\'"`]/g, (mark) => (mark === quote || mark === '\\' ? `\\${mark}` : mark))
}

/** How many times a whole text is written as JSON inside JSON. */
export function jsonDepth(encoding: Encoding): number {
  return { json1: 1, json2: 2, json3: 3 }[encoding as string] ?? 0
}

/** The text as it stands inside a JSON string, so many levels deep. */
export function jsonEscaped(text: string, depth: number): string {
  let escaped = text
  for (let level = 0; level < depth; level += 1) escaped = JSON.stringify(escaped).slice(1, -1)
  return escaped
}
