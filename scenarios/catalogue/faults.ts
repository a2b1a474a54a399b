// Faults: what breaks on the way, one at a time, with a relay at the client's end; nothing that it took may be lost.

import { type Tools, throughRelay } from '../client-end/through-relay.ts'
import { during, type Operation } from '../faults/exercise.ts'
import type { Fault } from '../faults/fault.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { type Definition, suite } from './define.ts'

interface Row {
  readonly name: string
  readonly what: string
  readonly fault: Fault
  readonly operation: Operation
  /** While it lasts, the relay itself does not answer. */
  readonly relayAway?: boolean
}

const links = [
  { stage: 'client-collector', short: 'collector-link', between: 'relay and collector', operation: 'sending' },
  {
    stage: 'collector-clickhouse',
    short: 'clickhouse-link',
    between: 'collector and ClickHouse',
    operation: 'inserting',
  },
] as const

const toxics = [
  { kind: 'latency', what: 'slow', parameters: { latencyMs: 300 } },
  { kind: 'bandwidth', what: 'narrow', parameters: { kilobytesPerSecond: 40 } },
  { kind: 'timeout', what: 'swallowed and then cut', parameters: { timeoutMs: 200 } },
  { kind: 'slow_close', what: 'slow to close', parameters: { delayMs: 300 } },
  { kind: 'reset_peer', what: 'reset', parameters: { timeoutMs: 0 } },
  { kind: 'slicer', what: 'cut into small pieces', parameters: { averageBytes: 100, delayUs: 4_000 } },
  { kind: 'limit_data', what: 'cut in the middle', parameters: { limitBytes: 900 } },
] as const

const onLinks: Row[] = links.flatMap(({ stage, short, between, operation }) => [
  {
    name: `${short}-down`,
    what: `the way between ${between} is down`,
    operation,
    fault: { kind: 'down', stage, parameters: {} },
  },
  ...toxics.flatMap(({ kind, what, parameters }) =>
    (['upstream', 'downstream'] as const).map((direction) => ({
      name: `${short}-${kind.replace('_', '-')}-${direction}`,
      what: `the ${direction === 'upstream' ? 'way there' : 'way back'} between ${between} is ${what}`,
      operation,
      fault: { kind, stage, parameters: { ...parameters, direction } },
    })),
  ),
])

const signals = [
  { kind: 'kill', what: 'killed', parameters: {} },
  { kind: 'pause', what: 'stopped in the middle and goes on later', parameters: {} },
  { kind: 'restart', what: 'restarted', parameters: { how: 'stop' } },
] as const

const processes = [
  { stage: 'collector', who: 'the collector', operation: 'sending' },
  { stage: 'clickhouse', who: 'ClickHouse', operation: 'inserting' },
  { stage: 'relay', who: 'the relay', operation: 'parking' },
] as const

const onProcesses: Row[] = processes.flatMap(({ stage, who, operation }) =>
  signals.map(({ kind, what, parameters }) => ({
    name: `${stage}-${kind === 'restart' ? 'restarted' : kind === 'kill' ? 'killed' : 'paused'}`,
    what: `${who} is ${what}`,
    operation,
    fault: { kind, stage, parameters },
    relayAway: stage === 'relay',
  })),
)

/** A third before, a third meanwhile, a third after it. */
async function survive(context: Context, row: Row): Promise<Outcome> {
  const { name, fault, operation, relayAway = false } = row
  const rules = relayAway ? { maxRefusedBatches: Number.MAX_SAFE_INTEGER, maxAckMs: 6_000 } : {}
  return throughRelay(context, name, { rules }, async (tools) => {
    const { proof, target, thirds, send } = tools
    if (relayAway) await parkFirst(tools)
    else await send(thirds[0] ?? [])
    await during(proof, target, { fault, operation }, () => send(thirds[1] ?? []))
    const before = refusedOf(tools)
    await send(thirds[2] ?? [])
    proof.compare('availability', 'events refused once it is healed', refusedOf(tools) - before, 0)
  })
}

function refusedOf({ proof }: Tools): number {
  return proof.ledger.offered.filter(({ answer }) => answer !== 'accepted').length
}

/** So that the relay has something to lose: the collector is away while the first third comes, and comes back. */
async function parkFirst({ proof, target, thirds, send, relay }: Tools): Promise<void> {
  const fault = { kind: 'down', stage: 'client-collector', parameters: {} }
  await during(proof, target, { fault, operation: 'sending' }, () => send(thirds[0] ?? []))
  proof.compare('fault', 'the relay has parked something', (await relay.status()).buffer.buffered > 0, true)
}

function definition(row: Row): Definition {
  return {
    name: row.name,
    title: `keeps every acknowledged event when ${row.what}`,
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: (context) => survive(context, row),
  }
}

export const faults: Scenario[] = suite('faults', [
  {
    name: 'acknowledgement-lost',
    title: 'shows each event once when an insert is committed and its answer lost, so that it is made again',
    requirements: ['R7', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(context, 'acknowledgement-lost', {}, async ({ proof, target, thirds, send, relay }) => {
        await send(thirds[0] ?? [])
        await proof.settle()
        const fault = { kind: 'ack-lost', stage: 'collector-clickhouse', parameters: {} }
        await during(proof, target, { fault, operation: 'inserting' }, () => send(thirds[1] ?? []))
        await send(thirds[2] ?? [])
        await relay.caughtUp(30_000)
      }),
  },
  ...onLinks.map(definition),
  ...onProcesses.map(definition),
])
