// A template: a request of a generated session, encoded once, of which any number of copies are made, and what must be stored of each.
import { encodeRequest } from '../../core/otlp/codec.ts'
import type { KeyValue } from '../../core/otlp/otlp.ts'
import type { ExpectedLog, StoredText } from '../batch.ts'
import { profileAt } from '../profiles.ts'
import { logsScope, type SessionEvent } from '../recorder.ts'
import { generateSession, type Session } from '../sessions/session.ts'
import { COPY_MARK, type Copies, copiesOf, type EncodedRequest, LOW, type Times } from './copies.ts'

export interface StencilOptions {
  readonly seed: number
  /** Which session of the seed. */
  readonly index: number
  /** When it starts: milliseconds since the epoch, whole. */
  readonly startMs: number
  /** Records of one request; the session is cut to them. */
  readonly events: number
}

/** Of a copy every id, every time and every longer prompt or response is its own. */
export interface RequestTemplate extends Copies {
  /** What must be stored of each record of a copy, with `COPY_MARK` where the copy's own characters stand, and the times of copy 0. */
  readonly expected: readonly ExpectedLog[]
  readonly encoded: EncodedRequest
  /** What every session of this template begins with. */
  readonly sessionPrefix: string
}

const IDS = ['session.id', 'prompt.id', 'tool_use_id', 'request_id', 'client_request_id', 'message.uuid']
const TEXTS = ['prompt', 'prompt_text', 'response']
/** A shorter text stays as it is. */
const LEAST_TEXT = 2 * COPY_MARK.length

/** The first events of a session in one request. @throws Error when the session is shorter than wanted */
export function makeRequestTemplate({ seed, index, startMs, events }: StencilOptions): RequestTemplate {
  const session = generateSession({ seed, index, startMs, profile: profileAt(index), prompts: 40, planting: 'none' })
  if (session.events.length < events)
    throw new Error(`session ${index} of seed ${seed} has only ${session.events.length} events`)
  return templateOf(session, session.events.slice(0, events))
}

/** @param events of the session: those of one request */
export function templateOf(session: Session, events: readonly SessionEvent[]): RequestTemplate {
  const chosen = events.map(marked)
  const scope = { name: logsScope, version: session.profile.version }
  const logRecords = chosen.map(({ record }) => record)
  const bytes = encodeRequest({
    resourceLogs: [{ resource: { attributes: session.resource }, scopeLogs: [{ scope, logRecords }] }],
  })
  const sessionPrefix = session.context.sessionId.slice(0, -COPY_MARK.length)
  const encoded = { bytes, marks: offsetsOf(bytes, COPY_MARK), times: timesIn(bytes, chosen), sessionPrefix }
  return { expected: chosen.map(({ expected }) => expected), encoded, sessionPrefix, ...copiesOf(encoded) }
}

/** The event with the mark at the end of its ids and texts, as it is sent and as it must be stored. */
function marked(event: SessionEvent): SessionEvent {
  const sent = event.record.attributes ?? []
  const own = new Set(sent.filter(isOwn).map(({ key }) => key))
  const mark = (text: string) => text.slice(0, -COPY_MARK.length) + COPY_MARK
  const attributes = sent.map(({ key, value }) =>
    own.has(key) && 'stringValue' in value ? { key, value: { stringValue: mark(value.stringValue) } } : { key, value },
  )
  const stored = Object.entries(event.expected.attributes).map(([key, text]): [string, StoredText] =>
    own.has(key) && typeof text === 'string' ? [key, mark(text)] : [key, text],
  )
  return {
    ...event,
    record: { ...event.record, attributes },
    expected: { ...event.expected, attributes: Object.fromEntries(stored) },
  }
}

function isOwn({ key, value }: KeyValue): boolean {
  if (!('stringValue' in value)) return false
  const text = value.stringValue
  // The end of a text is replaced byte by byte.
  return IDS.includes(key) || (TEXTS.includes(key) && text.length >= LEAST_TEXT && /^[ -~]{12}$/.test(text.slice(-12)))
}

const TIME_NANO_TAG = 0x09
const OBSERVED_TAG = 0x59

/** Where the times of each record stand, record after record. */
function timesIn(bytes: Buffer, events: readonly SessionEvent[]): readonly Times[] {
  let from = 0
  const next = (wanted: Buffer) => {
    const at = bytes.indexOf(wanted, from)
    if (at === -1) throw new Error('the encoded request lacks a time of one of its records')
    from = at + wanted.length
    return at
  }
  return events.map(({ record }) => {
    const nano = BigInt(record.timeUnixNano ?? 0)
    const binary = Buffer.alloc(8)
    binary.writeBigUInt64LE(nano)
    const stamp = record.attributes?.find(({ key }) => key === 'event.timestamp')?.value
    const text = stamp !== undefined && 'stringValue' in stamp ? stamp.stringValue : ''
    // As encoded: the time first, the attributes, the observed time last.
    const first = next(Buffer.concat([Buffer.of(TIME_NANO_TAG), binary])) + 1
    const iso = next(Buffer.from(text))
    const last = next(Buffer.concat([Buffer.of(OBSERVED_TAG), binary])) + 1
    return {
      atMs: Date.parse(text),
      low: Number(nano & LOW),
      high: Number(nano >> 32n),
      binary: [first, last],
      text: iso,
    }
  })
}

function offsetsOf(bytes: Buffer, text: string): readonly number[] {
  const offsets: number[] = []
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) offsets.push(at)
  return offsets
}
