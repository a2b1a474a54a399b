// Recovery: what the collector acknowledged survives the end of ClickHouse and of the collector itself, and its queue's.
import { messageOf } from '../../core/errors.ts'
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import type { Strike } from '../../harness/faults/with-fault.ts'
import { openFault, withFault } from '../../harness/faults/with-fault.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import { onSpareStack } from '../../harness/rigs/outage-rig.ts'
import type { Context, Outcome, Scenario } from '../../harness/scenario.ts'
import { suite } from '../../harness/scenario.ts'
import { dailyStack } from './daily-stack.ts'
import { lateClickhouse } from './late-clickhouse.ts'
import { synced } from './synced.ts'

/** Longer than a retry budget of two seconds, which a control gives the collector. */
const LONG_OUTAGE_MS = 6_000
/** No less than the largest batch: the collector refuses to start on a queue that holds none. */
const QUEUE_ITEMS = 3_000

const clickhouseKilled: Strike = {
  fault: { kind: 'kill', stage: 'clickhouse', parameters: {} },
  operation: 'inserting',
}

export const recovery: Scenario[] = suite('recovery', [
  {
    name: 'clickhouse-killed',
    title: 'keeps every acknowledged event when ClickHouse is killed and comes back',
    requirements: ['R3', 'R12'],
    run: (context) =>
      onSpareStack(context, 'clickhouse-killed', async ({ experiment, target, emitter, phases }) => {
        const sender = emitter()
        await experiment.sendBatches(sender, phases.before)
        await withFault(experiment, target, clickhouseKilled, () => experiment.sendBatches(sender, phases.during))
        await experiment.sendBatches(sender, phases.after)
      }),
  },
  {
    name: 'collector-restarted',
    title: 'keeps every acknowledged event when the collector is restarted while ClickHouse is away',
    requirements: ['R3', 'R12'],
    run: (context) => collectorGoneToo(context, 'collector-restarted', 'stop'),
  },
  {
    name: 'collector-killed',
    title: 'keeps every acknowledged event when the collector is killed with a full queue',
    requirements: ['R3', 'R12'],
    run: (context) => collectorGoneToo(context, 'collector-killed', 'kill'),
  },
  {
    name: 'long-outage',
    title: 'keeps every acknowledged event when ClickHouse is away for longer than a budget of retries lasts',
    requirements: ['R3', 'R12'],
    profile: 'full',
    run: (context) =>
      onSpareStack(context, 'long-outage', async ({ experiment, target, emitter, phases }) => {
        const sender = emitter()
        await experiment.sendBatches(sender, phases.before)
        const fault = { kind: 'outage', stage: 'clickhouse', parameters: { awayMs: LONG_OUTAGE_MS } } as const
        await withFault(experiment, target, { fault, operation: 'inserting' }, () =>
          experiment.sendBatches(sender, phases.during),
        )
        await experiment.sendBatches(sender, phases.after)
      }),
  },
  {
    name: 'queue-full',
    title: "pushes back when the collector's queue is full, and keeps every acknowledged event",
    requirements: ['R3', 'R12'],
    profile: 'full',
    run: queueFull,
  },
  {
    name: 'queue-damaged',
    title: 'does not start on a damaged queue, and accepts everything once the damaged file is moved away',
    requirements: ['R3', 'R12'],
    profile: 'full',
    run: queueDamaged,
  },
  synced,
  ...lateClickhouse,
  dailyStack,
])

/** ClickHouse first, then the collector with what it has queued, and both back in the same order. */
function collectorGoneToo(context: Context, mark: string, kind: 'stop' | 'kill'): Promise<Outcome> {
  return onSpareStack(context, mark, async ({ experiment, target, emitter, phases }) => {
    if (kind === 'stop') await experiment.sendBatches(emitter(), phases.before)
    await using clickhouse = await openFault(experiment, target, clickhouseKilled)
    if (kind === 'kill') await experiment.sendBatches(emitter(), phases.before)
    await experiment.sendBatches(emitter(), phases.during)
    const fault = { kind, stage: 'collector', parameters: {} } as const
    await using collector = await openFault(experiment, target, { fault, operation: 'inserting' })
    await clickhouse.end()
    await collector.end()
    await experiment.sendBatches(emitter(), phases.after)
  })
}

async function queueFull(context: Context): Promise<Outcome> {
  const stack = await context.ownStack({ variables: { TELEMETRY_QUEUE_SIZE: String(QUEUE_ITEMS) } })
  const rules = { counters: false, maxRefusedBatches: Number.MAX_SAFE_INTEGER }
  return await runExperiment(
    context,
    { mark: 'queue-full', rules },
    async (experiment) => {
      const { batches, planted } = sessionsLoad({
        seed: context.seed,
        sessions: 180,
        startMs: context.dataStartMs,
        spreadMs: 600_000,
        prompts: 2,
      })
      experiment.ledger.plant(planted)
      await using sender = replay(stack, 'grpc')
      const target = { stack, refused: () => experiment.refusedBatches }
      const fault = { kind: 'queue-full', stage: 'collector', parameters: { queueItems: QUEUE_ITEMS } } as const
      await withFault(experiment, target, { fault, operation: 'sending' }, () =>
        experiment.sendBatches(sender, batches),
      )
      const refused = experiment.refusedBatches
      const count = (name: string, value: number) =>
        experiment.measure('backpressure', { name, value, unit: 'requests', limit: { atLeast: 1 } })
      count('requests refused', refused)
      count('requests taken before', batches.length - refused)
      const codes = new Set(experiment.ledger.sent.flatMap(({ answer }) => ('code' in answer ? [answer.code] : [])))
      experiment.check('backpressure', 'how they were refused', { actual: [...codes], expected: ['UNAVAILABLE'] })
      await experiment.drain()
      await experiment.sendBatches(sender, batches.slice(0, 1))
    },
    stack,
  )
}

async function queueDamaged(context: Context): Promise<Outcome> {
  if (context.runtime !== 'embedded')
    return { skipped: 'the queue’s file is within reach of the embedded runtime only' }
  await using directory = await temporaryDirectory('queue')
  const data = directory.path
  const stack = await context.ownStack({ dataDirectory: data })
  return await runExperiment(
    context,
    { mark: 'queue-damaged', rules: { counters: false } },
    async (experiment) => {
      const { batches, planted } = sessionsLoad({
        seed: context.seed,
        sessions: 6,
        startMs: context.dataStartMs,
        spreadMs: 600_000,
        prompts: 1,
      })
      experiment.ledger.plant(planted)
      // So that it is there to be read: one event, long stored.
      await using first = replay(stack, 'grpc')
      await experiment.sendBatches(first, batches.slice(0, 2))
      await experiment.drain()
      const fault = { kind: 'queue-damaged', stage: 'collector', parameters: {} } as const
      const target = { stack, queueDirectory: data }
      await withFault(experiment, target, { fault, operation: 'at rest' }, async () => {
        const refusal = await stack
          .service('otel-collector')
          .start()
          .then(() => '', messageOf)
        experiment.check('durability', 'the collector names the damaged file', {
          actual: /bbolt|corrupt|invalid/i.test(refusal),
          expected: true,
        })
      })
      await using second = replay(stack, 'grpc')
      await experiment.sendBatches(second, batches.slice(2))
    },
    stack,
  )
}
