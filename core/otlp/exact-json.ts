// JSON with integers that a double cannot hold.

/** As JSON.parse, but such integers become strings, which OTLP JSON allows for all of its integers. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  if (!/[:[,\s]-?\d{16,}/.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && /^-?\d{16,}$/.test(context?.source ?? '') ? context?.source : value,
  )
}
