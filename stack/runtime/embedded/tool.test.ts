import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { until } from '../../../core/poll.ts'
import { processMark } from '../../../core/process.ts'
import { runTool } from './tool.ts'

const sh = (script: string, rest: Partial<Parameters<typeof runTool>[0]> = {}) =>
  runTool({ command: '/bin/sh', args: ['-c', script], cwd: '/', ...rest })

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a tool', () => {
  test('returns its standard output, and passes on every line of both channels', async () => {
    const lines: string[] = []
    expect(await sh('echo one; echo two >&2; printf three', { onLine: (line) => lines.push(line) })).toBe('one\nthree')
    expect(lines.toSorted()).toEqual(['one', 'three', 'two'])
  })

  test('sees our environment with what is given over it, and the directory', async () => {
    vi.stubEnv('OURS', 'ours')
    vi.stubEnv('GIVEN', 'ours')
    expect(await sh('echo "$GIVEN $PWD $OURS"', { env: { GIVEN: 'x' }, cwd: '/tmp' })).toBe('x /tmp ours')
  })

  test('that fails is one clear line with its code and its last lines', async () => {
    await expect(sh('for i in 1 2 3 4 5 6 7 8; do echo $i; done; exit 3')).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^\/bin\/sh -c .* failed with code 3: 3 \| 4 \| 5 \| 6 \| 7 \| 8$/),
    })
  })

  test('that is not there is one clear line', async () => {
    await expect(runTool({ command: '/nowhere/tool', args: [], cwd: '/' })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^\/nowhere\/tool cannot be started: .*ENOENT/),
    })
  })

  test('ends with all that it started when the person stops, and none is started after that', async () => {
    const path = (name: string) => JSON.stringify(join(import.meta.dirname, name))
    const script = `
      const { runTool } = await import(${path('tool.ts')})
      const { installSignalHandlers, atExit } = await import(${path('../../../core/cleanup.ts')})
      const { sleep } = await import(${path('../../../core/clock.ts')})
      installSignalHandlers()
      const run = (script) => runTool({ command: '/bin/sh', args: ['-c', script], cwd: '/', onLine: (line) => console.log(line) })
      atExit(() => first.catch((error) => console.log(error.message)))
      atExit(() => run('echo never').catch((error) => console.log('refused: ' + error.message)))
      const first = run('sleep 1000 & echo up $!; wait')
      await first.catch(() => {})
      await sleep(100_000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    child.stdout.once('data', () => child.kill('SIGINT'))
    const out = await textOf(child.stdout)
    const [up = '', ...rest] = out.trimEnd().split('\n')
    expect(rest).toEqual(['refused: stopped by SIGINT', 'stopped by SIGINT'])
    const started = Number(up.replace('up ', ''))
    expect(started).toBeGreaterThan(1)
    await until('its end', async () => processMark(started) === undefined, { timeoutMs: 120_000 })
  })
})
