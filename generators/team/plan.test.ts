import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plansOf } from './parts.ts'
import { type Plan, planSessions } from './plan.ts'
import { readPreset } from './preset.ts'

const week = await readPreset('team-week')
const year = await readPreset('team-year')
const startMs = Date.parse('2026-01-05T00:00:00Z')
const DAY_MS = 86_400_000
const wholeYear = plansOf({ preset: year, seed: 1, startMs })

test('shards are the whole, one after the other, whatever their number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 60 }), (seed, of) => {
      const options = { preset: { ...week, days: 2 }, seed, startMs }
      const parts = Array.from({ length: of }, (_, index) => plansOf({ ...options, shard: { number: index + 1, of } }))
      expect(parts.flat()).toEqual(plansOf(options))
      const sizes = parts.map(({ length }) => length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }),
    { numRuns: 10 },
  )
})

test('a longer time begins as a shorter one', () => {
  const first = plansOf({ preset: { ...year, days: 30 }, seed: 1, startMs })
  expect(wholeYear.slice(0, first.length)).toEqual(first)
  const unbounded = planSessions({ preset: { ...year, days: undefined } as never, seed: 1, startMs })
  expect(unbounded.take(first.length).toArray()).toEqual(first)
})

test('people work by day and in the week', () => {
  const share = (which: (plan: Plan) => boolean) => wholeYear.filter(which).length / wholeYear.length
  const weekday = ({ startMs: at }: Plan) => (Math.floor((at - startMs) / DAY_MS) % 7) + 1
  expect(share((plan) => weekday(plan) >= 6)).toBeLessThan(0.1)
  expect(share((plan) => weekday(plan) >= 6)).toBeGreaterThan(0)
  // In the preset's time zones, most of Europe, a few far away.
  const hour = ({ startMs: at }: Plan) => new Date(at).getUTCHours()
  expect(share((plan) => hour(plan) >= 6 && hour(plan) <= 20)).toBeGreaterThan(0.7)
})

test('sessions are numbered in order, everybody has some, and all versions are there side by side', () => {
  expect(wholeYear.map(({ index }) => index)).toEqual(wholeYear.map((_, index) => index))
  expect(new Set(wholeYear.map(({ member }) => member)).size).toBe(year.people)
  expect(new Set(wholeYear.map(({ version }) => version)).size).toBe(4)
  const half = wholeYear.length / 2
  const newest = (plans: readonly Plan[]) => plans.filter(({ version }) => version === '>=2.1.287').length
  expect(newest(wholeYear.slice(half))).toBeGreaterThan(1.2 * newest(wholeYear.slice(0, half)))
})

test('who resumes goes on with an earlier session of their own; a second process begins seconds after the first', () => {
  const resumed = wholeYear.filter(({ startType }) => startType !== 'fresh')
  expect(resumed.length / wholeYear.length).toBeCloseTo(year.sessions.resumed * (1 - year.sessions.headless), 1)
  for (const plan of resumed) {
    const earlier = wholeYear[plan.sameAs ?? -1]
    expect(earlier).toMatchObject({ member: plan.member })
    expect(plan.sameAs).toBeLessThan(plan.index)
  }
  const twins = wholeYear.filter(({ startType, sameAs, index }) => startType === 'fresh' && sameAs === index - 1)
  expect(twins.length).toBeGreaterThan(wholeYear.length * 0.01)
  for (const twin of twins) {
    const apart = twin.startMs - (wholeYear[twin.index - 1]?.startMs ?? 0)
    expect(apart).toBeGreaterThanOrEqual(500)
    expect(apart).toBeLessThanOrEqual(30_000)
  }
})

test('it ends after as many sessions as are wanted', () => {
  const sessions = { ...week.sessions, most: 3 }
  expect(plansOf({ preset: { ...week, sessions }, seed: 1, startMs })).toHaveLength(3)
})
