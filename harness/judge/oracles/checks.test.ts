import { describe, expect, test } from 'vitest'
import { judgeComparisons } from './checks.ts'

describe('comparisons', () => {
  const fact = (oracle: string, actual: unknown, expected: unknown) => ({
    oracle,
    what: `a ${oracle}`,
    actual,
    expected,
  })

  test('equal values pass, by content and not by identity', () => {
    expect(judgeComparisons([fact('query', [{ a: 1, b: null }], [{ b: null, a: 1 }])])).toEqual([
      { oracle: 'query', verdict: 'pass', message: 'a query', examples: [] },
    ])
  })

  test.each([
    ['1', 1],
    [0, null],
    [undefined, null],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: 2 }],
  ])('%j is not %j', (actual, expected) => {
    const [finding] = judgeComparisons([fact('query', actual, expected)])
    expect(finding).toMatchObject({ verdict: 'fail', message: '1 of 1 facts do not hold' })
    expect(finding?.examples).toEqual([`a query: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`])
  })

  test('give one finding for each oracle, and one unequal value fails its oracle only', () => {
    const findings = judgeComparisons([fact('query', 1, 1), fact('schema', 1, 2), fact('query', 2, 2)])
    expect(findings.map(({ oracle, verdict }) => [oracle, verdict])).toEqual([
      ['query', 'pass'],
      ['schema', 'fail'],
    ])
    expect(judgeComparisons([])).toEqual([])
  })
})
