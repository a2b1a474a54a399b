// Random schedules: what nobody thought of. Hundreds of seeded sequences of faults; under none of them may anything be lost.
import { RelayProcess } from '../client-end/relay-process.ts'
import type { Exercised } from '../faults/exercise.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { runSchedule } from '../schedules/run-schedule.ts'
import { parseSchedule, type Schedule } from '../schedules/schedule.ts'
import { search, type Tried } from '../schedules/search.ts'
import { emptyTally } from '../verdict.ts'
import { proven, suite } from './define.ts'

const schedulesIn = { full: 200, standard: 3, smoke: 1 } as const
/** So often an acknowledgement must really have been lost among the 200. */
const LOST_ACKNOWLEDGEMENTS = 20
const RETRY_MS = 20
/** A fault that took no effect, as when a machine stood still at the wrong moment, leaves the schedule untried: it is tried again. */
const TRIES = 3

async function randomSchedules(context: Context): Promise<Outcome> {
  const stack = await context.faultyStack()
  const backend = stack.endpoints.links?.otlpHttp ?? stack.endpoints.otlpHttp
  await using relay = await RelayProcess.start({
    stackDirectory: context.stackDirectory,
    backend,
    retryBaseMs: RETRY_MS,
    parkedRetryMs: 10 * RETRY_MS,
  })
  let number = 0
  let repeated = 0
  const once = async (schedule: Schedule): Promise<Tried> => {
    number += 1
    const { judgement, faults } = await runSchedule({ context, stack, relay }, schedule, number)
    const bad = judgement.findings.filter(
      ({ oracle, verdict }) => verdict === 'fail' || (verdict === 'unknown' && oracle !== 'fault'),
    )
    const failure = bad
      .map(({ oracle, message, examples }) => [`${oracle}: ${message}`, ...examples.slice(0, 2)].join('; '))
      .join('; ')
    return { tally: judgement.tally, faults, failure }
  }
  const run = async (schedule: Schedule): Promise<Tried> => {
    for (let tries = 1; ; tries += 1) {
      const one = await once(schedule)
      if (one.failure !== '' || tries === TRIES || one.faults.every(({ effect }) => effect !== null)) return one
      repeated += 1
    }
  }
  const given = process.env.TELEMETRY_PROOF_SCHEDULE
  return await proven(
    context,
    { mark: 'random-schedules', rules: { counters: false } },
    async (proof) => {
      const { tried, smallest } = given
        ? { tried: [await run(parseSchedule(given))], smallest: undefined }
        : await search({
            seed: context.seed,
            schedules: schedulesIn[context.profile],
            run,
            onProgress: context.progress,
          })
      const failed = tried.filter(({ failure }) => failure !== '')
      for (const one of tried) for (const fault of one.faults) proof.exercised(fault)
      proof.account({
        ...sumOf(tried),
        examples: failed.map(({ failure }) => failure),
        about: aboutOf(tried, repeated),
      })
      const replay =
        smallest &&
        `TELEMETRY_PROOF_SCHEDULE='${JSON.stringify(smallest.schedule)}' npm run verify:platform -- --only faults/random-schedules`
      proof.compare(
        'schedules',
        'the smallest schedule that fails',
        smallest ? `${smallest.failure}; reproduced ${smallest.reproduced}; ${replay}` : 'none',
        'none',
      )
      proof.compare(
        'schedules',
        'schedules that fail',
        failed.map(({ failure }) => failure),
        [],
      )
      if (context.profile === 'full' && !given)
        proof.compare(
          'schedules',
          `an acknowledgement was lost in at least ${LOST_ACKNOWLEDGEMENTS}`,
          lostAcknowledgements(tried) >= LOST_ACKNOWLEDGEMENTS,
          true,
        )
    },
    stack,
  )
}

function lostAcknowledgements(tried: readonly Tried[]): number {
  const isOne = ({ kind, effect }: Exercised) => kind === 'ack-lost' && effect !== null
  return tried.filter(({ faults }) => faults.some(isOne)).length
}

function aboutOf(tried: readonly Tried[], repeated: number): string {
  const faults = tried.flatMap((one) => one.faults)
  const again = repeated === 0 ? '' : `; ${repeated} were tried again because a fault took no effect`
  return `${tried.length} schedules of ${faults.length} faults; an acknowledgement was lost in ${lostAcknowledgements(tried)} of them${again}`
}

function sumOf(tried: readonly Tried[]) {
  const keys = [
    'offered',
    'acknowledged',
    'refused',
    'indeterminate',
    'stored',
    'lost',
    'duplicated',
    'corrupted',
    'unexpected',
  ] as const
  const sums = { ...emptyTally }
  for (const key of keys) Object.assign(sums, { [key]: tried.reduce((sum, { tally }) => sum + tally[key], 0) })
  return sums
}

export const schedules: Scenario[] = suite('faults', [
  {
    name: 'random-schedules',
    title: 'loses nothing under hundreds of random sequences of one to six faults',
    requirements: ['R7', 'R11', 'R12'],
    profile: 'full',
    run: randomSchedules,
  },
])
