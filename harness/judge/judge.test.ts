import { describe, expect, test } from 'vitest'
import { judge } from './judge.ts'
import { strictRules } from './model/evidence.ts'
import { evidenceOf, log, offer, point, pointRow, rawRow } from './testing/evidence.ts'
import { deviations, examples, failing, logs, perfect, withLogs } from './testing/judgements.ts'

const [first, second, third] = logs

describe('a perfect history', () => {
  test('passes with every oracle that has something to judge', () => {
    const judgement = judge(perfect)
    expect(judgement.verdict).toBe('pass')
    expect(judgement.findings.map(({ oracle }) => oracle)).toEqual([
      'accounting',
      'fidelity',
      'typed',
      'privacy',
      'last-line',
      'counters',
      'availability',
      'liveness',
    ])
    expect(judgement.findings.flatMap((finding) => finding.examples)).toEqual([])
  })

  test('tallies every record once', () => {
    expect(judge(perfect).tally).toEqual({
      offered: 5,
      acknowledged: 5,
      refused: 0,
      indeterminate: 0,
      excluded: 0,
      repeated: 0,
      sampled: 0,
      unacknowledged: 0,
      stored: 5,
      lost: 0,
      duplicated: 0,
      corrupted: 0,
      unexpected: 0,
      leaked: 0,
    })
  })
})

describe('loss and duplication', () => {
  test('one lost event fails the accounting and is named', () => {
    const judgement = judge(withLogs([first, third]))
    expect(failing(judgement)).toEqual(['accounting'])
    expect(deviations(judgement)).toEqual({ lost: 1 })
    expect(examples(judgement)).toBe('lost: api_request 2 of session s1')
  })

  test('one duplicated event fails the accounting and is named', () => {
    const judgement = judge(withLogs([first, second, second, third]))
    expect(failing(judgement)).toEqual(['accounting'])
    expect(deviations(judgement)).toEqual({ duplicated: 1 })
    expect(examples(judgement)).toBe('duplicated: api_request 2 of session s1 (2 times)')
  })

  test('one lost and one duplicated do not cancel out: the total is right and both are named', () => {
    const judgement = judge(withLogs([first, second, second]))
    expect(judgement.tally.stored).toBe(5)
    expect(failing(judgement)).toEqual(['accounting'])
    expect(deviations(judgement)).toEqual({ lost: 1, duplicated: 1 })
    expect(examples(judgement)).toContain('lost: api_request 3')
    expect(examples(judgement)).toContain('duplicated: api_request 2')
  })

  test('a data point that is lost while another one is duplicated is named too', () => {
    const judgement = judge({ ...perfect, points: [pointRow(point(10)), pointRow(point(10))] })
    expect(deviations(judgement)).toEqual({ lost: 1, duplicated: 1 })
    expect(examples(judgement)).toContain('lost: claude_code.token.usage = 20 of session s1')
  })

  test('losing everything is no fidelity but still a failed accounting', () => {
    const judgement = judge({ ...perfect, events: [], records: [], points: [] })
    expect(failing(judgement)).toEqual(['accounting'])
    expect(deviations(judgement)).toEqual({ lost: 5 })
  })

  test('a retried equal record is one event: offered twice and stored once is fine', () => {
    const judgement = judge(evidenceOf([offer(first), offer(first), offer(point(10)), offer(point(10))]))
    expect(judgement.verdict).toBe('pass')
    expect(judgement.tally).toMatchObject({ offered: 4, stored: 2, lost: 0 })
  })

  test('a retry whose first try was refused must be stored', () => {
    const offered = [offer(first, 'refused'), offer(first)]
    const rules = { ...strictRules, maxRefusedBatches: 1 }
    expect(judge(evidenceOf(offered, { rules })).verdict).toBe('pass')
    expect(deviations(judge(evidenceOf(offered, { rules, events: [], records: [] })))).toEqual({ lost: 1 })
  })
})

