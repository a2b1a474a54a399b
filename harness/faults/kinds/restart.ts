// The fault *restart*: the process ends, asked to or killed, and is back at once.
import fc from 'fast-check'
import { z } from 'zod'
import { defineFault, type Fault } from '../fault.ts'
import { processCases } from '../processes/process-cases.ts'
import { victimOf } from '../processes/victim.ts'
import type { ProcessStage } from '../stage.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    restart: { readonly stage: ProcessStage; readonly parameters: { readonly how: 'stop' | 'kill' } }
  }
}

const restart = (stage: ProcessStage): Fault<'restart'> => ({ kind: 'restart', stage, parameters: { how: 'stop' } })

export const kind = defineFault({
  kind: 'restart',
  stages: ['collector', 'clickhouse', 'toxiproxy', 'relay'],
  profile: 'full',
  parameters: z.strictObject({
    how: z
      .enum(['stop', 'kill'], { error: (issue) => `must be one of stop, kill, not ${String(issue.input)}` })
      .default('stop'),
  }),
  cases: processCases('restarted', restart),
  random: { weight: 2, faults: fc.constantFrom('collector', 'relay').map(restart) },
  trials: (['collector', 'clickhouse', 'toxiproxy'] as const).map(restart),
  async inject(fault, target) {
    const { process, state, restore } = victimOf(fault, target)
    const before = await state()
    await process[fault.parameters.how]()
    await restore()
    return {
      heal: restore,
      effect: async () => {
        const now = await state()
        const isAnother = now.status !== 'ended' && now.instance !== before.instance
        return isAnother ? `${fault.stage}: ${before.instance} was followed by ${now.instance}` : undefined
      },
    }
  },
})
