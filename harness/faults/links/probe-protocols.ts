// What a probe says on each link: questions that any healthy end answers at once, and that leave no trace in what is proven.
import type { Stack } from '../../../stack/runtime/runtime.ts'
import type { LinkName } from './links.ts'

export interface Conversation {
  /** The bytes of so many questions, asked in one go. */
  request(rounds: number): Buffer
  /** How many of them were answered in what has come back. */
  answered(received: Buffer): number
  /** About the size of one question and of one answer. */
  readonly bytesOfRound: { readonly upstream: number; readonly downstream: number }
  /** More than these take an end noticeable time by themselves. */
  readonly maximumRounds: number
}

export function conversationOf(stack: Pick<Stack, 'passwords'>, link: LinkName): Conversation {
  if (link === 'clickhouse') return clickhouse('ingest', stack.passwords.ingest)
  return link === 'otlp-grpc' ? grpc : http
}

/** Pages that the receiver does not have. */
const http: Conversation = {
  request: (rounds) => Buffer.from('GET / HTTP/1.1\r\nHost: probe\r\n\r\n'.repeat(rounds)),
  answered: (received) => occurrences(received, Buffer.from('404 page not found\n')),
  bytesOfRound: { upstream: 31, downstream: 176 },
  maximumRounds: 1_000,
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** HTTP/2 frames without a payload (RFC 9113, 6.5): the settings that stand, and that they were taken. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
const SETTINGS_ACK = Buffer.from([0, 0, 0, 4, 1, 0, 0, 0, 0])

const grpc: Conversation = {
  request: (rounds) => Buffer.concat([PREFACE, ...Array<Buffer>(rounds).fill(SETTINGS)]),
  answered: (received) => occurrences(received, SETTINGS_ACK),
  bytesOfRound: { upstream: SETTINGS.length, downstream: SETTINGS_ACK.length },
  maximumRounds: 10_000,
}

/** Packets of ClickHouse's native protocol, as a client of a revision before any optional field. */
const HELLO = 0
const PING = 4
const PONG = 4
const REVISION = 54_032

/** It greets, then pings. A wrong password is answered by something else than a greeting, so by no pong. */
function clickhouse(user: string, password: string): Conversation {
  const greeting = Buffer.concat([
    ...[HELLO].map(varint),
    text('telemetry-proof probe'),
    ...[1, 0, REVISION].map(varint),
    ...['', user, password].map(text),
  ])
  return {
    request: (rounds) => Buffer.concat([greeting, Buffer.alloc(rounds, PING)]),
    answered: (received) => {
      const end = endOfGreeting(received)
      return end === undefined ? 0 : received.subarray(end).filter((byte) => byte === PONG).length
    },
    bytesOfRound: { upstream: 1, downstream: 1 },
    maximumRounds: 5_000,
  }
}

/** Behind the server's hello: its name, and three numbers (major, minor, revision). */
function endOfGreeting(received: Buffer): number | undefined {
  if (received[0] !== HELLO || received[1] === undefined) return undefined
  let at = 2 + received[1]
  for (let number = 0; number < 3; number += 1) {
    while ((received[at] ?? 0) > 127) at += 1
    at += 1
  }
  return at > received.length ? undefined : at
}

function varint(number: number): Buffer {
  const bytes: number[] = []
  let rest = number
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  return Buffer.from([...bytes, rest])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([varint(bytes.length), bytes])
}

function occurrences(received: Buffer, wanted: Buffer): number {
  let count = 0
  for (let at = received.indexOf(wanted); at >= 0; at = received.indexOf(wanted, at + wanted.length)) count += 1
  return count
}
