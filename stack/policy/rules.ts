// The regex filters of a policy, ready to be compiled: each with its substitutions and with what every text that it changes must contain.
import { parsePattern } from './pattern.ts'
import type { Policy } from './policy.ts'
import { type RegexRule, ruleName } from './policy.ts'
import { type Prefilter, prefilterOf } from './prefilter.ts'
import { ruleSteps, type Step, valueSteps } from './steps.ts'

export interface ReadyRule {
  readonly name: string
  /** The same for the rules that are looked for behind the same: their substitutions stand between those of `afterSteps`. */
  readonly after: string | undefined
  /** What stands in a text that the rule changes: its pattern, with what must stand before it. */
  readonly whole: string
  /** Undefined when none can be derived: then the rule runs over every text. */
  readonly prefilter: Prefilter | undefined
  readonly steps: readonly Step[]
}

/** A rule that looks at the names of attributes: what matches `name`, loses its value but for those that match `unless`. */
export interface KeyRule {
  readonly name: string
  readonly key: string
  readonly prefilter: Prefilter | undefined
  readonly steps: readonly Step[]
}

const regexFilters = (policy: Policy) => policy.filters.filter((filter) => filter.type === 'regex')

const texts = new WeakMap<Policy, readonly ReadyRule[]>()
const keys = new WeakMap<Policy, readonly KeyRule[]>()

/** The rules for texts, in the policy's order. */
export function textRules(policy: Policy): readonly ReadyRule[] {
  const found = texts.get(policy) ?? makeTextRules(policy)
  texts.set(policy, found)
  return found
}

/** The rules for names of attributes. */
export function keyRules(policy: Policy): readonly KeyRule[] {
  const found = keys.get(policy) ?? makeKeyRules(policy)
  keys.set(policy, found)
  return found
}

function makeTextRules(policy: Policy): ReadyRule[] {
  return regexFilters(policy).flatMap((rule, index) =>
    rule.match === 'text'
      ? [
          {
            name: ruleName(rule, index + 1),
            after: rule.after,
            whole: wholePattern(rule),
            prefilter: prefilterOf(parsePattern(wholePattern(rule))),
            steps: ruleSteps(rule),
          },
        ]
      : [],
  )
}

/** What stands in a text that the rule changes: its pattern, with what must stand before it. */
function wholePattern({ after, pattern }: RegexRule): string {
  return after === undefined ? pattern : `(?:${after})(?:${pattern})`
}

function makeKeyRules(policy: Policy): KeyRule[] {
  return regexFilters(policy).flatMap((rule, index) =>
    rule.match === 'key' ? [{ name: ruleName(rule, index + 1), ...keyRule(rule) }] : [],
  )
}

function keyRule({ pattern, unless, replacement }: RegexRule): Omit<KeyRule, 'name'> {
  // Names stand a line each where they are searched for, so the end of one is a line break there.
  const asLine = pattern.endsWith('$') && !pattern.endsWith('\\$') ? `${pattern.slice(0, -1)}\\n` : pattern
  return {
    key: pattern,
    prefilter: prefilterOf(parsePattern(asLine)),
    steps: valueSteps({ unless, replacement }),
  }
}
