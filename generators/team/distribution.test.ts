import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Quantiles } from '../quantiles.ts'
import { stream } from '../streams.ts'
import { draw, drawCount, drawInt } from './distribution.ts'

const DRAWS = 20_000

test('half of the draws are below the median, nine of ten below p90, all below max', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: 1, max: 1e4, noNaN: true }),
      fc.double({ min: 1.2, max: 20, noNaN: true }),
      (seed, median, spread) => {
        const faker = stream(seed, 'draws')
        const distribution = { median, p90: median * spread, max: median * spread * 1000 }
        const drawn = Array.from({ length: DRAWS }, () => draw(faker, distribution))
        const share = (limit: number) => drawn.filter((value) => value <= limit).length / DRAWS
        expect(share(median)).toBeCloseTo(0.5, 1)
        expect(share(distribution.p90)).toBeCloseTo(0.9, 1)
        expect(Math.min(...drawn)).toBeGreaterThan(0)
        expect(Math.max(...drawn)).toBeLessThanOrEqual(distribution.max)
      },
    ),
    { numRuns: 20 },
  )
})

test('no draw leaves its bounds, whatever the distribution', () => {
  const amount = fc.double({ min: 1e-6, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(fc.integer(), fc.tuple(amount, amount, amount), fc.nat(50), (seed, amounts, least) => {
      const [median = 1, p90 = 1, max = 1] = amounts.toSorted((a, b) => a - b)
      const value = drawInt(stream(seed, 'bounds'), { median, p90, max }, least)
      expect(Number.isSafeInteger(value)).toBe(true)
      expect(value).toBeGreaterThanOrEqual(least)
      expect(value).toBeLessThanOrEqual(Math.max(least, Math.ceil(max)))
    }),
  )
})

test('counts have the mean that is wanted', () => {
  for (const mean of [0, 0.3, 2, 12]) {
    const faker = stream(7, `counts/${mean}`)
    const total = Array.from({ length: DRAWS }, () => drawCount(faker, mean)).reduce((sum, count) => sum + count, 0)
    expect(total / DRAWS).toBeCloseTo(mean, 0)
    if (mean === 0) expect(total).toBe(0)
  }
})

test('quantiles are off by five hundredths at most', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, p) => {
        const quantiles = new Quantiles()
        for (const value of values) quantiles.add(value)
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(p * values.length) - 1] ?? 0
        expect(Math.abs(quantiles.at(p) - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.05))
        expect(quantiles.doublings().reduce((sum, [, count]) => sum + count, 0)).toBe(values.length)
      },
    ),
  )
})
