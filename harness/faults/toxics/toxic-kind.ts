// Makes a kind of fault of one of toxiproxy's toxics, which strikes a link in one direction.
import fc from 'fast-check'
import { z } from 'zod'
import type { Stack } from '../../../stack/runtime/runtime.ts'
import type { Fault, FaultCase, FaultKind, FaultKinds, FaultName, Injected } from '../fault.ts'
import { type ProbeOptions, type ProbeResult, probe } from '../links/link-probe.ts'
import { readTraffic, trafficBetween } from '../links/link-traffic.ts'
import {
  type ClientLink,
  type Direction,
  directions,
  endsOf,
  type LinkName,
  linkParameter,
  linksOf,
  proxyOf,
  wordsOf,
} from '../links/links.ts'
import { type Conversation, conversationOf } from '../links/probe-protocols.ts'
import { type LinkStage, linkStages } from '../stage.ts'
import type { ProbeComparison } from './effect.ts'
import { addToxic, removeToxic } from './toxiproxy.ts'

/** A healthy link answers in milliseconds, so it may be asked more often. */
const HEALTHY_TRIES = 4

/** A toxic as an entry of `FaultKinds`; P are the numbers that it takes. */
export interface ToxicShape<P> {
  readonly stage: LinkStage
  readonly parameters: ToxicParameters<P>
}
export type ToxicParameters<P> = { readonly direction: Direction; readonly link?: ClientLink } & P

type Numbers = Readonly<Record<string, number>>

/** What a toxic is for us: toxiproxy's attributes for it, and what a probe must have met for it to have taken effect. */
export interface Toxic<P extends Numbers> {
  readonly attributes: (parameters: P) => Numbers
  /** How many bytes in its direction a probe needs to meet it. */
  readonly wantedBytes: (parameters: P) => number
  /** When a probe gives up; what it says of nothing coming any more. */
  readonly limitMs: (parameters: P) => number
  /** Undefined when what was met is what a healthy link does. `bytes`: of the probe, in the fault's direction. */
  readonly shows: (parameters: P, met: ProbeComparison, bytes: number) => string | undefined
}

type ToxicName = { [N in FaultName]: FaultKinds[N] extends ToxicShape<Numbers> ? N : never }[FaultName]

interface ToxicDefinition<N extends FaultName, P extends Numbers> {
  readonly kind: N
  readonly toxic: Toxic<P>
  /** What happens to the requests or answers on the link, for titles: "are delayed". */
  readonly happens: string
  /** The numbers that the suite `faults` takes, */
  readonly numbers: P
  /** milder ones for the kind's own test, */
  readonly trial: P
  /** and the range of those in random schedules. */
  readonly random?: {
    readonly weight: number
    readonly numbers: fc.Arbitrary<P>
    readonly stages?: readonly LinkStage[]
  }
}

/** A kind of fault that is a toxic; tests look into it. */
export type ToxicKind<N extends FaultName = FaultName> = FaultKind<N> & { readonly toxic: Toxic<Numbers> }

