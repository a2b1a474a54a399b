import { expect, test } from 'vitest'
import { checkClaude, clientEnvironment } from './claude.ts'
import { fakeSystem } from './testing/fake-system.ts'

const HOME = '/home/ada'
const FILE = '/home/ada/.claude/settings.json'
const made = (env: object, more: Parameters<typeof fakeSystem>[0] = {}) =>
  fakeSystem({ env: { HOME }, files: { [FILE]: JSON.stringify({ model: 'opus', env }) }, ...more })

test('the client is shown with its version; one that is missing is no problem of the stack', async () => {
  const there = fakeSystem({ env: { HOME }, commands: { 'claude --version': '2.1.294 (Claude Code)\n' } })
  expect(await checkClaude(there, undefined)).toEqual([
    { check: 'claude', verdict: 'ok', message: 'claude 2.1.294 (Claude Code)', advice: '' },
  ])
  expect(await checkClaude(fakeSystem(), undefined)).toMatchObject([
    { verdict: 'ok', message: 'claude is not on the PATH of this shell' },
  ])
})

test.each([
  ['another port', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9999' }, 'warn', 'at 127.0.0.1:9999, and wins'],
  ['a password in it', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://ada:pw@h:1/x' }, 'warn', 'at h:1, and wins'],
  ['telemetry off', { CLAUDE_CODE_ENABLE_TELEMETRY: 0 }, 'warn', 'switches telemetry off'],
  ['the stack', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4319' }, 'ok', 'sets OTEL_EXPORTER_OTLP_ENDPOINT'],
  ['something else', { FOO: 'bar' }, 'ok', 'says nothing of telemetry'],
] as const)('its settings: %s', async (_what, env, verdict, message) => {
  const [, finding] = await checkClaude(made(env), '127.0.0.1:4319')
  expect(finding).toMatchObject({ check: 'claude', verdict, message: expect.stringContaining(message) })
  expect(JSON.stringify(finding)).not.toContain('pw@')
})

test('with no stack running, an endpoint is neither right nor wrong', async () => {
  const [, finding] = await checkClaude(made({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }), undefined)
  expect(finding?.verdict).toBe('ok')
})

test.each(['{', '[]', '{"env":[1]}', '{"env":{"A":{}}}', '""'])('settings that say %s are told', async (text) => {
  const [, finding] = await checkClaude(fakeSystem({ env: { HOME }, files: { [FILE]: text } }), undefined)
  expect(finding).toMatchObject(
    text === '[]' ? { verdict: 'ok' } : { verdict: 'warn', message: expect.stringContaining('is no JSON') },
  )
})

test('settings win over the shell, and those of the system over both', async () => {
  const managed = '/etc/claude-code/managed-settings.json'
  const files = { [FILE]: '{"env":{"A":"own","B":"own"}}', [managed]: '{"env":{"B":"system"}}' }
  const env = await clientEnvironment(fakeSystem({ env: { HOME, A: 'shell', C: 'shell' }, files }))
  expect(env).toMatchObject({ A: 'own', B: 'system', C: 'shell' })
})
