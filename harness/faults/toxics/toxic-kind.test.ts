import { describe, expect, test } from 'vitest'
import type { ProbeResult } from '../links/link-probe.ts'
import type { Conversation } from '../links/probe-protocols.ts'
import { faultKinds, parseFault } from '../registry.ts'
import { roundsFor, type ToxicKind } from './toxic-kind.ts'

const healthy: ProbeResult = {
  end: 'answered',
  rounds: 10,
  answeredRounds: 10,
  receivedBytes: 100,
  tookMs: 2,
  closedMs: 1,
}
const NUMBERS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  latency: { latencyMs: 100 },
  bandwidth: { kilobytesPerSecond: 20 },
  slicer: { averageBytes: 20, delayUs: 1_000 },
  timeout: { timeoutMs: 100 },
  slow_close: { delayMs: 100 },
  reset_peer: { timeoutMs: 10 },
  limit_data: { limitBytes: 60 },
}
const toxicKinds = faultKinds.filter((kind): kind is ToxicKind => 'toxic' in kind)
const toxicNames = toxicKinds.map(({ kind }) => kind)

function toxicOf(name: string): ToxicKind['toxic'] {
  const found = toxicKinds.find(({ kind }) => kind === name)
  if (found === undefined) throw new Error(`there is no toxic ${name}`)
  return found.toxic
}

test('every toxic is tried here', () => {
  expect(Object.keys(NUMBERS).sort()).toEqual([...toxicNames].sort())
})

/** The bytes of the probe: at 20 kB/s, and in slices of 20 bytes with 1 ms between them, 100 ms worth. */
const BYTES = 2_000

function shows(name: string, seen: Partial<ProbeResult>, others: Partial<ProbeResult> = {}, bytes = BYTES) {
  const other = { ...healthy, ...others }
  const met = { before: other, beside: other, through: { ...healthy, ...seen } }
  return toxicOf(name).shows(NUMBERS[name] ?? {}, met, bytes)
}

const cut: Partial<ProbeResult> = {
  end: 'reset',
  answeredRounds: 0,
  receivedBytes: 60,
  tookMs: 11,
  closedMs: undefined,
}

describe('what a probe met', () => {
  test.each(toxicNames)('%s is not shown by what a healthy link does', (name) => {
    expect(shows(name, {})).toBeUndefined()
  })

  test.each([
    ['latency', { tookMs: 101 }, 'a probe of 10 questions took 101 ms (before 2.0 ms, past the proxy 2.0 ms)'],
    ['bandwidth', { tookMs: 101 }, 'a probe of 10 questions took 101 ms (before 2.0 ms, past the proxy 2.0 ms)'],
    ['slicer', { tookMs: 101 }, 'a probe of 10 questions took 101 ms (before 2.0 ms, past the proxy 2.0 ms)'],
    ['timeout', { ...cut, end: 'closed', tookMs: 101 }, 'a probe had no answer for 101 ms, then was cut off'],
    ['timeout', { ...cut, end: 'silent', tookMs: 600 }, 'a probe had no answer for 600 ms'],
    ['slow_close', { closedMs: 101 }, "a probe's connection closed after 101 ms (a healthy one: 1.0 ms)"],
    ['reset_peer', cut, 'a probe was reset after 11 ms and 60 bytes'],
    ['limit_data', cut, 'a probe was reset after 60 of 100 bytes of its answer'],
  ] as const)('%s is shown by what it does', (name, seen, words) => {
    expect(shows(name, seen)).toBe(words)
  })

  test.each([
    ['latency that is no longer than a busy machine takes', 'latency', { tookMs: 101 }, { tookMs: 60 }],
    ['latency of which less came than was asked for', 'latency', { tookMs: 70 }, {}],
    ['a timeout that came too early', 'timeout', { ...cut, tookMs: 20 }, {}],
    ['a timeout with some answers', 'timeout', { ...cut, end: 'silent', answeredRounds: 1, tookMs: 600 }, {}],
    ['a slow close where closing is always slow', 'slow_close', { closedMs: 101 }, { closedMs: 90 }],
    ['a slow close where closing never ends', 'slow_close', { closedMs: 101 }, { closedMs: undefined }],
    ['a reset that came too early', 'reset_peer', { ...cut, tookMs: 1 }, {}],
    ['silence instead of a reset', 'reset_peer', { ...cut, end: 'silent' }, {}],
    ['silence instead of a cut', 'limit_data', { ...cut, end: 'silent' }, {}],
    ['nobody there', 'limit_data', { ...cut, end: 'refused' }, {}],
  ] as const)('%s shows nothing', (_title, name, seen, others) => {
    expect(shows(name, seen, others)).toBeUndefined()
  })

  test('a delay too short to be told from chance shows nothing', () => {
    expect(shows('bandwidth', { tookMs: 40 }, {}, 300)).toBeUndefined()
  })
})

describe('a probe', () => {
  const conversation: Conversation = {
    request: () => Buffer.alloc(0),
    answered: () => 0,
    bytesOfRound: { upstream: 10, downstream: 100 },
    maximumRounds: 50,
  }
  const rounds = (kilobytesPerSecond: number, direction: 'upstream' | 'downstream') =>
    roundsFor(toxicOf('bandwidth').wantedBytes({ kilobytesPerSecond }), conversation, direction)

  test('is as large as it takes in its direction, and no larger than the other end takes', () => {
    expect(rounds(2, 'upstream')).toBe(30)
    expect(rounds(2, 'downstream')).toBe(3)
    expect(rounds(2_000, 'upstream')).toBe(50)
    expect(rounds(0, 'upstream')).toBe(1)
  })
})

test.each(toxicNames)('%s takes numbers only, and says which is missing', (name) => {
  const numbers = NUMBERS[name] ?? {}
  const [parameter = ''] = Object.keys(numbers)
  const parsed = (parameters: object) =>
    parseFault({ kind: name, stage: 'client-collector', parameters: { direction: 'upstream', ...parameters } })
  expect(() => parsed({ ...numbers, [parameter]: -1 })).toThrow(
    `fault ${name} of client-collector: parameters.${parameter}: must be a number from 0 on, not -1`,
  )
  expect(() => parsed({ ...numbers, [parameter]: 'much' })).toThrow(`parameters.${parameter}: `)
  expect(parsed(numbers).kind).toBe(name)
  expect(Object.values(toxicOf(name).attributes(numbers)).every(Number.isFinite)).toBe(true)
})
