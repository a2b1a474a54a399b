// The files of a run: whole, complete, or one clear line.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserError } from '../core/errors.ts'
import { sampleRun } from './testing/sample-run.ts'
import { writeReports } from './write.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reports-'))
})
afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

test('writes the four reports into a new directory and leaves nothing else', async () => {
  const out = join(dir, 'runs', 'one')
  const files = await writeReports(sampleRun('fail'), out)
  expect(files).toEqual({
    json: join(out, 'report.json'),
    junit: join(out, 'junit.xml'),
    markdown: join(out, 'summary.md'),
    html: join(out, 'report.html'),
  })
  expect((await readdir(out)).toSorted()).toEqual(['junit.xml', 'report.html', 'report.json', 'summary.md'])
})

test('replaces the reports of an earlier run', async () => {
  await writeReports(sampleRun('fail'), dir)
  const { json } = await writeReports(sampleRun('pass'), dir)
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ verdict: 'pass' })
})

test('a directory that cannot be written gives one line that says what to do', async () => {
  const file = join(dir, 'file')
  await writeFile(file, '')
  const failure = await writeReports(sampleRun('pass'), join(file, 'out')).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UserError)
  expect(String(failure)).toMatch(
    /^UserError: Reports cannot be written to .*ENOTDIR.*; choose another directory with --out$/,
  )
})

test('a result that breaks the contract leaves no report behind', async () => {
  await expect(writeReports({ ...sampleRun('pass'), durationMs: -1 }, dir)).rejects.toThrow()
  expect(await readdir(dir)).toEqual([])
})

test('the same result gives the same bytes', async () => {
  const first = await writeReports(sampleRun('fail'), join(dir, 'a'))
  const second = await writeReports(sampleRun('fail'), join(dir, 'b'))
  for (const key of ['json', 'junit', 'markdown', 'html'] as const) {
    expect(await readFile(first[key], 'utf8')).toBe(await readFile(second[key], 'utf8'))
  }
})
