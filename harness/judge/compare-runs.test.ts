import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareRuns, type RunRecord, storedLines } from './compare-runs.ts'
import type { Evidence } from './model/evidence.ts'
import type { Measurement } from './model/measurement.ts'
import { eventRow, evidenceOf, log, offer, point } from './testing/evidence.ts'

const ID = 'suite/a'
const run = (evidence: Evidence, id = ID): RunRecord => ({
  scenarios: [{ id, verdict: 'pass' }],
  history: [{ id, evidence }],
})
const differencesOf = (mine: RunRecord, theirs: RunRecord) =>
  compareRuns(mine, theirs).compared.map(({ difference }) => difference)
const evidence = evidenceOf([offer(log(1)), offer(log(2)), offer(point(3))])

test('the same rows are the same, in whatever order they and their attributes come', () => {
  const turned = {
    ...evidence,
    events: evidence.events.toReversed().map((event) => ({
      ...event,
      attributes: Object.fromEntries(Object.entries(event.attributes).toReversed()),
    })),
  }
  expect(differencesOf(run(evidence), run(turned))).toEqual([''])
})

test('a difference names the first row that only one of them has', () => {
  const changed = log(2, { model: 'sonnet' })
  const other = { ...evidence, events: [eventRow(log(1)), eventRow(changed)] }
  expect(differencesOf(run(evidence), run(other))[0]).toMatch(
    /only here: .*"event.sequence":"2".*; only there: .*"model":"sonnet"/,
  )
})

test('a row that is there more often is a difference too', () => {
  const rules = { ...evidence.rules, typed: false }
  const twice = { ...evidence, rules, events: [...evidence.events, eventRow(log(1))] }
  expect(differencesOf(run({ ...evidence, rules }), run(twice))[0]).not.toBe('')
})

test('another verdict is a difference, whatever is stored', () => {
  const leaking = { ...evidence, leaks: ['logs_raw: a name'] }
  expect(differencesOf(run(evidence), run(leaking))).toEqual(['the verdict is pass, and fail in the other run'])
})

test('a scenario that only one of them has is a difference', () => {
  const { compared } = compareRuns(run(evidence, 'suite/a'), run(evidence, 'suite/b'))
  expect(compared).toEqual([
    { id: 'suite/a', difference: 'only this run has it' },
    { id: 'suite/b', difference: 'only the other run has it' },
  ])
})

test('what one of them skipped is named, and not compared', () => {
  const without: RunRecord = { scenarios: [{ id: ID, verdict: 'skipped' }], history: [] }
  expect(compareRuns(run(evidence), without)).toEqual({ compared: [], skipped: [ID] })
  expect(compareRuns(without, without)).toEqual({ compared: [], skipped: [ID] })
})

test('what left no evidence is a difference, whatever its verdict', () => {
  const broken: RunRecord = { scenarios: [{ id: ID, verdict: 'unknown' }], history: [] }
  expect(differencesOf(run(evidence), broken)).toEqual([
    'the verdict is pass, and unknown in the other run; the other run left no evidence of it',
  ])
  expect(differencesOf(broken, broken)).toEqual(['this run left no evidence of it'])
})

test('of a bulk load only the verdict is compared', () => {
  const load = { offered: 1, acknowledged: 1, refused: 0, indeterminate: 0, stored: 1, examples: [], about: '' }
  const right = { ...load, lost: 0, duplicated: 0, corrupted: 0, unexpected: 0 }
  const more = { ...right, offered: 2, acknowledged: 2, stored: 2 }
  const withBulk = (bulk: Evidence['bulk'] & object) => run({ ...evidence, bulk })
  expect(differencesOf(withBulk(right), withBulk(more))).toEqual([''])
  expect(differencesOf(withBulk(right), withBulk({ ...more, lost: 1 }))[0]).toMatch(/^the verdict is pass, and fail/)
})

test('every stored row is one line, and a line tells every value', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 99 }), { minLength: 1 }), fc.string(), (numbers, text) => {
      const events = numbers.map((number) => eventRow(log(number, { error: text })))
      const lines = storedLines({ ...evidence, points: [], events })
      expect(lines).toHaveLength(numbers.length)
      expect(lines.every((line) => JSON.parse(line).attributes.error === text)).toBe(true)
    }),
  )
})

describe('of what was measured', () => {
  const figure = (name: string, value: number): Measurement => ({
    oracle: 'performance',
    name,
    value,
    unit: 'ms',
    limit: { atMost: 5, missed: 'fail' },
  })
  const withFigures = (...measurements: Measurement[]) => run({ ...evidence, measurements })

  test('values are no difference, as they are noisy', () => {
    expect(differencesOf(withFigures(figure('a', 1)), withFigures(figure('a', 4)))).toEqual([''])
  })

  test('one that only one of them has is a difference, of a bulk load too', () => {
    expect(differencesOf(withFigures(figure('a', 1), figure('b', 1)), withFigures(figure('a', 1)))).toEqual([
      'only measured here: b',
    ])
    expect(differencesOf(withFigures(), withFigures(figure('a', 1)))).toEqual(['only measured there: a'])
  })

  test('one that is beyond its limit is another verdict', () => {
    expect(differencesOf(withFigures(figure('a', 1)), withFigures(figure('a', 6)))).toEqual([
      'the verdict is pass, and fail in the other run',
    ])
  })

  test('a run of before there were measurements is not held to them', () => {
    const { measurements: _, ...before } = evidence
    expect(differencesOf(withFigures(figure('a', 1)), run(before))).toEqual([''])
  })
})
