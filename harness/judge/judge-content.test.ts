import { describe, expect, test } from 'vitest'
import { judge } from './judge.ts'
import { strictRules } from './model/evidence.ts'
import { evidenceOf, type LogText, log, offer, point, pointRow, rawRow } from './testing/evidence.ts'
import { deviations, examples, failing, logs, perfect, withLogs } from './testing/judgements.ts'

const [first, second, third] = logs

describe('content', () => {
  test('one attribute that differs fails the fidelity and is shown beside what was expected', () => {
    const judgement = judge(withLogs([first, log(2, { error: 'x' }), third]))
    expect(failing(judgement)).toContain('fidelity')
    expect(deviations(judgement)).toEqual({ corrupted: 1 })
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
      expect(deviations(judgement)).toEqual({ corrupted: 1 })
    }
    expect(judge(withLogs([empty], evidenceOf([offer(empty)]))).verdict).toBe('pass')
  })

  test('a resource attribute that differs is named as one', () => {
    const altered = log(2, {}, { resource: { 'service.name': 'other' } })
    const judgement = judge(withLogs([first, altered, third]))
    expect(deviations(judgement)).toEqual({ corrupted: 1 })
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
    expect(deviations(judgement)).toEqual({ corrupted: 1 })
  })

  test('a raw record may be there twice: the wire is at-least-once, the view is not', () => {
    expect(judge({ ...perfect, records: [...perfect.records, ...perfect.records] }).verdict).toBe('pass')
  })

  test('a duplicate with other content is corrupted whichever row comes first', () => {
    const rows = [first, second, log(2, { error: 'x' }), third]
    for (const order of [rows, rows.toReversed()]) {
      const judgement = judge(withLogs(order))
      expect(deviations(judgement)).toEqual({ duplicated: 1, corrupted: 1 })
    }
  })

  test('two sessions that swapped their values are two corrupted events and no loss', () => {
    const [a, b] = [log(1, { 'session.id': 'a', error: 'A' }), log(1, { 'session.id': 'b', error: 'B' })]
    const [swappedA, swappedB] = [log(1, { 'session.id': 'a', error: 'B' }), log(1, { 'session.id': 'b', error: 'A' })]
    const judgement = judge(withLogs([swappedA, swappedB], evidenceOf([offer(a), offer(b)])))
    expect(failing(judgement)).toContain('fidelity')
    expect(deviations(judgement)).toEqual({ corrupted: 2 })
  })

  test('of two offers with one identity either may be kept, but no mixture and not the one that was refused', () => {
    const [a, b] = [log(1, { error: 'a', note: 'a' }), log(1, { error: 'b', note: 'b' })]
    const rules = { ...strictRules, maxRefusedBatches: 1, typed: false }
    const both = evidenceOf([offer(a), offer(b)], { rules })
    for (const kept of [a, b]) expect(judge(withLogs([kept], both)).verdict).toBe('pass')
    expect(deviations(judge(withLogs([log(1, { error: 'a', note: 'b' })], both)))).toEqual({ corrupted: 1 })
    const oneRefused = evidenceOf([offer(a, 'refused'), offer(b)], { rules })
    expect(deviations(judge(withLogs([a], oneRefused)))).toEqual({ corrupted: 1 })
  })

  test.each<[string, Parameters<typeof point>[2]]>([
    ['temporality', { temporality: 2 }],
    ['resource', { resource: {} }],
  ])('a data point with another %s is corrupted', (_, change) => {
    const judgement = judge({ ...perfect, points: [pointRow(point(10, {}, change)), pointRow(point(20))] })
    expect(failing(judgement)).toEqual(['fidelity'])
    expect(deviations(judgement)).toEqual({ corrupted: 1 })
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
    expect(deviations(judgement)).toEqual({ lost: 1, unexpected: 1 })
  })

  test('keys that every object inherits are compared like any other', () => {
    const hostile = log(1, Object.fromEntries([['__proto__', 'a']]))
    expect(judge(withLogs([hostile], evidenceOf([offer(hostile)]))).verdict).toBe('pass')
    expect(deviations(judge(withLogs([log(1)], evidenceOf([offer(hostile)]))))).toEqual({ corrupted: 1 })
    expect(deviations(judge(withLogs([log(1, { constructor: 'a' })], evidenceOf([offer(log(1))]))))).toEqual({
      corrupted: 1,
    })
  })
})
