// Which rules of a policy are a team's own. What is taken for plain, and in the database for words, is held against the rules that come with
// this stack (plain.test.ts, layers/database/compile.test.ts), and against no others.
import { createHash } from 'node:crypto'
import held from './held-rules.json' with { type: 'json' }
import type { Policy } from './policy.ts'
import { type ReadyRule, textRules } from './rules.ts'

const ofOurs: ReadonlySet<string> = new Set(held)

/** The rules for texts that are not, or no longer, word for word those that come with the stack: they may change what is plain. */
export function ownRules(policy: Policy): readonly ReadyRule[] {
  return textRules(policy).filter((rule) => !ofOurs.has(digestOf(rule)))
}

/** Of all that decides where a rule matches. What it puts there may be a team's own. */
export function digestOf({ whole, steps }: ReadyRule): string {
  return createHash('sha256')
    .update(JSON.stringify([whole, ...steps.map(({ pattern }) => pattern)]))
    .digest('hex')
    .slice(0, 16)
}
