// JSON that is read and written again with every digit, and without what stands behind a name that comes twice.

export type Json = Record<string, unknown>

declare global {
  interface JSON {
    /** A value that is written as this text (ECMAScript 2026; TypeScript does not know it yet). */
    rawJSON(text: string): object
    isRawJSON(value: unknown): boolean
  }
}

/** Numbers that would be written in another way than they were read. */
const INEXACT = /[:[,\s](?:-?\d{16}|-?\d+\.\d{15}|-0|-?\d[\d.]*[eE])/

/** Whether the text may hold a number that would be written in another way than it was read. */
export function isInexact(text: string): boolean {
  return INEXACT.test(text)
}

/** As JSON.parse; numbers that would be written in another way stand as raw JSON. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value
  })
}

/** A number of parsed JSON; as bigint where it is an integer that a double does not hold. */
export function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'object' || value === null || !JSON.isRawJSON(value)) return undefined
  const source = String(Reflect.get(value, 'rawJSON'))
  return /^-?\d+$/.test(source) ? BigInt(source) : Number(source)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/** How many names with a value the text has. */
export function countedKeys(text: Uint8Array): number {
  let count = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at]
    if (isInString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) isInString = false
    } else if (byte === QUOTE) isInString = true
    else if (byte === COLON) count += 1
  }
  return count
}

/** How many of them are left once it is parsed. */
export function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + keysIn(item), 0)
  return Object.values(value).reduce((sum: number, item) => sum + 1 + keysIn(item), 0)
}
