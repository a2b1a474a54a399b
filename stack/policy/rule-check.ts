// What is wrong with a rule: patterns that the layers would not read alike or not in linear time, replacements that are matched again.
import { messageOf } from '../../core/errors.ts'
import { PatternError, parsePattern, toRegExp } from './pattern.ts'
import { javaScriptSource } from './pattern-javascript.ts'
import { javaScriptReplacement, protectiveGroups, type TextRule } from './steps.ts'
import { superLinearPart } from './super-linear.ts'

export interface RuleFault {
  readonly message: string
  readonly place: readonly (string | number)[]
  /** Which character of the pattern, where it is known. */
  readonly at?: number
}

/** @param rule with its terms filled in */
export function checkRule({
  match,
  after,
  pattern,
  unless,
  replacement,
}: TextRule & { match: 'text' | 'key' }): RuleFault[] {
  const faults: RuleFault[] = []
  const check = (text: string, ...place: (string | number)[]): number | undefined => {
    try {
      const parsed = parsePattern(text)
      const slow = superLinearPart(javaScriptSource(parsed))
      if (slow)
        faults.push({
          message: `the repeat ${slow} may be tried from every place of a long text: give it an upper limit, such as {0,40}`,
          place,
        })
      if (toRegExp(parsed, 'u').test('')) faults.push({ message: 'it matches an empty text', place })
      return parsed.groups
    } catch (error) {
      faults.push({ message: messageOf(error), place, ...(error instanceof PatternError ? { at: error.at } : {}) })
      return undefined
    }
  }
  if (after !== undefined) check(after, 'after')
  const groups = check(pattern, 'pattern')
  for (const [number, text] of unless.entries()) {
    if (check(text, 'unless', number) === undefined || match === 'key') continue
    if (!protectiveGroups(text))
      faults.push({ message: 'it must begin with a group, and something must follow it', place: ['unless', number] })
  }
  if (groups !== undefined && match === 'text') faults.push(...checkReplacement(pattern, replacement, groups))
  return faults
}

function checkReplacement(pattern: string, replacement: string, groups: number): RuleFault[] {
  const place = ['replacement']
  const bare = replacement.replaceAll(/\$\{\d\}/g, '')
  if (bare.includes('$') || bare.includes('\\'))
    return [{ message: `a dollar or a backslash stands only in \${1} to \${${groups || 9}}`, place }]
  const named = [...replacement.matchAll(/\$\{(\d)\}/g)].map(([, digit]) => Number(digit))
  const missing = named.find((each) => each < 1 || each > groups)
  if (missing !== undefined) return [{ message: `the pattern has no group ${missing}`, place }]
  // With empty groups: what a group keeps is tried with real texts by the tests of the policy.
  const result = replacement.replaceAll(/\$\{\d\}/g, '')
  const expression = toRegExp(parsePattern(pattern))
  const again = result.replace(expression, javaScriptReplacement(replacement))
  return again === result
    ? []
    : [{ message: `the pattern matches its own replacement ${JSON.stringify(result)}`, place }]
}
