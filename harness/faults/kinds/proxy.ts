// The fault *proxy*: a corporate proxy wants another password, answers with a page, or forbids the way.
import { z } from 'zod'
import { defineFault } from '../fault.ts'
import type { ProxyCounts } from '../proxy/connect-proxy.ts'
import { need } from '../target.ts'

const counted = { 'answer-407': 'refused407', html: 'html', forbid: 'refused403' } as const satisfies Readonly<
  Record<string, keyof ProxyCounts>
>
export type ProxyRefusal = keyof typeof counted

declare module '../fault.ts' {
  interface FaultKinds {
    proxy: { readonly stage: 'client-collector'; readonly parameters: { readonly behaviour: ProxyRefusal } }
  }
}

export const kind = defineFault({
  kind: 'proxy',
  stages: ['client-collector'],
  profile: 'full',
  parameters: z.strictObject({ behaviour: z.enum(['answer-407', 'html', 'forbid']) }),
  // The client must have been started behind one: *buffering* does.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const proxy = need(target.proxy, fault, 'proxy')
    const { behaviour } = fault.parameters
    const met = () => proxy.counts()[counted[behaviour]]
    const before = met()
    proxy.setBehaviour(behaviour)
    proxy.cutOpen()
    return {
      heal: async () => proxy.setBehaviour('tunnel'),
      effect: async () => (met() > before ? `${met() - before} connections met it` : undefined),
    }
  },
})
