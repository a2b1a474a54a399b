import { expect, test } from 'vitest'
import type { Answer } from '../../../generators/batch.ts'
import { REQUESTS_IN_FLIGHT, sendAll } from './send.ts'

const requests = Array.from({ length: 100 }, (_, n) => ({ signal: 'logs' as const, bytes: Buffer.from(String(n)) }))

test('every request is sent once, with a bounded number under way', async () => {
  const sent: string[] = []
  let underWay = 0
  let most = 0
  const repeated = await sendAll(requests, {
    send: async (_, bytes) => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resolve) => setImmediate(resolve))
      sent.push(String(bytes))
      underWay -= 1
      return { kind: 'accepted' }
    },
  })
  expect(repeated).toBe(0)
  expect(sent.map(Number).toSorted((a, b) => a - b)).toEqual(requests.map((_, n) => n))
  expect(most).toBe(REQUESTS_IN_FLIGHT)
})

test('what the collector has no memory for is sent again, and counted', async () => {
  let calls = 0
  const repeated = await sendAll(requests.slice(0, 1), {
    send: async () => {
      calls += 1
      return calls === 1 ? { kind: 'refused', code: 'UNAVAILABLE', message: 'full' } : { kind: 'accepted' }
    },
  })
  expect([repeated, calls]).toEqual([1, 2])
})

test.each<Answer>([
  { kind: 'refused', code: 'INVALID_ARGUMENT', message: 'no' },
  { kind: 'partial', rejected: 1, message: 'no' },
  { kind: 'indeterminate', message: 'the connection broke' },
])('an answer of another kind is an error: $kind', async (answer) => {
  await expect(sendAll(requests, { send: async () => answer })).rejects.toThrow(
    `the collector did not accept a request of 1 bytes: ${JSON.stringify(answer)}`,
  )
})
