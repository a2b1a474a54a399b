// The toxics as faults: what each takes, how toxiproxy calls it, and what a probe must have met for it to have taken effect.
import type { Conversation } from './conversations.ts'
import { type Fault, numberOf } from './fault.ts'
import type { Seen } from './link-probe.ts'
import type { Direction } from './links.ts'

/** The same probe through the link before the fault, through it now, and past toxiproxy now. All but `through` were answered. */
export interface Sightings {
  readonly before: Seen
  readonly through: Seen
  readonly beside: Seen
}

export interface ToxicKind {
  /** Toxiproxy's attributes. */
  readonly attributes: (fault: Fault) => Readonly<Record<string, number>>
  /** How many bytes in its direction a probe needs to meet it. */
  readonly wantedBytes: (fault: Fault) => number
  /** When a probe gives up; what it says of nothing coming any more. */
  readonly limitMs: (fault: Fault) => number
  /** Undefined when what was met is what a healthy link does. `bytes`: of the probe, in the fault's direction. */
  readonly shows: (fault: Fault, met: Sightings, bytes: number) => string | undefined
}

const PATIENCE_MS = 2_000
/** Slow enough to be told from a healthy link, fast enough to be waited for. */
const SLOW_MS = 150
const RECOGNIZABLE_MS = 20

export const toxicKinds = {
  /** latencyMs */
  latency: {
    attributes: (fault) => ({ latency: numberOf(fault, 'latencyMs'), jitter: 0 }),
    wantedBytes: () => 1,
    limitMs: (fault) => PATIENCE_MS + 4 * numberOf(fault, 'latencyMs'),
    shows: (fault, met) => slower(met, numberOf(fault, 'latencyMs')),
  },
  /** kilobytesPerSecond */
  bandwidth: {
    attributes: (fault) => ({ rate: numberOf(fault, 'kilobytesPerSecond') }),
    wantedBytes: (fault) => numberOf(fault, 'kilobytesPerSecond') * SLOW_MS,
    limitMs: () => PATIENCE_MS + 10 * SLOW_MS,
    shows: (fault, met, bytes) => slower(met, bytes / numberOf(fault, 'kilobytesPerSecond')),
  },
  /** averageBytes, delayUs: the pause after each slice */
  slicer: {
    attributes: (fault) => ({
      average_size: numberOf(fault, 'averageBytes'),
      size_variation: 0,
      delay: numberOf(fault, 'delayUs'),
    }),
    wantedBytes: (fault) => (numberOf(fault, 'averageBytes') * SLOW_MS * 1_000) / numberOf(fault, 'delayUs'),
    limitMs: () => PATIENCE_MS + 50 * SLOW_MS,
    shows: (fault, met, bytes) =>
      slower(met, ((bytes / numberOf(fault, 'averageBytes')) * numberOf(fault, 'delayUs')) / 1_000),
  },
  /** timeoutMs: when the silent connection is closed; 0 = never */
  timeout: {
    attributes: (fault) => ({ timeout: numberOf(fault, 'timeoutMs') }),
    wantedBytes: () => 1,
    limitMs: (fault) => numberOf(fault, 'timeoutMs') + 500,
    shows: (fault, { through }) =>
      through.answeredRounds === 0 && through.tookMs >= numberOf(fault, 'timeoutMs') * 0.9
        ? `a probe had no answer for ${ms(through.tookMs)}${through.end === 'silent' ? '' : `, then was ${ended(through)}`}`
        : undefined,
  },
  /** delayMs */
  slow_close: {
    attributes: (fault) => ({ delay: numberOf(fault, 'delayMs') }),
    wantedBytes: () => 1,
    limitMs: (fault) => PATIENCE_MS + numberOf(fault, 'delayMs'),
    shows: (fault, { before, through, beside }) => {
      const normalMs = Math.max(
        before.closedMs ?? Number.POSITIVE_INFINITY,
        beside.closedMs ?? Number.POSITIVE_INFINITY,
      )
      const delayMs = numberOf(fault, 'delayMs')
      return through.closedMs !== undefined && through.closedMs >= delayMs * 0.9 && normalMs < delayMs * 0.5
        ? `a probe's connection closed after ${ms(through.closedMs)} (a healthy one: ${ms(normalMs)})`
        : undefined
    },
  },
  /** timeoutMs: after the first data */
  reset_peer: {
    attributes: (fault) => ({ timeout: numberOf(fault, 'timeoutMs') }),
    wantedBytes: () => 1,
    limitMs: (fault) => PATIENCE_MS + numberOf(fault, 'timeoutMs'),
    shows: (fault, { through }) =>
      // Between a container and this machine stands another proxy, which turns a reset into an orderly end.
      ['reset', 'closed'].includes(through.end) && through.tookMs >= numberOf(fault, 'timeoutMs') * 0.9
        ? `a probe was ${ended(through)} after ${ms(through.tookMs)} and ${through.receivedBytes} bytes`
        : undefined,
  },
  /** limitBytes: what a connection may carry */
  limit_data: {
    attributes: (fault) => ({ bytes: numberOf(fault, 'limitBytes') }),
    wantedBytes: (fault) => numberOf(fault, 'limitBytes') + 1,
    limitMs: () => PATIENCE_MS,
    shows: (_fault, { before, through }) =>
      ['reset', 'closed'].includes(through.end)
        ? `a probe was ${ended(through)} after ${through.receivedBytes} of ${before.receivedBytes} bytes of its answer`
        : undefined,
  },
} as const satisfies Readonly<Record<string, ToxicKind>>

export type ToxicName = keyof typeof toxicKinds
export const toxicNames = Object.keys(toxicKinds) as readonly ToxicName[]

/** So many questions that their bytes (or their answers') meet the toxic, as far as the other end takes them in one go. */
export function roundsFor(kind: ToxicKind, fault: Fault, conversation: Conversation, direction: Direction): number {
  const wanted = Math.ceil(kind.wantedBytes(fault) / conversation.bytesOfRound[direction])
  return Math.min(Math.max(wanted, 1), conversation.maximumRounds)
}

/** It all came, but as much later as the fault asks for. */
function slower({ before, through, beside }: Sightings, byMs: number): string | undefined {
  const normalMs = Math.max(before.tookMs, beside.tookMs)
  if (byMs < RECOGNIZABLE_MS || through.tookMs < normalMs + 0.6 * byMs || through.tookMs < 0.8 * byMs) return undefined
  const what = through.end === 'answered' ? `took ${ms(through.tookMs)}` : `had not ended after ${ms(through.tookMs)}`
  return `a probe of ${through.rounds} questions ${what} (before ${ms(before.tookMs)}, past the proxy ${ms(beside.tookMs)})`
}

function ended({ end }: Seen): string {
  return end === 'reset' ? 'reset' : 'cut off'
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}
