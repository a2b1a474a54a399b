// The fault *queue-full*: ClickHouse is away, and the collector's queue takes no more.
import { z } from 'zod'
import { defineFault } from '../fault.ts'
import { victimOf } from '../processes/victim.ts'
import { need } from '../target.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    'queue-full': { readonly stage: 'collector'; readonly parameters: { readonly queueItems: number } }
  }
}

export const kind = defineFault({
  kind: 'queue-full',
  stages: ['collector'],
  profile: 'full',
  parameters: z.strictObject({ queueItems: z.int().min(1) }),
  // It takes a collector with a queue of that size: *recovery* starts one.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const refused = need(target.refused, fault, 'count of refused requests')
    const before = refused()
    const { process, restore } = victimOf({ kind: fault.kind, stage: 'clickhouse' }, target)
    await process.kill()
    return {
      heal: restore,
      effect: async () => (refused() > before ? `${refused() - before} requests were refused` : undefined),
    }
  },
})
