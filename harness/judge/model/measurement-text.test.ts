// Measurements as people read them: short, and never on the wrong side of the limit.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWithin, type Limit } from './measurement.ts'
import { limitText, measurementText, valueText } from './measurement-text.ts'

fc.configureGlobal({ seed: 1 })

const figure = (value: number | null, unit = 'ms', limit: Limit | null = null) => ({
  oracle: 'performance',
  name: 'a figure',
  value,
  unit,
  limit,
})

test.each([
  [3.41888, 'ms', '3.42 ms'],
  [12.06, 'ms', '12.1 ms'],
  [12_345.4, 'events/s', '12,345 events/s'],
  [0.6184, 'ratio', '0.618'],
  [0, 'events', '0 events'],
  [1, 'events', '1 event'],
  [1, 'ms', '1 ms'],
  [1, 'events/s', '1 events/s'],
  [-7.5, 'ms', '-7.5 ms'],
  [1e-9, 's', '0 s'],
  [1e300, 'ms', '1e+300 ms'],
  [null, 'ms', 'not measured'],
])('%d %s', (value, unit, text) => {
  expect(valueText(figure(value, unit))).toBe(text)
})

test('a limit is told whole, and whether it binds', () => {
  expect(limitText(figure(1, 'ms', { atMost: 10_000, missed: 'fail' }))).toBe('at most 10,000 ms')
  expect(limitText(figure(1, 'ratio', { atLeast: 0.12345, missed: 'unknown' }))).toBe('at least 0.12345')
  expect(limitText(figure(1, 'MiB', { atMost: 256, missed: 'pass' }))).toBe('at most 256 MiB, does not bind here')
  expect(limitText(figure(1))).toBe('')
})

test('a value just beyond its limit is not rounded to it', () => {
  const limit = { atMost: 5, missed: 'fail' } as const
  expect(measurementText(figure(5.0004, 'ms', limit))).toBe('a figure: 5.0004 ms, at most 5 ms')
  expect(measurementText(figure(5.02, 'ms', limit))).toBe('a figure: 5.02 ms, at most 5 ms')
})

test('what people read is on the side of the limit that the value is on', () => {
  const near = fc.double({ min: -2, max: 2, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), near, fc.boolean(), (bound, off, isCeiling) => {
      const limit = isCeiling
        ? ({ atMost: bound, missed: 'fail' } as const)
        : ({ atLeast: bound, missed: 'fail' } as const)
      const value = bound + off
      const read = (text: string) => Number(text.replace(/^at (?:most|least) /, '').replaceAll(',', ''))
      expect(isWithin(read(valueText(figure(value, 'ratio', limit))), limit)).toBe(isWithin(value, limit))
      expect(read(limitText(figure(value, 'ratio', limit)))).toBe(bound)
    }),
  )
})
