import { describe, expect, test } from 'vitest'
import { UsageError } from '../../core/errors.ts'
import { chooseBenchmarks } from './choose.ts'
import { benchmarks } from './index.ts'

const namesOf = (...asked: string[]) => chooseBenchmarks(benchmarks, asked).map(({ name }) => name)

describe('benchmarks are chosen', () => {
  test.each([
    [['price,cold']],
    [['price', 'cold']],
    [['price cold']],
    [['cold', ' price , cold,']],
    [['', 'cold,price']],
  ])('by names with commas or spaces between them: %j', (asked) => {
    expect(namesOf(...asked)).toEqual(['cold', 'price'])
  })

  test('without names: the quick ones', () => {
    expect(namesOf()).toEqual(['stack-up', 'verify-smoke', 'verify-standard'])
    expect(namesOf('', '')).toEqual(namesOf())
    expect(() => namesOf('', ' , ')).toThrow('names no benchmark')
  })

  test('by names that there are, and no others', () => {
    expect(() => namesOf('cold,fast')).toThrow(UsageError)
    expect(() => namesOf('cold,fast')).toThrow('there is no benchmark fast; there are: stack-up, ')
  })
})

test('no two benchmarks have one name', () => {
  const names = benchmarks.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
})
