// Faults of a link that toxiproxy knows as toxics, in one direction; toxicity is always 1, so that nothing is left to chance.
import type { Proxy as Link } from 'toxiproxy-node-client'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { conversationOf } from './conversations.ts'
import { choiceOf, type Fault, type Injected, type Target } from './fault.ts'
import { type ProbeOptions, probe, type Seen } from './link-probe.ts'
import { readTraffic, trafficBetween } from './link-traffic.ts'
import { directions, endsOf, type LinkName, linksOf, proxyOf } from './links.ts'
import { roundsFor, type ToxicKind, type ToxicName, toxicKinds } from './toxic-kinds.ts'

/** A healthy link answers in milliseconds, so it may be asked more often. */
const HEALTHY_TRIES = 4

type Poisoned = Pick<Injected, 'heal' | 'effect'>

/** `parameters`: `direction`, of the client's links `link` if only one is meant, and what the kind takes (toxic-kinds.ts). */
export function injectToxic(type: ToxicName) {
  return async (fault: Fault, { stack }: Target): Promise<Injected> => {
    const poisoned: Poisoned[] = []
    const heal = async () => {
      for (const { heal: healOne } of poisoned) await healOne()
    }
    try {
      for (const link of linksOf(fault)) poisoned.push(await poison(type, fault, stack, link))
    } catch (error) {
      await heal()
      throw error
    }
    return {
      fault,
      heal,
      effect: async () => {
        const effects = await Promise.all(poisoned.map(({ effect }) => effect()))
        // Half an effect is none: who asks for a fault of both links relies on both.
        return effects.includes(undefined) ? undefined : effects.join('; ')
      },
    }
  }
}

async function poison(type: ToxicName, fault: Fault, stack: Stack, link: LinkName): Promise<Poisoned> {
  const kind: ToxicKind = toxicKinds[type]
  const direction = choiceOf(fault, 'direction', directions)
  const attributes = kind.attributes(fault)
  const conversation = conversationOf(stack, link)
  const rounds = roundsFor(kind, fault, conversation, direction)
  const bytes = rounds * conversation.bytesOfRound[direction]
  const ends = endsOf(stack, link)
  const look = (at: string, tries: number) => fastest({ at, conversation, rounds, limitMs: kind.limitMs(fault) }, tries)
  const proxy = await proxyOf(stack, link)
  const before = await look(ends.through, HEALTHY_TRIES)
  const countedBefore = await readTraffic(stack)
  const name = await addToxic(proxy, { type, stream: direction, attributes })
  return {
    heal: () => removeToxic(proxy, name),
    effect: async () => {
      const { receivedBytes, passedBytes } = trafficBetween(countedBefore, await readTraffic(stack), link, direction)
      const lost = receivedBytes - passedBytes
      const where = `${link} ${direction}:`
      const traffic = lost > 0 ? `${lost} of the traffic's ${receivedBytes} bytes were not passed on` : undefined
      const through = await look(ends.through, 2)
      const beside = await look(ends.beside, HEALTHY_TRIES)
      // Where a probe is not answered without the fault either, it says nothing about the fault.
      const comparable = [before, beside].every(({ end }) => end === 'answered')
      const shown = comparable ? kind.shows(fault, { before, through, beside }, bytes) : undefined
      if (shown !== undefined) return [where, shown, ...(traffic === undefined ? [] : [`and ${traffic}`])].join(' ')
      // One that was too small to meet it says nothing either; then what the traffic met counts alone.
      const met = comparable && bytes >= kind.wantedBytes(fault)
      return met || traffic === undefined ? undefined : `${where} ${traffic}`
    },
  }
}

/** The best of some: a machine that was busy for a moment must not pass for a fault, nor hide one. */
async function fastest(options: ProbeOptions, tries: number): Promise<Seen> {
  let best = await probe(options)
  for (let more = 1; more < tries && best.end === 'answered'; more += 1) {
    const again = await probe(options)
    if (again.end !== 'answered') return again
    if (again.tookMs < best.tookMs) best = again
  }
  return best
}

interface Toxic {
  readonly type: ToxicName
  readonly stream: 'upstream' | 'downstream'
  readonly attributes: Readonly<Record<string, number>>
}

let made = 0

/** @returns its name; several of a kind may work on a link at once */
export async function addToxic(proxy: Link, toxic: Toxic): Promise<string> {
  made += 1
  const name = `${toxic.type}-${made}`
  await proxy.addToxic({ ...toxic, name, toxicity: 1 })
  return name
}

/** Does nothing where it is gone already. */
export async function removeToxic(proxy: Link, name: string): Promise<void> {
  const toxic = await proxy.getToxic(name).catch(() => undefined)
  await toxic?.remove()
}
