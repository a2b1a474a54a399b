import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf, figuresOf, orderOf, type RunFigures, ratiosOf, stagesOf } from './arithmetic.ts'

/** Runs by hand: collector and ClickHouse, a round each. */
const runsOf = (...each: readonly (readonly [collector: number, clickhouse: number])[]): RunFigures[] =>
  each.map(([collectorMicros, clickhouseMicros], index) => ({
    round: index + 1,
    collectorMicros,
    clickhouseMicros,
    totalMicros: collectorMicros + clickhouseMicros,
    senderMicros: 1,
    recordsPerSecond: 1_000_000 / (collectorMicros + clickhouseMicros),
    bytesPerRow: 100,
    rowsPerInsert: 10,
  }))

const runs = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 })), { minLength: 1, maxLength: 9 })
  .map((each) => runsOf(...each))

describe('figures', () => {
  test('are the lowest, the median and the highest of all runs', () => {
    const figures = figuresOf(runsOf([30, 10], [10, 50], [20, 30]))
    expect(figures.collectorMicros).toEqual({ min: 10, median: 20, max: 30 })
    expect(figures.clickhouseMicros).toEqual({ min: 10, median: 30, max: 50 })
    expect(figures.totalMicros).toEqual({ min: 40, median: 50, max: 60 })
    expect(figures.bytesPerRow).toEqual({ min: 100, median: 100, max: 100 })
  })

  test('do not depend on the order of the rounds', () => {
    fc.assert(
      fc.property(
        runs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(figuresOf(shuffled)).toEqual(figuresOf(all))
        },
      ),
    )
  })

  test('need a run', () => {
    expect(() => figuresOf([])).toThrow(RangeError)
  })
})

describe('stages', () => {
  const stagesFrom = (all: Record<'ours' | 'decode' | 'process' | 'landing' | 'raw', RunFigures[]>) =>
    stagesOf({
      ours: figuresOf(all.ours),
      decode: figuresOf(all.decode),
      process: figuresOf(all.process),
      landing: figuresOf(all.landing),
      raw: figuresOf(all.raw),
    })

  test('are the differences of variants that end one stage earlier each', () => {
    const stages = stagesFrom({
      ours: runsOf([150, 140]),
      decode: runsOf([10, 0]),
      process: runsOf([90, 0]),
      landing: runsOf([145, 8]),
      raw: runsOf([151, 110]),
    })
    expect(stages.map(({ stage, component, micros }) => [component, stage, micros])).toEqual([
      ['collector', 'decode', 10],
      ['collector', 'processors', 80],
      ['collector', 'queue and exporter', 60],
      ['clickhouse', 'landing', 8],
      ['clickhouse', 'raw rows', 102],
      ['clickhouse', 'typed columns', 30],
    ])
  })

  test('add up to what ours takes, of each component, whatever the noise', () => {
    fc.assert(
      fc.property(fc.record({ ours: runs, decode: runs, process: runs, landing: runs, raw: runs }), (all) => {
        const ours = figuresOf(all.ours)
        const sum = (of: string) =>
          stagesFrom(all).reduce((total, { component, micros }) => total + (component === of ? micros : 0), 0)
        expect(sum('collector')).toBeCloseTo(ours.collectorMicros.median, 6)
        expect(sum('clickhouse')).toBeCloseTo(ours.clickhouseMicros.median, 6)
      }),
    )
  })
})

describe('the cost of a guarantee', () => {
  test('is the difference of medians, beside what each round by itself says', () => {
    const cost = costOf(runsOf([100, 100], [110, 90], [300, 500]), runsOf([90, 50], [60, 60], [80, 70]))
    expect(cost).toMatchObject({ collectorMicros: 30, clickhouseMicros: 40, totalMicros: 60, bytesPerRow: 0 })
    expect(cost.totalInARound).toEqual({ min: 60, median: 80, max: 650 })
  })

  test('of nothing is nothing', () => {
    fc.assert(
      fc.property(runs, (all) => {
        const { totalMicros, totalInARound } = costOf(all, all)
        expect({ totalMicros, totalInARound }).toEqual({ totalMicros: 0, totalInARound: { min: 0, median: 0, max: 0 } })
      }),
    )
  })

  test('is what each round says, where all say the same', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 0, max: 1000 }), (without, extra) => {
        const dear = without.map((run) => ({ ...run, totalMicros: run.totalMicros + extra }))
        expect(costOf(dear, without).totalMicros).toBeCloseTo(extra, 6)
      }),
    )
  })

  test('needs a round with both', () => {
    expect(() => costOf(runsOf([1, 1]), [])).toThrow(RangeError)
  })
})

test('ratios are of medians', () => {
  const ratios = ratiosOf(figuresOf(runsOf([150, 140], [170, 160])), figuresOf(runsOf([40, 20], [40, 40])))
  expect(ratios).toMatchObject({ collectorMicros: 4, clickhouseMicros: 5, bytesPerRow: 1 })
})

test('each round has every variant once, and begins with another one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat({ max: 50 }), (variants, round) => {
      const order = orderOf(variants, round)
      expect(order.toSorted()).toEqual(variants.toSorted())
      expect(order[0]).toBe(variants[round % variants.length])
    }),
  )
})
