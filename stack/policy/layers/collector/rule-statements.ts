// Compiles rules into statements that run their substitutions over a map, each only where it may match.
import type { Policy } from '../../policy.ts'
import { keyRules, textRules } from '../../rules.ts'
import { afterSteps, type Step } from '../../steps.ts'
import { ottl } from './ottl.ts'
import { mayMatch } from './search.ts'

/** Over the values: what is searched in names stands among them. */
export function stepStatements({ pattern, replacement }: Step, map: string): string[] {
  return [`replace_all_patterns(${map}, "value", ${ottl(pattern)}, ${ottl(replacement)})`]
}

/** The rules for texts, with what is done before the first and behind the last of those that share their `after`. */
export function ruleStatements(policy: Policy, context: string, map: string): string[] {
  const rules = textRules(policy)
  const only = (steps: readonly Step[], condition: string) =>
    steps.flatMap((step) => stepStatements(step, map).map((statement) => `${statement} where ${condition}`))
  return rules.flatMap(({ after, steps }, index) => {
    const own = only(steps, `${mayMatch(context, index)} == true`)
    if (after === undefined) return own
    const { before, behind } = afterSteps(after)
    const sharing = rules.flatMap((rule, number) => (rule.after === after ? [number] : []))
    const one = sharing.map((number) => `${mayMatch(context, number)} == true`).join(' or ')
    return [
      ...(rules[index - 1]?.after === after ? [] : only([before], one)),
      ...own,
      ...(rules[index + 1]?.after === after ? [] : only([behind], one)),
    ]
  })
}

/** The rules for names of attributes. */
export function keyStatements(policy: Policy, context: string, map: string): string[] {
  const told = `${context}.cache["told"]`
  const first = textRules(policy).length
  return keyRules(policy).flatMap(({ key, steps }, index) =>
    [
      `set(${told}, ${map})`,
      `keep_matching_keys(${told}, ${ottl(key)})`,
      ...steps.map(
        ({ pattern, replacement }) => `replace_all_patterns(${told}, "value", ${ottl(pattern)}, ${ottl(replacement)})`,
      ),
      `merge_maps(${map}, ${told}, "upsert")`,
    ].map((statement) => `${statement} where ${mayMatch(context, first + index)} == true`),
  )
}
