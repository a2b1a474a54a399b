// The privacy policy as people write it: stack/policy/sanitization.yaml, checked.
import { z } from 'zod'
import { readYamlFile } from '../../core/yaml-file.ts'
import { tellsApart } from './identity.ts'
import { whyNoPathPattern } from './path-pattern.ts'
import { checkRule, type RuleFault } from './rule-check.ts'
import { beforeTerms, fillTerms } from './terms.ts'

/** Events are told apart by these; hashed under one policy and not under another, one event would be two. */
const hashable = z
  .string()
  .min(1)
  .refine((field) => !tellsApart(field), {
    error: ({ input }) =>
      `${String(input)} is part of what tells events apart (docs/data-model.md, Identity) and cannot be hashed`,
  })

const pathPattern = z.string().superRefine((pattern, context) => {
  const message = whyNoPathPattern(pattern)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

const regexFilter = z.strictObject({
  type: z.literal('regex'),
  /** What the audit and `explain` call the rule. */
  name: z.string().min(1).optional(),
  /** Where the pattern is looked for: in a text, or in the name of an attribute whose whole text is then replaced. */
  match: z.enum(['text', 'key']).default('text'),
  /** The pattern is looked for right behind a match of this one. Several rules with the same cost one search. */
  after: z.string().min(1).optional(),
  /** In the syntax that RE2 and JavaScript share; `{name}` stands for a term. */
  pattern: z.string().min(1),
  /** Texts that are left as they are: the pattern cannot match across the end of their first group, with which each begins. */
  unless: z.array(z.string().min(1)).default([]),
  /** `${1}` is the first group. */
  replacement: z.string(),
})

const filter = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('path_filter'),
    /** `*` is any text; a pattern matches when any text of the event touches such a directory, in any spelling of its path. */
    patterns: z.array(pathPattern).min(1),
    action: z.literal('exclude'),
  }),
  z.strictObject({
    type: z.literal('pii_hash'),
    hash_algorithm: z.literal('sha256'),
    fields: z.array(hashable),
    fields_if_address: z.array(hashable).default([]),
  }),
  regexFilter,
])

/** As it is written. */
const written = z.strictObject({
  version: z.literal(1),
  terms: z
    .record(z.string().regex(/^[a-z][a-z_]*$/, 'a term has a name of small letters'), z.string().min(1))
    .default({}),
  filters: z.array(filter).min(1),
})

/** With the terms filled in and every pattern checked. */
export const policySchema = written.transform((policy, context) => {
  const filters = policy.filters.map((each, index) => {
    if (each.type !== 'regex') return each
    const fill = (text: string, ...place: (string | number)[]) =>
      fillTerms(text, policy.terms, (message, at) =>
        context.addIssue({ code: 'custom', message, path: ['filters', index, ...place], params: { at } }),
      )
    const rule = {
      ...each,
      pattern: fill(each.pattern, 'pattern'),
      ...(each.after === undefined ? {} : { after: fill(each.after, 'after') }),
      unless: each.unless.map((text, number) => fill(text, 'unless', number)),
    }
    for (const { message, place, at } of checkRule(rule)) {
      const params = at === undefined ? {} : { at: beforeTerms(writtenAt(each, place), policy.terms, at) }
      context.addIssue({ code: 'custom', message, path: ['filters', index, ...place], params })
    }
    return rule
  })
  return { version: policy.version, filters }
})

export type Policy = z.infer<typeof policySchema>
export type Filter = Policy['filters'][number]
export type RegexRule = Extract<Filter, { type: 'regex' }>

/** A pattern of a rule before its terms were filled in. */
function writtenAt(rule: z.infer<typeof regexFilter>, [key, number]: RuleFault['place']): string {
  if (key === 'unless') return rule.unless[Number(number)] ?? ''
  return (key === 'after' ? rule.after : rule.pattern) ?? ''
}

/** Reads and checks the policy. @throws UserError with file, line and column */
export function readPolicy(file: string, shown: string): Promise<Policy> {
  return readYamlFile(file, shown, policySchema)
}

/** What a rule is called where nobody named it: by its place among the regex filters, from 1. */
export function ruleName({ name }: Pick<RegexRule, 'name'>, number: number): string {
  return name ?? `rule ${number}`
}
