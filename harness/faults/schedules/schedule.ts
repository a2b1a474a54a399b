// Schedules of faults: plain data that a seed generates, that shrinks to the smallest which still fails, and that a line replays.
import fc from 'fast-check'
import { z } from 'zod'
import { UsageError, UserError } from '../../../core/errors.ts'
import type { Fault } from '../fault.ts'
import { faultKinds, parseFault } from '../registry.ts'

/** One fault of a schedule, and which part of the load meets it. */
export interface Step {
  readonly fault: Fault
  /** Batches that are sent while it is in force. */
  readonly batches: number
}

/** Faults one after the other: overlapping ones would hide each other's effects. */
export type Schedule = readonly Step[]

/** Any fault that the registry lets schedules draw, those that tell the most more often. */
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  ...faultKinds.flatMap(({ random }) => (random ? [{ weight: random.weight, arbitrary: random.faults }] : [])),
)

const step: fc.Arbitrary<Step> = fc.record({ fault: anyFault, batches: fc.integer({ min: 1, max: 3 }) })

/** One to six faults. */
export const anySchedule: fc.Arbitrary<Schedule> = fc.array(step, { minLength: 1, maxLength: 6, size: 'max' })

/** What `TELEMETRY_PROOF_SCHEDULE` takes. @throws UsageError when it is no schedule */
export function parseSchedule(text: string): Schedule {
  try {
    const steps = scheduleSchema.parse(JSON.parse(text))
    return steps.map(({ fault: given, batches }) => ({ fault: parseFault(given), batches }))
  } catch (error) {
    const why = error instanceof UserError ? ` (${error.message})` : ''
    throw new UsageError(`TELEMETRY_PROOF_SCHEDULE is no schedule${why}; copy it from a report: ${text.slice(0, 100)}`)
  }
}

const scheduleSchema = z.array(z.object({ fault: z.unknown(), batches: z.int().min(0) })).min(1)
