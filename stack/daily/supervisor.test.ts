import { expect, test } from 'vitest'
import { type Endings, isLoop, renderEndings, type Supervised, supervise } from './supervisor.ts'

const END = new Error('the test is over')
const START_MS = Date.UTC(2026, 10, 26)

/** A service that lives as long as told, one life after the other, on a clock that only waiting moves. */
async function lives(service: { readonly livesMs: readonly number[]; readonly failing?: readonly number[] }) {
  let atMs = START_MS
  let life = 0
  const slept: number[] = []
  const recorded: Endings[] = []
  const supervised: Supervised = {
    name: 'otel-collector',
    ended: async () => {
      const lived = service.livesMs[life]
      if (lived === undefined) throw END
      life += 1
      atMs += lived
      return 'signal SIGKILL'
    },
    start: async () => {
      if (service.failing?.includes(slept.length)) throw new Error('ended with code 1 while starting\nmore')
    },
    logs: async () => ['the last line'],
  }
  await supervise(supervised, {
    nowMs: () => atMs,
    sleep: async (ms) => {
      slept.push(ms)
      atMs += ms
    },
    record: async (endings) => void recorded.push(endings),
  }).catch((error) => {
    if (error !== END) throw error
  })
  return { slept, recorded, nowMs: atMs }
}

test('each wait is longer than the one before, up to a minute; each of ten stays below three seconds', async () => {
  const { slept, recorded } = await lives({ livesMs: Array(30).fill(100) })
  expect(slept.slice(0, 10).every((ms) => ms < 3_000)).toBe(true)
  expect(slept.slice(0, 10).reduce((sum, ms) => sum + ms, 0)).toBeLessThan(15_000)
  expect(slept.every((ms, index) => index === 0 || ms > (slept[index - 1] ?? 0) || ms === 60_000)).toBe(true)
  expect([slept[0], slept.at(-1)]).toEqual([250, 60_000])
  expect(recorded.at(-1)).toMatchObject({ count: 30, how: 'signal SIGKILL', lines: ['the last line'], nextAt: null })
})

test('one that has lived for a while is started quickly again, and after a minute its ends are history', async () => {
  const { slept, recorded } = await lives({ livesMs: [100, 100, 10_000, 60_000, 100] })
  expect(slept).toEqual([250, 325, 250, 250, 325])
  expect(recorded.map(({ count }) => count)).toEqual([1, 1, 2, 2, 3, 3, 1, 1, 2, 2])
})

test('a start that fails is an end like the others, with its own reason', async () => {
  const { slept, recorded } = await lives({ livesMs: [100], failing: [1, 2] })
  expect(slept).toEqual([250, 325, 423])
  expect(recorded.map(({ count, how, nextAt }) => [count, how, nextAt === null])).toEqual([
    [1, 'signal SIGKILL', false],
    [2, 'ended with code 1 while starting', false],
    [3, 'ended with code 1 while starting', false],
    [3, 'ended with code 1 while starting', true],
  ])
})

test('a loop is what ended more than once and has not lived long since', async () => {
  const { recorded, nowMs } = await lives({ livesMs: [100, 100] })
  const last = recorded.at(-1)
  if (last === undefined) throw new Error('nothing was recorded')
  expect(isLoop(last, nowMs)).toBe(true)
  expect(isLoop(last, nowMs + 60_000)).toBe(false)
  expect(isLoop({ ...last, nextAt: last.last }, nowMs + 60_000)).toBe(true)
  expect(isLoop({ ...last, count: 1 }, nowMs)).toBe(false)
  expect(renderEndings(last)).toBe(
    'otel-collector has ended 2 times since 2026-11-26T00:00:00.100Z (signal SIGKILL); it runs again',
  )
  expect(renderEndings({ ...last, count: 1, nextAt: '2026-11-26T00:00:09.000Z' })).toMatch(
    /^otel-collector ended at \S+ \(signal SIGKILL\); it is started again at 2026-11-26T00:00:09.000Z$/,
  )
})
