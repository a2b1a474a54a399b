// What docs/podman.md says of Podman, asked of a real one: names of images, limits, ports, health checks without systemd, removal.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../core/poll.ts'
import { connectTo } from '../stack/runtime/compose/connect.ts'
import { ProjectContainers } from '../stack/runtime/compose/containers.ts'
import { HealthChecks } from '../stack/runtime/compose/health-checks.ts'
import { inspectImage } from '../stack/runtime/compose/images.ts'
import { askPodman, engineCommand } from '../stack/runtime/docker-cli.ts'
import { removeProject } from '../stack/runtime/remove-project.ts'
import { podmanAtHand } from './testing/engine.ts'

const run = promisify(execFile)
const { engine, image, missing } = await podmanAtHand()
const project = `telemetry-proof-test-${randomBytes(4).toString('hex')}`
const podman = async (...words: string[]) => {
  const { command, args } = engineCommand('podman', words)
  return (await run(command, [...args])).stdout.trim()
}

describe.skipIf(missing !== '')(`Podman${missing && ` (skipped: ${missing})`}`, () => {
  const docker = engine && connectTo(engine)
  const containers = docker && new ProjectContainers(docker, project)
  const fact = async () => (await containers?.facts())?.[0]

  beforeAll(async () => {
    const labels = { 'com.docker.compose.project': project, 'com.docker.compose.service': 'probe' }
    await podman(
      ...['run', '--detach', '--name', `${project}-probe-1`, '--restart', 'unless-stopped'],
      ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
      ...[
        '--memory',
        '64m',
        '--cpus',
        '0.5',
        '--publish',
        '127.0.0.1::8123',
        '--ulimit',
        'nproc=1024',
        '--ulimit',
        'nofile=1024',
      ],
      ...[
        '--health-cmd',
        '["/bin/true"]',
        '--health-interval',
        '1s',
        '--entrypoint',
        '["/bin/sh","-c","exec sleep infinity"]',
      ],
      image,
    )
  })
  afterAll(async () => {
    await removeProject(project, { ask: askPodman })
    expect(await podman('container', 'ls', '--all', '--quiet', '--filter', `name=${project}`)).toBe('')
  })

  test('an image that was built here is named with localhost/ before it', async () => {
    expect(image).toMatch(/^localhost\/telemetry-proof\/clickhouse:/)
    expect(await inspectImage(askPodman, image.slice('localhost/'.length))).toEqual({
      reference: image,
      substitute: true,
    })
  })

  test('limits, ports and rights are told as Docker tells them', async () => {
    expect(await fact()).toMatchObject({
      service: 'probe',
      running: true,
      cpuLimit: 0.5,
      memoryLimitBytes: 64 * 1024 ** 2,
      privileged: false,
      published: [{ address: '127.0.0.1', containerPort: 8123 }],
    })
  })

  test('health is asked by systemd, or by the runtime where there is none', async () => {
    if (engine?.checksHealth === false) expect((await fact())?.health).toBe('starting')
    await using checks = engine?.checksHealth || !docker ? undefined : new HealthChecks(docker, project)
    await until('health', async () => (await fact())?.health === 'healthy', { timeoutMs: 20_000 })
    expect(checks === undefined).toBe(engine?.checksHealth)
  })

  test('a container whose process is killed on the machine is started again, as its policy says', async () => {
    const before = await fact()
    // Rootless, the process is one's own; elsewhere it is root's.
    process.kill(before?.pid ?? 0, 'SIGKILL')
    const again = async () => {
      const now = await fact()
      return now?.running === true && now.pid !== before?.pid && now.pid !== 0
    }
    await until('a new start', again, { timeoutMs: 20_000 })
    expect((await fact())?.restarts).toBe(1)
  })
})
