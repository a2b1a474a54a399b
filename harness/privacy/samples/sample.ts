// What an independent sample is: a text that somebody else wrote, with the private part in it, and the kind that it belongs to.
import { z } from 'zod'

/** Whether a kind is known by its own format, by a name beside it, or is what identifies a person. */
export const sampleKinds = ['format', 'named', 'email', 'phone'] as const
export type SampleKind = (typeof sampleKinds)[number]

export const sampleSchema = z.object({
  /** What the judge calls the kind. */
  rule: z.string(),
  /** The text with `{s}` for the private part: how it is written. */
  syntax: z.string(),
  sample: z.string(),
  secret: z.string(),
})

export interface Sample extends z.infer<typeof sampleSchema> {
  readonly kind: SampleKind
}