/** @throws nothing; see `FaultKind` for what the kind throws */
export function toxicKind<N extends ToxicName, P extends Numbers>(definition: ToxicDefinition<N, P>): ToxicKind<N> {
  const { kind, toxic, happens, numbers, trial, random } = definition
  const fault = (stage: LinkStage, parameters: ToxicParameters<P>) =>
    ({ kind, stage, parameters }) as unknown as Fault<N>
  const number = z.number().min(0, { error: (issue) => `must be a number from 0 on, not ${String(issue.input)}` })
  return {
    kind,
    stages: linkStages,
    profile: 'full',
    toxic: toxic as unknown as Toxic<Numbers>,
    parameters: z.strictObject({
      direction: z.enum(directions),
      link: linkParameter,
      ...Object.fromEntries(Object.keys(numbers).map((name) => [name, number])),
    }) as unknown as z.ZodType<FaultKinds[N]['parameters']>,
    cases: linkStages.flatMap((stage) =>
      directions.map((direction): FaultCase<N> => {
        const words = wordsOf(stage)
        return {
          name: `${words.short}-${kind.replace('_', '-')}-${direction}`,
          when: `${words[direction]} ${happens}`,
          operation: stage === 'client-collector' ? 'sending' : 'inserting',
          fault: fault(stage, { ...numbers, direction }),
        }
      }),
    ),
    trials: [
      ...directions.map((direction) => fault('collector-clickhouse', { direction, ...trial })),
      ...(['otlp-grpc', 'otlp-http'] as const).flatMap((link) =>
        directions.map((direction) => fault('client-collector', { link, direction, ...trial })),
      ),
    ],
    ...(random && {
      random: {
        weight: random.weight,
        faults: fc
          .record({
            stage: fc.constantFrom(...(random.stages ?? linkStages)),
            direction: fc.constantFrom(...directions),
            numbers: random.numbers,
          })
          .map((drawn) => fault(drawn.stage, { direction: drawn.direction, ...drawn.numbers })),
      },
    }),
    inject: ({ stage, parameters }, { stack }) => {
      const { direction, link, ...given } = parameters as unknown as ToxicParameters<P>
      const strike: Strike = { type: kind, toxic: toxic as unknown as Toxic<Numbers>, numbers: given, direction }
      return poisonAll(strike, stack, linksOf(stage as LinkStage, link))
    },
  }
}

interface Strike {
  readonly type: string
  readonly toxic: Toxic<Numbers>
  readonly numbers: Numbers
  readonly direction: Direction
}

async function poisonAll(strike: Strike, stack: Stack, links: readonly LinkName[]): Promise<Injected> {
  const poisoned: Injected[] = []
  const heal = async () => {
    for (const { heal: healOne } of poisoned) await healOne()
  }
  try {
    for (const link of links) poisoned.push(await poison(strike, stack, link))
  } catch (error) {
    await heal()
    throw error
  }
  return {
    heal,
    effect: async () => {
      const effects = await Promise.all(poisoned.map(({ effect }) => effect()))
      // Half an effect is none: who asks for a fault of both links relies on both.
      return effects.includes(undefined) ? undefined : effects.join('; ')
    },
  }
}

async function poison({ type, toxic, numbers, direction }: Strike, stack: Stack, link: LinkName): Promise<Injected> {
  const conversation = conversationOf(stack, link)
  const rounds = roundsFor(toxic.wantedBytes(numbers), conversation, direction)
  const bytes = rounds * conversation.bytesOfRound[direction]
  const ends = endsOf(stack, link)
  const look = (at: string, tries: number) =>
    fastest({ at, conversation, rounds, limitMs: toxic.limitMs(numbers) }, tries)
  const proxy = await proxyOf(stack, link)
  const before = await look(ends.through, HEALTHY_TRIES)
  const countedBefore = await readTraffic(stack)
  const name = await addToxic(proxy, { type, stream: direction, attributes: toxic.attributes(numbers) })
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
      const shown = comparable ? toxic.shows(numbers, { before, through, beside }, bytes) : undefined
      if (shown !== undefined) return [where, shown, ...(traffic === undefined ? [] : [`and ${traffic}`])].join(' ')
      // One that was too small to meet it says nothing either; then what the traffic met counts alone.
      const met = comparable && bytes >= toxic.wantedBytes(numbers)
      return met || traffic === undefined ? undefined : `${where} ${traffic}`
    },
  }
}

/** So many questions that their bytes (or their answers') meet the toxic, as far as the other end takes them in one go. */
export function roundsFor(wantedBytes: number, conversation: Conversation, direction: Direction): number {
  const wanted = Math.ceil(wantedBytes / conversation.bytesOfRound[direction])
  return Math.min(Math.max(wanted, 1), conversation.maximumRounds)
}

/** The best of some: a machine that was busy for a moment must not pass for a fault, nor hide one. */
async function fastest(options: ProbeOptions, tries: number): Promise<ProbeResult> {
  let best = await probe(options)
  for (let more = 1; more < tries && best.end === 'answered'; more += 1) {
    const again = await probe(options)
    if (again.end !== 'answered') return again
    if (again.tookMs < best.tookMs) best = again
  }
  return best
}
