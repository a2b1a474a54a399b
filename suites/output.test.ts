// Every command as people and CI use it: with a reader that ends early or is slow, with a signal to npm alone, with a terminal that is closed.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { type BufferingRelay, bufferingRelay } from './testing/buffering-relay.ts'
import { uses } from './testing/command-uses.ts'
import { runCommand } from './testing/commands.ts'
import { marked, peakMemory } from './testing/marked-processes.ts'
import { type Newcomer, newcomer } from './testing/newcomer.ts'

const run = promisify(execFile)
/** What a command may end with when it is stopped, or its reader is gone: documented in docs/contracts/commands.md. */
const STOPPED = [129, 130, 141, 143]
/** For a hang, not for a slow machine. */
const END_MS = 180_000
/** No command needs so much. */
const MEMORY_BYTES = 512 * 1024 ** 2

let person: Newcomer
let marker = ''
let aRun = ''
/** Of the words of a use: what they stand for. */
let made: Readonly<Record<string, string>> = {}
let relay: BufferingRelay
beforeAll(async () => {
  person = await newcomer('output')
  // A mark that every process inherits, services too.
  const directory = join(person.room, 'tmp')
  await mkdir(directory)
  person = { ...person, environment: { ...person.environment, TMPDIR: directory } }
  marker = `TMPDIR=${directory}`
  const aFile = join(person.room, 'sample.otlp.jsonl')
  await runCommand(person, 'dataset', '--sessions', '400', '--out', aFile)
  // It takes whatever comes, and is no process of a command that is tried.
  relay = await bufferingRelay(person)
  aRun = await mkdtemp(join(tmpdir(), 'telemetry-proof-check-'))
  await run(
    'npm',
    ['run', '--silent', 'verify:platform', '--', ...['--profile', 'smoke', '--only', 'platform,schema'], '--out', aRun],
    {
      cwd: projectRoot,
      env: person.environment,
    },
  )
  made = { FILE: aFile, RELAY: relay.url, RUN: join(aRun, 'latest'), MATRIX: join(person.room, 'matrix') }
}, 2 * END_MS)
afterEach(async () => {
  await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), 'down'], { env: person.environment })
  await until('the end of all of it', async () => (await ours()).length === 0, { timeoutMs: END_MS })
}, 2 * END_MS)
afterAll(async () => {
  await relay.end()
  await rm(aRun, { recursive: true, force: true })
  await person.leave()
})

/** The processes that a command of this file started, directly or not. */
const ours = () => marked(marker)

function npmWords(name: string): string[] {
  const [command = '', ...parts] = name.split(' ')
  const words = (uses[name]?.words ?? []).map((word) => made[word] ?? word)
  const out = command === 'verify:platform' ? ['--out', join(person.room, 'runs')] : []
  return ['run', '--silent', command, '--', ...parts, ...words, ...out]
}

