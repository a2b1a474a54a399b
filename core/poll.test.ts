import { describe, expect, test } from 'vitest'
import { until } from './poll.ts'

const soon = { timeoutMs: 60_000, intervalMs: 0 }

describe('waiting for a condition', () => {
  test('returns the first value that is neither undefined nor false', async () => {
    const values = [undefined, false, 0, 1] as const
    let calls = 0
    const value = await until('it', async () => values[calls++], soon)
    expect([value, calls]).toEqual([0, 3])
  })

  test('takes an error for "not yet"', async () => {
    let calls = 0
    const value = await until(
      'it',
      async () => {
        calls += 1
        if (calls < 3) throw new Error('refused')
        return 'ready'
      },
      soon,
    )
    expect(value).toBe('ready')
  })

  test('checks at least once, and says what was awaited, how long, the last error and what else is known', async () => {
    const check = async () => {
      throw new Error('connection refused')
    }
    await expect(
      until('the collector', check, { timeoutMs: 0, onTimeout: async () => 'last log line: x' }),
    ).rejects.toThrow(/^the collector not reached after \d+ ms: connection refused; last log line: x$/)
    await expect(until('it', async () => false, { timeoutMs: 0 })).rejects.toThrow(/^it not reached after \d+ ms$/)
  })

  test('ends with the reason of the stop, whether that came before, between or during the checks', async () => {
    const before = AbortSignal.abort(new Error('stopped by SIGINT'))
    await expect(until('it', async () => true, { ...soon, signal: before })).rejects.toThrow('stopped by SIGINT')
    const between = new AbortController()
    const waiting = until('it', async () => false, { timeoutMs: 60_000, intervalMs: 60_000, signal: between.signal })
    setImmediate(() => between.abort(new Error('stopped by SIGTERM')))
    await expect(waiting).rejects.toThrow('stopped by SIGTERM')
  })
})
