// What the policy does to one text, rule by rule.
import { maskStages } from './mask-text.ts'
import { touchesPath } from './paths.ts'
import { parsePattern, toRegExp } from './pattern.ts'
import type { Policy } from './policy.ts'
import { keyRules } from './rules.ts'

export interface Explained {
  /** Each rule that changed it, in their order. */
  readonly steps: readonly { readonly rule: string; readonly before: string; readonly after: string }[]
  readonly result: string
  /** An event with this text is not stored at all. */
  readonly excluded: boolean
}

/** @param key the name of the attribute that holds the text; empty for none */
export function explainText(policy: Policy, text: string, key: string): Explained {
  const excluded = touchesPath(policy)(text)
  const hashed = policy.filters.some((filter) => filter.type === 'pii_hash' && filter.fields.includes(key))
  if (hashed) return { steps: [{ rule: 'pii_hash', before: text, after: 'sha256:…' }], result: 'sha256:…', excluded }
  const told = keyRules(policy).find((rule) => toRegExp(parsePattern(rule.key), 'u').test(key))
  if (told) {
    const after = maskStages(told.steps, text)
    return { steps: after === text ? [] : [{ rule: told.name, before: text, after }], result: after, excluded }
  }
  const steps: { rule: string; before: string; after: string }[] = []
  const result = maskStages(policy, text, (rule, before, after) => steps.push({ rule, before, after }))
  return { steps, result, excluded }
}
