// Schedules of faults: plain data that a seed generates, that shrinks to the smallest which still fails, and that a line replays.
import fc from 'fast-check'
import { z } from 'zod'
import { UsageError } from '../../core/errors.ts'
import type { Fault } from '../faults/fault.ts'

/** One fault of a schedule, and which part of the load meets it. */
export interface Step {
  readonly fault: Fault
  /** Batches that are sent while it is in force. */
  readonly batches: number
}

/** Faults one after the other: overlapping ones would hide each other's effects. */
export type Schedule = readonly Step[]

const direction = fc.constantFrom('upstream', 'downstream')

const links = ['client-collector', 'collector-clickhouse']

function toxic(kind: string, parameters: Record<string, fc.Arbitrary<number>>, stages = links): fc.Arbitrary<Fault> {
  const stage = fc.constantFrom(...stages)
  return fc.record({ kind: fc.constant(kind), stage, parameters: fc.record({ direction, ...parameters }) })
}

const between = (min: number, max: number) => fc.integer({ min, max })

function signal(kind: string, stages: readonly string[], parameters: Record<string, string> = {}): fc.Arbitrary<Fault> {
  return fc.record({ kind: fc.constant(kind), stage: fc.constantFrom(...stages), parameters: fc.constant(parameters) })
}

/** Any fault, those that tell the most more often; healing is quick, for many schedules to fit into minutes. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: signal('down', links) },
  { weight: 1, arbitrary: toxic('latency', { latencyMs: between(60, 200) }) },
  { weight: 1, arbitrary: toxic('bandwidth', { kilobytesPerSecond: between(20, 60) }, ['client-collector']) },
  { weight: 1, arbitrary: toxic('timeout', { timeoutMs: between(20, 150) }) },
  { weight: 1, arbitrary: toxic('slow_close', { delayMs: between(100, 250) }) },
  { weight: 2, arbitrary: toxic('reset_peer', { timeoutMs: fc.constant(0) }) },
  { weight: 2, arbitrary: toxic('limit_data', { limitBytes: between(50, 1_500) }) },
  { weight: 3, arbitrary: signal('kill', ['collector', 'relay']) },
  { weight: 1, arbitrary: signal('kill', ['clickhouse']) },
  { weight: 1, arbitrary: signal('pause', ['collector', 'clickhouse']) },
  { weight: 2, arbitrary: signal('restart', ['collector', 'relay'], { how: 'stop' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ack-lost'),
      stage: fc.constant('collector-clickhouse'),
      parameters: fc.constant({ windowMs: 800 }),
    }),
  },
)

const step: fc.Arbitrary<Step> = fc.record({ fault, batches: between(1, 3) })

/** One to six faults. */
export const anySchedule: fc.Arbitrary<Schedule> = fc.array(step, { minLength: 1, maxLength: 6, size: 'max' })

/** What `TELEMETRY_PROOF_SCHEDULE` takes. @throws UsageError when it is no schedule */
export function parseSchedule(text: string): Schedule {
  try {
    return scheduleSchema.parse(JSON.parse(text))
  } catch {
    throw new UsageError(`TELEMETRY_PROOF_SCHEDULE is no schedule; copy it from a report: ${text.slice(0, 100)}`)
  }
}

const scheduleSchema = z
  .array(
    z.object({
      fault: z.object({
        kind: z.string(),
        stage: z.string(),
        parameters: z.record(z.string(), z.union([z.number(), z.string()])),
      }),
      batches: z.int().min(0),
    }),
  )
  .min(1)
