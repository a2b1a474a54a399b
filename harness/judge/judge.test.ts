import { describe, expect, test } from 'vitest'
import { type Judgement, judge } from './judge.ts'
import { type Evidence, strictRules } from './model/evidence.ts'
import type { Tally } from './model/tally.ts'
import { eventRow, evidenceOf, type LogText, log, offer, point, pointRow, rawRow } from './testing/evidence.ts'

const logs = [log(1), log(2), log(3)]
const points = [point(10), point(20)]
const perfect = evidenceOf([...logs, ...points].map((record) => offer(record)))
const [first, second, third] = [log(1), log(2), log(3)]

/** The names of the oracles that fail. */
function failing({ findings }: Judgement): string[] {
  return findings.filter(({ verdict }) => verdict === 'fail').map(({ oracle }) => oracle)
}

function faults(judgement: Judgement): Partial<Tally> {
  const { lost, duplicated, corrupted, unexpected, leaked } = judgement.tally
  const named = { lost, duplicated, corrupted, unexpected, leaked }
  return Object.fromEntries(Object.entries(named).filter(([, count]) => count > 0))
}

function examples({ findings }: Judgement): string {
  return findings.flatMap((finding) => finding.examples).join('\n')
}

/** The evidence with other rows for log records, in the view and behind it. */
function withLogs(rows: readonly LogText[], evidence: Evidence = perfect): Evidence {
  return { ...evidence, events: rows.map((row) => eventRow(row)), records: rows.map(rawRow) }
}

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
      sampled: 0,
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
    expect(faults(judgement)).toEqual({ lost: 1 })
    expect(examples(judgement)).toBe('lost: api_request 2 of session s1')
  })

  test('one duplicated event fails the accounting and is named', () => {
    const judgement = judge(withLogs([first, second, second, third]))
    expect(failing(judgement)).toEqual(['accounting'])
    expect(faults(judgement)).toEqual({ duplicated: 1 })
    expect(examples(judgement)).toBe('duplicated: api_request 2 of session s1 (2 times)')
  })

  test('one lost and one duplicated do not cancel out: the total is right and both are named', () => {
    const judgement = judge(withLogs([first, second, second]))
    expect(judgement.tally.stored).toBe(5)
    expect(failing(judgement)).toEqual(['accounting'])
    expect(faults(judgement)).toEqual({ lost: 1, duplicated: 1 })
    expect(examples(judgement)).toContain('lost: api_request 3')
    expect(examples(judgement)).toContain('duplicated: api_request 2')
  })

  test('a data point that is lost while another one is duplicated is named too', () => {
    const judgement = judge({ ...perfect, points: [pointRow(point(10)), pointRow(point(10))] })
    expect(faults(judgement)).toEqual({ lost: 1, duplicated: 1 })
    expect(examples(judgement)).toContain('lost: claude_code.token.usage = 20 of session s1')
  })

  test('losing everything is no fidelity but still a failed accounting', () => {
    const judgement = judge({ ...perfect, events: [], records: [], points: [] })
    expect(failing(judgement)).toEqual(['accounting'])
    expect(faults(judgement)).toEqual({ lost: 5 })
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
    expect(faults(judge(evidenceOf(offered, { rules, events: [], records: [] })))).toEqual({ lost: 1 })
  })
})

