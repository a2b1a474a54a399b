// The fault *network-cut*: a container is off the network; nothing reaches it, and it reaches nothing.
import { z } from 'zod'
import { defineFault } from '../fault.ts'
import { need } from '../target.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    'network-cut': { readonly stage: 'clickhouse'; readonly parameters: Readonly<Record<never, never>> }
  }
}

const PING_TIMEOUT_MS = 1_000

export const kind = defineFault({
  kind: 'network-cut',
  stages: ['clickhouse'],
  profile: 'standard',
  parameters: z.strictObject({}),
  // Only containers have a network of their own: *containers* tries it.
  cases: [],
  trials: [],
  async inject(fault, { stack }) {
    const containers = need(stack.containers, fault, 'container')
    await containers.cut(fault.stage)
    return {
      heal: () => containers.heal(fault.stage),
      effect: async () => {
        const answer = await fetch(`${stack.endpoints.clickhouseHttp}/ping`, {
          signal: AbortSignal.timeout(PING_TIMEOUT_MS),
        }).catch(() => undefined)
        return answer === undefined ? `ClickHouse could not be reached within ${PING_TIMEOUT_MS} ms` : undefined
      },
    }
  },
})
