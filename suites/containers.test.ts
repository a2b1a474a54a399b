// The stack in containers from outside: daily use, a harness that is killed, two runs at once.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { engineAtHand } from './testing/engine.ts'
import { newcomer } from './testing/newcomer.ts'

const run = promisify(execFile)
const { missing } = await engineAtHand()
const docker = async (...words: string[]) =>
  (await run('docker', words)).stdout.split('\n').filter((line) => line !== '')
/** Containers, volumes and networks of a compose project, running or not. */
const leftOf = async (project: string) => {
  const label = `label=com.docker.compose.project=${project}`
  const lists = [
    ['container', 'ls', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
  ]
  return (await Promise.all(lists.map((words) => docker(...words, '--quiet', '--filter', label)))).flat()
}
const verify = (out: string) => [
  join(projectRoot, 'bin/verify.ts'),
  ...['--runtime', 'docker', '--only', 'platform/starts,ingest/delivered-twice', '--out', out],
]

test.skipIf(missing !== '')(
  `daily use keeps its data when the stack is taken down, and purging leaves nothing${missing && ` (skipped: ${missing})`}`,
  async () => {
    const { environment, leave } = await newcomer('daily-containers')
    const volumes = async () =>
      (await docker('volume', 'ls', '--quiet')).filter((name) => name.startsWith('telemetry-daily-'))
    const before = await volumes()
    const stack = async (...words: string[]) =>
      (await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), ...words], { env: environment })).stdout
    const stored = async () =>
      z.looseObject({ events: z.number() }).parse(JSON.parse(await stack('status', '--json'))).events
    try {
      expect(await stack('up', '--runtime', 'docker')).toContain('The stack is up')
      const { otlpHttp } = z.looseObject({ otlpHttp: z.string() }).parse(JSON.parse(await stack('env', '--json')))
      const record = {
        timeUnixNano: '1750000000000000000',
        attributes: [{ key: 'session.id', value: { stringValue: 's' } }],
      }
      const { ok } = await fetch(`${otlpHttp}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
      })
      expect(ok).toBe(true)
      await until('the event in a query', async () => (await stored()) === 1, { timeoutMs: 120_000, intervalMs: 100 })
      expect(await stack('logs', 'otel-collector', '--lines', '5')).toContain('otel-collector-1')
      expect(await stack('down')).toBe('The stack is down.\n')
      expect((await volumes()).length).toBe(before.length + 2)
      await stack('up', '--runtime', 'docker')
      expect(await stored()).toBe(1)
    } finally {
      await stack('down', '--purge')
      await leave()
    }
    expect(await volumes()).toEqual(before)
  },
)

test.skipIf(missing !== '')(
  `what a killed harness left is removed at the next start, beside another run that goes on${missing && ` (skipped: ${missing})`}`,
  async () => {
    const { room, environment, leave } = await newcomer('killed-containers')
    const register = join(environment.TELEMETRY_PROOF_DATA ?? '', 'running')
    const entry = z.looseObject({ projects: z.array(z.string()) })
    const projects = async () => {
      const files = await readdir(register).catch(() => [])
      const entries = await Promise.all(
        files
          .filter((name) => name.endsWith('.json'))
          .map(async (name) => entry.parse(JSON.parse(await readFile(join(register, name), 'utf8')))),
      )
      return entries.flatMap((one) => one.projects)
    }
    try {
      const killed = spawn(process.execPath, verify(join(room, 'killed')), { env: environment, stdio: 'ignore' })
      const project = await until(
        'a running container of the run',
        async () => {
          const [name] = await projects()
          return name !== undefined && (await leftOf(name)).length > 3 && name
        },
        { timeoutMs: 120_000, intervalMs: 100 },
      )
      killed.kill('SIGKILL')
      await once(killed, 'exit')
      expect((await leftOf(project)).length).toBeGreaterThan(0)
      // Two runs at once, of which one sweeps: names and ports of their own.
      const two = [join(room, 'one'), join(room, 'two')].map((out) =>
        run(process.execPath, verify(out), { env: environment }),
      )
      for (const { stdout } of await Promise.all(two)) expect(stdout).toContain('PASS — 2 of 2')
      expect(await leftOf(project)).toEqual([])
      expect(await projects()).toEqual([])
    } finally {
      await leave()
    }
  },
  180_000,
)
