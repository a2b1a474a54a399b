// What `stack env` prints, evaluated by the real shells.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { detectShell, renderEnvironment, templateDirectory } from './env.ts'
import { findShell, runInShell } from './run-in-shell.ts'
import { quoteFor, shells, templateNames } from './shell.ts'

const values = { otlpGrpc: '127.0.0.1:14317', otlpHttp: 'http://127.0.0.1:14318' }
let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'environment-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe.each(shells)('for %s', (shell) => {
  test('says where the running stack is, then sources the template by its absolute path', () => {
    const lines = renderEnvironment(shell, values).split('\n')
    expect(lines[1]).toContain('OTEL_EXPORTER_OTLP_ENDPOINT')
    expect(lines[1]).toContain('http://127.0.0.1:14317')
    expect(lines[2]).toContain(join(templateDirectory, templateNames[shell]))
    expect(lines[3]).toMatch(/^#.*http:\/\/127\.0\.0\.1:14318/)
  })

  test('can be evaluated, wherever the project lies', async (context) => {
    // A shell that this machine does not have cannot evaluate anything.
    if ((await findShell(shell)) === undefined) return context.skip(`${shell} is not installed`)
    const directory = join(root, shell, `it's "a" $HOME \\ ‘dir’ \`x\``)
    mkdirSync(directory, { recursive: true })
    copyFileSync(join(templateDirectory, templateNames[shell]), join(directory, templateNames[shell]))
    const script = `${renderEnvironment(shell, values, directory)}claude`
    const { starts } = await runInShell(shell, script, { directory: root, env: { OTEL_USER_ID: 'ada' } })
    expect(starts[0]?.environment).toMatchObject({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:14317',
      OTEL_RESOURCE_ATTRIBUTES: 'user.id=ada',
    })
  })
})

test('settings: the env block of the settings file', () => {
  expect(JSON.parse(renderEnvironment('settings', values))).toEqual({
    env: {
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:14317',
    },
  })
})

test('PowerShell doubles every character that it takes for a quote', () => {
  expect(quoteFor('powershell', "a'b‘c’d")).toBe("'a''b‘‘c’’d'")
})

test.each([
  [{ SHELL: '/bin/zsh' }, 'zsh'],
  [{ SHELL: '/opt/homebrew/bin/fish' }, 'fish'],
  [{ SHELL: '/bin/bash' }, 'bash'],
  [{ SHELL: '/usr/bin/pwsh' }, 'powershell'],
  [{ SHELL: '/bin/bash', PSModulePath: '/home/ada/.local/share/powershell/Modules' }, 'powershell'],
  [{ PSModulePath: 'C:\\Program Files\\WindowsPowerShell\\Modules' }, 'powershell'],
  [{ SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe', PSModulePath: 'C:\\Modules' }, 'bash'],
  [{ SHELL: '/bin/dash' }, 'bash'],
  [{}, 'bash'],
] as const)('without a shell among its ancestors, detects it from %j', (env, shell) => {
  expect(detectShell(env)).toBe(shell)
})

test.each([
  [['node', 'npm run stack', 'fish', 'tmux: server'], 'fish'],
  [['node', 'sh', 'npm run stack e', 'zsh', 'bash'], 'zsh'],
  [['node', 'bash', 'sshd'], 'bash'],
  [['node', 'sh', 'npm exec', '-bash'], 'bash'],
  [['node', 'pwsh'], 'powershell'],
  [['node', 'npm run stack', 'dash', 'fish'], 'bash'],
  [['node', 'npm run stack', 'code'], 'zsh'],
] as const)('of the processes %j the nearest shell is the one, whatever SHELL says', (ancestors, shell) => {
  expect(detectShell({ SHELL: '/bin/zsh' }, ancestors)).toBe(shell)
})
