import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRuns, storedLines } from './compare-runs.ts'
import type { Evidence } from './model/evidence.ts'
import { eventRow, evidenceOf, log, offer, point } from './testing/evidence.ts'

const run = (evidence: Evidence, id = 'suite/a') => [{ id, evidence }]
const evidence = evidenceOf([offer(log(1)), offer(log(2)), offer(point(3))])

test('the same rows are the same, in whatever order they and their attributes come', () => {
  const turned = {
    ...evidence,
    events: evidence.events.toReversed().map((event) => ({
      ...event,
      attributes: Object.fromEntries(Object.entries(event.attributes).toReversed()),
    })),
  }
  const [compared] = compareRuns(run(evidence), run(turned))
  expect(compared?.difference).toBe('')
  expect(compared?.digests[0]).toBe(compared?.digests[1])
})

test('a difference names the first row that only one of them has', () => {
  const changed = log(2, { model: 'sonnet' })
  const other = { ...evidence, events: [eventRow(log(1)), eventRow(changed)] }
  const [compared] = compareRuns(run(evidence), run(other))
  expect(compared?.difference).toMatch(/only here: .*"event.sequence":"2".*; only there: .*"model":"sonnet"/)
})

test('a row that is there more often is a difference too', () => {
  const rules = { ...evidence.rules, typed: false }
  const twice = { ...evidence, rules, events: [...evidence.events, eventRow(log(1))] }
  expect(compareRuns(run({ ...evidence, rules }), run(twice))[0]?.difference).not.toBe('')
})

test('another verdict is a difference, whatever is stored', () => {
  const leaking = { ...evidence, leaks: ['logs_raw: a name'] }
  expect(compareRuns(run(evidence), run(leaking))[0]?.difference).toBe('the verdict is pass, and fail in the other run')
})

test('only what both runs have is compared, and no bulk load', () => {
  const bulk = { offered: 1, acknowledged: 1, refused: 0, indeterminate: 0, stored: 1 }
  const faults = { lost: 0, duplicated: 0, corrupted: 0, unexpected: 0, examples: [], about: '' }
  expect(compareRuns(run(evidence, 'suite/a'), run(evidence, 'suite/b'))).toEqual([])
  expect(compareRuns(run({ ...evidence, bulk: { ...bulk, ...faults } }), run(evidence))).toEqual([])
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
