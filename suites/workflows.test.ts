// The workflows of the CI system: what they may do, what leaves a machine, and their scripts on real runs.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'
import { renderJson } from '../reports/json.ts'
import { sampleRun } from '../reports/testing/sample-run.ts'

const run = promisify(execFile)
const workflows = join(projectRoot, '.github/workflows')
const scripts = join(projectRoot, '.github/scripts')
const files = await readdir(workflows)
const texts = await Promise.all(
  files.map(async (file) => [file, await readFile(join(workflows, file), 'utf8')] as const),
)

test.each(texts)('%s may read, and uses what is pinned by its commit', (_file, text) => {
  const { permissions, on } = z.looseObject({ permissions: z.unknown(), on: z.looseObject({}) }).parse(parse(text))
  expect(permissions).toEqual({ contents: 'read' })
  // With it a fork's code would run with the rights of this repository.
  expect(Object.keys(on)).not.toContain('pull_request_target')
  const used = [...text.matchAll(/uses: (\S+)(.*)/g)].filter(([, what]) => !what?.startsWith('./'))
  for (const [line] of used) expect(line).toMatch(/uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  expect(text).not.toContain('secrets.')
  // An input inside a script would be run as part of it.
  for (const script of text.matchAll(/run: (\|[\s\S]*?(?=\n {6}- |\n {2}\w|$)|[^\n]*)/g))
    expect(script[1]).not.toMatch(/\$\{\{ *(?:inputs|github\.event|matrix)/)
})

let room: string
let fakes: string
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-workflows-'))
  // A checkout with the scripts and an npm that says what it was asked.
  fakes = join(room, 'bin')
  await mkdir(fakes)
  await cp(scripts, join(room, 'main/.github/scripts'), { recursive: true })
})
afterEach(() => rm(room, { recursive: true }))

async function npmThat(body: string): Promise<NodeJS.ProcessEnv> {
  await writeFile(join(fakes, 'npm'), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return { ...process.env, PATH: `${fakes}:${process.env.PATH}`, GITHUB_STEP_SUMMARY: join(room, 'summary') }
}

test('a leg hands out its reports and not its history, and ends as the run did', async () => {
  const environment = await npmThat(
    'mkdir -p runs/latest/history && for f in report.json report.html junit.xml summary.md contents.json history/a.json.gz; do echo "$@" > runs/latest/$f; done; exit 2',
  )
  const words = ['smoke', 'embedded', '7', '2026-01-01T00:00:00Z', join(room, 'artifact')]
  const script = join(room, 'main/.github/scripts/verify-leg.sh')
  const ended = await run('bash', [script, ...words], { env: environment }).catch((error: { code: number }) => error)
  expect(ended).toMatchObject({ code: 2 })
  expect((await readdir(join(room, 'artifact'))).sort()).toEqual([
    'contents.json',
    'junit.xml',
    'report.html',
    'report.json',
    'summary.md',
  ])
  expect(await readFile(join(room, 'summary'), 'utf8')).toBe(
    'run --silent verify:platform -- --profile smoke --runtime embedded --seed 7 --clock 2026-01-01T00:00:00Z\n',
  )
})

test('legs are merged under their names, and one that is missing makes the whole unknown', async () => {
  for (const leg of ['linux', 'mac']) {
    await mkdir(join(room, 'legs', `leg-${leg}`), { recursive: true })
    const report = { ...sampleRun('pass'), runId: leg }
    await writeFile(join(room, 'legs', `leg-${leg}`, 'report.json'), renderJson(report))
  }
  const words = [join(scripts, 'merge-legs.sh'), join(room, 'legs'), 'linux,mac,wsl', join(room, 'matrix')]
  const ended = await run('bash', words, {
    env: { ...process.env, GITHUB_STEP_SUMMARY: join(room, 'summary') },
  }).catch((error: { code: number }) => error)
  expect(ended).toMatchObject({ code: 2 })
  const { legs } = JSON.parse(await readFile(join(room, 'matrix/matrix.json'), 'utf8'))
  expect(legs).toMatchObject([
    { name: 'linux', verdict: 'pass' },
    { name: 'mac', verdict: 'pass' },
    { name: 'wsl', verdict: 'unknown' },
  ])
  expect(await readFile(join(room, 'summary'), 'utf8')).toMatch(/^# UNKNOWN/)
})
