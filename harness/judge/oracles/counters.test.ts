import { describe, expect, test } from 'vitest'
import { type Counters, strictRules } from '../model/evidence.ts'
import { evidenceOf, log, nothingOffered, offer, threeRecords } from '../testing/evidence.ts'
import { countersOracle } from './counters.ts'

describe('counters', () => {
  const oracle = countersOracle(new Set())
  const counters = threeRecords.counters ?? undefined
  const judged = (change: Partial<Counters>) =>
    oracle.judge({ ...threeRecords, counters: counters === undefined ? null : { ...counters, ...change } })

  test('pass when the collector counts what was acknowledged', () => {
    expect(judged({})?.verdict).toBe('pass')
  })

  test.each<[string, Partial<Counters>]>([
    ['log records accepted', { acceptedLogs: 1 }],
    ['log records accepted', { acceptedLogs: 3 }],
    ['data points accepted', { acceptedPoints: 0 }],
    ['log records refused', { refusedLogs: 1 }],
    ['data points refused', { refusedPoints: 1 }],
    ['log records exported', { sentLogs: 1 }],
    ['log records exported', { sentLogs: 3 }],
    ['data points exported', { sentPoints: 0 }],
    ['log records failed to send', { failedLogs: 1 }],
    ['data points failed to send', { failedPoints: 1 }],
  ])('fail when %s disagree with the ledger', (what, change) => {
    const finding = judged(change)
    expect(finding?.verdict).toBe('fail')
    expect(finding?.examples[0]).toContain(`${what}: the collector counts`)
  })

  test('are unknown where the collector told none, and not judged where it did not run through', () => {
    expect(oracle.judge({ ...threeRecords, counters: null })?.verdict).toBe('unknown')
    expect(oracle.judge({ ...threeRecords, rules: { ...strictRules, counters: false } })).toBeUndefined()
    expect(oracle.judge(nothingOffered)).toBeUndefined()
  })

  test('do not expect what the sampler left out or the policy excludes to be exported', () => {
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