describe('content', () => {
  test('one attribute that differs fails the fidelity and is shown beside what was expected', () => {
    const judgement = judge(withLogs([first, log(2, { error: 'x' }), third]))
    expect(failing(judgement)).toContain('fidelity')
    expect(faults(judgement)).toEqual({ corrupted: 1 })
    expect(examples(judgement)).toContain('api_request 2: error is "x", expected missing')
  })

  test('a missing key is not an empty one, in either direction', () => {
    const empty = log(1, { note: '' })
    const without = log(1)
    for (const [expected, stored] of [
      [empty, without],
      [without, empty],
    ] as const) {
      const judgement = judge(withLogs([stored], evidenceOf([offer(expected)])))
      expect(failing(judgement)).toEqual(['fidelity'])
      expect(faults(judgement)).toEqual({ corrupted: 1 })
    }
    expect(judge(withLogs([empty], evidenceOf([offer(empty)]))).verdict).toBe('pass')
  })

  test('a resource attribute that differs is named as one', () => {
    const altered = log(2, {}, { resource: { 'service.name': 'other' } })
    const judgement = judge(withLogs([first, altered, third]))
    expect(faults(judgement)).toEqual({ corrupted: 1 })
    expect(examples(judgement)).toContain('resource service.name is "other", expected "claude-code"')
  })

  test.each<[string, Partial<LogText>]>([
    ['body', { body: 'claude_code.api_reques' }],
    ['event name', { eventName: 'x' }],
    ['severity', { severityNumber: 9 }],
    ['severity text', { severityText: 'INFO' }],
    ['scope', { scopeName: '' }],
    ['scope version', { scopeVersion: '2.1.288' }],
    ['resource', { resource: {} }],
  ])('a raw record with another %s is corrupted although the view agrees', (_, change) => {
    const records = [rawRow({ ...first, ...change }), rawRow(second), rawRow(third)]
    const judgement = judge({ ...perfect, records })
    expect(failing(judgement)).toEqual(['fidelity'])
    expect(faults(judgement)).toEqual({ corrupted: 1 })
  })

  test('a raw record may be there twice: the wire is at-least-once, the view is not', () => {
    expect(judge({ ...perfect, records: [...perfect.records, ...perfect.records] }).verdict).toBe('pass')
  })

  test('a duplicate with other content is corrupted whichever row comes first', () => {
    const rows = [first, second, log(2, { error: 'x' }), third]
    for (const order of [rows, rows.toReversed()]) {
      const judgement = judge(withLogs(order))
      expect(faults(judgement)).toEqual({ duplicated: 1, corrupted: 1 })
    }
  })

  test('two sessions that swapped their values are two corrupted events and no loss', () => {
    const [a, b] = [log(1, { 'session.id': 'a', error: 'A' }), log(1, { 'session.id': 'b', error: 'B' })]
    const [swappedA, swappedB] = [log(1, { 'session.id': 'a', error: 'B' }), log(1, { 'session.id': 'b', error: 'A' })]
    const judgement = judge(withLogs([swappedA, swappedB], evidenceOf([offer(a), offer(b)])))
    expect(failing(judgement)).toContain('fidelity')
    expect(faults(judgement)).toEqual({ corrupted: 2 })
  })

  test('of two offers with one identity either may be kept, but no mixture and not the one that was refused', () => {
    const [a, b] = [log(1, { error: 'a', note: 'a' }), log(1, { error: 'b', note: 'b' })]
    const rules = { ...strictRules, maxRefusedBatches: 1, typed: false }
    const both = evidenceOf([offer(a), offer(b)], { rules })
    for (const kept of [a, b]) expect(judge(withLogs([kept], both)).verdict).toBe('pass')
    expect(faults(judge(withLogs([log(1, { error: 'a', note: 'b' })], both)))).toEqual({ corrupted: 1 })
    const oneRefused = evidenceOf([offer(a, 'refused'), offer(b)], { rules })
    expect(faults(judge(withLogs([a], oneRefused)))).toEqual({ corrupted: 1 })
  })

  test.each<[string, Parameters<typeof point>[2]]>([
    ['temporality', { temporality: 2 }],
    ['resource', { resource: {} }],
  ])('a data point with another %s is corrupted', (_, change) => {
    const judgement = judge({ ...perfect, points: [pointRow(point(10, {}, change)), pointRow(point(20))] })
    expect(failing(judgement)).toEqual(['fidelity'])
    expect(faults(judgement)).toEqual({ corrupted: 1 })
  })

  test.each([
    ['value', point(11)],
    ['name', point(10, {}, { name: 'claude_code.cost.usage' })],
    ['unit', point(10, {}, { unit: 'USD' })],
    ['time', point(10, {}, { timeUnixNano: '1800000060000000001' })],
    ['start', point(10, {}, { startTimeUnixNano: '1800000000000000001' })],
    ['attribute', point(10, { type: 'output' })],
    ['session', point(10, { 'session.id': 's2' })],
  ])('a data point with another %s is another data point: one lost, one unexpected', (_, stored) => {
    const judgement = judge({ ...perfect, points: [pointRow(stored), pointRow(point(20))] })
    expect(failing(judgement)).toEqual(['accounting'])
    expect(faults(judgement)).toEqual({ lost: 1, unexpected: 1 })
  })

  test('keys that every object inherits are compared like any other', () => {
    const hostile = log(1, Object.fromEntries([['__proto__', 'a']]))
    expect(judge(withLogs([hostile], evidenceOf([offer(hostile)]))).verdict).toBe('pass')
    expect(faults(judge(withLogs([log(1)], evidenceOf([offer(hostile)]))))).toEqual({ corrupted: 1 })
    expect(faults(judge(withLogs([log(1, { constructor: 'a' })], evidenceOf([offer(log(1))]))))).toEqual({
      corrupted: 1,
    })
  })
})

describe('what must not be there', () => {
  test('a row that nobody offered is unexpected', () => {
    const judgement = judge(withLogs([...logs, log(4)]))
    expect(failing(judgement)).toEqual(['accounting'])
    expect(faults(judgement)).toEqual({ unexpected: 1 })
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
    expect(faults(judge(withLogs([...logs, excluded], evidence)))).toEqual({ unexpected: 1 })
  })

  test('a refused batch is fine when it is not stored and unexpected when it is', () => {
    const rules = { ...strictRules, maxRefusedBatches: 1 }
    const evidence = evidenceOf([offer(first), offer(second, 'refused')], { rules })
    const judgement = judge(evidence)
    expect(judgement.verdict).toBe('pass')
    expect(judgement.tally).toMatchObject({ refused: 1, acknowledged: 1 })
    expect(faults(judge(withLogs([first, second], evidence)))).toEqual({ unexpected: 1 })
  })

  test.each(['indeterminate', 'partial'] as const)('an %s batch may be stored or not, but not twice', (answer) => {
    const rules = { ...strictRules, maxRefusedBatches: 1 }
    const evidence = evidenceOf([offer(first), offer(second, answer)], { rules })
    expect(judge(evidence).verdict).toBe('pass')
    expect(judge(evidence).tally).toMatchObject({ indeterminate: 1, lost: 0 })
    expect(judge(withLogs([first, second], evidence)).verdict).toBe('pass')
    const twice = judge(withLogs([first, second, second], evidence))
    expect(failing(twice)).toEqual(['accounting'])
    expect(faults(twice)).toEqual({ duplicated: 1 })
    const corrupted = judge(withLogs([first, log(2, { error: 'x' })], evidence))
    expect(faults(corrupted)).toEqual({ corrupted: 1 })
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
