// By which of the policy's filters a value was changed, or an event left out.
import { readDocument, standardPolicyFile } from '../client/sanitizer/document.ts'
import { Masker } from '../client/sanitizer/masker.ts'
import { namesRule, readNames } from '../client/sanitizer/names.ts'
import { touchesPath } from '../policy/paths.ts'
import type { Policy } from '../policy/policy.ts'

interface KeyRule {
  readonly name: string
  readonly key: RegExp
}

export class Replaced {
  readonly #masker: Masker
  readonly #keys: readonly KeyRule[]
  readonly #paths: readonly { readonly pattern: string; readonly touches: (text: string) => boolean }[]

  /** @throws MachineError when the compiled policy or the names cannot be read */
  constructor(policy: Policy, namesFile: string | undefined) {
    const document = readDocument(standardPolicyFile)
    this.#masker = new Masker(document, namesFile === undefined ? undefined : namesRule(readNames(namesFile)))
    this.#keys = document.keys.map(({ name, key }) => ({ name, key: new RegExp(key.source, key.flags) }))
    const filters = policy.filters.filter((filter) => filter.type === 'path_filter')
    this.#paths = filters.flatMap(({ patterns, ...filter }) =>
      patterns.map((pattern) => ({
        pattern,
        touches: touchesPath({ ...policy, filters: [{ ...filter, patterns: [pattern] }] }),
      })),
    )
  }

  /** The rules that made `after` of `before`. */
  by(key: string, before: string, after: string): readonly string[] {
    if (after.startsWith('sha256:')) return ['pii_hash']
    const told = this.#keys.filter((rule) => rule.key.test(key)).map(({ name }) => name)
    return [...told, ...this.#masker.rulesIn(before)]
  }

  /** The patterns of paths by which an event with these texts is left out. */
  leftOutBy(texts: readonly string[]): readonly string[] {
    return this.#paths.filter(({ touches }) => texts.some(touches)).map(({ pattern }) => pattern)
  }
}
