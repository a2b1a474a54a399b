// The flags of verify:platform, checked.
import { z } from 'zod'
import { UsageError } from '../../core/errors.ts'
import { type RuntimeChoice, runtimeChoices } from '../../stack/runtime/auto/choose.ts'
import { type Profile, profiles } from '../judge/model/profile.ts'

export interface VerifyOptions {
  readonly profile: Profile
  readonly only: readonly string[]
  readonly seed: number
  readonly out: string
  readonly runtime: RuntimeChoice
  /** The run's clock, milliseconds since the epoch; now when absent. */
  readonly clockMs?: number
  /** Another run, whose stored content must be the same; its seed, clock and profile are taken. */
  readonly sameAs?: string
}

const flagsSchema = z.object({
  runtime: z.enum(runtimeChoices, {
    error: (issue) => `--runtime ${String(issue.input)}: must be ${runtimeChoices.join(', ')}`,
  }),
  profile: z.enum(profiles, { error: (issue) => `--profile ${String(issue.input)}: must be ${profiles.join(', ')}` }),
  only: z.string().transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
  seed: z
    .string()
    .regex(/^\d{1,15}$/, { error: (issue) => `--seed ${String(issue.input)}: must be a whole number` })
    .transform(Number),
  out: z.string().min(1, { error: '--out must name a directory' }),
  clock: z.iso
    .datetime({ error: (issue) => `--clock ${String(issue.input)}: must be a time like 2026-01-01T00:00:00Z` })
    .transform((text) => Date.parse(text))
    .optional(),
  sameAs: z.string().min(1, { error: '--same-as must name the directory of a run' }).optional(),
})

/** @throws UsageError naming the flag and what it takes */
export function verifyOptions(flags: unknown): VerifyOptions {
  const parsed = flagsSchema.safeParse(flags)
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'wrong flags')
  const { clock: clockMs, sameAs, ...options } = parsed.data
  return {
    ...options,
    ...(clockMs === undefined ? {} : { clockMs }),
    ...(sameAs === undefined ? {} : { sameAs }),
  }
}
