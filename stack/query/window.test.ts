// The window of a query: calendar days of a zone, instants, and one clear line for what is none.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UsageError } from '../../core/errors.ts'
import { windowOf } from './window.ts'

const NOW = Date.UTC(2026, 2, 29, 12)
const HOUR = 3_600_000
const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))

test.each([
  ['thirty days with today', {}, '2026-02-28T00:00:00.000Z', '2026-03-29T12:00:00.000Z'],
  ['one day is today', { days: '1' }, '2026-03-29T00:00:00.000Z', '2026-03-29T12:00:00.000Z'],
  ['days of a zone', { days: '1', tz: 'Asia/Kolkata' }, '2026-03-28T18:30:00.000Z', '2026-03-29T12:00:00.000Z'],
  [
    'a day of 23 hours',
    { from: '2026-03-29', to: '2026-03-30', tz: 'Europe/Berlin' },
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ],
  [
    'an offset wins over the zone',
    { from: '2026-03-01T00:00:00+02:00', tz: 'Asia/Kolkata' },
    '2026-02-28T22:00:00.000Z',
    '2026-03-29T12:00:00.000Z',
  ],
  ['days before a day', { days: '2', to: '2026-03-10' }, '2026-03-08T00:00:00.000Z', '2026-03-10T00:00:00.000Z'],
] as const)('%s', (_, flags, from, to) => {
  const window = windowOf({ tz: 'UTC', ...flags }, NOW)
  expect([new Date(window.fromMs).toISOString(), new Date(window.toMs).toISOString()]).toEqual([from, to])
})

test.each([
  [{ tz: 'Mars/Olympus' }, 'no such time zone'],
  [{ days: '0' }, 'whole number from 1'],
  [{ days: '1.5' }, 'whole number from 1'],
  [{ days: '99999999' }, 'whole number from 1'],
  [{ from: '2026-03-10', to: '2026-03-10' }, 'nothing lies between'],
  [{ from: '2026-03-10', to: '2026-03-09' }, 'nothing lies between'],
  [{ from: '2027-01-01' }, 'nothing lies between'],
  [{ from: '2026-02-30' }, 'give a day'],
  [{ from: "2026-01-01' OR 1" }, 'give a day'],
  [{ from: '1600-01-01' }, 'give a time from 1970'],
  [{ from: '2026-01-01', days: '3' }, 'exclude each other'],
])('%j is refused in one line', (flags, message) => {
  const refused = () => windowOf({ tz: 'UTC', ...flags }, NOW)
  expect(refused).toThrow(UsageError)
  expect(refused).toThrow(message)
})

test('in every zone a window begins with a day, ends now, and so many days lie in it', () => {
  fc.assert(
    fc.property(
      zones,
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
      (tz, days, now) => {
        const { fromMs, toMs } = windowOf({ tz, days: String(days) }, now)
        const first = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(tz)
        const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(tz).toPlainDate()
        expect(toMs).toBe(now)
        expect(first.startOfDay().epochMilliseconds).toBe(fromMs)
        expect(first.toPlainDate().until(today, { largestUnit: 'days' }).days).toBeLessThanOrEqual(days - 1)
        expect(Math.abs((now - fromMs) / HOUR - 24 * (days - 0.5))).toBeLessThanOrEqual(12 + 26)
      },
    ),
  )
})

test('whatever somebody types, it is a window or one line', () => {
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '2026-01-01',
      '2026-01-01T10:00',
      '2026-01-01T10:00Z',
      '-271821-04-20',
      '+275760-09-13',
      '2026-W01',
      '10:00',
    ),
  )
  fc.assert(
    fc.property(words, words, fc.oneof(zones, fc.string()), (from, to, tz) => {
      try {
        const window = windowOf({ from, to, tz }, NOW)
        expect(window.fromMs).toBeLessThan(window.toMs)
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
        // What was typed may have lines of its own.
        expect(String(error).split('\n').length).toBeLessThanOrEqual(1 + [from, to, tz].join('').split('\n').length)
      }
    }),
  )
})
