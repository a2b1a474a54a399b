import { expect, test } from 'vitest'
import { MemoryBudget } from './memory-budget.ts'

const never = new AbortController().signal

/** Takes room, and notes its name in the order in which it was given. */
function taker(budget: MemoryBudget, given: string[]) {
  return async (name: string, bytes: number, signal: AbortSignal = never) => {
    const room = await budget.take(bytes, signal)
    given.push(room ? name : `not ${name}`)
    return room
  }
}

/** Until everything that was resolved has been heard of. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('room is given at once while there is some, and is there again when it is given back', async () => {
  const budget = new MemoryBudget(10, 5)
  const first = await budget.take(6, never)
  {
    using second = await budget.take(4, never)
    expect(second).toBeDefined()
    expect(budget.usedBytes).toBe(10)
  }
  expect(budget.usedBytes).toBe(6)
  first?.[Symbol.dispose]()
  expect(budget.usedBytes).toBe(0)
})

test('room that is given back twice counts once', async () => {
  const budget = new MemoryBudget(10, 5)
  const room = await budget.take(6, never)
  await budget.take(3, never)
  room?.[Symbol.dispose]()
  room?.[Symbol.dispose]()
  expect(budget.usedBytes).toBe(3)
})

test('who came first is served first, also when a later one would fit', async () => {
  const budget = new MemoryBudget(10, 5)
  const given: string[] = []
  const take = taker(budget, given)
  const holder = await take('holder', 8)
  const large = take('large', 9)
  const small = take('small', 1)
  await settled()
  expect(given).toEqual(['holder'])
  expect(budget.waiting).toBe(2)
  holder?.[Symbol.dispose]()
  await Promise.all([large, small])
  expect(given).toEqual(['holder', 'large', 'small'])
  expect(budget.usedBytes).toBe(10)
  expect(budget.waiting).toBe(0)
})

test('a waiter that goes away frees its place, and lets those behind it pass', async () => {
  const budget = new MemoryBudget(10, 2)
  const given: string[] = []
  const take = taker(budget, given)
  await take('holder', 8)
  const gone = new AbortController()
  const large = take('large', 9, gone.signal)
  const small = take('small', 2)
  expect(await budget.take(1, never)).toBeUndefined()
  gone.abort()
  expect(await large).toBeUndefined()
  expect(await small).toBeDefined()
  expect(given).toEqual(['holder', 'not large', 'small'])
  expect(budget.waiting).toBe(0)
  expect(budget.usedBytes).toBe(10)
})

test('a waiter that goes away after it was served keeps its room until it gives it back', async () => {
  const budget = new MemoryBudget(10, 2)
  const gone = new AbortController()
  const holder = await budget.take(10, never)
  const waiting = budget.take(4, gone.signal)
  holder?.[Symbol.dispose]()
  gone.abort()
  const room = await waiting
  expect(budget.usedBytes).toBe(4)
  room?.[Symbol.dispose]()
  expect(budget.usedBytes).toBe(0)
})

test('when too many wait, or the taker is gone already, there is no room and no place', async () => {
  const budget = new MemoryBudget(10, 1)
  await budget.take(10, never)
  expect(await budget.take(1, AbortSignal.abort())).toBeUndefined()
  expect(budget.waiting).toBe(0)
  const waiting = budget.take(1, never)
  expect(await budget.take(1, never)).toBeUndefined()
  expect(budget.waiting).toBe(1)
  void waiting
})

test('what is larger than everything waits until it is alone', async () => {
  const budget = new MemoryBudget(10, 5)
  const given: string[] = []
  const take = taker(budget, given)
  const holder = await take('holder', 1)
  const huge = take('huge', 1_000)
  await settled()
  expect(given).toEqual(['holder'])
  holder?.[Symbol.dispose]()
  const room = await huge
  expect(given).toEqual(['holder', 'huge'])
  expect(budget.usedBytes).toBe(10)
  room?.[Symbol.dispose]()
  expect(budget.usedBytes).toBe(0)
})