function start(name: string): ChildProcess {
  return spawn('npm', npmWords(name), { cwd: projectRoot, env: person.environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null)
    await once(child, 'exit', { signal: AbortSignal.timeout(END_MS) })
  return child.exitCode
}

/** The command's own process is there, or has ended already. */
async function started(name: string, child: ChildProcess): Promise<void> {
  const command = `/bin/${script(name)}.ts`
  await until(
    'its start',
    async () => child.exitCode !== null || (await ours()).some((line) => line.includes(command)),
    {
      timeoutMs: END_MS,
    },
  )
}

/** Of what `up` started nothing is to be waited for: it is there to stay. */
async function nothingLeft(name: string): Promise<void> {
  if (name === 'stack up') return
  await until('the end of all it started', async () => (await ours()).length === 0, { timeoutMs: END_MS })
}

describe.each(Object.entries(uses))('%s', (name, { endless = false, whole, codes }) => {
  test.each(['stdout', 'stderr'] as const)(
    'whose reader of %s is gone ends or completes',
    async (output) => {
      const child = start(name)
      child[output]?.destroy()
      child[output === 'stdout' ? 'stderr' : 'stdout']?.resume()
      const memory = peakMemory(child, async () =>
        (await ours()).filter((line) => line.includes(`/bin/${script(name)}.ts`)),
      )
      if (endless) {
        // A service that says nothing more notices nothing.
        await started(name, child)
        child.kill('SIGTERM')
      }
      const code = await end(child)
      expect(endless ? [null, ...STOPPED] : [...STOPPED, ...codes]).toContain(code)
      // What nobody reads is not kept: it took two gigabytes in a minute.
      expect(await memory).toBeLessThan(MEMORY_BYTES)
      await nothingLeft(name)
    },
    END_MS,
  )

  test.runIf(whole !== undefined)(
    'tells a slow reader all of it',
    async () => {
      const words = ['npm', ...npmWords(name)].map((word) => `'${word}'`).join(' ')
      // The pipe is full before anybody reads; the code is the command's.
      const { stdout, code } = await run('bash', ['-c', `set -o pipefail; ${words} 2>/dev/null | (sleep 1; cat)`], {
        cwd: projectRoot,
        env: person.environment,
        maxBuffer: 256 * 1024 ** 2,
      }).then(
        (shown) => ({ ...shown, code: 0 }),
        (error) => error,
      )
      expect(codes).toContain(code)
      expect(whole?.(stdout)).toBe(true)
    },
    END_MS,
  )

  test(
    'ends with npm, whoever got the signal',
    async () => {
      const child = start(name)
      child.stdout?.resume()
      child.stderr?.resume()
      await started(name, child)
      child.kill('SIGTERM')
      await end(child)
      await nothingLeft(name)
    },
    END_MS,
  )

  test(
    'ends with a signal to its own process',
    async () => {
      const child = start(name)
      child.stdout?.resume()
      child.stderr?.resume()
      await started(name, child)
      const own = (await ours()).find((line) => line.includes(`/bin/${script(name)}.ts`))
      if (own !== undefined) process.kill(Number.parseInt(own, 10), 'SIGTERM')
      expect([...STOPPED, ...codes]).toContain(await end(child))
      await nothingLeft(name)
    },
    END_MS,
  )

  test(
    'ends with the terminal',
    async (context) => {
      if ((await run('script', ['--version']).catch(() => undefined)) === undefined)
        return context.skip('no `script` here')
      const words = ['npm', ...npmWords(name)].map((word) => `'${word}'`).join(' ')
      const terminal = spawn('script', ['--quiet', '--flush', '--command', words, '/dev/null'], {
        cwd: projectRoot,
        env: person.environment,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      terminal.stdout?.resume()
      await started(name, terminal)
      terminal.kill('SIGKILL')
      await nothingLeft(name)
    },
    END_MS,
  )
})

function script(name: string): string {
  return name === 'verify:platform' ? 'verify' : (name.split(' ')[0] ?? '')
}

test(
  'a signal to the command itself ends it and all it started, with the code of the signal',
  async () => {
    const words = [join(projectRoot, 'bin/start.cjs'), 'verify', ...(uses['verify:platform']?.words ?? [])]
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
      ['SIGHUP', 129],
    ] as const) {
      const child = spawn(process.execPath, [...words, '--out', join(person.room, 'runs')], {
        cwd: projectRoot,
        env: person.environment,
        stdio: 'ignore',
      })
      await until('its services', async () => (await ours()).some((line) => line.includes('otelcol')), {
        timeoutMs: END_MS,
      })
      child.kill(signal)
      expect(await end(child)).toBe(code)
      await nothingLeft('verify:platform')
    }
  },
  3 * END_MS,
)

test(
  'a terminal without a width, as some programs make one, is no reason to hang',
  async (context) => {
    const words = npmWords('verify:platform').join(' ')
    const shown = await run('script', ['--quiet', '--return', '--command', `npm ${words}`, '/dev/null'], {
      cwd: projectRoot,
      env: person.environment,
    }).catch((error) => error)
    if (shown.code === 'ENOENT') return context.skip('no `script` here')
    expect(shown).toMatchObject({ stdout: expect.stringContaining('"verdict": "pass"') })
  },
  END_MS,
)

test('of runs that were stopped before anything happened no directory is left', async () => {
  const runs = await readdir(join(person.room, 'runs')).catch(() => [])
  const empty = await Promise.all(
    runs
      .filter((name) => name !== 'latest')
      .map(async (name) => (await readdir(join(person.room, 'runs', name))).length),
  )
  expect(empty).not.toContain(0)
})
