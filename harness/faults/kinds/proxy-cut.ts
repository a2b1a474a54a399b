// The fault *proxy-cut*: a corporate proxy cuts every connection after so many bytes.
import { z } from 'zod'
import { defineFault } from '../fault.ts'
import { need } from '../target.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    'proxy-cut': { readonly stage: 'client-collector'; readonly parameters: { readonly afterBytes: number } }
  }
}

export const kind = defineFault({
  kind: 'proxy-cut',
  stages: ['client-collector'],
  profile: 'full',
  parameters: z.strictObject({ afterBytes: z.int().min(1) }),
  // The client must have been started behind one: *buffering* does.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const proxy = need(target.proxy, fault, 'proxy')
    const before = proxy.counts().cut
    proxy.setCutAfterBytes(fault.parameters.afterBytes)
    return {
      heal: async () => proxy.setCutAfterBytes(undefined),
      effect: async () => {
        const cut = proxy.counts().cut - before
        return cut > 0 ? `${cut} connections were cut after ${fault.parameters.afterBytes} bytes` : undefined
      },
    }
  },
})
