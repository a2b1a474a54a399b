// Many sessions at once, a long one, and sessions that are delivered twice.
import { until } from '../../core/poll.ts'
import type { Batch } from '../../generators/batch.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Definition } from '../../harness/scenario.ts'

const HALF_A_DAY_MS = 43_200_000
/** Events of a session's first export in the load of a thousand sessions. */
const FIRST_EXPORT = 5
/** More than a thousand. */
const LONG_SESSION_EVENTS = 1_001

export const sessions: readonly Definition[] = [
  {
    name: 'thousand-sessions',
    title: 'stores the first requests of a thousand sessions, sent at once over eight connections',
    requirements: ['R5', 'R7'],
    run: (context) =>
      runExperiment(context, { mark: 'thousand' }, async (experiment) => {
        context.progress('generating 1,000 sessions')
        const load = sessionsLoad({
          seed: context.seed,
          sessions: 1000,
          startMs: context.dataStartMs,
          spreadMs: HALF_A_DAY_MS,
          prompts: 1,
          planting: 'none',
          batchSize: FIRST_EXPORT,
        })
        await using connections = new AsyncDisposableStack()
        const emitters = Array.from({ length: 8 }, () => connections.use(replay(experiment.stack, 'grpc')))
        // The first events of each and the metrics of every twentieth: more of the same tells nothing new and takes its time.
        const logs = firstOfEach(load.batches.filter(({ signal }) => signal === 'logs'))
        const metrics = load.batches.filter(({ signal }) => signal === 'metrics').filter((_, index) => index % 20 === 0)
        const batches = [...logs, ...metrics]
        experiment.check('load', 'sessions', { actual: logs.length, expected: 1000 })
        context.progress(`sending ${batches.length} requests`)
        await experiment.sendParallel(emitters, batches)
      }),
  },
  {
    name: 'delivered-twice',
    title: 'shows every event and metric once, although all of them were delivered and stored twice',
    requirements: ['R7'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'twice' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const load = sessionsLoad({ seed: context.seed, sessions: 4, startMs: context.dataStartMs, spreadMs: 1000 })
        const rawRows = async () => {
          const [row] = await experiment.database.rows<{ raw: number }>(
            "SELECT count() AS raw FROM logs_raw WHERE attributes['session.id'] IN {sessions:Array(String)}",
            { sessions: load.sessionIds },
          )
          return row?.raw ?? 0
        }
        await experiment.stopMerges('log_records', 'metric_points')
        await experiment.sendLoad(emitter, load)
        await experiment.drain()
        const once = await rawRows()
        await experiment.sendLoad(emitter, load)
        const twice = await until('the second delivery', async () => (await rawRows()) >= 2 * once, {
          timeoutMs: 10_000,
        })
        experiment.check('storage', 'all records were really stored twice', { actual: twice, expected: true })
      }),
  },
  {
    name: 'long-session',
    title: 'stores more than a thousand events of one session',
    requirements: ['R12'],
    run: (context) =>
      runExperiment(context, { mark: 'long' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const load = sessionsLoad({
          seed: context.seed,
          sessions: 1,
          startMs: context.dataStartMs,
          spreadMs: 1,
          prompts: 120,
        })
        experiment.measure('load', {
          name: 'events of the session',
          value: load.batches.reduce((sum, { expected }) => sum + expected.length, 0),
          unit: 'events',
          limit: { atLeast: LONG_SESSION_EVENTS },
        })
        await experiment.sendLoad(emitter, load)
      }),
  },
]

/** The first batch of each session. */
function firstOfEach(batches: readonly Batch[]): Batch[] {
  return [...Map.groupBy(batches, ({ expected }) => expected[0]?.attributes['session.id']).values()].flatMap(
    ([first]) => first ?? [],
  )
}
