// The comparison: the same sessions and the same faults, once with this stack and its relay, once with the collector's defaults and
// the official exporter alone. How much does each have at the end?
import type { Batch, Emitter } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sdkEmitter } from '../../generators/emit/sdk.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { Fault } from '../../harness/faults/fault.ts'
import type { Target } from '../../harness/faults/target.ts'
import { withFault } from '../../harness/faults/with-fault.ts'
import { judge } from '../../harness/judge/judge.ts'
import type { SideBySide } from '../../harness/judge/model/evidence.ts'
import { RelayProcess } from '../../harness/processes/relay-process.ts'
import { baselineDirectory } from '../../harness/rigs/baseline-stack.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

interface Situation {
  readonly name: string
  /** Each is in force while a part of the load comes, all of them at once. */
  readonly faults: readonly Fault[]
}

const situations: readonly Situation[] = [
  { name: 'nothing happens', faults: [] },
  { name: 'the collector is away for a while', faults: [{ kind: 'kill', stage: 'collector', parameters: {} }] },
  {
    name: 'the collector is restarted',
    faults: [{ kind: 'restart', stage: 'collector', parameters: { how: 'stop' } }],
  },
  {
    name: 'ClickHouse is away, and the collector is killed meanwhile',
    faults: [
      { kind: 'kill', stage: 'clickhouse', parameters: {} },
      { kind: 'kill', stage: 'collector', parameters: {} },
    ],
  },
  {
    name: 'the network to the collector is down',
    faults: [{ kind: 'down', stage: 'client-collector', parameters: {} }],
  },
  {
    name: 'connections to the collector are reset',
    faults: [{ kind: 'reset_peer', stage: 'client-collector', parameters: { direction: 'upstream', timeoutMs: 0 } }],
  },
  {
    name: 'answers of the collector are cut off',
    faults: [{ kind: 'timeout', stage: 'client-collector', parameters: { direction: 'downstream', timeoutMs: 100 } }],
  },
  { name: 'ClickHouse is away for a while', faults: [{ kind: 'kill', stage: 'clickhouse', parameters: {} }] },
]

const UNLIMITED = Number.MAX_SAFE_INTEGER
const CLIENT_TIMEOUT_MS = 2_000

interface Side {
  readonly stack: Stack
  readonly target: Target
  client(): Emitter
  /** Waits until the client's end has delivered what it kept. */
  waitUntilDrained(): Promise<void>
}

/** Carries out one situation on one side. @returns events offered, and those of them that are not stored at the end */
async function carryOut(context: Context, side: Side, situation: Situation, number: number) {
  const rules = { counters: false, maxRefusedBatches: UNLIMITED, maxAckMs: UNLIMITED }
  await using experiment = await Experiment.begin(context, side.stack, { mark: `comparison-${number}`, rules })
  const load = sessionsLoad({
    seed: context.seed + number,
    sessions: 6,
    startMs: context.dataStartMs,
    spreadMs: 600_000,
    prompts: 1,
    batchSize: 20,
  })
  await using client = side.client()
  const size = Math.ceil(load.batches.length / (situation.faults.length + 2))
  const part = (index: number): readonly Batch[] => load.batches.slice(index * size, (index + 1) * size)
  await experiment.sendBatches(client, part(0))
  const strike = async (index: number): Promise<void> => {
    const fault = situation.faults[index]
    if (fault === undefined) return
    await withFault(experiment, side.target, { fault, operation: 'sending' }, async () => {
      await experiment.sendBatches(client, part(index + 1))
      await strike(index + 1)
    })
  }
  await strike(0)
  await experiment.sendBatches(client, part(situation.faults.length + 1))
  await side.waitUntilDrained()
  const evidence = await experiment.evidence()
  const { tally } = judge(evidence)
  const offered = tally.offered - tally.excluded
  return { offered, missing: offered - tally.stored, faults: evidence.faults ?? [] }
}

async function compare(context: Context): Promise<Outcome> {
  const ours = await context.faultyStack()
  await using directory = await baselineDirectory(context.stackDirectory)
  const stock = await context.ownStack({ faults: true, stackDirectory: directory.path })
  const backend = ours.endpoints.links?.otlpHttp ?? ours.endpoints.otlpHttp
  await using relay = await RelayProcess.start({
    stackDirectory: context.stackDirectory,
    backend,
    salt: ours.salt,
    retryBaseMs: 50,
    parkedRetryMs: 500,
  })
  const sides: Record<'proven' | 'stock', Side> = {
    proven: {
      stack: ours,
      target: { stack: ours, processes: { relay } },
      client: () => replayEmitter({ protocol: 'grpc', endpoint: relay.grpc, timeoutMs: CLIENT_TIMEOUT_MS }),
      waitUntilDrained: () => relay.waitUntilDrained(30_000),
    },
    stock: {
      stack: stock,
      target: { stack: stock },
      client: () =>
        sdkEmitter({ protocol: 'grpc', endpoint: stock.endpoints.links?.otlpGrpc ?? '', timeoutMs: CLIENT_TIMEOUT_MS }),
      waitUntilDrained: async () => {},
    },
  }
  return await runExperiment(
    context,
    { mark: 'comparison', rules: { counters: false } },
    async (experiment) => {
      const rows: SideBySide[] = []
      for (const [number, situation] of situations.entries()) {
        context.progress(`${situation.name}, ${number + 1} of ${situations.length}`)
        const { faults, ...kept } = await carryOut(context, sides.proven, situation, number)
        const { faults: alsoThere, ...lost } = await carryOut(context, sides.stock, situation, number)
        for (const fault of [...faults, ...alsoThere]) experiment.recordFault(fault)
        rows.push({ situation: situation.name, proven: kept, stock: lost })
      }
      experiment.compareSides(rows)
      for (const { situation, proven: side } of rows)
        experiment.check('comparison', `missing where ${situation}`, { actual: side.missing, expected: 0 })
      // Both run the same; where nothing happens neither may lose, and somewhere the defaults must.
      experiment.check('comparison', 'missing of the stock stack where nothing happens', {
        actual: rows[0]?.stock.missing,
        expected: 0,
      })
      experiment.check('comparison', 'the stock stack loses somewhere', {
        actual: rows.some(({ stock: { missing } }) => missing > 0),
        expected: true,
      })
    },
    ours,
  )
}

export const baselineComparison: Definition = {
  name: 'compared-with-stock',
  title: "loses nothing where the collector's defaults with the official exporter alone lose events",
  requirements: ['R11', 'R12'],
  profile: 'full',
  run: compare,
}
