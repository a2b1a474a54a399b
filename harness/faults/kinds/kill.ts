// The fault *kill*: SIGKILL; the process stays away until it is healed.
import fc from 'fast-check'
import { z } from 'zod'
import { defineFault, type Fault } from '../fault.ts'
import { processCases } from '../processes/process-cases.ts'
import { victimOf } from '../processes/victim.ts'
import type { ProcessStage } from '../stage.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    kill: { readonly stage: ProcessStage; readonly parameters: Readonly<Record<never, never>> }
  }
}

const kill = (stage: ProcessStage): Fault<'kill'> => ({ kind: 'kill', stage, parameters: {} })

export const kind = defineFault({
  kind: 'kill',
  stages: ['collector', 'clickhouse', 'toxiproxy', 'relay', 'client'],
  profile: 'full',
  parameters: z.strictObject({}),
  cases: processCases('killed', kill),
  random: {
    weight: 4,
    faults: fc
      .oneof(
        { weight: 3, arbitrary: fc.constantFrom('collector', 'relay') },
        { weight: 1, arbitrary: fc.constant('clickhouse') },
      )
      .map(kill),
  },
  trials: (['collector', 'clickhouse', 'toxiproxy'] as const).map(kill),
  async inject(fault, target) {
    const { process, state, restore } = victimOf(fault, target)
    const before = await state()
    await process.kill()
    return {
      heal: restore,
      effect: async () => {
        const isKilled = before.status !== 'ended' && (await state()).status === 'ended'
        return isKilled ? `${fault.stage}: ${before.instance} has ended` : undefined
      },
    }
  },
})
