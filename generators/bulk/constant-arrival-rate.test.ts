import { expect, test } from 'vitest'
import { arrive } from './constant-arrival-rate.ts'

const options = { rate: 1_000, durationMs: 30, maxInFlight: Number.POSITIVE_INFINITY }

test('as much arrives as the rate says, whatever becomes of it', async () => {
  let calls = 0
  const work = async () => {
    calls += 1
  }
  const arrivals = await arrive({ ...options, work })
  expect(arrivals).toMatchObject({ due: 30, started: 30, dropped: 0 })
  expect(calls).toBe(30)
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
  await expect(arrive({ ...options, durationMs: 60_000, signal: stop, work: async () => {} })).rejects.toThrow(
    'stopped',
  )
})
