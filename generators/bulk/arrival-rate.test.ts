import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrive, type LoadShape, Schedule } from './arrival-rate.ts'

const shape = { executor: 'constant-arrival-rate', rate: 1_000, durationMs: 30 } as const
const options = { shape, maxInFlight: Number.POSITIVE_INFINITY }
const rate = fc.double({ min: 0, max: 1e6, noNaN: true })
const shapes: fc.Arbitrary<LoadShape> = fc.record({
  executor: fc.constant('ramping-arrival-rate' as const),
  startRate: rate,
  stages: fc.array(fc.record({ target: rate, durationMs: fc.integer({ min: 0, max: 60_000 }) }), { maxLength: 6 }),
})

test('as much arrives as the rate says, whatever becomes of it', async () => {
  let calls = 0
  const work = async () => {
    calls += 1
  }
  const arrivals = await arrive({ ...options, work })
  expect(arrivals).toMatchObject({ due: 30, started: 30, dropped: 0 })
  expect(calls).toBe(30)
})

test('a ramp and steps make as many arrivals as the area below them', async () => {
  const stages = [
    { target: 1000, durationMs: 20 },
    { target: 3000, durationMs: 0 },
    { target: 3000, durationMs: 10 },
  ]
  const ramp = { executor: 'ramping-arrival-rate', startRate: 0, stages } as const
  const arrivals = await arrive({ ...options, shape: ramp, work: async () => {} })
  expect(arrivals).toMatchObject({ due: 40, started: 40 })
})

test('what is due never becomes less, and each arrival is due at its own time', () => {
  fc.assert(
    fc.property(shapes, fc.array(fc.double({ min: 0, max: 400_000, noNaN: true }), { maxLength: 20 }), (any, times) => {
      const schedule = new Schedule(any)
      const due = times.toSorted((a, b) => a - b).map((ms) => schedule.dueBy(ms))
      expect(due).toEqual(due.toSorted((a, b) => a - b))
      const total = schedule.dueBy(schedule.durationMs)
      expect(schedule.dueBy(schedule.durationMs + 1e6)).toBe(total)
      for (const number of [0, Math.floor(total / 3), total - 1].filter((each) => each >= 0 && each < total)) {
        const ms = schedule.timeOf(number)
        expect(schedule.dueBy(ms + 0.01)).toBeGreaterThan(number)
        expect(schedule.dueBy(Math.max(0, ms - 0.01))).toBeLessThanOrEqual(number + 1 + 0.02 * 1e3)
      }
    }),
  )
})

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('a rate of %d is refused', (wrong) => {
  expect(() => new Schedule({ ...shape, rate: wrong })).toThrow(/a rate of .* a second cannot be/)
  expect(() => new Schedule({ ...shape, durationMs: wrong })).toThrow(/a stage of .* ms cannot be/)
})

test('what may not be under way is dropped and counted, and never started later', async () => {
  let calls = 0
  const work = async () => {
    calls += 1
  }
  const arrivals = await arrive({ ...options, maxInFlight: 0, work })
  expect(arrivals).toMatchObject({ due: 30, started: 0, dropped: 30 })
  expect(calls).toBe(0)
})

test('a harness that stands still is late, and says so: the load is not slowed silently', async () => {
  let first = true
  const work = async () => {
    if (!first) return
    first = false
    // Nothing else runs in the meantime, as under a garbage collection that takes long.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  }
  const arrivals = await arrive({ ...options, work })
  expect(arrivals.started).toBe(30)
  expect(arrivals.late).toBeGreaterThan(20)
  expect(arrivals.lateness.maxMs).toBeGreaterThan(200)
  expect(arrivals.lateness.p99Ms).toBeGreaterThan(200)
})

test('ends when all that it started has ended', async () => {
  let underWay = 0
  const turns = async () => {
    underWay += 1
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
  }
  await arrive({ ...options, work: turns })
  expect(underWay).toBe(0)
})

test('a stop ends it with the reason of the stop', async () => {
  const stop = AbortSignal.abort(new Error('stopped'))
  const long = { ...shape, durationMs: 60_000 }
  await expect(arrive({ ...options, shape: long, signal: stop, work: async () => {} })).rejects.toThrow('stopped')
})

test('one that is over starts nothing more, and has waited for what it started', async () => {
  let [started, ended] = [0, 0]
  const work = async () => {
    started += 1
    await new Promise((resolve) => setImmediate(resolve))
    ended += 1
  }
  const long = { ...shape, durationMs: 60_000 }
  const arrivals = await arrive({ ...options, shape: long, work, isOver: () => started >= 20 })
  expect(arrivals.started).toBe(started)
  expect(ended).toBe(started)
  expect(arrivals.tookMs).toBeLessThan(60_000)
})
