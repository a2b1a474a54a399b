// Records in which every field has the wrong type or the wildest value: all are taken, and none blocks what comes after it.
import { seededUuid } from '../../core/random.ts'
import { logsBatch } from '../../generators/hand-made.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { beyondAllColumns, pointsOfOtherKinds, WILD_VALUES, wildRecords } from './wild-records.ts'

export const poison: Definition = {
  name: 'poison',
  title: 'is not blocked by records whose fields have the wrong type or extreme values',
  requirements: ['R7'],
  run: (context) =>
    runExperiment(context, { mark: 'poison', rules: { typed: false, counters: false } }, async (experiment) => {
      const session = seededUuid(context.seed, 'poison')
      await using emitter = replay(experiment.stack, 'grpc')
      await experiment.sendBatches(emitter, [logsBatch(wildRecords(context, session))])
      const beyond = beyondAllColumns(context, session)
      const answers = [await emitter.send(beyond), await emitter.send(beyond)]
      const kinds = answers.map(({ kind }) => kind)
      experiment.check('poison', 'times beyond all columns are accepted', {
        actual: kinds,
        expected: ['accepted', 'accepted'],
      })
      const others = await emitter.send(pointsOfOtherKinds(session))
      experiment.check('poison', 'metrics of kinds that the client never sends are accepted', {
        actual: others.kind,
        expected: 'accepted',
      })
      const load = sessionsLoad({ seed: context.seed, sessions: 2, startMs: context.dataStartMs, spreadMs: 1000 })
      await experiment.sendLoad(emitter, load)
      await experiment.drain()
      await checkEvents(context, experiment, session)
      await checkPoints(experiment, session)
    }),
}

/** Each record is one event, with a time and numbers that its columns hold. */
async function checkEvents(context: Context, experiment: Experiment, session: string): Promise<void> {
  const found = await experiment.database.rows<object>(
    `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS time, attributes['telemetry.original_time_unix_nano'] AS original
     FROM telemetry_events WHERE attributes['proof.beyond'] = {session:String} ORDER BY timestamp`,
    { session },
  )
  experiment.check('poison', 'each is one event, at the time it was observed or the last that there is', {
    actual: found,
    expected: [
      { time: `${context.dataStartMs}000000`, original: '0x8000000000000001' },
      { time: '9223372036854775807', original: '0x8000000000000001' },
    ],
  })
  const [numbers] = await experiment.database.rows<object>(
    `SELECT toUInt32(count()) AS rows, toUInt32(countIf(NOT isFinite(cost_usd))) AS endless
     FROM telemetry_events WHERE session_id = {session:String}`,
    { session },
  )
  experiment.check('poison', 'no cost is infinite or no number', {
    actual: numbers,
    expected: { rows: WILD_VALUES.length, endless: 0 },
  })
}

async function checkPoints(experiment: Experiment, session: string): Promise<void> {
  const points = await experiment.database.rows<object>(
    'SELECT kind, value FROM telemetry_metrics WHERE session_id = {session:String} ORDER BY kind',
    { session: `${session}-points` },
  )
  experiment.check('poison', 'the other kinds are stored, and what is no number is NULL', {
    actual: points,
    expected: [
      { kind: 'exp_histogram', value: null },
      { kind: 'gauge', value: null },
      { kind: 'histogram', value: null },
      { kind: 'summary', value: null },
    ],
  })
}
