// Rows held against the oracle's: what counts as a difference, and what order is left open.
import { expect, test } from 'vitest'
import { firstDifference } from './compare.ts'
import type { Row } from './rows.ts'

const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n

test('rows that differ are told apart, and the order of tied events is left open', () => {
  const row = (cells: Row) => [cells]
  expect(firstDifference('q', row({ a: 1n }), [{ a: 1 }])).toBeUndefined()
  expect(firstDifference('q', row({ a: 1n }), [{ a: '1' }])).toContain('a is "1"')
  expect(firstDifference('q', row({ a: 1n }), [])).toContain('missing')
  expect(firstDifference('q', [], [{ a: 1 }])).toContain('too much')
  expect(firstDifference('q', row({ a: 1, b: 2 }), [{ b: 2, a: 1 }])).toContain('columns')
  const usd = { usd: 0.1, tolerance: 2e-6 }
  expect(
    [0.1, 0.100001, 0.10001, 0.1000001].map((a) => firstDifference('q', row({ a: usd }), [{ a }]) === undefined),
  ).toEqual([true, true, false, false])
  const trace = (time: string, model: string, gap: number | null) => ({
    timestamp: time,
    gap_ms: gap,
    sequence: null,
    model,
  })
  const expected = ['x', 'y', 'z'].map((model, index) => ({
    timestamp: { timeNs: at(index < 2 ? '2025-03-01T00:00:00Z' : '2025-03-01T00:00:01Z') },
    gap_ms: index === 0 ? null : { lengthNs: index === 1 ? 0n : 1_000_000_000n },
    sequence: null,
    model,
  }))
  const [early, late] = ['2025-03-01 00:00:00.000', '2025-03-01 00:00:01.000']
  const tied = [trace(early, 'y', null), trace(early, 'x', 0), trace(late, 'z', 1000)]
  expect(firstDifference('session-trace', expected, tied)).toBeUndefined()
  expect(firstDifference('session-trace', expected, [...tied].reverse())).toBeDefined()
  expect(firstDifference('session-trace', expected, tied.with(1, trace(early, 'w', 0)))).toContain('model')
})
