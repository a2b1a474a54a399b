// A sanitizer takes what is private out of a text; the policy as one.
import { maskText } from '../../stack/policy/mask-text.ts'
import { parsePattern, toRegExp } from '../../stack/policy/pattern.ts'
import type { Policy } from '../../stack/policy/policy.ts'
import { keyRules } from '../../stack/policy/rules.ts'

/** @param key of the attribute that holds the text, where the key tells what the text is */
export type Sanitizer = (text: string, key?: string) => string

/** What the policy makes of a text, and of one whose attribute's name tells that it is a secret. */
export function policySanitizer(policy: Policy): Sanitizer {
  const mask = maskText(policy)
  const told = keyRules(policy).map(({ key }) => toRegExp(parsePattern(key), 'u'))
  const hashed = policy.filters.flatMap((filter) => (filter.type === 'pii_hash' ? filter.fields : []))
  return (text, key = '') => {
    if (hashed.includes(key)) return 'sha256:'
    return told.some((expression) => expression.test(key)) ? '[REDACTED_API_KEY]' : mask(text)
  }
}
