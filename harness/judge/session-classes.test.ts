import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RowSums } from './judge-bulk.ts'
import { carryOver, type Representative, representativeOf, type SessionClass } from './session-classes.ts'

const sums = (low: string, rows = 5): RowSums => ({ rows, low, high: `${low}0` })

/** As a query would read the one that stands for it: its thorough sums tell of whom they are. */
function read(each: SessionClass): Representative {
  const { sessions: _, ...quick } = each
  const session = representativeOf(each)
  return { session, quick, thorough: { rows: each.rows, low: `t${session}`, high: '7' }, plain: true }
}

const alike = { sessions: ['a-1', 'a-2', 'a-3'], ...sums('1') }
const other = { sessions: ['a-4'], ...sums('2') }

test('each session has the thorough sums of the one that stands for its class, and its own name', () => {
  const carried = carryOver([alike, other], [other, alike].map(read))
  expect(carried?.map(({ session, low, high }) => [session, low, high])).toEqual([
    ['a-1', 'ta-1', '7'],
    ['a-2', 'ta-1', '7'],
    ['a-3', 'ta-1', '7'],
    ['a-4', 'ta-4', '7'],
  ])
  expect(carryOver([], [])).toEqual([])
})

test('what has changed since, is gone or is not plain stands for nobody', () => {
  const one = read(alike)
  expect(carryOver([alike], [])).toBeUndefined()
  expect(carryOver([alike, other], [one])).toBeUndefined()
  expect(carryOver([alike], [{ ...one, plain: false }])).toBeUndefined()
  for (const late of [{ rows: 6 }, { low: '2' }, { high: '2' }])
    expect(carryOver([alike], [{ ...one, quick: { ...one.quick, ...late } }])).toBeUndefined()
})

test('whatever the classes, nobody gets the sums of another one', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 })
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.constantFrom('1', '2')), (made, lows) => {
      const classes = made.map((size, index) => ({
        sessions: Array.from({ length: size }, (_, n) => `${index}-${n}`),
        ...sums(lows.next().value ?? '1'),
      }))
      for (const { session, low } of carryOver(classes, classes.map(read)) ?? [])
        expect(low).toBe(`t${session.split('-')[0]}-0`)
    }),
  )
})
