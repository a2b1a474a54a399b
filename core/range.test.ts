import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeOf } from './range.ts'

const values = fc.array(fc.integer(), { minLength: 1 })

test('the median of an even number lies between the two in the middle', () => {
  expect(rangeOf([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4 })
  expect(rangeOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 })
  expect(rangeOf([7])).toEqual({ min: 7, median: 7, max: 7 })
})

test('nothing measured has no range', () => {
  expect(rangeOf([])).toBeUndefined()
})

test('the order of the measurements changes nothing', () => {
  fc.assert(
    fc.property(
      values.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(rangeOf(shuffled)).toEqual(rangeOf(all))
      },
    ),
  )
})

test('the median lies between the lowest and the highest', () => {
  fc.assert(
    fc.property(values, (all) => {
      const { min, median, max } = rangeOf(all) ?? { min: 0, median: 1, max: 0 }
      expect(min <= median && median <= max).toBe(true)
    }),
  )
})
