// The fault *misbehave*: the backend answers with errors, pages or garbage, or not at all.
import { z } from 'zod'
import { until } from '../../../core/poll.ts'
import { type Misbehaviour, misbehaviours } from '../backend/misbehaving-backend.ts'
import { defineFault } from '../fault.ts'
import type { BackendStage } from '../stage.ts'
import { need } from '../target.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    misbehave: { readonly stage: BackendStage; readonly parameters: { readonly behaviour: Misbehaviour } }
  }
}

const MET_TIMEOUT_MS = 20_000

export const kind = defineFault({
  kind: 'misbehave',
  stages: ['backend'],
  profile: 'standard',
  parameters: z.strictObject({ behaviour: z.enum(misbehaviours) }),
  // The relay must have been started before one: *buffering* does.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const backend = need(target.backend, fault, 'backend of the rig')
    const { behaviour } = fault.parameters
    const met = () => backend.counts()[behaviour] ?? 0
    const before = met()
    backend.behave(behaviour)
    return {
      heal: async () => backend.behave('pass'),
      effect: async () => {
        // What the relay has taken it may try a little later.
        await until(`a request that meets ${behaviour}`, async () => met() > before, {
          timeoutMs: MET_TIMEOUT_MS,
        }).catch(() => {})
        return met() > before ? `${met() - before} requests met it` : undefined
      },
    }
  },
})
