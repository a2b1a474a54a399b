import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../generators/batch.ts'
import { type Counters, type Evidence, type Sent, strictRules } from '../model/evidence.ts'
import { answerOf, evidenceOf, log, offer, point } from '../testing/evidence.ts'
import {
  availabilityOracle,
  countersOracle,
  judgeComparisons,
  lastLineOracle,
  livenessOracle,
  privacyOracle,
} from './standing.ts'

const perfect = evidenceOf([log(1), log(2), point(10)].map((record) => offer(record)))
const empty = evidenceOf([], { planted: 0 })

function sent(kind: Answer['kind'], ackMs = 5): Sent {
  return { signal: 'logs', records: 1, answer: answerOf(kind), ackMs }
}

describe('availability', () => {
  const judged = (batches: readonly Sent[], rules: Partial<Evidence['rules']> = {}) =>
    availabilityOracle.judge({ ...perfect, sent: batches, rules: { ...strictRules, ...rules } })

  test('bounds what is not accepted, whatever the answer was instead', () => {
    for (const kind of ['refused', 'partial', 'indeterminate'] as const) {
      expect(judged([sent('accepted'), sent(kind)])?.verdict).toBe('fail')
      expect(judged([sent('accepted'), sent(kind)], { maxRefusedBatches: 1 })?.verdict).toBe('pass')
      expect(judged([sent(kind), sent(kind)], { maxRefusedBatches: 1 })?.verdict).toBe('fail')
    }
  })

  test('names the refusals', () => {
    expect(judged([sent('accepted'), sent('refused')])).toMatchObject({
      message: '1 of 2 requests not accepted, 0 answered too late',
      examples: ['refused: queue is full'],
    })
  })

  test('bounds the time to an answer', () => {
    expect(judged([sent('accepted', 100)], { maxAckMs: 100 })?.verdict).toBe('pass')
    expect(judged([sent('accepted', 101)], { maxAckMs: 100 })).toMatchObject({
      verdict: 'fail',
      examples: ['answered after 101 ms, limit 100 ms'],
    })
  })

  test('holds for more batches than a function takes arguments', () => {
    expect(judged(Array.from({ length: 200_000 }, () => sent('accepted')))?.verdict).toBe('pass')
  })

  test('says nothing where nothing was sent', () => {
    expect(availabilityOracle.judge(empty)).toBeUndefined()
  })
})

describe('counters', () => {
  const oracle = countersOracle(new Set())
  const counters = perfect.counters ?? undefined
  const judged = (change: Partial<Counters>) =>
    oracle.judge({ ...perfect, counters: counters === undefined ? null : { ...counters, ...change } })

  test('pass when the collector counts what was acknowledged', () => {
    expect(judged({})?.verdict).toBe('pass')
  })

  test.each<[string, Partial<Counters>]>([
    ['log records accepted', { acceptedLogs: 1 }],
    ['log records accepted', { acceptedLogs: 3 }],
    ['data points accepted', { acceptedPoints: 0 }],
    ['log records refused', { refusedLogs: 1 }],
    ['data points refused', { refusedPoints: 1 }],
    ['log records handed on', { sentLogs: 1 }],
    ['log records handed on', { sentLogs: 3 }],
    ['data points handed on', { sentPoints: 0 }],
    ['log records failed to send', { failedLogs: 1 }],
    ['data points failed to send', { failedPoints: 1 }],
  ])('fail when %s tell another story', (what, change) => {
    const finding = judged(change)
    expect(finding?.verdict).toBe('fail')
    expect(finding?.examples[0]).toContain(`${what}: the collector says`)
  })

  test('are unknown where the collector told none, and not judged where it did not run through', () => {
    expect(oracle.judge({ ...perfect, counters: null })?.verdict).toBe('unknown')
    expect(oracle.judge({ ...perfect, rules: { ...strictRules, counters: false } })).toBeUndefined()
    expect(oracle.judge(empty)).toBeUndefined()
  })

  test('do not expect what the sampler left out or the policy excludes to be handed on', () => {
    const excluded = { ...log(2), fate: 'exclude' as const }
    const evidence = evidenceOf([offer(log(1)), offer(excluded)])
    expect(oracle.judge(evidence)?.verdict).toBe('pass')
    const sampled = evidence.counters && { ...evidence.counters, sentLogs: 0 }
    expect(countersOracle(new Set(['s1'])).judge({ ...evidence, counters: sampled })?.verdict).toBe('pass')
  })

  test('count no record of a batch that was not accepted', () => {
    const refused = evidenceOf([offer(log(1)), offer(log(2), 'refused')])
    expect(oracle.judge(refused)?.verdict).toBe('pass')
  })
})

describe('privacy', () => {
  test('one leaked text fails and is named', () => {
    const leaks = ['logs_raw: 1 rows hold "hunter2"']
    expect(privacyOracle.judge({ ...perfect, leaks })).toMatchObject({ verdict: 'fail', examples: leaks })
    expect(privacyOracle.judge(perfect)?.verdict).toBe('pass')
  })

  test('says nothing where nothing was planted', () => {
    expect(privacyOracle.judge(empty)).toBeUndefined()
  })
})

describe('the last line', () => {
  test('may have acted as often as the rules say, and no oftener', () => {
    expect(lastLineOracle.judge({ ...perfect, audited: 1 })?.verdict).toBe('fail')
    const rules = { ...strictRules, maxAudited: 1 }
    expect(lastLineOracle.judge({ ...perfect, rules, audited: 1 })?.verdict).toBe('pass')
    expect(lastLineOracle.judge(empty)).toBeUndefined()
  })
})

describe('liveness', () => {
  test('fails when the stack did not drain, and says what still moved', () => {
    const drain = { drained: false, waitedMs: 45_000.4, note: '1 of 3 rows are there and 2 items are queued' }
    expect(livenessOracle.judge({ ...perfect, drain })).toMatchObject({
      verdict: 'fail',
      message: 'not drained after 45000 ms',
      examples: [drain.note],
    })
    expect(livenessOracle.judge(perfect)?.verdict).toBe('pass')
    expect(livenessOracle.judge(empty)).toBeUndefined()
  })
})

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
