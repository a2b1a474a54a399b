// Takes apart the text of SQL, as far as the tests of the documents need it.

/** Splits SQL at the commas that stand in no brackets and no text; white space becomes one blank. */
export function splitList(sql: string): string[] {
  const items = ['']
  let depth = 0
  let quoted = false
  for (const [token] of sql.matchAll(/\\.|[^\\]/gs)) {
    if (token === "'") quoted = !quoted
    if (!quoted && '([{'.includes(token)) depth += 1
    if (!quoted && ')]}'.includes(token)) depth -= 1
    if (token === ',' && !quoted && depth === 0) items.push('')
    else items[items.length - 1] += !quoted && /\s/.test(token) ? ' ' : token
  }
  return items.map((item) => item.replace(/ +/g, ' ').trim()).filter((item) => item !== '')
}

/** The arguments of `name(…)` when the whole expression is one such call. */
export function argumentsOf(name: string, expression: string): string[] | undefined {
  if (!expression.startsWith(`${name}(`) || !expression.endsWith(')')) return undefined
  return splitList(expression.slice(name.length + 1, -1))
}
