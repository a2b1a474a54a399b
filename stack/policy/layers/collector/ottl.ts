// Text inside the collector's configuration: literals and conditions of OTTL.
import { EVERYWHERE, type Searched } from '../../prefilter.ts'
import { quoteRegex } from '../../quote-regex.ts'

/** A string literal of OTTL inside the collector's configuration, where `$` stands for a variable and `$$` for itself. */
export function ottl(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `"${escaped.replaceAll('$', '$$$$')}"`
}

/** Rare in texts: where one is missing, the literals that have it need not be searched for one by one. */
const RARE = ['_', '%', '@', '+', '|']

/**
 * The OTTL condition that the value of a path contains one of these. A literal is found in a tenth of the time that a pattern takes.
 * @param rare literals of so many telling characters are looked for without what follows them: each such pattern takes time at the start
 */
export function containsAny(path: string, searched: readonly Searched[], rare = Infinity): string {
  const groups = Map.groupBy(searched, ({ literal }) => RARE.find((char) => literal.includes(char)) ?? '')
  const conditions = [...groups].flatMap(([char, all]) => {
    const each = [...new Set(all.map((one) => contains(path, one, rare)))]
    if (char === '' || all.length < 3) return each
    return [`(${matches(path, quoteRegex(char))} and (${each.join(' or ')}))`]
  })
  return `(${conditions.join(' or ')})`
}

function contains(path: string, { literal, pattern }: Searched, rare: number): string {
  const found = matches(path, quoteRegex(literal))
  const isAlone = pattern === quoteRegex(literal) || literal.replaceAll(EVERYWHERE, '').length >= rare
  return isAlone ? found : `${found} and ${matches(path, pattern)}`
}

const matches = (path: string, pattern: string) => `IsMatch(${path}, ${ottl(pattern)})`
