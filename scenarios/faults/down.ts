// The fault *down*: a link's proxy is disabled; what was connected is cut, and nobody can connect.
import { conversationOf } from './conversations.ts'
import type { Fault, Injected, Target } from './fault.ts'
import { probe } from './link-probe.ts'
import { endsOf, linksOf, proxyOf } from './links.ts'

const LIMIT_MS = 1_000

/** `parameters`: of the client's links `link` if only one is meant. */
export async function injectDown(fault: Fault, { stack }: Target): Promise<Injected> {
  const links = linksOf(fault)
  const switchAll = async (enabled: boolean) => {
    for (const link of links) await switchProxy(stack, link, enabled)
  }
  await switchAll(false)
  return {
    fault,
    heal: () => switchAll(true),
    effect: async () => {
      const shown: string[] = []
      for (const link of links) {
        const { through, beside } = endsOf(stack, link)
        const look = (at: string) =>
          probe({ at, conversation: conversationOf(stack, link), rounds: 1, limitMs: LIMIT_MS })
        const { end, receivedBytes } = await look(through)
        // In containers the engine's own proxy takes the connection and closes it; refused or closed, nobody answers.
        const isDown = end === 'refused' || (end !== 'answered' && end !== 'silent' && receivedBytes === 0)
        if (!isDown || (await look(beside)).end !== 'answered') return undefined
        shown.push(`${link}: a connection was ${end}, one past the proxy was answered`)
      }
      return shown.join('; ')
    },
  }
}

/** Enables or disables a link as a whole; disabling cuts what is connected. */
async function switchProxy(
  stack: Target['stack'],
  link: Parameters<typeof proxyOf>[1],
  enabled: boolean,
): Promise<void> {
  const proxy = await proxyOf(stack, link)
  await proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream })
}
