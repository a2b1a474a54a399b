// Presets: how a team works, in files that people read and write.
import { access, constants, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { ExitCode, UsageError, UserError } from '../../core/errors.ts'
import { projectRoot } from '../../core/paths.ts'
import { readYamlFile } from '../../core/yaml-file.ts'
import { models } from '../events/api.ts'
import { versionProfiles } from '../profiles.ts'
import { distributionSchema as distribution } from './distribution.ts'

const share = z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1')
const weights = (length: number) =>
  z
    .array(z.number().min(0, 'must not be negative'))
    .length(length, `must be ${length} numbers`)
    .refine((all) => all.some((each) => each > 0), 'must not all be 0')
const shares = (names: readonly string[]) =>
  z
    .partialRecord(z.enum(names as [string, ...string[]]), z.number().min(0, 'must not be negative'))
    .refine((all) => Object.values(all).some((each) => Number(each) > 0), 'must not all be 0')
const whole = (most: number) => z.number().int('must be a whole number').min(1, 'must be at least 1').max(most)

export const presetSchema = z.strictObject({
  /** It ends after so many days; without end where neither this nor `sessions.most` is there. */
  days: whole(3660).optional(),
  people: whole(24),
  sessions: z.strictObject({
    /** It ends after so many sessions. */
    most: whole(10_000_000).optional(),
    a_day: distribution(100),
    weekdays: weights(7),
    hours: weights(24),
    time_zones: z.array(z.number().int().min(-720).max(840)).min(1),
    headless: share,
    resumed: share,
    shared_id: share,
    content: share,
  }),
  course: z.strictObject({
    prompts: distribution(10_000),
    seconds_between_prompts: distribution(604_800),
    steps: distribution(1_000),
    tools_of_step: distribution(100),
    subagents: share,
    tool_ms: distribution(86_400_000),
    result_bytes: distribution(1_000_000_000),
    added_lines: distribution(100_000),
    removed_lines: distribution(100_000),
  }),
  request: z.strictObject({
    milliseconds: distribution(86_400_000),
    input_tokens: distribution(10_000_000),
    output_tokens: distribution(10_000_000),
    added_tokens: distribution(10_000_000),
    first_tokens: whole(1_000_000),
    cache_seconds: z.number().positive('must be more than 0'),
    most_tokens: whole(1_000_000),
    long_context: share,
  }),
  texts: z.strictObject({ prompt_characters: distribution(1_000_000), response_characters: distribution(1_000_000) }),
  errors: z.strictObject({
    bursts_a_week: z.number().min(0, 'must not be negative').max(100),
    burst_minutes: distribution(10_080),
    failed_in_burst: share.max(0.95, 'must be from 0 to 0.95'),
    failed_otherwise: share.max(0.95, 'must be from 0 to 0.95'),
  }),
  clocks: z.strictObject({ wrong: share, seconds: distribution(31_536_000) }),
  versions: shares(Object.keys(versionProfiles)),
  models: shares(models),
  favourite_tool: z.number().positive('must be more than 0'),
})
export type Preset = z.infer<typeof presetSchema>

const DIRECTORY = 'generators/presets'

/** The names of those that come with the project. */
export async function presetNames(): Promise<string[]> {
  const files = await readdir(join(projectRoot, DIRECTORY))
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort()
}

/**
 * @param given a name, or the path of a file (it ends in .yaml)
 * @throws UsageError for an unknown name; UserError with file, line and column for what is wrong in a file
 */
export async function readPreset(given: string): Promise<Preset> {
  if (given.endsWith('.yaml')) {
    const isFile = await stat(given).then(
      (found) => found.isFile(),
      () => false,
    )
    if (
      !isFile ||
      !(await access(given, constants.R_OK).then(
        () => true,
        () => false,
      ))
    )
      throw new UserError(`${given} cannot be read; name a preset file that is there`, ExitCode.unknown)
    return readYamlFile(given, given, presetSchema)
  }
  const names = await presetNames()
  if (!names.includes(given))
    throw new UsageError(
      `there is no preset ${given}; there are: ${names.join(', ')}, or name a file that ends in .yaml`,
    )
  const shown = `${DIRECTORY}/${given}.yaml`
  return readYamlFile(join(projectRoot, shown), shown, presetSchema)
}
