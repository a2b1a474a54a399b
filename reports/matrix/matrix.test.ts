// A matrix of runs: it passes only when all came, all can be read, all proved something, and all stored the same.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Contents } from '../../harness/judge/contents.ts'
import type { Verdict } from '../../harness/judge/model/verdict.ts'
import { type SampleKind, sampleRun } from '../testing/sample-run.ts'
import { renderMatrixMarkdown } from './markdown.ts'
import { type Leg, mergeLegs } from './matrix.ts'
import { renderMatrixPage } from './page.ts'
import { matrixSentence } from './words.ts'

const rows = (...hashes: string[]): Contents => ({
  schemaVersion: 1,
  scenarios: [{ id: 'ingest/a', rows: hashes.map((hash, at) => [`api_request ${at + 1}`, hash.repeat(16)]) }],
})
const leg = (name: string, kind: SampleKind = 'pass', contents = rows('a', 'b')): Leg => {
  const report = sampleRun(kind)
  return { name, problem: '', report: { ...report, runId: name }, contents }
}

test('all that was expected came and passed', () => {
  const matrix = mergeLegs([leg('linux'), leg('mac'), leg('wsl')], ['linux', 'mac', 'wsl'])
  expect(matrix).toMatchObject({ verdict: 'pass', differences: [], compared: { legs: ['linux', 'mac', 'wsl'] } })
  expect(matrixSentence(matrix)).toBe('All of 3 platforms passed.')
})

test('one that is missing is shown, and nothing is proven of it', () => {
  const matrix = mergeLegs([leg('linux')], ['linux', 'mac'])
  expect(matrix.verdict).toBe('unknown')
  expect(matrix.legs).toMatchObject([
    { name: 'linux', verdict: 'pass' },
    { name: 'mac', verdict: 'unknown', problem: 'no report came from it' },
  ])
  expect(matrixSentence(matrix)).toBe('1 of 2 platforms passed. Of 1 platform nothing is proven.')
})

test('no leg at all, one without a scenario and one that was skipped prove nothing', () => {
  expect(mergeLegs([], []).verdict).toBe('unknown')
  for (const kind of ['empty', 'skipped'] as const) expect(mergeLegs([leg('a', kind)], []).verdict).toBe('unknown')
})

test('two reports of one name, and one run under two names, leave open which counts', () => {
  expect(mergeLegs([leg('a'), leg('a')], [])).toMatchObject({ verdict: 'unknown', legs: [{ verdict: 'unknown' }] })
  const twin = { ...leg('a'), name: 'b' }
  expect(mergeLegs([leg('a'), twin], []).legs).toMatchObject([
    { verdict: 'pass' },
    { problem: 'it is the same run as a' },
  ])
})

test('a row that differs fails the whole and is named, with who has it', () => {
  const matrix = mergeLegs([leg('linux'), leg('mac', 'pass', rows('a'))], [])
  expect(matrix.verdict).toBe('fail')
  expect(matrix.differences).toEqual([{ scenario: 'ingest/a', has: 'linux', lacks: 'mac', first: 'api_request 2' }])
})

test('runs of another seed are not held to each other, and that is said', () => {
  const other = leg('mac', 'pass', rows('c'))
  const matrix = mergeLegs([leg('linux'), { ...other, report: { ...sampleRun('pass'), runId: 'm', seed: 99 } }], [])
  expect(matrix).toMatchObject({ verdict: 'pass', differences: [], compared: { legs: [] } })
  expect(renderMatrixMarkdown(matrix)).toContain('was not compared')
})

const kinds = fc.array(fc.constantFrom<SampleKind>('pass', 'fail', 'unknown', 'skipped', 'empty'), { maxLength: 6 })
const rank: Readonly<Record<Verdict, number>> = { pass: 0, skipped: 1, unknown: 1, fail: 2 }

test('whatever legs come in whatever order: no better than the worst of them, and never a pass with one that is missing', () => {
  fc.assert(
    fc.property(kinds, fc.boolean(), (each, isOneMissing) => {
      const legs = each.map((kind, at) => leg(`leg ${at}`, kind))
      const expected = [...legs.map(({ name }) => name), ...(isOneMissing ? ['gone'] : [])]
      const matrix = mergeLegs(legs, expected)
      expect(mergeLegs(legs.toReversed(), expected.toReversed()).verdict).toBe(matrix.verdict)
      for (const { verdict } of matrix.legs) expect(rank[matrix.verdict]).toBeGreaterThanOrEqual(rank[verdict])
      expect(matrix.verdict === 'pass').toBe(!isOneMissing && each.length > 0 && each.every((kind) => kind === 'pass'))
    }),
  )
})

test('what hostile reports say stays text on the page and in Markdown', () => {
  const name = '<img src=x onerror=alert(1)>|`'
  const matrix = mergeLegs([leg(name, 'hostile'), leg('b', 'hostile')], ['<script>'])
  expect(renderMatrixPage(matrix)).not.toMatch(/<script|<img/)
  const outsideOfCode = renderMatrixMarkdown(matrix).replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
  expect(outsideOfCode).not.toMatch(/<(?!\/?(?:details|summary)>)/)
})

test('eight legs with all that can fail take half a megabyte at most, and the summary fits a job page', () => {
  const legs = Array.from({ length: 8 }, (_, at) => leg(`leg ${at}`, at % 2 === 0 ? 'fail' : 'pass'))
  const matrix = mergeLegs(legs, [])
  expect(Buffer.byteLength(renderMatrixPage(matrix))).toBeLessThan(500_000)
  expect(Buffer.byteLength(renderMatrixMarkdown(matrix))).toBeLessThan(1_000_000)
})
