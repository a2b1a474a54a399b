// The policy as the client's end runs it: stack/client/policy.json, compiled from stack/policy/sanitization.yaml and holding no secret.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { MachineError, messageOf } from '../../../core/errors.ts'

/** The mark of stack/policy/steps.ts around what was put in place of something, until the last step. */
export const DONE = '\uFDD0'

/** Replace every match. In JavaScript's syntax. */
const step = z.object({ source: z.string(), flags: z.string(), replacement: z.string() })

/** A literal; a text that the rule changes holds one of them, and behind it what `source` matches from the literal on. */
const literal = z.object({ text: z.string().min(1), source: z.string().optional() })

/** Look for the literals, in the text in lower case when `lower`. */
const prefilter = z.object({ lower: z.boolean(), literals: z.array(literal) })

const rule = z.object({
  name: z.string(),
  /** Which of `afters` stands around it and those of its neighbours that share it. */
  after: z.number().optional(),
  /** Absent when the rule must run over every text. */
  prefilter: prefilter.optional(),
  steps: z.array(step),
})

const documentSchema = z.object({
  version: z.literal(1),
  /** Tells one policy from another. */
  policy: z.string(),
  /** An event in which a text touches a directory is left out: where one of `near` is in the text in lower case, and `touches` in what `steps` leave. */
  paths: z
    .object({
      near: z.array(z.string().min(1)),
      steps: z.array(step),
      touches: step.pick({ source: true, flags: true }),
    })
    .optional(),
  hashed: z.array(z.string()),
  hashedIfAddress: z.array(z.string()),
  /** Attributes that no rule rewrites, each with the form that it has: any other is hashed whole. */
  identifying: z.record(z.string(), z.string()),
  opening: z.array(step),
  afters: z.array(z.object({ prefilter: prefilter.optional(), before: step, behind: step })),
  rules: z.array(rule),
  /** Rules for names of attributes: what `key` matches loses its value. */
  keys: z.array(z.object({ name: z.string(), key: step.pick({ source: true, flags: true }), steps: z.array(step) })),
  closing: z.array(step),
})

export type PolicyDocument = z.infer<typeof documentSchema>

export type DocumentStep = z.infer<typeof step>
export type DocumentPrefilter = z.infer<typeof prefilter>

/** Beside the client's code, so that a container which mounts that has it, too. */
export const standardPolicyFile = fileURLToPath(new URL('../policy.json', import.meta.url))

/** @throws MachineError when there is none that can be run: nothing may pass without one */
export function readDocument(file: string): PolicyDocument {
  try {
    return documentSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : messageOf(error)
    throw new MachineError(
      `the compiled policy ${file} cannot be used: ${why}; \`npm run stack -- up\` compiles it anew`,
    )
  }
}
