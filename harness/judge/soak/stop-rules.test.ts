import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAt, samplesFor } from '../testing/soak-samples.ts'
import type { SoakSample } from './sample.ts'
import { type Stop, StopRules, usualStopLimits } from './stop-rules.ts'

const RATE = 1000
const limits = { ...usualStopLimits, rate: RATE }
const HALF_WINDOW_S = usualStopLimits.backlogMs / 1000

/** The first reason to end, and when. */
function firstStop(samples: readonly SoakSample[]): (Stop & { readonly atS: number }) | undefined {
  const rules = new StopRules(limits)
  for (const sample of samples) {
    const stop = rules.see(sample)
    if (stop !== undefined) return { ...stop, atS: sample.atMs / 1000 }
  }
  return undefined
}

test('a quiet soak goes on', () => {
  expect(firstStop(samplesFor(600))).toBeUndefined()
})

test('a backlog below half a minute of the load never ends it, however it moves', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(RATE * HALF_WINDOW_S - 1), { minLength: 200, maxLength: 200 }), (backlogs) => {
      expect(firstStop(samplesFor(199, (atS) => ({ backlog: backlogs[atS] ?? 0 })))).toBeUndefined()
    }),
  )
})

test('nor does one that goes down again and again, however large it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: HALF_WINDOW_S }), fc.integer({ min: 1, max: 50_000 }), (everyS, slope) => {
      const saw = samplesFor(400, (atS) => ({ backlog: 1_000_000 + (atS % everyS) * slope }))
      expect(firstStop(saw)).toBeUndefined()
    }),
  )
})

test('one that only grows ends it, whatever the slope, once it is worth half a minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 150, max: 20_000 }), (slope) => {
      const worthS = Math.ceil((RATE * HALF_WINDOW_S) / slope)
      const stop = firstStop(samplesFor(worthS + 2 * HALF_WINDOW_S + 1, (atS) => ({ backlog: atS * slope })))
      expect(stop?.kind).toBe('backlog')
      expect(stop?.atS).toBeGreaterThanOrEqual(Math.max(worthS, 2 * HALF_WINDOW_S))
    }),
  )
})

test('a backlog that nobody tells is not one', () => {
  expect(firstStop(samplesFor(300, () => ({ backlog: null })))).toBeUndefined()
})

test.each(['relay', 'otel-collector', 'clickhouse'] as const)('%s that ends and does not come back ends it', (name) => {
  const away = (from: number, to: number) =>
    samplesFor(100, (atS) =>
      atS >= from && atS < to ? { components: { ...sampleAt(0).components, [name]: null } } : {},
    )
  expect(firstStop(away(30, 100))).toEqual({
    kind: 'gone',
    reason: `${name} has ended and did not come back within 20 s`,
    atS: 50,
  })
  // It came back.
  expect(firstStop(away(30, 49))).toBeUndefined()
})

test('a disk that is nearly full ends it at once', () => {
  const full = samplesFor(20, (atS) => (atS < 10 ? {} : { diskFreeBytes: 1024 ** 3 - 1 }))
  expect(firstStop(full)).toEqual({ kind: 'disk', reason: '1023 MiB of disk are free, less than 1024 MiB', atS: 10 })
})

test('silence ends it: nothing is acknowledged of what is sent; where nothing is sent nothing can be', () => {
  const silent = samplesFor(100, (atS) => ({ acknowledged: Math.min(atS, 40) * 1000 }))
  expect(firstStop(silent)).toEqual({
    kind: 'stalled',
    reason: 'for 30 s, of 30000 events that were sent none was acknowledged',
    atS: 70,
  })
  expect(firstStop(samplesFor(100, () => ({ sent: 7, acknowledged: 7 })))).toBeUndefined()
})
