// A sanitizer takes what is private out of a text; the policy's patterns as one, with JavaScript's engine in the place of RE2.
import type { Policy } from '../../stack/policy/policy.ts'

/** @param key of the attribute that holds the text, where the key tells what the text is */
export type Sanitizer = (text: string, key?: string) => string

/** The filters of a policy that look at texts, in their order. */
export function policySanitizer(policy: Policy): Sanitizer {
  const steps = policy.filters.flatMap((filter) => {
    if (filter.type !== 'regex') return []
    const [, flags = '', rest = filter.pattern] = /^\(\?([a-z]+)\)(.*)$/s.exec(filter.pattern) ?? []
    const pattern = new RegExp(rest.replaceAll('(?P<', '(?<'), `g${flags}`)
    const replacement = filter.replacement.replaceAll('$', '$$$$').replaceAll(/\$\$\{(\d+)\}/g, '$$$1')
    return [(text: string) => text.replace(pattern, replacement)]
  })
  return (text) => steps.reduce((masked, step) => step(masked), text)
}
