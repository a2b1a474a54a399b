// The fault *outage*: the process is killed and stays away for at least so long.
import { z } from 'zod'
import { stopSignal } from '../../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../../core/clock.ts'
import { defineFault } from '../fault.ts'
import { victimOf } from '../processes/victim.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    outage: { readonly stage: 'collector' | 'clickhouse'; readonly parameters: { readonly awayMs: number } }
  }
}

export const kind = defineFault({
  kind: 'outage',
  stages: ['collector', 'clickhouse'],
  profile: 'full',
  parameters: z.strictObject({ awayMs: z.number().min(0) }),
  // How long is long depends on a retry budget: *recovery* tries it.
  cases: [],
  trials: [{ kind: 'outage', stage: 'clickhouse', parameters: { awayMs: 100 } }],
  async inject(fault, target) {
    const { process, state, restore } = victimOf(fault, target)
    const before = await state()
    await process.kill()
    const startMs = monotonicMs()
    return {
      heal: restore,
      effect: async () => {
        await sleep(Math.max(0, fault.parameters.awayMs - (monotonicMs() - startMs)), stopSignal)
        const awayMs = Math.round(monotonicMs() - startMs)
        const isAway = before.status !== 'ended' && (await state()).status === 'ended'
        return isAway
          ? `${fault.stage}: ${before.instance} has ended, and nothing answered for ${awayMs} ms`
          : undefined
      },
    }
  },
})
