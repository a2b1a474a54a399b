// The fault *stop*: the process is asked to end, as at a shutdown, and stays away until it is healed.
import { z } from 'zod'
import { defineFault, type Fault } from '../fault.ts'
import { victimOf } from '../processes/victim.ts'
import type { ProcessStage } from '../stage.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    stop: { readonly stage: ProcessStage; readonly parameters: Readonly<Record<never, never>> }
  }
}

const stages = ['collector', 'clickhouse', 'toxiproxy', 'relay'] as const

export const kind = defineFault({
  kind: 'stop',
  stages,
  profile: 'standard',
  parameters: z.strictObject({}),
  // Scenarios of *recovery* and *containers* try it.
  cases: [],
  trials: (['collector', 'clickhouse', 'toxiproxy'] as const).map(
    (stage): Fault<'stop'> => ({ kind: 'stop', stage, parameters: {} }),
  ),
  async inject(fault, target) {
    const { process, state, restore } = victimOf(fault, target)
    const before = await state()
    await process.stop()
    return {
      heal: restore,
      effect: async () => {
        const isStopped = before.status !== 'ended' && (await state()).status === 'ended'
        return isStopped ? `${fault.stage}: ${before.instance} has ended` : undefined
      },
    }
  },
})