describe('what must not be there', () => {
  test('a row that nobody offered is unexpected', () => {
    const judgement = judge(withLogs([...logs, log(4)]))
    expect(failing(judgement)).toEqual(['accounting'])
    expect(deviations(judgement)).toEqual({ unexpected: 1 })
    expect(examples(judgement)).toMatch(/^unexpected: s1 4 \d+ api_request/)
  })

  test('a raw record that no view shows and nobody offered is unexpected too', () => {
    const records = [rawRow(first), rawRow(log(9))]
    const judgement = judge(evidenceOf([offer(first)], { records }))
    expect(judgement.verdict).toBe('fail')
    expect(judgement.tally).toMatchObject({ lost: 0, unexpected: 1 })
  })

  test('a row without any offer at all is judged and fails', () => {
    expect(failing(judge(withLogs([first], evidenceOf([]))))).toEqual(['accounting'])
  })

  test('an excluded record is fine when it is left out and unexpected when it is stored', () => {
    const excluded = log(4, {}, { fate: 'exclude' })
    const evidence = evidenceOf([...logs, excluded].map((record) => offer(record)))
    const judgement = judge(evidence)
    expect(judgement.verdict).toBe('pass')
    expect(judgement.tally).toMatchObject({ excluded: 1, lost: 0 })
    expect(deviations(judge(withLogs([...logs, excluded], evidence)))).toEqual({ unexpected: 1 })
  })

  test('a refused batch is fine when it is not stored and unexpected when it is', () => {
    const rules = { ...strictRules, maxRefusedBatches: 1 }
    const evidence = evidenceOf([offer(first), offer(second, 'refused')], { rules })
    const judgement = judge(evidence)
    expect(judgement.verdict).toBe('pass')
    expect(judgement.tally).toMatchObject({ refused: 1, acknowledged: 1 })
    expect(deviations(judge(withLogs([first, second], evidence)))).toEqual({ unexpected: 1 })
  })

  test.each(['indeterminate', 'partial'] as const)('an %s batch may be stored or not, but not twice', (answer) => {
    const rules = { ...strictRules, maxRefusedBatches: 1 }
    const evidence = evidenceOf([offer(first), offer(second, answer)], { rules })
    expect(judge(evidence).verdict).toBe('pass')
    expect(judge(evidence).tally).toMatchObject({ indeterminate: 1, lost: 0 })
    expect(judge(withLogs([first, second], evidence)).verdict).toBe('pass')
    const twice = judge(withLogs([first, second, second], evidence))
    expect(failing(twice)).toEqual(['accounting'])
    expect(deviations(twice)).toEqual({ duplicated: 1 })
    const corrupted = judge(withLogs([first, log(2, { error: 'x' })], evidence))
    expect(deviations(corrupted)).toEqual({ corrupted: 1 })
  })
})

test('evidence without anything to judge is unknown, never a pass', () => {
  const judgement = judge(evidenceOf([], { planted: 0 }))
  expect(judgement).toMatchObject({ verdict: 'unknown', findings: [] })
})

test('an unknown finding makes the whole unknown, a failed one makes it fail all the same', () => {
  expect(judge({ ...perfect, counters: null }).verdict).toBe('unknown')
  expect(judge({ ...withLogs([first]), counters: null }).verdict).toBe('fail')
})

test('at most ten examples are kept of one finding, each of a bounded length', () => {
  const many = Array.from({ length: 30 }, (_, index) => offer(log(index, { 'session.id': 's'.repeat(1_000) })))
  const [accounting] = judge(evidenceOf(many, { events: [], records: [] })).findings
  expect(accounting?.message).toBe('30 lost, 0 duplicated, 0 unexpected')
  expect(accounting?.examples).toHaveLength(10)
  for (const example of accounting?.examples ?? []) expect(example.length).toBeLessThanOrEqual(301)
})
