import { expect, test } from 'vitest'
import { recordTimes } from '../rebase-capture.ts'
import { renderValue } from '../render.ts'
import { sessionsLoad } from './load.ts'

const options = { seed: 3, sessions: 20, startMs: 1_800_000_000_000, spreadMs: 60_000 }
const load = sessionsLoad(options)

test('the same seed gives the same load, another seed another', () => {
  expect(sessionsLoad(options)).toEqual(load)
  expect(sessionsLoad({ ...options, seed: 4 }).sessionIds).not.toEqual(load.sessionIds)
})

test('each batch has one expectation for each record, in order, and comes from one session', () => {
  for (const { request, expected } of load.batches) {
    expect(expected.map((record) => BigInt(record.timeUnixNano))).toEqual(recordTimes(request))
    expect(new Set(expected.map(({ attributes }) => attributes['session.id'])).size).toBe(1)
  }
})

test('sessions are interleaved in the order of time', () => {
  const order = load.batches.map(({ expected }) => expected[0]?.attributes['session.id'])
  const runs = order.filter((id, index) => id !== order[index - 1]).length
  expect(runs).toBeGreaterThan(load.sessionIds.length)
  const ends = load.batches.map(({ expected }) => Math.max(...expected.map(({ timeUnixNano }) => Number(timeUnixNano))))
  expect(ends).toEqual([...ends].sort((a, b) => a - b))
})

test('no logs request is larger than the batch size', () => {
  const { batches } = sessionsLoad({ ...options, batchSize: 5 })
  const sizes = batches.filter(({ signal }) => signal === 'logs').map(({ expected }) => expected.length)
  expect(Math.max(...sizes)).toBe(5)
})

test('every version profile is in a mixed load', () => {
  const versions = new Set(load.batches.map(({ expected }) => expected[0]?.scopeVersion))
  expect(versions).toEqual(new Set(['2.1.121', '2.1.176', '2.1.197', '2.1.294']))
})

test('no two records of a load are one event', () => {
  const keys = [
    'session.id',
    'event.sequence',
    'event.name',
    'prompt.id',
    'type',
    'model',
    'query_source',
    'language',
    'tool_name',
    'decision',
    'source',
  ]
  const identities = load.batches.flatMap(({ request, expected }) =>
    expected.map((record) => [
      ...[
        record.timeUnixNano,
        record.signal === 'metrics' ? [record.name, record.startTimeUnixNano, record.value] : [],
      ],
      ...[
        keys.map((key) => record.attributes[key]),
        renderValue({ stringValue: 'resourceLogs' in request ? 'logs' : 'metrics' }),
      ],
    ]),
  )
  expect(new Set(identities.map((identity) => JSON.stringify(identity))).size).toBe(identities.length)
})
