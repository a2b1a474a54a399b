import fc from 'fast-check'
import { expect, test } from 'vitest'
import { samplesFor, withMemory } from '../testing/soak-samples.ts'
import { GROWTH_AT_MOST, growthOf } from './growth.ts'
import type { SoakSample } from './sample.ts'

const MINUTES = 12
const SECONDS = MINUTES * 60
const MB = 1_000_000
const of = (samples: readonly SoakSample[], fromMs?: number) =>
  growthOf(samples, fromMs).find(({ component }) => component === 'relay')

test('memory that stays within a band of itself has not grown beyond the width of the band', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 2_000 }),
      fc.array(fc.nat(99), { minLength: 7, maxLength: 7 }),
      (mb, noise) => {
        const samples = samplesFor(SECONDS, (atS) => ({
          components: withMemory('relay', mb * MB * (1 + (noise[atS % 7] ?? 0) / 1_000)),
        }))
        const growth = of(samples)
        expect(growth?.notJudged).toBe('')
        expect(growth?.ratio).toBeLessThanOrEqual(GROWTH_AT_MOST)
      },
    ),
    { numRuns: 25 },
  )
})

test('a leak is seen: of memory that doubles from the second sixth to the last', () => {
  const samples = samplesFor(SECONDS, (atS) => ({ components: withMemory('relay', 100 * MB + atS * 100_000) }))
  expect(of(samples)?.ratio).toBeGreaterThan(1.3)
  expect(growthOf(samples).filter(({ ratio }) => ratio === 1)).toHaveLength(3)
})

test('warming up in the first sixth is no growth', () => {
  const samples = samplesFor(SECONDS, (atS) => ({
    components: withMemory('relay', atS < SECONDS / 6 ? 20 * MB + atS * MB : 150 * MB),
  }))
  expect(of(samples)?.ratio).toBe(1)
})

test('a soak of less than 12 minutes, and one whose process is another, says nothing of growth', () => {
  expect(of(samplesFor(SECONDS - 1))?.notJudged).not.toBe('')
  expect(of(samplesFor(60))?.notJudged).toBe('1 min is less than 12 min')
  const restarted = samplesFor(SECONDS, (atS) => ({
    components: withMemory('relay', 100 * MB, atS < SECONDS / 2 ? 'process 1' : 'process 2'),
  }))
  expect(of(restarted)?.notJudged).toBe('it was started anew meanwhile')
})

test('of a soak that was resumed only its last start counts', () => {
  const samples = [
    ...samplesFor(SECONDS, () => ({ components: withMemory('relay', 10 * MB) })),
    ...samplesFor(60, (atS) => ({ part: 1, atMs: (SECONDS + atS) * 1000, components: withMemory('relay', 90 * MB) })),
  ]
  expect(of(samples)?.notJudged).toBe('1 min is less than 12 min')
  expect(of(samples, 0)?.ratio).toBe(1)
})

test('without samples there is no ratio', () => {
  expect(of([], 0)).toMatchObject({ ratio: null })
})
