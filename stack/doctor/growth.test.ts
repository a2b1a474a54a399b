// When the disk is full: by hand, at the edges, and against a disk that is really filled day by day.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkGrowth, forecast, type Stored } from './growth.ts'

const MB = 1e6
/** A week and more of a hundred rows of 1 kB a day. */
const steady: Stored = {
  rows: Array.from({ length: 20 }, (_, daysAgo) => ({ daysAgo, rows: 100 })),
  bytes: 20 * 100 * 1000,
  waitingBytes: 0,
  freeBytes: 1000 * MB,
  retentionDays: 0,
}
const find = (changes: Partial<Stored>) => checkGrowth(async () => ({ ...steady, ...changes }))

describe('the forecast', () => {
  test.each<[string, Partial<Stored>, number | null]>([
    ['just over seven days', { freeBytes: 700_001 }, 8],
    ['exactly seven days', { freeBytes: 700_000 }, 8],
    ['less than seven days', { freeBytes: 699_999 }, 7],
    ['nothing free', { freeBytes: 0 }, 1],
    ['a huge disk', { freeBytes: 1e18 }, null],
    ['nothing stored', { rows: [], bytes: 0, freeBytes: 1 }, null],
    ['nothing stored, and something waits', { rows: [], bytes: 0, waitingBytes: 100, freeBytes: 250 }, 3],
    ['one day only', { rows: [{ daysAgo: 0, rows: 10 }], bytes: 10_000, freeBytes: 25_000 }, 3],
    ['nothing for a month', { rows: [{ daysAgo: 30, rows: 10 }], bytes: 10_000, freeBytes: 1 }, null],
    [
      'a last day that is faster',
      {
        rows: [
          { daysAgo: 0, rows: 1900 },
          { daysAgo: 9, rows: 100 },
        ],
        freeBytes: 4_000_000,
      },
      3,
    ],
    [
      'a last day that is slower',
      {
        rows: [
          { daysAgo: 3, rows: 1400 },
          { daysAgo: 9, rows: 600 },
        ],
        freeBytes: 500_000,
      },
      3,
    ],
    ['a clock that was set back', { rows: [{ daysAgo: -3, rows: 10 }], bytes: 10_000, freeBytes: 25_000 }, 3],
    ['what waits beside what is stored', { waitingBytes: 100_000, freeBytes: 700_001 }, 4],
    ['as much goes as comes', { retentionDays: 20, freeBytes: 100_000 }, null],
    ['less went than comes', { retentionDays: 25, freeBytes: 400_000 }, 5],
    ['less went than comes, but there is room', { retentionDays: 25, freeBytes: 500_000 }, null],
    ['rows whose time had come long ago', { retentionDays: 5, freeBytes: 0 }, null],
  ])('%s', (_what, changes, days) => {
    expect(forecast({ ...steady, ...changes }).fullInDays).toBe(days)
  })

  test('is the day on which a disk is full that is filled at this rate, whatever there is', () => {
    const rows = fc.array(
      fc.record({ daysAgo: fc.integer({ min: 0, max: 40 }), rows: fc.integer({ min: 0, max: 50 }) }),
    )
    const limits = fc.record({
      freeBytes: fc.integer({ min: 0, max: 20_000 }),
      retentionDays: fc.integer({ min: 0, max: 40 }),
    })
    fc.assert(
      fc.property(rows, limits, (stored, { freeBytes, retentionDays }) => {
        const total = stored.reduce((sum, each) => sum + each.rows, 0)
        const given = { rows: stored, bytes: total * 10, waitingBytes: 0, freeBytes, retentionDays }
        const { bytesPerDay, fullInDays } = forecast(given)
        // Each day's rows by their age, in a list that a day's rows enter in front.
        let ages = Array.from({ length: 41 }, (_, age) =>
          stored.reduce((sum, each) => sum + (each.daysAgo === age ? each.rows * 10 : 0), 0),
        )
        const room = freeBytes + total * 10
        let full: number | null = null
        for (let day = 1; day <= 3650 && full === null; day += 1) {
          ages = [bytesPerDay, ...ages]
          if (retentionDays > 0) ages = ages.slice(0, retentionDays)
          if (ages.reduce((sum, each) => sum + each, 0) > room + 1e-6) full = day
          if (day > 100 && retentionDays > 0) break
        }
        expect(fullInDays).toBe(full)
      }),
    )
  })
})

describe('the finding', () => {
  test.each<[Partial<Stored>, 'ok' | 'warn' | 'bad', string]>([
    [
      { rows: [], bytes: 0 },
      'ok',
      'rows are kept for ever; nothing is stored yet; 0.9 GiB free on the disk that holds them',
    ],
    [
      {},
      'ok',
      'rows are kept for ever; about 100.0 kB a day, 0.9 GiB free on the disk that holds them: no end in sight',
    ],
    [
      { freeBytes: 700_000 },
      'ok',
      'rows are kept for ever; about 100.0 kB a day, 0.0 GiB free on the disk that holds them: full in less than 8 days at this rate',
    ],
    [
      { freeBytes: 699_999 },
      'warn',
      'the disk will be full in less than 7 days at this rate: about 100.0 kB a day, 0.0 GiB free on the disk that holds them; rows are kept for ever',
    ],
    [
      { bytes: 20 * 100 * 1000 * 1000, retentionDays: 90, freeBytes: 1 },
      'bad',
      'the disk will be full within a day at this rate: about 100.0 MB a day, 0.0 GiB free on the disk that holds them; rows are kept for 90 days after they came',
    ],
    [
      { rows: [{ daysAgo: 0, rows: 1 }], bytes: 3e9, freeBytes: 2 ** 40 },
      'ok',
      'rows are kept for ever; about 3.0 GB a day (by one day alone), 1024.0 GiB free on the disk that holds them: full in less than 367 days at this rate',
    ],
  ])('%j', async (changes, verdict, message) => {
    const finding = await find(changes)
    expect(finding).toMatchObject({ check: 'growth', verdict, message })
    expect(finding.advice === '').toBe(verdict === 'ok')
  })

  test('what cannot be read is no finding of its own making', async () => {
    await expect(checkGrowth(() => Promise.reject(new Error('down')))).rejects.toThrow('down')
  })
})
