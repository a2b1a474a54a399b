// Sampling: by session and head-based; 100 % stores all, less stores whole sessions only; metrics are never sampled.

import { attributes, logsBatch } from '../generators/hand-made.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { replay } from '../harness/rigs/emitters.ts'
import type { Context, Outcome, Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'

/** At 100 % any will do; below it, so many that a sampler with another rate is told. */
const SESSIONS = { all: 50, some: 120 } as const
const CONNECTIONS = 8

async function sample(context: Context, percentage: number): Promise<Outcome> {
  const stack =
    percentage === 100
      ? await context.stack()
      : await context.ownStack({ variables: { TELEMETRY_SAMPLING_PERCENTAGE: String(percentage) } })
  return runExperiment(
    context,
    { mark: `sampling-${percentage}`, rules: { samplingPercentage: percentage } },
    async (experiment) => {
      await using connections = new AsyncDisposableStack()
      const emitters = Array.from({ length: CONNECTIONS }, () => connections.use(replay(experiment.stack, 'grpc')))
      const load = sessionsLoad({
        seed: context.seed,
        sessions: percentage === 100 ? SESSIONS.all : SESSIONS.some,
        startMs: context.dataStartMs,
        spreadMs: 3_600_000,
        prompts: 1,
        planting: 'none',
        batchSize: 20,
      })
      await experiment.sendParallel(emitters, load.batches)
      // Without a session there is nothing to sample by: such records are kept.
      const timeUnixNano = `${context.dataStartMs}000000`
      const orphan = (sequence: number) => ({
        timeUnixNano,
        body: { stringValue: 'claude_code.internal_error' },
        attributes: attributes({
          'event.name': 'internal_error',
          'event.sequence': { intValue: String(sequence) },
          'proof.scenario': `sampling-${percentage}`,
        }),
      })
      await experiment.sendParallel(emitters, [logsBatch([orphan(0), orphan(1), orphan(2)])])
      await experiment.drain()
      experiment.check('schema', 'the rates that are stored with events of sessions, and with others', {
        actual: await experiment.database.rows(
          `SELECT session_id IS NOT NULL AS sampled, groupUniqArray(sampling_percentage) AS rates, groupUniqArray(weight) AS weights
           FROM telemetry_events WHERE session_id IN {sessions:Array(String)} OR attributes['proof.scenario'] = {mark:String}
           GROUP BY sampled ORDER BY sampled`,
          { sessions: load.sessionIds, mark: `sampling-${percentage}` },
        ),
        expected: [
          { sampled: 0, rates: [100], weights: [1] },
          { sampled: 1, rates: [percentage], weights: [100 / percentage] },
        ],
      })
    },
    stack,
  )
}

export const sampling: Scenario[] = suite('sampling', [
  {
    name: 'all',
    title: 'stores every session at 100 %, although the client sends no trace id',
    requirements: ['R3'],
    profile: 'smoke',
    run: (context) => sample(context, 100),
  },
  {
    name: 'quarter',
    title: 'stores whole sessions only at 25 %, every metric, and every record without a session',
    requirements: ['R3'],
    run: (context) => sample(context, 25),
  },
])
