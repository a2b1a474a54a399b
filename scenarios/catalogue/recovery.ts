// Recovery: what the collector acknowledged survives the end of ClickHouse and of the collector itself, and its queue's.
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import type { Batch, Emitter } from '../../generators/batch.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { Proof } from '../proof.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { inThirds } from '../thirds.ts'
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
      const thirds = inThirds(batches)
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
  {
    name: 'long-outage',
    title: 'keeps every acknowledged event when ClickHouse is away for longer than a budget of retries lasts',
    requirements: ['R3', 'R12'],
    profile: 'full',
    run: (context) =>
      recover(context, 'long-outage', async ({ proof, stack, emitter, thirds }) => {
        const sender = emitter()
        await proof.deliverBatches(sender, thirds[0] ?? [])
        await stack.service('clickhouse').kill()
        const startMs = monotonicMs()
        await proof.deliverBatches(sender, thirds[1] ?? [])
        await sleep(LONG_OUTAGE_MS, stopSignal)
        const awayMs = Math.round(monotonicMs() - startMs)
        proof.compare('fault', 'ClickHouse was gone', await stack.service('clickhouse').alive(), false)
        await stack.service('clickhouse').start()
        await proof.deliverBatches(sender, thirds[2] ?? [])
        const effect = `nothing answered for ${awayMs} ms`
        proof.exercised({
          kind: 'kill',
          stage: 'clickhouse',
          parameters: { awayMs: LONG_OUTAGE_MS },
          operation: 'inserting',
          effect,
        })
      }),
  },
  {
    name: 'queue-full',
    title: 'pushes back when the queue of the collector is full, and keeps every event that it took',
    requirements: ['R3', 'R12'],
    profile: 'full',
    run: queueFull,
  },
  {
    name: 'queue-damaged',
    title: 'does not start on a queue that it cannot read, and takes everything once that is put aside',
    requirements: ['R3', 'R12'],
    profile: 'full',
    run: queueDamaged,
  },
])

/** Longer than a retry budget of two seconds, which a control gives the collector. */
const LONG_OUTAGE_MS = 6_000

async function queueFull(context: Context): Promise<Outcome> {
  const stack = await context.ownStack({ variables: { TELEMETRY_QUEUE_SIZE: '1000' } })
  const rules = { counters: false, maxRefusedBatches: Number.MAX_SAFE_INTEGER }
  return await proven(
    context,
    { mark: 'queue-full', rules },
    async (proof) => {
      const { batches, planted } = sessionsLoad({
        ...{ seed: context.seed, sessions: 60, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 2 },
      })
      proof.ledger.plant(planted)
      await using sender = replay(stack, 'grpc')
      await stack.service('clickhouse').kill()
      await proof.deliverBatches(sender, batches)
      const refused = proof.ledger.sent.filter(({ answer }) => answer.kind === 'refused')
      proof.compare('backpressure', 'requests were refused', refused.length > 0, true)
      proof.compare('backpressure', 'requests were taken before', refused.length < batches.length, true)
      const codes = new Set(refused.map(({ answer }) => ('code' in answer ? answer.code : '')))
      proof.compare('backpressure', 'how they were refused', [...codes], ['UNAVAILABLE'])
      const effect = refused.length > 0 ? `${refused.length} of ${batches.length} requests were refused` : null
      proof.exercised({
        kind: 'queue-full',
        stage: 'collector',
        parameters: { items: 1_000 },
        operation: 'sending',
        effect,
      })
      await stack.service('clickhouse').start()
      await proof.settle()
      await proof.deliverBatches(sender, batches.slice(0, 1))
    },
    stack,
  )
}

async function queueDamaged(context: Context): Promise<Outcome> {
  if (context.runtime !== 'embedded')
    return { skipped: 'the queue’s file is within reach of the embedded runtime only' }
  const data = await mkdtemp(join(tmpdir(), 'telemetry-proof-queue-'))
  await using _removal = { [Symbol.asyncDispose]: () => rm(data, { recursive: true, force: true, maxRetries: 5 }) }
  const stack = await context.ownStack({ dataDirectory: data })
  return await proven(
    context,
    { mark: 'queue-damaged', rules: { counters: false } },
    async (proof) => {
      const { batches, planted } = sessionsLoad({
        ...{ seed: context.seed, sessions: 6, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 1 },
      })
      proof.ledger.plant(planted)
      const collector = stack.service('otel-collector')
      // So that it is there to be read: one event, long stored.
      await using first = replay(stack, 'grpc')
      await proof.deliverBatches(first, batches.slice(0, 2))
      await proof.settle()
      await collector.kill()
      const before = await queueFiles(data)
      for (const file of before) await damage(file)
      const refusal = await collector.start().then(() => '', messageOf)
      proof.compare('durability', 'it says what is wrong with the file', /bbolt|corrupt|invalid/i.test(refusal), true)
      const effect = refusal === '' ? null : 'the collector did not start'
      proof.exercised({ kind: 'queue-damaged', stage: 'collector', parameters: {}, operation: 'at rest', effect })
      // What docs/troubleshooting.md tells a person to do.
      for (const file of before) await rename(file, `${file}.damaged`)
      await collector.start()
      await using second = replay(stack, 'grpc')
      await proof.deliverBatches(second, batches.slice(2))
    },
    stack,
  )
}

/** As a disk that lost what was written last: its first pages say where things are, and there is something else. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes.fill('no queue', FIRST_PAGES_BYTES)
  await writeFile(file, bytes)
}

const FIRST_PAGES_BYTES = 8_192

async function queueFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.includes('exporter_clickhouse'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
