// A template: one generated session's request, encoded once, of which any number of copies are made, each with ids, times and texts of its own.
import { isoTime } from '../../core/clock.ts'
import { encodeRequest } from '../../core/otlp/codec.ts'
import type { KeyValue } from '../../core/otlp/otlp.ts'
import type { ExpectedLog, StoredText } from '../batch.ts'
import { profileAt } from '../profiles.ts'
import type { SessionEvent } from '../recorder.ts'
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

/** Of a copy every id, every time and every longer prompt or response is its own. */
export interface RequestTemplate {
  /** What must be stored of each record of a copy, with `COPY_MARK` where the copy's own characters stand, and the times of copy 0. */
  readonly expected: readonly ExpectedLog[]
  /** The session of copy `number` (0 to 2^44 - 1). */
  sessionId(number: number): string
  /**
   * The protobuf request of copy `number`. All its times are `number` milliseconds later than those of copy 0.
   * @param reuse another copy of this template that is no longer needed: it becomes this one, for less work
   */
  request(number: number, reuse?: Buffer): Buffer
  /** What every session of this template begins with. */
  readonly sessionPrefix: string
}

/** Stands where each copy has twelve characters of its own: `e` and the copy's number in eleven hexadecimal digits. */
export const COPY_MARK = '@@copyno@@@@'
const IDS = ['session.id', 'prompt.id', 'tool_use_id', 'request_id', 'client_request_id', 'message.uuid']
const TEXTS = ['prompt', 'prompt_text', 'response']
/** A shorter text stays as it is. */
const LEAST_TEXT = 2 * COPY_MARK.length
const NANOSECONDS_A_MS = 1_000_000n
const DIGITS = 11
const LOW = 0xffff_ffffn
const MOST = 0xffff_ffff

/** @throws Error when the session is shorter than wanted */
export function makeRequestTemplate({ seed, index, startMs, events }: StencilOptions): RequestTemplate {
  const session = generateSession({ seed, index, startMs, profile: profileAt(index), prompts: 40, planting: 'none' })
  if (session.events.length < events)
    throw new Error(`session ${index} of seed ${seed} has only ${session.events.length} events`)
  const chosen = session.events.slice(0, events).map(marked)
  const scope = { name: 'com.anthropic.claude_code.events', version: session.profile.version }
  const logRecords = chosen.map(({ record }) => record)
  const bytes = encodeRequest({
    resourceLogs: [{ resource: { attributes: session.resource }, scopeLogs: [{ scope, logRecords }] }],
  })
  const marks = offsetsOf(bytes, COPY_MARK)
  const times = timesIn(bytes, chosen)
  const sessionPrefix = session.context.sessionId.slice(0, -COPY_MARK.length)
  const tailOf = (number: number) => `e${number.toString(16).padStart(DIGITS, '0')}`
  return {
    expected: chosen.map(({ expected }) => expected),
    sessionPrefix,
    sessionId: (number) => sessionPrefix + tailOf(number),
    request(number, copy = Buffer.from(bytes)) {
      const tail = Buffer.from(tailOf(number), 'latin1')
      // Byte by byte: a call for each of twelve characters costs several times as much.
      for (const offset of marks) for (let at = 0; at < tail.length; at += 1) copy[offset + at] = tail[at] ?? 0
      const later = BigInt(number) * NANOSECONDS_A_MS
      const [laterLow, laterHigh] = [Number(later & LOW), Number(later >> 32n)]
      for (const { atMs, low, high, binary, text } of times) {
        const sum = low + laterLow
        const carry = sum > MOST ? 1 : 0
        for (const offset of binary) {
          copy.writeUInt32LE(carry === 0 ? sum : sum - MOST - 1, offset)
          copy.writeUInt32LE(high + laterHigh + carry, offset + 4)
        }
        writeTime(copy, text, atMs + number)
      }
      return copy
    },
  }
}

/** Writes the time of an ISO date that stands there already, and of another day the date too: the fastest way that was found. */
function writeTime(bytes: Buffer, offset: number, ms: number): void {
  const day = Math.floor(ms / DAY_MS)
  if (day !== lastDay) {
    lastDay = day
    lastDate = Buffer.from(isoTime(day * DAY_MS).slice(0, DATE.length), 'latin1')
  }
  for (let at = 0; at < lastDate.length; at += 1) bytes[offset + at] = lastDate[at] ?? 0
  let left = ms - day * DAY_MS
  for (const [at, unit] of CLOCK) {
    const digit = Math.floor(left / unit)
    bytes[offset + at] = 48 + digit
    left -= digit * unit
  }
}

const DAY_MS = 86_400_000
const DATE = '2026-01-01'
/** Where each digit of `2026-01-01T00:00:00.000Z` behind the date stands, and its worth in milliseconds. */
const CLOCK = [
  [11, 36_000_000],
  [12, 3_600_000],
  [14, 600_000],
  [15, 60_000],
  [17, 10_000],
  [18, 1000],
  [20, 100],
  [21, 10],
  [22, 1],
] as const
let lastDay = Number.NaN
let lastDate = Buffer.alloc(0)

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

interface Times {
  readonly atMs: number
  /** The two halves of its nanoseconds. */
  readonly low: number
  readonly high: number
  /** Where it stands in eight bytes. */
  readonly binary: readonly number[]
  /** Where `event.timestamp` stands. */
  readonly text: number
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
