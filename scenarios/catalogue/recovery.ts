// Recovery: what the collector acknowledged survives the end of ClickHouse and of the collector itself.

import type { Batch, Emitter } from '../../generators/batch.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { Proof } from '../proof.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { aDayBefore, proven, suite } from './define.ts'
import { replay } from './emitters.ts'

type Step = (tools: {
  readonly proof: Proof
  readonly stack: Stack
  readonly emitter: () => Emitter
  readonly thirds: readonly (readonly Batch[])[]
}) => Promise<void>

/** The spare stack, sessions in three parts, and what happens between them. The collector's counters begin again with it. */
export async function recover(context: Context, mark: string, step: Step): Promise<Outcome> {
  const stack = await context.spareStack()
  return proven(
    context,
    { mark, rules: { counters: false } },
    async (proof) => {
      const { batches, planted } = sessionsLoad({
        seed: context.seed,
        sessions: 30,
        startMs: aDayBefore(context),
        spreadMs: 600_000,
        prompts: 2,
      })
      proof.ledger.plant(planted)
      const size = Math.ceil(batches.length / 3)
      const thirds = [0, 1, 2].map((index) => batches.slice(index * size, (index + 1) * size))
      await using connections = new AsyncDisposableStack()
      await step({ proof, stack, thirds, emitter: () => connections.use(replay(stack, 'grpc')) })
    },
    stack,
  )
}

export const recovery: Scenario[] = suite('recovery', [
  {
    name: 'clickhouse-killed',
    title: 'keeps every acknowledged event when ClickHouse is killed and comes back',
    requirements: ['R3', 'R12'],
    run: (context) =>
      recover(context, 'clickhouse-killed', async ({ proof, stack, emitter, thirds }) => {
        const clickhouse = stack.service('clickhouse')
        const sender = emitter()
        await proof.deliverBatches(sender, thirds[0] ?? [])
        await clickhouse.kill()
        proof.compare('fault', 'ClickHouse was gone', await clickhouse.alive(), false)
        await proof.deliverBatches(sender, thirds[1] ?? [])
        await clickhouse.start()
        await proof.deliverBatches(sender, thirds[2] ?? [])
      }),
  },
  {
    name: 'collector-restarted',
    title: 'keeps every acknowledged event when the collector is restarted while ClickHouse is away',
    requirements: ['R3', 'R12'],
    run: (context) =>
      recover(context, 'collector-restarted', async ({ proof, stack, emitter, thirds }) => {
        const collector = stack.service('otel-collector')
        await proof.deliverBatches(emitter(), thirds[0] ?? [])
        await stack.service('clickhouse').kill()
        await proof.deliverBatches(emitter(), thirds[1] ?? [])
        await collector.stop()
        proof.compare('fault', 'the collector was gone', await collector.alive(), false)
        await stack.service('clickhouse').start()
        await collector.start()
        await proof.deliverBatches(emitter(), thirds[2] ?? [])
      }),
  },
  {
    name: 'collector-killed',
    title: 'keeps every acknowledged event when the collector is killed with a full queue',
    requirements: ['R3', 'R12'],
    run: (context) =>
      recover(context, 'collector-killed', async ({ proof, stack, emitter, thirds }) => {
        const collector = stack.service('otel-collector')
        await stack.service('clickhouse').kill()
        await proof.deliverBatches(emitter(), thirds[0] ?? [])
        await proof.deliverBatches(emitter(), thirds[1] ?? [])
        await collector.kill()
        proof.compare('fault', 'the collector was gone', await collector.alive(), false)
        await stack.service('clickhouse').start()
        await collector.start()
        await proof.deliverBatches(emitter(), thirds[2] ?? [])
      }),
  },
])
