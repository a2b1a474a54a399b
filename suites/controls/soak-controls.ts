// Sabotages of soaks: what only shows over time, and a harness that does not look or does not tell.
import type { ThreadedLoad } from '../../generators/bulk/load-threads.ts'
import type { SoakSample } from '../../harness/judge/soak/sample.ts'
import { noTamper, type Tamper } from '../../harness/scenario.ts'
import type { Control } from './control.ts'

const scenario = 'soak/quiet'
const LEAK_BYTES_A_SECOND = 256 * 1024 ** 2

const change = (load: (order: ThreadedLoad) => Partial<ThreadedLoad>): Tamper => ({
  ...noTamper,
  load: (order) => ({ ...order, ...load(order) }),
})

/** Sends as many in all, but the next one only when the one before is answered; lateness it has none. */
function closedLoop({ plan }: ThreadedLoad): Partial<ThreadedLoad> {
  if (plan.kind === 'requests' || plan.shape.executor !== 'constant-arrival-rate') return {}
  const requests = Math.round((plan.shape.rate * plan.shape.durationMs) / 1000)
  return { plan: { kind: 'requests', requests }, inFlight: 1 }
}

function leaking(sample: SoakSample): SoakSample {
  const { relay } = sample.components
  if (relay === null) return sample
  const memoryBytes = relay.memoryBytes + (sample.atMs / 1000) * LEAK_BYTES_A_SECOND
  return { ...sample, components: { ...sample.components, relay: { ...relay, memoryBytes } } }
}

export const soakControls: readonly Control[] = [
  {
    id: 'soak-session-lost',
    sabotage: 'stores no row of some sessions of the load, although they were acknowledged',
    scenario,
    oracle: 'accounting',
    edits: [
      {
        file: 'clickhouse/schema/004-log-records.sql',
        from: 'FROM telemetry.landing_logs\n',
        to: "FROM telemetry.landing_logs\n            WHERE cityHash64(LogAttributes['session.id']) % 8 != 0\n",
      },
    ],
  },
  {
    id: 'soak-leak',
    sabotage: 'the relay takes more memory each second',
    scenario,
    alone: true,
    oracle: 'memory',
    tamper: { ...noTamper, sample: leaking },
  },
  {
    id: 'soak-closed-loop',
    sabotage: 'sends the next request only when the one before is answered, and says that it is never late',
    scenario,
    alone: true,
    oracle: 'load',
    as: 'unknown',
    tamper: change(closedLoop),
  },
  {
    id: 'soak-answers-forgotten',
    sabotage: 'forgets the answers to some requests',
    scenario,
    oracle: 'load',
    tamper: change(({ answered }) => ({
      answered: (number, answer) => {
        if (number % 10 !== 0) answered(number, answer)
      },
    })),
  },
  {
    id: 'soak-parts-unmerged',
    sabotage: 'counts the parts as if none had ever been merged',
    scenario,
    oracle: 'storage',
    tamper: {
      ...noTamper,
      sample: (sample) => ({ ...sample, mostParts: (sample.mostParts ?? 0) + Math.round(sample.atMs / 10) }),
    },
  },
  {
    id: 'soak-never-ends',
    sabotage: 'never ends early, although the collector is gone for good',
    scenario: 'soak/ends-early',
    oracle: 'health',
    tamper: { ...noTamper, stop: () => undefined },
  },
]
