// The comparison with another run, and that it is judged again from the history as it was judged first.
import { expect, test } from 'vitest'
import { emptyEvidence } from '../judge/model/evidence.ts'
import { rejudge } from '../judge/rejudge.ts'
import { compareWithReference } from './reference-run.ts'

const fact = (actual: number) => ({ oracle: 'query' as const, what: 'rows', expected: 1, actual })
const record = (id: string, actual: number) => ({
  scenarios: [{ id, verdict: 'pass' as const }],
  history: [{ id, evidence: { ...emptyEvidence, comparisons: [fact(actual)] } }],
})
const options = { seed: 1, runtime: 'embedded', isWanted: () => true }
const reference = (id: string, actual: number) => ({
  directory: 'runs/other',
  runtime: 'docker',
  record: record(id, actual),
  options: { seed: 1, clockMs: 0, profile: 'standard' as const },
})

test.each([
  ['the same', 'a/b', 1, 'pass'],
  ['another verdict', 'a/b', 2, 'fail'],
  ['another scenario', 'a/c', 1, 'fail'],
] as const)('%s: checked from the history it is what it was', (_what, id, actual, verdict) => {
  const { result, page } = compareWithReference(record(id, actual), reference('a/b', 1), options)
  expect(result.verdict).toBe(verdict)
  const again = rejudge([page], { scenarios: [result] })
  expect(again).toMatchObject({ verdict, incomplete: '', scenarios: [{ id: result.id, verdict, withoutEvidence: '' }] })
})
