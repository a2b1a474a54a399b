// A stencil: one generated session's request, encoded once, of which any number of copies are made at the cost of copying bytes.

import { encodeRequest } from '../../core/otlp/codec.ts'
import type { ExpectedLog } from '../batch.ts'
import { profileAt } from '../profiles.ts'
import { generateSession } from '../sessions/session.ts'

export interface StencilOptions {
  readonly seed: number
  /** Which session of the seed. */
  readonly index: number
  /** When it starts: milliseconds since the epoch, whole. */
  readonly startMs: number
  /** Records of one request; the session is cut to them. */
  readonly events: number
}

/** Copies differ in their session alone, so that each event of each copy is an event of its own. */
export interface RequestTemplate {
  /** What must be stored of each record of a copy, but for its session. */
  readonly expected: readonly ExpectedLog[]
  /** The session of copy `number` (0 to 2^48 - 1). */
  sessionId(number: number): string
  /** The protobuf request of copy `number`; a buffer of its own. */
  request(number: number): Buffer
  /** What every session of this stencil begins with. */
  readonly sessionPrefix: string
}

const TAIL = 12

/** @throws Error when the session is shorter than wanted */
export function makeRequestTemplate({ seed, index, startMs, events }: StencilOptions): RequestTemplate {
  const session = generateSession({ seed, index, startMs, profile: profileAt(index), prompts: 40, planting: 'none' })
  const chosen = session.events.slice(0, events)
  if (chosen.length < events) throw new Error(`session ${index} of seed ${seed} has only ${chosen.length} events`)
  const { sessionId } = session.context
  const scope = { name: 'com.anthropic.claude_code.events', version: session.profile.version }
  const bytes = encodeRequest({
    resourceLogs: [
      {
        resource: { attributes: session.resource },
        scopeLogs: [{ scope, logRecords: chosen.map(({ record }) => record) }],
      },
    ],
  })
  const offsets: number[] = []
  for (let at = bytes.indexOf(sessionId); at !== -1; at = bytes.indexOf(sessionId, at + 1)) offsets.push(at)
  const sessionPrefix = sessionId.slice(0, -TAIL)
  const tailOf = (number: number) => number.toString(16).padStart(TAIL, '0')
  return {
    expected: chosen.map(({ expected }) => expected),
    sessionPrefix,
    sessionId: (number) => sessionPrefix + tailOf(number),
    request(number) {
      const copy = Buffer.from(bytes)
      const tail = tailOf(number)
      for (const offset of offsets) copy.write(tail, offset + sessionPrefix.length, 'latin1')
      return copy
    },
  }
}
