// The images that the stack runs keep the official images' contract; a substitute that was kinder would hide what fails elsewhere.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ClickHouseContainer } from '@testcontainers/clickhouse'
import { ToxiProxyContainer } from '@testcontainers/toxiproxy'
import { describe, expect, test } from 'vitest'
import { engineAtHand } from './testing/engine.ts'

process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true'
process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1'

const run = promisify(execFile)
const { images, missing } = await engineAtHand()
const image = (service: string) => images.find((one) => one.service === service)?.reference ?? ''
const inspect = async (what: string, format: string) =>
  (await run('docker', ['inspect', '--format', format, what])).stdout.trim()

/** The module asks for more open files than an engine that was started from a shell may give. */
class FewFiles extends ClickHouseContainer {
  constructor(reference: string) {
    super(reference)
    this.hostConfig.Ulimits = []
  }
}

describe.skipIf(missing !== '')(`images${missing && ` (skipped: ${missing})`}`, () => {
  test('ClickHouse makes the user and database of its first start, runs its scripts once, and ends well on SIGTERM', async () => {
    const password = 'a<b>&c"d\'e'
    await using container = await new FewFiles(image('clickhouse'))
      .withUsername('probe')
      .withPassword(password)
      .withDatabase('made')
      .withCopyContentToContainer([
        {
          content: 'CREATE TABLE made.once (x UInt8) ENGINE = MergeTree ORDER BY x; INSERT INTO made.once VALUES (1);',
          target: '/docker-entrypoint-initdb.d/1.sql',
        },
      ])
      .start()
    const ask = async (user: string, key: string) => {
      const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': key }
      const response = await fetch(`${container.getHttpUrl()}/?query=SELECT%20count()%20FROM%20made.once`, { headers })
      return response.ok ? (await response.text()).trim() : response.status
    }
    expect(await ask('probe', password)).toBe('1')
    expect(await ask('probe', 'wrong')).toBe(403)
    expect([401, 403]).toContain(await ask('default', ''))
    // Its own processes run as user 101, and its data belongs to that user.
    expect((await container.exec(['stat', '-c', '%u', '/var/lib/clickhouse/store'])).output.trim()).toBe('101')
    await container.restart()
    expect(await ask('probe', password)).toBe('1')
    await run('docker', ['stop', container.getId()])
    expect(await inspect(container.getId(), '{{.State.ExitCode}}')).toBe('0')
  })

  test('the collector is a program alone: no shell, no directory to write to, user 10001', async () => {
    const collector = image('otel-collector')
    expect(await inspect(collector, '{{.Config.User}}')).toBe('10001:10001')
    expect(await inspect(collector, '{{json .Config.Entrypoint}}')).toBe('["/otelcol-contrib"]')
    const shell = run('docker', [
      'run',
      '--rm',
      '--network',
      'none',
      '--entrypoint',
      '/bin/sh',
      collector,
      '-c',
      'true',
    ])
    await expect(shell).rejects.toThrow(/no such file or directory/)
    const version = await run('docker', ['run', '--rm', '--network', 'none', collector, '--version'])
    expect(version.stdout).toContain('0.161.0')
  })

  test('toxiproxy makes proxies on its standard port', async () => {
    await using toxiproxy = await new ToxiProxyContainer(image('toxiproxy')).start()
    const proxy = await toxiproxy.createProxy({ name: 'probe', upstream: '127.0.0.1:1' })
    expect(proxy.instance.name).toBe('probe')
  })

  test('Node is the version that the project runs on, and has a user whose directory a fresh volume takes over', async () => {
    const shown = await run('docker', [
      ...['run', '--rm', '--network', 'none', '--user', 'node', '--volume', '/home/node', image('relay')],
      ...['node', '-p', "require('node:fs').writeFileSync('/home/node/x', ''); process.getuid() + process.version"],
    ])
    expect(shown.stdout.trim()).toMatch(/^1000v26\./)
  })
})
