// The fault *pause*: SIGSTOP; the process holds its connections and answers nothing until it is healed.
import fc from 'fast-check'
import { z } from 'zod'
import { until } from '../../../core/poll.ts'
import { defineFault, type Fault } from '../fault.ts'
import { processCases } from '../processes/process-cases.ts'
import { victimOf } from '../processes/victim.ts'
import type { ProcessStage } from '../stage.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    pause: { readonly stage: ProcessStage; readonly parameters: Readonly<Record<never, never>> }
  }
}

const SIGNAL_TIMEOUT_MS = 5_000

const pause = (stage: ProcessStage): Fault<'pause'> => ({ kind: 'pause', stage, parameters: {} })

export const kind = defineFault({
  kind: 'pause',
  stages: ['collector', 'clickhouse', 'toxiproxy', 'relay'],
  profile: 'full',
  parameters: z.strictObject({}),
  cases: processCases('paused', pause, ' and resumed later'),
  random: { weight: 1, faults: fc.constantFrom('collector', 'clickhouse').map(pause) },
  trials: (['collector', 'clickhouse', 'toxiproxy'] as const).map(pause),
  async inject(fault, target) {
    const { process, state, restore } = victimOf(fault, target)
    await process.pause()
    if (process.state)
      await until(`the pause of ${fault.stage}`, async () => (await state()).status !== 'running', {
        timeoutMs: SIGNAL_TIMEOUT_MS,
      })
    return {
      heal: async () => {
        // An engine refuses to resume what is not paused.
        if (!process.state || (await state()).status === 'paused') await process.resume()
        await restore()
      },
      effect: async () => {
        const { status, instance } = await state()
        return status === 'paused' ? `${fault.stage}: ${instance} is paused` : undefined
      },
    }
  },
})
