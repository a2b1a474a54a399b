// The flags of npm run soak, checked: what a soak is, and how it is watched.
import { z } from 'zod'
import { UsageError } from '../../core/errors.ts'
import { runtimeKinds } from '../../stack/runtime/runtime.ts'

const HOUR_MS = 3_600_000
const UNITS_MS = { s: 1000, m: 60_000, h: HOUR_MS } as const
const MOST_HOURS = 24 * 31
const USUAL_DURATION = '10m'
const USUAL_LOAD = '80%'

/** What a soak is. It is kept, and a resumed soak is the same one. */
export const soakPlanSchema = z.strictObject({
  /** How long it sends; null where events are counted. */
  durationMs: z.number().positive().nullable(),
  events: z.int().positive().nullable(),
  /** Events a second; null where it is a share of the saturation. */
  rate: z.number().positive().nullable(),
  /** Of the saturation that it finds first; null where a rate was given. */
  load: z.number().positive().nullable(),
  preset: z.string().min(1),
  runtime: z.enum(runtimeKinds),
  faults: z.boolean(),
  seed: z.int().min(0),
})
export type SoakPlan = Readonly<z.infer<typeof soakPlanSchema>>

export interface SoakOptions {
  /** Undefined where a run is resumed that says it. */
  readonly plan: SoakPlan | undefined
  /** The flags of the plan that were given, as the person wrote them. */
  readonly given: Readonly<Partial<Record<PlanFlag, string>>>
  /** What the given flags say. */
  readonly said: Partial<SoakPlan>
  readonly resume: string | undefined
  readonly out: string
  /** Milliseconds until it ends as unknown; infinite without such a limit. */
  readonly withinMs: number
}

const wrong = (flag: string, what: string) => (issue: { readonly input?: unknown }) =>
  `--${flag} ${String(issue.input)}: ${what}`
const matching = (flag: string, pattern: RegExp, what: string) =>
  z.string().regex(pattern, { error: wrong(flag, what) })

const flags = {
  duration: matching('duration', /^[1-9]\d{0,5}[smh]$/, 'must be a time like 90s, 10m or 2h')
    .transform(durationOf)
    .refine((ms) => ms <= MOST_HOURS * HOUR_MS, { error: `--duration: at most ${MOST_HOURS}h` }),
  events: matching('events', /^[1-9]\d{0,11}$/, 'must be a whole number from 1 to 999,999,999,999').transform(Number),
  rate: matching('rate', /^[1-9]\d{0,6}$/, 'must be a whole number of events a second, 1 to 9,999,999').transform(
    Number,
  ),
  load: matching('load', /^(?:[1-9]\d?|100)%$/, 'must be a share of the saturation like 80%, 1% to 100%').transform(
    (text) => Number(text.slice(0, -1)) / 100,
  ),
  preset: z.string().min(1, { error: '--preset must name one' }),
  runtime: z.enum(runtimeKinds, { error: wrong('runtime', 'must be embedded, docker or podman') }),
  faults: z.enum(['on', 'off'], { error: wrong('faults', 'must be on or off') }).transform((text) => text === 'on'),
  seed: matching('seed', /^\d{1,15}$/, 'must be a whole number').transform(Number),
}
export type PlanFlag = keyof typeof flags
const planFlags = Object.keys(flags) as readonly PlanFlag[]

const schema = z.object({
  duration: flags.duration.optional(),
  events: flags.events.optional(),
  rate: flags.rate.optional(),
  load: flags.load.optional(),
  preset: flags.preset,
  runtime: flags.runtime,
  faults: flags.faults,
  seed: flags.seed,
  resume: z.string().min(1, { error: '--resume must name the directory of a run' }).optional(),
  out: z.string().min(1, { error: '--out must name a directory' }),
  within: matching('within', /^[1-9]\d{0,4}$/, 'must be a whole number of minutes, 1 to 99,999').optional(),
})

/**
 * @param values of all flags, defaults too
 * @param isGiven whether the person gave a flag
 * @throws UsageError naming the flag and what it takes
 */
export function soakOptions(
  values: Readonly<Record<string, unknown>>,
  isGiven: (flag: string) => boolean,
): SoakOptions {
  const parsed = schema.safeParse(values)
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'wrong flags')
  const { duration, events, rate, load, preset, runtime, faults, seed, resume, out, within } = parsed.data
  if (duration !== undefined && events !== undefined)
    throw new UsageError('--duration and --events: give one of them, it says when the soak ends')
  if (rate !== undefined && load !== undefined)
    throw new UsageError('--rate and --load: give one of them, it says how much is sent')
  if (resume !== undefined && isGiven('out'))
    throw new UsageError('--out goes with a new soak: one that is resumed stays in its directory')
  const whole: SoakPlan = {
    durationMs: duration ?? (events === undefined ? durationOf(USUAL_DURATION) : null),
    events: events ?? null,
    rate: rate ?? null,
    load: load ?? (rate === undefined ? flags.load.parse(USUAL_LOAD) : null),
    ...{ preset, runtime, faults, seed },
  }
  const given = Object.fromEntries(
    planFlags.filter((flag) => isGiven(flag)).map((flag) => [flag, String(values[flag])]),
  ) as SoakOptions['given']
  const said = Object.fromEntries(
    planFlags.filter((flag) => isGiven(flag)).map((flag) => [PART_OF[flag], whole[PART_OF[flag]]]),
  ) as Partial<SoakPlan>
  return {
    plan: resume === undefined ? whole : undefined,
    ...{ given, said, resume, out },
    withinMs: within === undefined ? Number.POSITIVE_INFINITY : Number(within) * 60_000,
  }
}

const PART_OF = {
  duration: 'durationMs',
  events: 'events',
  rate: 'rate',
  load: 'load',
  preset: 'preset',
  runtime: 'runtime',
  faults: 'faults',
  seed: 'seed',
} as const satisfies Record<PlanFlag, keyof SoakPlan>

/** A resumed soak is the one that was begun. @throws UsageError for a flag that says something else */
export function requireSame(kept: SoakPlan, { said, given }: Pick<SoakOptions, 'said' | 'given'>, run: string): void {
  for (const flag of planFlags) {
    const part = PART_OF[flag]
    if (!(part in said) || said[part] === kept[part]) continue
    throw new UsageError(
      `--${flag} ${given[flag]}: ${run} was begun with ${flagsOf(kept)}; a soak goes on as it began, so leave it out`,
    )
  }
}

/** The plan as flags, for a replay. */
export function flagsOf({ durationMs, events, rate, load, preset, runtime, faults, seed }: SoakPlan): string {
  return [
    durationMs === null ? `--events ${events}` : `--duration ${durationMs / 1000}s`,
    rate === null ? `--load ${Math.round((load ?? 0) * 100)}%` : `--rate ${rate}`,
    `--preset ${preset}`,
    `--runtime ${runtime}`,
    `--faults ${faults ? 'on' : 'off'}`,
    `--seed ${seed}`,
  ].join(' ')
}

function durationOf(text: string): number {
  return Number(text.slice(0, -1)) * UNITS_MS[text.at(-1) as keyof typeof UNITS_MS]
}
