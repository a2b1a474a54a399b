// Copies of a request that is encoded once: each with ids, times and texts of its own, written over those that stand there.
import { isoTime } from '../../core/clock.ts'

/** Stands where each copy has twelve characters of its own: `e` and the copy's number in eleven hexadecimal digits. */
export const COPY_MARK = '@@copyno@@@@'
/** Of a copy's number, at the very end of its session. */
export const COPY_DIGITS = 11
const NANOSECONDS_A_MS = 1_000_000n
export const LOW = 0xffff_ffffn
const MOST = 0xffff_ffff

/** Where the times of a record stand, and what they are in copy 0. */
export interface Times {
  readonly atMs: number
  /** The two halves of its nanoseconds. */
  readonly low: number
  readonly high: number
  /** Where it stands in eight bytes. */
  readonly binary: readonly number[]
  /** Where `event.timestamp` stands. */
  readonly text: number
}

/** All that copies are made of; it can be handed to a thread. */
export interface EncodedRequest {
  readonly bytes: Uint8Array
  /** Where the mark stands. */
  readonly marks: readonly number[]
  readonly times: readonly Times[]
  /** What the session of every copy begins with. */
  readonly sessionPrefix: string
}

export interface Copies {
  /** The session of copy `number` (0 to 2^44 - 1). */
  sessionId(number: number): string
  /**
   * The protobuf request of copy `number`. All its times are `number` milliseconds later than those of copy 0.
   * @param reuse another of these copies that is no longer needed: it becomes this one, for less work
   */
  request(number: number, reuse?: Buffer): Buffer
}

export function copiesOf({ bytes, marks, times, sessionPrefix }: EncodedRequest): Copies {
  const tailOf = (number: number) => `e${number.toString(16).padStart(COPY_DIGITS, '0')}`
  return {
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
