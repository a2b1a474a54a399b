// Compiles what is searched for before rules are run.
import { parsePattern } from '../../pattern.ts'
import { type WiderPattern, widerPattern } from '../../pattern-wider.ts'
import type { Policy } from '../../policy.ts'
import { isWeak, type Prefilter, prefilterOf } from '../../prefilter.ts'
import { keyRules, textRules } from '../../rules.ts'
import { MARKS } from '../../steps.ts'
import { containsAny, ottl } from './ottl.ts'

/** The mark in the cache of a rule that may match: `rule` and its number, rules for texts first. */
export const mayMatch = (context: string, index: number) => `${context}.cache["rule${index + 1}"]`

/**
 * Statements that mark the rules that may match, given `text`, `lower` and `keys` in the cache. Without a text each may.
 * @param rare of `containsAny`
 */
export function searchStatements(policy: Policy, context: string, rare: number): string[] {
  const text = `${context}.cache["text"]`
  const lower = `${context}.cache["lower"]`
  const texts = textRules(policy)
  const afters = [...new Set(texts.flatMap(({ after }) => after ?? []))]
  const there = (after: string) => `${context}.cache["after${afters.indexOf(after) + 1}"]`
  const contains = ({ lower: inLower, anyOf }: Prefilter) => containsAny(inLower ? lower : text, anyOf, rare)
  // A text loses its marks before rules are run, and may match then.
  const marked = `IsMatch(${text}, ${ottl(MARKS)})`
  const matches = (wider: WiderPattern) => `IsMatch(${wider.lower ? lower : text}, ${ottl(wider.pattern)})`
  const where = (index: number, condition: string) => `set(${mayMatch(context, index)}, true) where ${condition}`
  return [
    // Rules that are looked for behind the same words need not be searched for where none of these stands.
    ...afters.flatMap((after) => {
      const prefilter = prefilterOf(parsePattern(after), 0)
      return [`set(${there(after)}, true) where ${text} != nil${prefilter ? ` and ${contains(prefilter)}` : ''}`]
    }),
    ...texts.map(({ prefilter, after, whole }, index) => {
      if (!prefilter) return `set(${mayMatch(context, index)}, true)`
      const near = after === undefined ? '' : `${there(after)} == true and `
      const exactly = isWeak(prefilter) ? ` and (${matches(widerPattern(parsePattern(whole)))} or ${marked})` : ''
      return where(index, `${text} == nil or (${near}${contains(prefilter)}${exactly})`)
    }),
    ...keyRules(policy).map(({ prefilter }, index) => {
      const condition = prefilter ? containsAny(`${context}.cache["keys"]`, prefilter.anyOf) : 'true == true'
      return where(texts.length + index, `${text} == nil or ${condition}`)
    }),
  ]
}
