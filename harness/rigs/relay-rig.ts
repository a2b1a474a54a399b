// The rig of scenarios with a relay before the stack: sessions in phases, something that happens meanwhile, and at the end every
// event in the database once.
import { messageOf } from '../../core/errors.ts'
import type { Batch } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { type Experiment, runExperiment } from '../experiment/experiment.ts'
import type { Target } from '../faults/target.ts'
import type { Rules } from '../judge/model/evidence.ts'
import { RelayProcess, type RelayProcessOptions } from '../processes/relay-process.ts'
import type { Context, Outcome } from '../scenario.ts'
import { protocols } from './emitters.ts'
import { type Phases, splitPhases } from './phases.ts'

const DRAINED_TIMEOUT_MS = 15_000
const CLIENT_TIMEOUT_MS = 5_000
/** The relay answers within a second; a machine that does other things besides may add to it. */
const MAX_ACK_MS = 3_000

export interface RelayRig {
  readonly context: Context
  readonly experiment: Experiment
  readonly stack: Stack
  readonly relay: RelayProcess
  readonly target: Target
  /** The sessions' batches. */
  readonly phases: Phases<Batch>
  /** Over all three protocols at once. */
  send(batches: readonly Batch[]): Promise<void>
}

export interface RelayRigOptions extends Partial<RelayProcessOptions> {
  readonly rules?: Partial<Rules>
  readonly sessions?: number
  /** Of the stack's own endpoints when absent: the link to the collector, with toxiproxy in it. */
  readonly stack?: Stack
  /** What faults find besides the stack and the relay. */
  readonly target?: Omit<Target, 'stack' | 'processes'>
}

/** Carries out the work, waits until the relay has delivered everything, and gathers the evidence. */
export async function throughRelay(
  context: Context,
  mark: string,
  options: RelayRigOptions,
  work: (rig: RelayRig) => Promise<void>,
): Promise<Outcome> {
  const { rules, sessions = 6, stack: own, target: further, ...relayOptions } = options
  const stack = own ?? (await context.faultyStack())
  const { stackDirectory } = context
  const backend = stack.endpoints.links?.otlpHttp ?? stack.endpoints.otlpHttp
  await using relay = await RelayProcess.start({
    stackDirectory,
    backend,
    salt: stack.salt,
    retryBaseMs: 100,
    ...relayOptions,
  })
  return await runExperiment(
    context,
    { mark, rules: { counters: false, maxAckMs: MAX_ACK_MS, ...rules } },
    async (experiment) => {
      const load = sessionsLoad({
        seed: context.seed,
        sessions,
        startMs: context.dataStartMs,
        spreadMs: 600_000,
        prompts: 2,
        batchSize: 40,
      })
      experiment.ledger.plant(load.planted)
      await work({
        context,
        experiment,
        stack,
        relay,
        phases: splitPhases(load.batches),
        send: (batches) => sendOverAll(experiment, relay, batches),
        target: { stack, processes: { relay }, clocks: { relay }, ...further },
      })
      experiment.check('delivery', 'what the relay has parked', {
        actual: await deliveryOf(relay),
        expected: 'delivered',
      })
    },
    stack,
  )
}

/** New connections each time: an old one to a relay that was away would not try again for seconds. */
async function sendOverAll(experiment: Experiment, relay: RelayProcess, batches: readonly Batch[]): Promise<void> {
  await using connections = new AsyncDisposableStack()
  const clients = protocols.map((protocol) => {
    const endpoint = protocol === 'grpc' ? relay.grpc : relay.http
    return connections.use(replayEmitter({ protocol, endpoint, timeoutMs: CLIENT_TIMEOUT_MS }))
  })
  await experiment.sendParallel(clients, batches)
}

async function deliveryOf(relay: RelayProcess): Promise<string> {
  return relay.waitUntilDrained(DRAINED_TIMEOUT_MS).then(() => 'delivered', messageOf)
}
