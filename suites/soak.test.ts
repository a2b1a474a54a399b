// npm run soak as a person uses it: interrupted, resumed with other flags and with its own, and whole at the end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { SoakFiles } from '../harness/soak/files.ts'
import { reportSchema } from '../reports/schema.ts'
import { runCommand } from './testing/commands.ts'
import { marked } from './testing/marked-processes.ts'
import { type Newcomer, newcomer } from './testing/newcomer.ts'

const END_MS = 60_000
const SECONDS = 6

let person: Newcomer
let runs = ''
let run = ''
beforeAll(async () => {
  person = await newcomer('soak')
  runs = join(person.room, 'runs')
})
afterAll(() => person.leave())

/** The command itself and all that it started. */
const left = () => marked(`TELEMETRY_PROOF_DATA=${person.environment.TELEMETRY_PROOF_DATA}`)

/** Waits until it sends, and interrupts it. */
async function interrupted(...words: string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'bin/soak.ts'), ...words], {
    env: person.environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const closed = once(child, 'close')
  await until(
    'the first samples of the soak',
    async () => {
      const [name] = (await readdir(runs)).filter((each) => each !== 'latest')
      run = join(runs, name ?? '')
      return (await Array.fromAsync(new SoakFiles(run).samples())).length > 0
    },
    { timeoutMs: END_MS, intervalMs: 100, onTimeout: () => stderr },
  )
  child.kill('SIGINT')
  const [code]: (number | null)[] = await closed
  return { code: code ?? null, stderr }
}

test(
  'an interrupted soak ends cleanly, says how to go on, and leaves nothing running',
  async () => {
    const { code, stderr } = await interrupted('--duration', `${SECONDS}s`, '--rate', '100', '--out', runs)
    expect(code).toBe(130)
    expect(stderr).toMatch(/interrupted after 0:0\d of sending; go on with: npm run soak -- --resume \S+\n/)
    expect(await left()).toEqual([])
    const state = await new SoakFiles(run).read()
    expect(state.parts).toHaveLength(1)
    expect(state.parts[0]?.result?.noted).toBe(state.parts[0]?.result?.records)
  },
  2 * END_MS,
)

test('it takes no flag that says something else, and changes nothing then', async () => {
  const before = await readFile(join(run, 'soak.json'), 'utf8')
  const { code, stderr } = await runCommand(person, 'soak', '--resume', run, '--rate', '200')
  expect(code).toBe(64)
  expect(stderr).toMatch(new RegExp(`^--rate 200: \\S+ was begun with --duration ${SECONDS}s --rate 100 [^\\n]*\\n$`))
  expect(await readFile(join(run, 'soak.json'), 'utf8')).toBe(before)
})

test(
  'resumed, it sends what is left and judges all of it; then it is whole, and its data is gone',
  async () => {
    const { code, stdout } = await runCommand(person, 'soak', '--resume', run, '--rate', '100', '--json')
    const report = reportSchema.parse(JSON.parse(stdout))
    // A machine that does other things besides may be late: then it is unknown, and never a failure.
    expect([0, 2]).toContain(code)
    expect(report.verdict).toBe(code === 0 ? 'pass' : 'unknown')
    const [scenario] = report.scenarios
    expect(scenario?.findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(scenario?.findings.find(({ oracle }) => oracle === 'accounting')?.message).toContain('in 2 parts')
    expect(scenario?.tally).toMatchObject({ lost: 0, duplicated: 0, corrupted: 0, unexpected: 0 })
    expect(scenario?.tally.stored).toBe(scenario?.tally.offered)
    expect(scenario?.tally.stored).toBeGreaterThan(0)
    // From before the interruption and from after it, in the order of time.
    const times = report.series[0]?.points.map(({ atMs }) => atMs) ?? []
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(new Set((await Array.fromAsync(new SoakFiles(run).samples())).map(({ part }) => part))).toEqual(
      new Set([0, 1]),
    )
    expect(await readdir(join(run, 'soak'))).toEqual(['answers.bin'])
    expect(await left()).toEqual([])
    const again = await runCommand(person, 'soak', '--resume', run)
    expect(again.code).toBe(64)
    expect(again.stderr).toMatch(/^--resume \S+: that soak is whole, its report is there; begin another\n$/)
  },
  3 * END_MS,
)

test('what cannot be is refused before anything starts', async () => {
  const nowhere = join(runs, 'nowhere')
  for (const [words, message] of [
    [['--preset', 'nobody', '--out', nowhere], /^there is no preset nobody; there are: heavy-session, soak, /],
    [['--resume', nowhere], /^--resume \S+: there is no soak to go on with /],
  ] as const) {
    const { code, stderr } = await runCommand(person, 'soak', ...words)
    expect({ code, lines: stderr.trim().split('\n') }).toEqual({ code: 64, lines: [expect.stringMatching(message)] })
  }
  expect(await readdir(runs)).not.toContain('nowhere')
})
