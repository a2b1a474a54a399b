// The fault *down*: a link's proxy is disabled; what was connected is cut, and nobody can connect.
import fc from 'fast-check'
import { z } from 'zod'
import type { Stack } from '../../../stack/runtime/runtime.ts'
import { defineFault, type Fault } from '../fault.ts'
import { probe } from '../links/link-probe.ts'
import { type ClientLink, endsOf, type LinkName, linkParameter, linksOf, proxyOf, wordsOf } from '../links/links.ts'
import { conversationOf } from '../links/probe-protocols.ts'
import { type LinkStage, linkStages } from '../stage.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    down: { readonly stage: LinkStage; readonly parameters: { readonly link?: ClientLink } }
  }
}

const LIMIT_MS = 1_000

const down = (stage: LinkStage): Fault<'down'> => ({ kind: 'down', stage, parameters: {} })

export const kind = defineFault({
  kind: 'down',
  stages: linkStages,
  profile: 'full',
  parameters: z.strictObject({ link: linkParameter }),
  cases: linkStages.map((stage) => ({
    name: `${wordsOf(stage).short}-down`,
    when: `${wordsOf(stage).link} is down`,
    operation: stage === 'client-collector' ? 'sending' : 'inserting',
    fault: down(stage),
  })),
  random: { weight: 3, faults: fc.constantFrom(...linkStages).map(down) },
  trials: linkStages.map(down),
  async inject({ stage, parameters: { link } }, { stack }) {
    const links = linksOf(stage, link)
    const switchAll = async (enabled: boolean) => {
      for (const name of links) await switchProxy(stack, name, enabled)
    }
    await switchAll(false)
    return { heal: () => switchAll(true), effect: () => effectOn(stack, links) }
  },
})

async function effectOn(stack: Stack, links: readonly LinkName[]): Promise<string | undefined> {
  const shown: string[] = []
  for (const link of links) {
    const { through, beside } = endsOf(stack, link)
    const look = (at: string) => probe({ at, conversation: conversationOf(stack, link), rounds: 1, limitMs: LIMIT_MS })
    const { end, receivedBytes } = await look(through)
    // In containers the engine's own proxy takes the connection and closes it; refused or closed, nobody answers.
    const isDown = end === 'refused' || (end !== 'answered' && end !== 'silent' && receivedBytes === 0)
    if (!isDown || (await look(beside)).end !== 'answered') return undefined
    shown.push(`${link}: a connection was ${end}, one past the proxy was answered`)
  }
  return shown.join('; ')
}

/** Enables or disables a link as a whole; disabling cuts what is connected. */
async function switchProxy(stack: Stack, link: LinkName, enabled: boolean): Promise<void> {
  const proxy = await proxyOf(stack, link)
  await proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream })
}
