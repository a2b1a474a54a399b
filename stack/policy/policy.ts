// The privacy policy as people write it: stack/policy/sanitization.yaml, checked.
import { z } from 'zod'
import { readYamlFile } from '../../core/yaml-file.ts'
import { tellsApart } from './identity.ts'

const pattern = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const error = patternError(text)
    if (error) context.addIssue({ code: 'custom', message: error })
  })

/** Events are told apart by these; hashed under one policy and not under another, one event would be two. */
const hashable = z
  .string()
  .min(1)
  .refine((field) => !tellsApart(field), {
    error: ({ input }) =>
      `${String(input)} is part of what tells events apart (docs/data-model.md, Identity) and cannot be hashed`,
  })

const filter = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('path_filter'),
    /** `*` is any text; a pattern matches when any text of the event contains such a path. */
    patterns: z.array(z.string().regex(/^\*\/[^*]+\/\*$/, 'a path pattern has the form */directory/*')).min(1),
    action: z.literal('exclude'),
  }),
  z.strictObject({
    type: z.literal('pii_hash'),
    hash_algorithm: z.literal('sha256'),
    fields: z.array(hashable),
    fields_if_address: z.array(hashable).default([]),
  }),
  z.strictObject({
    type: z.literal('regex'),
    name: z.string().optional(),
    /** RE2 syntax: no look-around, no back-references. */
    pattern,
    /** `${1}` is the first group. */
    replacement: z.string(),
  }),
])

export const policySchema = z.strictObject({ version: z.literal(1), filters: z.array(filter).min(1) })
export type Policy = z.infer<typeof policySchema>

/** Reads and checks the policy. @throws UserError with file and line */
export function readPolicy(file: string, shown: string): Promise<Policy> {
  return readYamlFile(file, shown, policySchema)
}

/** What is wrong with an RE2 pattern, or undefined. RE2 is nearly a subset of JavaScript's syntax; what it lacks is named. */
function patternError(text: string): string | undefined {
  // An escaped backslash before a digit or a group is no back-reference and no look-around.
  const bare = text.replaceAll('\\\\', '')
  if (/\(\?(?:[=!]|<[=!])/.test(bare)) return 'look-around is not RE2 syntax'
  if (/\\[1-9]/.test(bare)) return 'back-references are not RE2 syntax'
  const [, flags = '', rest = text] = /^\(\?([a-z]+)\)(.*)$/s.exec(text) ?? []
  try {
    new RegExp(rest.replaceAll('(?P<', '(?<'), flags.includes('i') ? 'i' : '')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'invalid pattern'
  }
}
