// Reading the reports of a matrix: where legs are found, how they are named, and what is said of what cannot be read.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renderJson } from '../json.ts'
import { sampleRun } from '../testing/sample-run.ts'
import { mergeLegs } from './matrix.ts'
import { readLegs } from './read-legs.ts'

let room: string
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-legs-'))
})
afterEach(() => rm(room, { recursive: true }))

const REPORT = renderJson(sampleRun('pass'))
const CONTENTS = '{"schemaVersion":1,"scenarios":[]}'
async function put(path: string, text: string): Promise<void> {
  const file = join(room, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

test('a directory a platform, with a run in it or below it', async () => {
  await put('linux/report.json', REPORT)
  await put('linux/contents.json', CONTENTS)
  await put('mac/runs/20260101T000000Z-1/report.json', REPORT)
  expect(await readLegs([room])).toMatchObject([
    { name: 'linux', problem: '', report: { verdict: 'pass' }, contents: { scenarios: [] } },
    { name: 'mac', problem: '', report: { verdict: 'pass' } },
  ])
})

test('a run that is given itself is named as its directory', async () => {
  await put('linux/report.json', REPORT)
  const named = [join(room, 'linux'), join(room, 'linux/report.json')]
  expect((await readLegs(named)).map(({ name }) => name)).toEqual(['linux', 'linux'])
})

test('two runs of one platform come under its name', async () => {
  await put('linux/a/report.json', REPORT)
  await put('linux/b/report.json', REPORT)
  expect((await readLegs([room])).map(({ name }) => name)).toEqual(['linux', 'linux'])
})

test.each([
  ['a truncated report', REPORT.slice(0, 500), CONTENTS, /^it cannot be read: .*JSON/],
  [
    'another schema version',
    REPORT.replace(/"schemaVersion": \d+/, '"schemaVersion": 99'),
    CONTENTS,
    /^it has schema version 99/,
  ],
  ['something else', '{"schemaVersion": 7}', CONTENTS, /^it is no report: runId/],
  ['nothing', '', CONTENTS, /^it cannot be read/],
  ['truncated contents', REPORT, '{"schemaVersion":1,', /^contents\.json: it cannot be read/],
  [
    'contents of another version',
    REPORT,
    '{"schemaVersion":2,"scenarios":[]}',
    /^contents\.json: it has schema version 2/,
  ],
])('%s is no pass', async (_what, report, contents, problem) => {
  await put('linux/report.json', report)
  await put('linux/contents.json', contents)
  const legs = await readLegs([room])
  expect(legs).toMatchObject([{ name: 'linux', problem: expect.stringMatching(problem) }])
  expect(mergeLegs(legs, []).verdict).toBe('unknown')
})

test('a directory without a report is a leg that ended before it had one', async () => {
  await mkdir(join(room, 'mac'))
  expect(await readLegs([room])).toEqual([{ name: 'mac', problem: 'there is no report.json in it' }])
})

test('a path that is not there is said in one line', async () => {
  await expect(readLegs([join(room, 'gone')])).rejects.toThrow(/gone is not there; give the directory of a run/)
})
