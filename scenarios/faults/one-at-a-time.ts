// Faults one at a time: every case of every kind in the registry, with a relay at the client's end; nothing that it took may be lost.
import type { FaultCase, FaultKind } from '../../harness/faults/fault.ts'
import { faultKinds } from '../../harness/faults/registry.ts'
import { type Strike, withFault } from '../../harness/faults/with-fault.ts'
import { type RelayRig, throughRelay } from '../../harness/rigs/relay-rig.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'

const DRAINED_TIMEOUT_MS = 30_000
/** While the relay itself is broken it may refuse, and answers later. */
const RELAY_AWAY = { maxRefusedBatches: Number.MAX_SAFE_INTEGER, maxAckMs: 6_000 }

const collectorLinkDown: Strike = {
  fault: { kind: 'down', stage: 'client-collector', parameters: {} },
  operation: 'sending',
}

async function survive(context: Context, { name, fault, operation }: FaultCase): Promise<Outcome> {
  const isRelay = fault.stage === 'relay'
  return throughRelay(context, name, { rules: isRelay ? RELAY_AWAY : {} }, async (rig) => {
    const { experiment, target, phases, send } = rig
    if (isRelay) await parkFirst(rig)
    else await send(phases.before)
    await withFault(experiment, target, { fault, operation }, () => send(phases.during))
    const before = notAccepted(rig)
    await send(phases.after)
    experiment.check('recovery', 'events refused once it is healed', {
      actual: notAccepted(rig) - before,
      expected: 0,
    })
  })
}

function notAccepted({ experiment }: RelayRig): number {
  return experiment.ledger.offered.filter(({ answer }) => answer !== 'accepted').length
}

/** So that the relay has something to lose: the collector is away while the first phase is sent, and comes back. */
async function parkFirst({ experiment, target, phases, send, relay }: RelayRig): Promise<void> {
  await withFault(experiment, target, collectorLinkDown, () => send(phases.before))
  experiment.check('buffering', 'the relay has parked something', {
    actual: (await relay.status()).buffer.buffered > 0,
    expected: true,
  })
}

function definitionsOf({ cases, profile }: FaultKind): Definition[] {
  return cases.map((one) => ({
    name: one.name,
    title: `keeps every acknowledged event when ${one.when}`,
    requirements: ['R11', 'R12'],
    profile,
    run: (context) => survive(context, one),
  }))
}

export const oneAtATime: readonly Definition[] = [
  {
    name: 'acknowledgement-lost',
    title: 'shows each event once when the acknowledgement of a committed insert is lost and the insert is retried',
    requirements: ['R7', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(context, 'acknowledgement-lost', {}, async ({ experiment, target, phases, send, relay }) => {
        // A merge would make one row of both copies before anybody asks for them.
        await experiment.stopMerges('log_records')
        await send(phases.before)
        await experiment.drain()
        const fault = { kind: 'ack-lost', stage: 'collector-clickhouse', parameters: {} } as const
        await withFault(experiment, target, { fault, operation: 'inserting' }, () => send(phases.during))
        await send(phases.after)
        await relay.waitUntilDrained(DRAINED_TIMEOUT_MS)
        await experiment.drain()
        const [shown] = await experiment.database.rows<{ copies: number; twice: number }>(
          `SELECT (SELECT count() > uniqExact(event_id) FROM telemetry_events_rows) AS copies,
                  (SELECT toUInt32(count() - uniqExact(event_id)) FROM telemetry_events) AS twice`,
        )
        experiment.check('identity', 'whether there are copies, and how many a query shows twice', {
          actual: shown,
          expected: { copies: 1, twice: 0 },
        })
      }),
  },
  ...faultKinds.flatMap(definitionsOf),
]
