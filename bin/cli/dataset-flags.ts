// The flags of npm run dataset: what is to be made, and of which kind.
import { z } from 'zod'
import { nowMs } from '../../core/clock.ts'
import { UsageError } from '../../core/errors.ts'
import { profileAt } from '../../generators/profiles.ts'
import { type Part, uniformParts } from '../../generators/sessions/dataset.ts'
import { generateSession, type Session } from '../../generators/sessions/session.ts'
import { isBounded, plansOf, teamParts } from '../../generators/team/parts.ts'
import type { Plan } from '../../generators/team/plan.ts'
import { type Preset, readPreset } from '../../generators/team/preset.ts'
import { teamPlayer } from '../../generators/team/team-session.ts'
import type { Block, Wanted } from '../../harness/dataset/block.ts'
import { sessionBlocks, teamBlocks } from '../../harness/dataset/blocks.ts'
import { MOST_ANSWERED } from '../../harness/dataset/directory.ts'
import type { Manifest } from '../../harness/dataset/manifest.ts'
import { repeated } from '../../harness/dataset/repeat.ts'

const DAY_MS = 86_400_000
const SPACING_MS = 1000
const MOST_WORKERS = 64
/** Nanoseconds in 63 bits end in 2262, and a load takes its time. */
const END_MS = Date.parse('2200-01-01T00:00:00Z')

export interface DatasetFlags {
  readonly title: string
  readonly preview: boolean
  readonly picture: string | undefined
  /** Empty where nothing is to be written. */
  readonly out: string
  /** How many log records there will be, where that is what was asked for. */
  readonly events: number | undefined
  /** How many sessions there will be, when the first of them is there. */
  readonly expected: () => number
  parts(): Promise<AsyncIterable<Part> | Iterable<Part>>
  sessions(): Promise<Iterable<Session>>
  /** The same sessions as they stand in the files of a directory, and what they are made from. */
  blocks(): Promise<{
    readonly made: Manifest['made']
    readonly blocks: (wanted: Wanted) => AsyncIterable<Block> | Iterable<Block>
  }>
}

const count = (name: string, most: string) =>
  z
    .string()
    .regex(most === '' ? /^[1-9]\d{0,6}$/ : /^[1-9]\d{0,3}$/, {
      error: (issue) => `--${name} ${String(issue.input)}: must be a whole number from 1 to ${most || '9,999,999'}`,
    })
    .transform(Number)

const schema = z.object({
  preset: z.string().min(1, { error: '--preset must name one' }).optional(),
  sessions: count('sessions', '').optional(),
  days: count('days', '3660')
    .refine((days) => days <= 3660, { error: '--days: must be a whole number from 1 to 3660' })
    .optional(),
  seed: z
    .string()
    .regex(/^\d{1,15}$/, { error: (issue) => `--seed ${String(issue.input)}: must be a whole number` })
    .transform(Number),
  start: z.iso
    .datetime({ error: (issue) => `--start ${String(issue.input)}: must be a time like 2026-01-01T00:00:00Z` })
    .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < END_MS, {
      error: (issue) => `--start ${String(issue.input)}: must lie between 1970 and 2200`,
    })
    .optional(),
  out: z.string().min(1, { error: '--out must name a file' }).optional(),
  shard: z
    .string()
    .regex(/^[1-9]\d{0,5}\/[1-9]\d{0,5}$/, { error: (issue) => shardError(issue.input) })
    .refine((text) => Number(text.split('/')[0]) <= Number(text.split('/')[1]), {
      error: (issue) => shardError(issue.input),
    })
    .transform((text) => ({ number: Number(text.split('/')[0]), of: Number(text.split('/')[1]) })),
  workers: count('workers', String(MOST_WORKERS)).refine((workers) => workers <= MOST_WORKERS, {
    error: `--workers: must be a whole number from 1 to ${MOST_WORKERS}`,
  }),
  events: z
    .string()
    .regex(/^[1-9]\d{0,11}$/, { error: (issue) => `--events ${String(issue.input)}: must be a whole number from 1` })
    .transform(Number)
    .optional(),
  preview: z.boolean().default(false),
  picture: z.string().min(1, { error: '--picture must name a file' }).optional(),
})
type Flags = z.infer<typeof schema>

function shardError(given: unknown): string {
  return `--shard ${String(given)}: must be like 2/3, the second of three parts`
}

