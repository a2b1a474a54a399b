// The frame of scenarios with a relay before the stack: sessions in thirds, something that happens meanwhile, and at the end every
// event in the database once.
import { messageOf } from '../../core/errors.ts'
import type { Batch } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { aDayBefore, proven } from '../catalogue/define.ts'
import { protocols } from '../catalogue/emitters.ts'
import type { Rules } from '../evidence.ts'
import type { Target } from '../faults/fault.ts'
import type { Proof } from '../proof.ts'
import type { Context, Outcome } from '../scenario.ts'
import { inThirds } from '../thirds.ts'
import { RelayProcess, type RelayProcessOptions } from './relay-process.ts'

const CAUGHT_UP_TIMEOUT_MS = 15_000
const CLIENT_TIMEOUT_MS = 5_000
/** The relay answers within a second; a machine that does other things besides may add to it. */
const MAX_ACK_MS = 3_000

export interface Tools {
  readonly context: Context
  readonly proof: Proof
  readonly stack: Stack
  readonly relay: RelayProcess
  readonly target: Target
  /** The sessions' batches in three parts. */
  readonly thirds: readonly (readonly Batch[])[]
  /** Over all three protocols at once. */
  send(batches: readonly Batch[]): Promise<void>
}

export interface ThroughRelayOptions extends Partial<RelayProcessOptions> {
  readonly rules?: Partial<Rules>
  readonly sessions?: number
  /** Of the stack's own endpoints when absent: the link to the collector, with toxiproxy in it. */
  readonly stack?: Stack
}

/** Carries out the work, waits until the relay has delivered everything, and judges. */
export async function throughRelay(
  context: Context,
  mark: string,
  options: ThroughRelayOptions,
  work: (tools: Tools) => Promise<void>,
): Promise<Outcome> {
  const { rules, sessions = 6, stack: own, ...relayOptions } = options
  const stack = own ?? (await context.faultyStack())
  const { stackDirectory } = context
  const backend = stack.endpoints.links?.otlpHttp ?? stack.endpoints.otlpHttp
  await using relay = await RelayProcess.start({ stackDirectory, backend, retryBaseMs: 100, ...relayOptions })
  return await proven(
    context,
    { mark, rules: { counters: false, maxAckMs: MAX_ACK_MS, ...rules } },
    async (proof) => {
      const load = sessionsLoad({
        ...{ seed: context.seed, sessions, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 2, batchSize: 40 },
      })
      proof.ledger.plant(load.planted)
      // New connections each time: an old one to a relay that was away would not try again for seconds.
      const send = async (batches: readonly Batch[]) => {
        await using connections = new AsyncDisposableStack()
        const clients = protocols.map((protocol) => {
          const endpoint = protocol === 'grpc' ? relay.grpc : relay.http
          return connections.use(replayEmitter({ protocol, endpoint, timeoutMs: CLIENT_TIMEOUT_MS }))
        })
        await proof.deliverParallel(clients, batches)
      }
      const thirds = inThirds(load.batches)
      await work({ context, proof, stack, relay, thirds, send, target: { stack, processes: { relay } } })
      proof.compare('delivery', 'what the relay has parked', await deliveryOf(relay), 'delivered')
    },
    stack,
  )
}

async function deliveryOf(relay: RelayProcess): Promise<string> {
  return relay.caughtUp(CAUGHT_UP_TIMEOUT_MS).then(() => 'delivered', messageOf)
}
