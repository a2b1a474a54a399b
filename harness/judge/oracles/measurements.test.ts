import { expect, test } from 'vitest'
import { judge } from '../judge.ts'
import type { Limit, Measurement } from '../model/measurement.ts'
import { nothingOffered, threeRecords } from '../testing/evidence.ts'
import { judgeMeasurements } from './measurements.ts'

const figure = (name: string, value: number | null, limit: Limit | null, oracle = 'performance'): Measurement => ({
  oracle,
  name,
  value,
  unit: 'ms',
  limit,
})
const required = { atMost: 5, missed: 'fail' } as const
const promised = { atMost: 5, missed: 'unknown' } as const
const shown = { atMost: 5, missed: 'pass' } as const

test('values within their limits are one finding for each oracle', () => {
  expect(
    judgeMeasurements([figure('a', 5, required), figure('b', 1, promised), figure('c', 2, required, 'memory')]),
  ).toEqual([
    { oracle: 'performance', verdict: 'pass', message: 'within limits: a, b', examples: [] },
    { oracle: 'memory', verdict: 'pass', message: 'within limits: c', examples: [] },
  ])
})

test('what is missed is named with its value and its limit, and nothing else is', () => {
  expect(judgeMeasurements([figure('a', 6, promised), figure('b', 1, required), figure('c', null, shown)])).toEqual([
    {
      oracle: 'performance',
      verdict: 'unknown',
      message: 'a: 6 ms, at most 5 ms; c: not measured, at most 5 ms, does not bind here',
      examples: [],
    },
  ])
})

test('one that is required is worse than one that is promised', () => {
  expect(judgeMeasurements([figure('a', 6, promised), figure('b', 6, required)])[0]?.verdict).toBe('fail')
})

test('what is only shown is no finding, however far it is beyond', () => {
  expect(judgeMeasurements([figure('a', 600, shown), figure('b', 600, null)])).toEqual([])
  expect(judgeMeasurements(undefined)).toEqual([])
})

test('a scenario that only shows numbers has proven nothing', () => {
  const without = { ...nothingOffered, counters: null }
  const verdictWith = (...measurements: Measurement[]) => judge({ ...without, measurements }).findings.length
  expect(verdictWith(figure('a', 1, shown), figure('b', 1, null))).toBe(verdictWith())
  expect(verdictWith(figure('a', 1, required))).toBe(verdictWith() + 1)
})

test.each([
  [6, required, 'fail'],
  [6, promised, 'unknown'],
  [6, shown, 'pass'],
  [5, required, 'pass'],
  [null, required, 'unknown'],
] as const)('a scenario that is otherwise perfect, %d against %o: %s', (value, limit, verdict) => {
  expect(judge({ ...threeRecords, measurements: [figure('a', value, limit)] }).verdict).toBe(verdict)
})
