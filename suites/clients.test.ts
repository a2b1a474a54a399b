// How clients find the daily stack: the environment that is printed for their shell, and a relay that a person started by itself.
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { runCommand } from './testing/commands.ts'
import { type Newcomer, newcomer } from './testing/newcomer.ts'
import { ended, lineOf } from './testing/started.ts'

const run = promisify(execFile)
const TEST_MS = 120_000

let person: Newcomer
beforeEach(async () => {
  person = await newcomer('clients')
})
afterEach(async () => {
  await stack('down', '--purge')
  await person.leave()
})

const command = (name: string, ...words: string[]) => runCommand(person, name, ...words)
const stack = (...words: string[]) => command('stack', ...words)

test(
  'a relay by itself is seen, and up says what to do beside it',
  async () => {
    const relay = spawn(process.execPath, [join(projectRoot, 'bin/relay.ts')], {
      env: person.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await lineOf(relay, 'The relay is up')
      expect((await stack('status')).stdout).toMatch(/^A relay runs by itself on http:\S+ \(process \d+\), for http:/m)
      expect((await command('doctor')).stdout.replace(/\s+/g, ' ')).toMatch(/ok stack: a relay runs by itself on/)
      expect((await stack('up')).stderr).toMatch(/a relay runs there by itself \(process \d+\); .*`up --no-relay`/)
      expect((await stack('up', '--no-relay')).stdout).toContain('The stack is up')
    } finally {
      relay.kill('SIGTERM')
      await ended(relay)
    }
  },
  TEST_MS,
)

test.each(['bash', 'zsh', 'fish'] as const)(
  'env works in every directory, with the stack down, for the %s that runs it',
  async (shell) => {
    const prefix = `npm --prefix '${projectRoot}' run --silent stack -- env`
    const scripts = {
      bash: `eval "$(${prefix})"; echo "$OTEL_EXPORTER_OTLP_ENDPOINT"`,
      zsh: `eval "$(${prefix})"; echo "$OTEL_EXPORTER_OTLP_ENDPOINT"`,
      fish: `${prefix} | source; echo $OTEL_EXPORTER_OTLP_ENDPOINT`,
    }
    const found = await run(shell, ['-c', scripts[shell]], {
      cwd: '/',
      // What SHELL names is another one.
      env: { ...person.environment, SHELL: shell === 'fish' ? '/bin/bash' : '/usr/bin/fish' },
    }).catch((error) => error)
    if (found.code === 'ENOENT') return
    expect(found.stdout.trim()).toBe(`http://127.0.0.1:${person.environment.RELAY_GRPC_PORT}`)
    expect(found.stderr).toMatch(/^telemetry: the stack is not running; the client is pointed at 127\.0\.0\.1:\d+/)
  },
)
