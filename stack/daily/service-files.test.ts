// What service managers are told, held to systemd's own reader where this machine has it.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchdAgent, type ServicePlan, systemdEnvironment, systemdUnit } from './service-files.ts'

const run = promisify(execFile)
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-unit-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const plan = (changes: Partial<ServicePlan> = {}): ServicePlan => ({
  kind: 'embedded',
  relay: true,
  node: process.execPath,
  command: '/srv/proof/bin/stack.ts',
  projectRoot: directory,
  environmentFile: '/home/ada/data/service.env',
  environment: {},
  ...changes,
})

test('the unit keeps the stack in the foreground, with the flags it was asked for', () => {
  const unit = systemdUnit(plan())
  expect(unit).toContain(`ExecStart=${process.execPath} /srv/proof/bin/stack.ts up --foreground --runtime embedded\n`)
  expect(unit).toContain('EnvironmentFile=/home/ada/data/service.env\n')
  expect(systemdUnit(plan({ kind: 'docker', relay: false }))).toContain('--runtime docker --no-relay\n')
  expect(systemdUnit(plan({ command: '/srv/a b$c%d"e/stack.ts' }))).toContain(
    String.raw` "/srv/a b$$c%%d\"e/stack.ts" up`,
  )
})

test('systemd reads the unit without a complaint', async (context) => {
  const analyze = (...words: string[]) => run('systemd-analyze', words)
  if ((await analyze('--version').catch(() => undefined)) === undefined)
    return context.skip('systemd-analyze is not installed')
  const file = join(directory, 'telemetry-proof.service')
  await writeFile(file, systemdUnit(plan()))
  const { stdout, stderr } = await analyze('verify', '--user', file).catch((error) => error)
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('telemetry-proof'))).toEqual([])
})

test('values reach the stack as they are', () => {
  expect(
    systemdEnvironment(plan({ environment: { OTLP_GRPC_PORT: '14317', CLICKHOUSE_ADMIN_PASSWORD: 'a"b\\c$d' } })),
  ).toBe('OTLP_GRPC_PORT="14317"\nCLICKHOUSE_ADMIN_PASSWORD="a\\"b\\\\c\\$d"\n')
})

test('the agent is a property list with the same words and variables', () => {
  const agent = launchdAgent(plan({ environment: { RELAY_HTTP_PORT: '5 & 6' } }))
  expect([...agent.matchAll(/^ {4}<string>(.*)<\/string>$/gm)].map(([, word]) => word)).toEqual([
    process.execPath,
    ...['/srv/proof/bin/stack.ts', 'up', '--foreground', '--runtime', 'embedded'],
  ])
  expect(agent).toContain('<key>RELAY_HTTP_PORT</key><string>5 &amp; 6</string>')
})
