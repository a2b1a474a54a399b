// Random schedules: what nobody thought of. Hundreds of seeded sequences of faults; under none of them may anything be lost.
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { parseSchedule, type Schedule } from '../../harness/faults/schedules/schedule.ts'
import { type SearchResult, search, type Tried } from '../../harness/faults/schedules/search.ts'
import type { FaultRecord } from '../../harness/judge/model/fault-record.ts'
import { addTallies } from '../../harness/judge/model/tally.ts'
import { RelayProcess } from '../../harness/processes/relay-process.ts'
import { runSchedule, type ScheduleRig } from '../../harness/rigs/run-schedule.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'

const schedulesIn = { full: 200, standard: 3, smoke: 1 } as const
/** So often an acknowledgement must really have been lost among the 200. */
const LOST_ACKNOWLEDGEMENTS = 20
const RETRY_MS = 20
/** A fault that took no effect, as when a machine stood still at the wrong moment, leaves the schedule untried: it is tried again. */
const TRIES = 3

async function run(context: Context): Promise<Outcome> {
  const stack = await context.faultyStack()
  const backend = stack.endpoints.links?.otlpHttp ?? stack.endpoints.otlpHttp
  await using relay = await RelayProcess.start({
    stackDirectory: context.stackDirectory,
    backend,
    salt: stack.salt,
    retryBaseMs: RETRY_MS,
    parkedRetryMs: 10 * RETRY_MS,
  })
  const trials = new Trials({ context, stack, relay })
  const given = process.env.TELEMETRY_PROOF_SCHEDULE
  return await runExperiment(
    context,
    { mark: 'random-schedules', rules: { counters: false } },
    async (experiment) => {
      const attempt = (schedule: Schedule) => trials.run(schedule)
      const result: SearchResult = given
        ? { tried: [await attempt(parseSchedule(given))], smallest: undefined }
        : await search({
            seed: context.seed,
            schedules: schedulesIn[context.profile],
            run: attempt,
            onProgress: context.progress,
          })
      report(experiment, result, trials.repeated)
      experiment.measure('schedules', {
        name: 'schedules in which an acknowledgement was lost',
        value: lostAcknowledgements(result.tried),
        unit: 'schedules',
        // A few schedules, or one that was given, need not have any.
        ...(context.profile === 'full' && !given ? { limit: { atLeast: LOST_ACKNOWLEDGEMENTS } } : {}),
      })
    },
    stack,
  )
}

/** Runs schedules one after the other, each with sessions of its own. */
class Trials {
  readonly #rig: ScheduleRig
  #number = 0
  /** Schedules that were run again because a fault took no effect. */
  repeated = 0

  constructor(rig: ScheduleRig) {
    this.#rig = rig
  }

  async run(schedule: Schedule): Promise<Tried> {
    for (let tries = 1; ; tries += 1) {
      const one = await this.#once(schedule)
      if (one.failure !== '' || tries === TRIES || one.faults.every(({ effect }) => effect !== null)) return one
      this.repeated += 1
    }
  }

  async #once(schedule: Schedule): Promise<Tried> {
    this.#number += 1
    const { judgement, faults } = await runSchedule(this.#rig, schedule, this.#number)
    const bad = judgement.findings.filter(
      ({ oracle, verdict }) => verdict === 'fail' || (verdict === 'unknown' && oracle !== 'fault'),
    )
    const failure = bad
      .map(({ oracle, message, examples }) => [`${oracle}: ${message}`, ...examples.slice(0, 2)].join('; '))
      .join('; ')
    return { tally: judgement.tally, faults, failure }
  }
}

function report(experiment: Experiment, { tried, smallest }: SearchResult, repeated: number): void {
  const failed = tried.filter(({ failure }) => failure !== '')
  for (const one of tried) for (const fault of one.faults) experiment.recordFault(fault)
  experiment.addBulkTally({
    ...addTallies(tried.map(({ tally }) => tally)),
    examples: failed.map(({ failure }) => failure),
    about: 'random schedules of faults',
  })
  const faults = tried.reduce((sum, one) => sum + one.faults.length, 0)
  experiment.measure('schedules', { name: 'schedules tried', value: tried.length, unit: 'schedules' })
  experiment.measure('schedules', { name: 'faults in them', value: faults, unit: 'faults' })
  experiment.measure('schedules', {
    name: 'schedules tried again, as a fault took no effect',
    value: repeated,
    unit: 'schedules',
  })
  const replay =
    smallest &&
    `TELEMETRY_PROOF_SCHEDULE='${JSON.stringify(smallest.schedule)}' npm run verify:platform -- --only faults/random-schedules`
  experiment.check('schedules', 'the smallest schedule that fails', {
    actual: smallest ? `${smallest.failure}; reproduced ${smallest.reproduced}; ${replay}` : 'none',
    expected: 'none',
  })
  experiment.check('schedules', 'schedules that fail', { actual: failed.map(({ failure }) => failure), expected: [] })
}

function lostAcknowledgements(tried: readonly Tried[]): number {
  const isOne = ({ kind, effect }: FaultRecord) => kind === 'ack-lost' && effect !== null
  return tried.filter(({ faults }) => faults.some(isOne)).length
}

export const randomSchedules: Definition = {
  name: 'random-schedules',
  title: 'loses nothing under hundreds of random sequences of one to six faults',
  requirements: ['R7', 'R11', 'R12'],
  profile: 'full',
  run,
}
