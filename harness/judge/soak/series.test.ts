import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAt } from '../testing/soak-samples.ts'
import type { SoakSample } from './sample.ts'
import { SoakSeries } from './series.ts'
import { seriesOf, usageOf } from './time-series.ts'

const series = (samples: readonly SoakSample[], most: number) => {
  const all = new SoakSeries(most)
  for (const sample of samples) all.add(sample)
  return all.samples
}

const samples = fc
  .array(
    fc.record({
      backlog: fc.option(fc.nat(1_000_000)),
      latenessMs: fc.nat(5_000),
      mostParts: fc.nat(400),
      newPart: fc.boolean(),
    }),
    { maxLength: 400 },
  )
  .map((list) => {
    let part = 0
    return list.map(({ newPart, ...changed }, index) => {
      // A few starts, not one a sample.
      if (newPart && index % 50 === 0) part += 1
      return sampleAt(index, { ...changed, part })
    })
  })

test('however many samples there are, no more are held, in the order of time, and no peak is lost', () => {
  fc.assert(
    fc.property(samples, fc.constantFrom(8, 32, 64), (all, most) => {
      const held = series(all, most)
      const parts = new Set(all.map(({ part }) => part)).size
      expect(held.length).toBeLessThanOrEqual(most + parts)
      const times = held.map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      const peak = (list: readonly SoakSample[], key: 'backlog' | 'latenessMs' | 'mostParts') =>
        Math.max(-1, ...list.map((sample) => sample[key] ?? -1))
      for (const key of ['backlog', 'latenessMs', 'mostParts'] as const) expect(peak(held, key)).toBe(peak(all, key))
      expect(new Set(held.map(({ part }) => part)).size).toBe(parts)
      expect(held.at(-1)?.atMs).toBe(all.at(-1)?.atMs)
    }),
  )
})

test('as long as there is room, every sample is as it came', () => {
  const all = Array.from({ length: 20 }, (_, index) => sampleAt(index))
  expect(series(all, 32)).toEqual(all)
})

test('what was away stays to be seen in the plots', () => {
  const away = sampleAt(1, { backlog: null, components: { ...sampleAt(1).components, relay: null } })
  const held = series([sampleAt(0), away], 8)
  expect(usageOf(held).filter(({ service }) => service === 'relay')).toHaveLength(1)
  expect(usageOf(held).filter(({ service }) => service === 'clickhouse')).toHaveLength(2)
  const backlog = seriesOf(held).find(({ name }) => name === 'Backlog')
  expect(backlog?.points).toEqual([
    { atMs: 0, value: 0 },
    { atMs: 1000, value: null },
  ])
  expect(seriesOf([])).toEqual([])
})
