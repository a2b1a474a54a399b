// The comparison: the same sessions and the same faults, once with this stack and its relay, once with the collector's defaults and
// the official exporter alone. How much does each have at the end?
import type { Batch, Emitter } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sdkEmitter } from '../../generators/emit/sdk.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { RelayProcess } from '../client-end/relay-process.ts'
import type { SideBySide } from '../evidence.ts'
import { during } from '../faults/exercise.ts'
import type { Fault, Target } from '../faults/fault.ts'
import { judge } from '../judge.ts'
import { Proof } from '../proof.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { stockDirectory } from '../stock.ts'
import { aDayBefore, proven, suite } from './define.ts'

interface Situation {
  readonly name: string
  /** Each is in force while a part of the load comes, all of them at once. */
  readonly faults: readonly Fault[]
}

const link = (kind: string, parameters: Fault['parameters'] = {}): Fault => ({
  kind,
  stage: 'client-collector',
  parameters,
})
const process = (stage: string, kind: string): Fault => ({
  kind,
  stage,
  parameters: kind === 'restart' ? { how: 'stop' } : {},
})

const situations: readonly Situation[] = [
  { name: 'nothing happens', faults: [] },
  { name: 'the collector is away for a while', faults: [process('collector', 'kill')] },
  { name: 'the collector is restarted', faults: [process('collector', 'restart')] },
  {
    name: 'ClickHouse is away, and the collector is killed meanwhile',
    faults: [process('clickhouse', 'kill'), process('collector', 'kill')],
  },
  { name: 'the network to the collector is down', faults: [link('down')] },
  {
    name: 'connections to the collector are reset',
    faults: [link('reset_peer', { direction: 'upstream', timeoutMs: 0 })],
  },
  {
    name: 'answers of the collector are cut off',
    faults: [link('timeout', { direction: 'downstream', timeoutMs: 100 })],
  },
  { name: 'ClickHouse is away for a while', faults: [process('clickhouse', 'kill')] },
]

const UNLIMITED = Number.MAX_SAFE_INTEGER
const CLIENT_TIMEOUT_MS = 2_000

interface Side {
  readonly stack: Stack
  readonly target: Target
  client(): Emitter
  /** Waits until the client's end has delivered what it kept. */
  caughtUp(): Promise<void>
}

/** Carries out one situation on one side. @returns events offered, and those of them that are not stored at the end */
async function carryOut(context: Context, side: Side, situation: Situation, number: number) {
  const rules = { counters: false, maxRefusedBatches: UNLIMITED, maxAckMs: UNLIMITED }
  await using proof = await Proof.begin(context, side.stack, { mark: `comparison-${number}`, rules })
  const load = sessionsLoad({
    ...{ seed: context.seed + number, sessions: 6, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 1 },
    ...{ batchSize: 20 },
  })
  await using client = side.client()
  const size = Math.ceil(load.batches.length / (situation.faults.length + 2))
  const part = (index: number): readonly Batch[] => load.batches.slice(index * size, (index + 1) * size)
  await proof.deliverBatches(client, part(0))
  const strike = async (index: number): Promise<void> => {
    const fault = situation.faults[index]
    if (fault === undefined) return
    await during(proof, side.target, { fault, operation: 'sending' }, async () => {
      await proof.deliverBatches(client, part(index + 1))
      await strike(index + 1)
    })
  }
  await strike(0)
  await proof.deliverBatches(client, part(situation.faults.length + 1))
  await side.caughtUp()
  const outcome = await proof.outcome()
  if (!('evidence' in outcome)) throw new Error('a comparison gathers evidence')
  const { tally } = judge(outcome.evidence)
  const offered = tally.offered - tally.excluded
  return { offered, missing: offered - tally.stored, faults: outcome.evidence.faults ?? [] }
}

async function compare(context: Context): Promise<Outcome> {
  const ours = await context.faultyStack()
  await using directory = await stockDirectory(context.stackDirectory)
  const stock = await context.ownStack({ faults: true, stackDirectory: directory.path })
  const backend = ours.endpoints.links?.otlpHttp ?? ours.endpoints.otlpHttp
  await using relay = await RelayProcess.start({
    stackDirectory: context.stackDirectory,
    backend,
    retryBaseMs: 50,
    parkedRetryMs: 500,
  })
  const sides: Record<'proven' | 'stock', Side> = {
    proven: {
      ...{ stack: ours, target: { stack: ours, processes: { relay } } },
      client: () => replayEmitter({ protocol: 'grpc', endpoint: relay.grpc, timeoutMs: CLIENT_TIMEOUT_MS }),
      caughtUp: () => relay.caughtUp(30_000),
    },
    stock: {
      ...{ stack: stock, target: { stack: stock } },
      client: () =>
        sdkEmitter({ protocol: 'grpc', endpoint: stock.endpoints.links?.otlpGrpc ?? '', timeoutMs: CLIENT_TIMEOUT_MS }),
      caughtUp: async () => {},
    },
  }
  return await proven(
    context,
    { mark: 'comparison', rules: { counters: false } },
    async (proof) => {
      const rows: SideBySide[] = []
      for (const [number, situation] of situations.entries()) {
        context.progress(`${situation.name}, ${number + 1} of ${situations.length}`)
        const { faults, ...kept } = await carryOut(context, sides.proven, situation, number)
        const { faults: alsoThere, ...lost } = await carryOut(context, sides.stock, situation, number)
        for (const fault of [...faults, ...alsoThere]) proof.exercised(fault)
        rows.push({ situation: situation.name, proven: kept, stock: lost })
      }
      proof.compareSides(rows)
      for (const { situation, proven: side } of rows)
        proof.compare('comparison', `missing where ${situation}`, side.missing, 0)
      // Both run the same; where nothing happens neither may lose, and somewhere the defaults must.
      proof.compare('comparison', 'missing of the stock stack where nothing happens', rows[0]?.stock.missing, 0)
      proof.compare(
        'comparison',
        'the stock stack loses somewhere',
        rows.some(({ stock: { missing } }) => missing > 0),
        true,
      )
    },
    ours,
  )
}

export const comparison: Scenario[] = suite('faults', [
  {
    name: 'compared-with-stock',
    title: 'has everything where the collector’s defaults and the official exporter alone lose events',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: compare,
  },
])
