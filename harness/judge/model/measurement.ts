// Measurements: numbers beside facts, each with the limit that it is held to. What a value says is a function of it and its limit alone.
import { z } from 'zod'

/** Measurements that the sentence of a verdict tells. */
export const PLANTED_SECRETS = 'planted secrets'
export const FOUND_SECRETS = 'planted secrets found at rest'

/** What a value is counted in; `ratio` has no unit. KiB and MiB are powers of two, GB is 10^9 bytes. */
export type Unit =
  | 'ms'
  | 's'
  | 'KiB'
  | 'MiB'
  | 'GB'
  | 'events'
  | 'records'
  | 'secrets'
  | 'events/s'
  | 'requests'
  | 'inserts'
  | 'datasets'
  | 'mutants'
  | 'syncs'
  | 'states'
  | 'kills'
  | 'schedules'
  | 'faults'
  | 'parts'
  | 'ratio'

/** Where a value must lie; the bound itself is within. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number }

/**
 * What a missed limit makes of the verdict. `fail`: it is required. `unknown`: it is promised for a machine, and a slow or busy one keeps it
 * from being judged. `pass`: it does not bind, and is only shown.
 */
export type Missed = 'pass' | 'fail' | 'unknown'

export type Limit =
  | { readonly atMost: number; readonly missed: Missed }
  | { readonly atLeast: number; readonly missed: Missed }

/** A measurement as it is kept: in a run's history and in report.json. */
export interface Measurement {
  /** The oracle that judges it, as the topic of a check. */
  readonly oracle: string
  /** What was measured; a scenario measures nothing twice. */
  readonly name: string
  /** Null where nothing could be measured: JSON holds neither NaN nor infinity. */
  readonly value: number | null
  readonly unit: string
  readonly limit: Limit | null
}

const missed = z
  .enum(['pass', 'fail', 'unknown'])
  .describe('The verdict where the limit is missed. pass: it does not bind here, and is only shown.')

/** The contract of a measurement, for histories and for report.json. */
export const measurementSchema = z
  .strictObject({
    oracle: z.string().min(1).describe('The name of the oracle that judges it.'),
    name: z.string().min(1).describe('What was measured; once a scenario.'),
    value: z.number().nullable().describe('The number; null where nothing could be measured, which is never a pass.'),
    unit: z.string().min(1).describe('Of the value and of its limit: ms, events/s, MiB and so on; ratio has none.'),
    limit: z
      .union([
        z.strictObject({ atMost: z.number().describe('The largest value that is within.'), missed }),
        z.strictObject({ atLeast: z.number().describe('The smallest value that is within.'), missed }),
      ])
      .nullable()
      .describe('What the value is held to; null where it is only measured.'),
  })
  .describe('A number that a scenario measured, and its limit.')

/** What a scenario measures; a limit binds as `fail` unless it says otherwise. */
export interface Measured {
  readonly name: string
  readonly value: number
  readonly unit: Unit
  readonly limit?: Bound & { readonly missed?: Missed }
}

/** @throws TypeError when the limit is no finite number: it would hold anything or nothing */
export function measurementOf(oracle: string, { name, value, unit, limit }: Measured): Measurement {
  if (limit !== undefined && !Number.isFinite('atMost' in limit ? limit.atMost : limit.atLeast))
    throw new TypeError(`the limit of "${name}" is no number`)
  return {
    oracle,
    name,
    value: Number.isFinite(value) ? value : null,
    unit,
    limit: limit === undefined ? null : { ...limit, missed: limit.missed ?? 'fail' },
  }
}

/** Whether a value is within its bound. */
export function isWithin(value: number, bound: Bound): boolean {
  return 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast
}

/** What a measurement says. What could not be measured is unknown, with a limit or without. */
export function measurementVerdict({ value, limit }: Pick<Measurement, 'value' | 'limit'>): Missed {
  if (value === null) return 'unknown'
  return limit === null || isWithin(value, limit) ? 'pass' : limit.missed
}

/** Whether there is something that a person should know: a limit was missed, binding or not, or nothing could be measured. */
export function isMissed({ value, limit }: Pick<Measurement, 'value' | 'limit'>): boolean {
  return value === null || (limit !== null && !isWithin(value, limit))
}
