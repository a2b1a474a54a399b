// What a value says against its limit: at its edges, beyond all numbers, and for any value.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isMissed, isWithin, type Limit, type Measurement, measurementOf, measurementVerdict } from './measurement.ts'

fc.configureGlobal({ seed: 1 })

const figure = (value: number, limit?: Limit) =>
  measurementOf('performance', { name: 'a figure', value, unit: 'ms', ...(limit === undefined ? {} : { limit }) })
const atMost = (bound: number, missed: Limit['missed'] = 'fail') => ({ atMost: bound, missed })
const atLeast = (bound: number, missed: Limit['missed'] = 'fail') => ({ atLeast: bound, missed })

test.each<[string, number, Limit | undefined, string]>([
  ['under', 9, atMost(10), 'pass'],
  ['exactly at it', 10, atMost(10), 'pass'],
  ['over by the least that there is', 10 + 2 ** -49, atMost(10), 'fail'],
  ['over', 11, atMost(10), 'fail'],
  ['over what is promised', 11, atMost(10, 'unknown'), 'unknown'],
  ['over what does not bind', 11, atMost(10, 'pass'), 'pass'],
  ['under a floor', 0.49, atLeast(0.5), 'fail'],
  ['exactly at a floor', 0.5, atLeast(0.5), 'pass'],
  ['over a floor', 0.51, atLeast(0.5), 'pass'],
  ['under a floor that is promised', 0.49, atLeast(0.5, 'unknown'), 'unknown'],
  ['negative', -1, atMost(0), 'pass'],
  ['negative, under a floor', -1, atLeast(0), 'fail'],
  ['less negative than it may be', -1, atMost(-2), 'fail'],
  ['minus nothing', -0, atMost(0), 'pass'],
  ['without a limit', 1e300, undefined, 'pass'],
  ['no number', Number.NaN, atMost(10), 'unknown'],
  ['no number, without a limit', Number.NaN, undefined, 'unknown'],
  ['no number, where the limit does not bind', Number.NaN, atMost(10, 'pass'), 'unknown'],
  ['infinite', Number.POSITIVE_INFINITY, atMost(10), 'unknown'],
  ['infinite, over a floor', Number.POSITIVE_INFINITY, atLeast(10), 'unknown'],
  ['endlessly negative', Number.NEGATIVE_INFINITY, atMost(10), 'unknown'],
])('%s', (_what, value, limit, verdict) => {
  expect(measurementVerdict(figure(value, limit))).toBe(verdict)
})

test('a limit binds unless it says otherwise', () => {
  const { limit } = measurementOf('memory', { name: 'a figure', value: 1, unit: 'MiB', limit: { atMost: 2 } })
  expect(limit).toEqual({ atMost: 2, missed: 'fail' })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is no limit', (bound) => {
  expect(() => figure(1, atMost(bound))).toThrow('the limit of "a figure" is no number')
  expect(() => figure(1, atLeast(bound))).toThrow('the limit of "a figure" is no number')
})

describe('for any value and limit', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true })
  const missed = fc.constantFrom('pass' as const, 'fail' as const, 'unknown' as const)
  const limit = fc.oneof(fc.record({ atMost: number, missed }), fc.record({ atLeast: number, missed }))

  test('the verdict depends on nothing else, and survives being written and read', () => {
    fc.assert(
      fc.property(fc.double(), fc.option(limit, { nil: undefined }), fc.string(), (value, bound, name) => {
        const one = figure(value, bound)
        const read: Measurement = JSON.parse(JSON.stringify(one))
        const renamed: Measurement = { ...one, name, oracle: name, unit: name }
        expect(measurementVerdict(renamed)).toBe(measurementVerdict(one))
        expect(measurementVerdict(read)).toBe(measurementVerdict(one))
      }),
    )
  })

  test('what is no pass is missed, and what is missed is a pass only where the limit does not bind', () => {
    fc.assert(
      fc.property(fc.double(), limit, (value, bound) => {
        const one = figure(value, bound)
        expect(measurementVerdict(one) === 'pass').toBe(
          !isMissed(one) || (one.value !== null && bound.missed === 'pass'),
        )
      }),
    )
  })

  test('a larger value is never better under a ceiling, nor worse over a floor', () => {
    fc.assert(
      fc.property(number, number, number, (a, b, bound) => {
        const [small, large] = a < b ? [a, b] : [b, a]
        expect(isWithin(small, { atMost: bound }) || !isWithin(large, { atMost: bound })).toBe(true)
        expect(isWithin(large, { atLeast: bound }) || !isWithin(small, { atLeast: bound })).toBe(true)
      }),
    )
  })
})
