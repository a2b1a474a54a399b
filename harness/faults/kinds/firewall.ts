// The fault *firewall*: connections to the collector are rejected, or dropped without an answer.
import { z } from 'zod'
import { defineFault } from '../fault.ts'
import { need } from '../target.ts'

const modes = ['reject', 'drop'] as const

declare module '../fault.ts' {
  interface FaultKinds {
    firewall: { readonly stage: 'client-collector'; readonly parameters: { readonly mode: 'reject' | 'drop' } }
  }
}

export const kind = defineFault({
  kind: 'firewall',
  stages: ['client-collector'],
  profile: 'full',
  parameters: z.strictObject({ mode: z.enum(modes) }),
  // The relay must have been started behind one: *buffering* does.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const firewall = need(target.firewall, fault, 'firewall')
    await firewall.setMode(fault.parameters.mode)
    return {
      heal: () => firewall.setMode('open'),
      effect: async () => (firewall.mode() === fault.parameters.mode ? firewall.effect() : undefined),
    }
  },
})
