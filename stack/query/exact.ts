// Numbers that JavaScript would round, kept as ClickHouse wrote them: whole ones beyond 2^53 as bigint, decimals with more digits as text.

/** For the ClickHouse client: reads JSON without rounding. */
export const exactJson = { parse: parseExactly }

/** As JSON.parse, but what a double cannot hold is a bigint, or the text of a decimal. */
export function parseExactly<T>(text: string): T {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? exact(value, context.source) : value,
  )
}

/** As JSON.stringify; a bigint is written as the number that it is. */
export function stringifyExactly(value: unknown, indent = 2): string {
  return JSON.stringify(
    value,
    (_key, each: unknown) => (typeof each === 'bigint' ? JSON.rawJSON(String(each)) : each),
    indent,
  )
}

function exact(value: number, source: string): number | bigint | string {
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source)
  // A float is written with the digits that tell it from others, 17 at most; only a decimal has more.
  return digitsOf(source) > 17 ? source : value
}

function digitsOf(source: string): number {
  return (source.split(/e/i)[0] ?? '').replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length
}