/** @throws UsageError */
export function datasetFlags(given: unknown): DatasetFlags {
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'wrong flags')
  const flags = parsed.data
  if (!flags.preview && flags.out === undefined) throw new UsageError('--out must be given: the file to write')
  if (!flags.preview && flags.picture !== undefined) throw new UsageError('--picture goes with --preview')
  if (flags.picture === '-') throw new UsageError('--picture - : must name a file')
  if (flags.preview && flags.out !== undefined)
    throw new UsageError('--preview writes no dataset: leave out --out, or --preview')
  return flags.preset === undefined ? uniform(flags) : team(flags, flags.preset)
}

function uniform(flags: Flags): DatasetFlags {
  if (flags.days !== undefined) throw new UsageError('--days goes with --preset')
  if (flags.events !== undefined) throw new UsageError('--events goes with --preset')
  if (flags.workers !== 1) throw new UsageError('--workers goes with --preset')
  if (flags.shard.of !== 1) throw new UsageError('--shard goes with --preset')
  const { seed, sessions = 10, start, preview, picture, out = '' } = flags
  const startMs = start === undefined ? nowMs() - DAY_MS : Date.parse(start)
  const all = () =>
    Array.from({ length: sessions }, (_, index) => index)
      .values()
      .map((index) =>
        generateSession({ seed, index, startMs: startMs + index * SPACING_MS, profile: profileAt(index) }),
      )
  return {
    ...{ preview, picture, out, events: undefined },
    title: `${sessions} short sessions, seed ${seed}`,
    expected: () => sessions,
    parts: async () => uniformParts({ seed, sessions, startMs }),
    sessions: async () => all(),
    blocks: async () => ({
      made: madeFrom(flags, null, startMs),
      blocks: (wanted) => sessionBlocks(all(), wanted),
    }),
  }
}

function team(flags: Flags, name: string): DatasetFlags {
  const { seed, shard, workers, preview, picture, events, out = '' } = flags
  let total = 0
  const planned = async () => {
    const preset = bounded(name, await readPreset(name), flags)
    const options = { preset, seed, startMs: startOf(flags, preset) }
    const plans = plansOf({ ...options, shard })
    total = plans.length
    return { options, plans }
  }
  return {
    ...{ preview, picture, out, events },
    title: `${name}, seed ${seed}${shard.of === 1 ? '' : `, shard ${shard.number} of ${shard.of}`}`,
    expected: () => total,
    parts: async () => {
      const { options, plans } = await planned()
      return teamParts(options, plans, workers)
    },
    sessions: async () => {
      const { options, plans } = await planned()
      return plans.values().map(teamPlayer(options))
    },
    blocks: async () => {
      const { options, plans } = await planned()
      return {
        made: madeFrom(flags, name.replace(/^.*[\\/]/, ''), options.startMs),
        blocks: (wanted) => {
          const blocks = teamBlocks({ options, plans, workers }, wanted)
          if (events === undefined) return blocks
          return repeated(blocks, {
            logRecords: events,
            days: wholeWeeks(plans),
            mostSent: wanted.sent ? MOST_ANSWERED : 0,
          })
        },
      }
    },
  }
}

/** A copy falls on the same days of the week. */
function wholeWeeks(plans: readonly Plan[]): number {
  const [first, last] = [plans[0]?.startMs ?? 0, plans.at(-1)?.startMs ?? 0]
  return 7 * (Math.floor((last - first) / (7 * DAY_MS)) + 1)
}

function madeFrom({ seed, shard, events }: Flags, preset: string | null, startMs: number): Manifest['made'] {
  return { preset, seed, start: new Date(startMs).toISOString(), shard, events: events ?? null }
}

function bounded(name: string, preset: Preset, { days, sessions: most }: Flags): Preset {
  const wanted = {
    ...preset,
    ...(days === undefined ? {} : { days }),
    sessions: { ...preset.sessions, ...(most === undefined ? {} : { most }) },
  }
  if (!isBounded(wanted)) throw new UsageError(`the preset ${name} has no end: say where with --days or --sessions`)
  return wanted
}

function startOf({ start }: Flags, { days = 1 }: Preset): number {
  if (start !== undefined) return Date.parse(start)
  return Math.floor(nowMs() / DAY_MS) * DAY_MS - days * DAY_MS
}
