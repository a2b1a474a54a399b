import { expect, test } from 'vitest'
import { checkContainers } from './containers.ts'
import { type MadeSystem, madeSystem } from './made-system.ts'

const docker = (server: string, compose?: string): MadeSystem => ({
  commands: {
    'docker --version': 'Docker version 28.2.2, build e6534b4',
    'docker version --format {{.Server.Version}}': server,
    ...(compose === undefined ? {} : { 'docker compose version --short': compose }),
  },
})
const silent = { exitCode: 1, stdout: '\n', stderr: 'Cannot connect to the Docker daemon' }

test.each<[string, MadeSystem, string, RegExp]>([
  ['no engine', {}, 'ok', /neither Docker nor Podman/],
  ['Docker with Compose v2', docker('28.2.2', 'v2.26.1'), 'ok', /^Docker 28\.2\.2 answers, Compose 2\.26\.1$/],
  ['Docker without Compose', docker('20.10.5'), 'warn', /without Compose v2/],
  ['Docker with Compose v1', docker('20.10.5', '1.29.2'), 'warn', /without Compose v2/],
  ['an old Docker', docker('19.03.15', '2.0.0'), 'warn', /older than 20\.10/],
  ['Podman in the clothes of Docker', { commands: { 'docker --version': 'podman version 4.3.1' } }, 'ok', /neither/],
  ['Podman', { commands: { 'podman --version': 'podman version 4.3.1' } }, 'ok', /^Podman 4\.3\.1, without/],
  [
    'Podman with Compose',
    {
      commands: {
        'podman --version': 'podman version 5.0',
        'podman-compose --version': 'podman-compose version 1.3.0',
      },
    },
    'ok',
    /^Podman 5\.0, podman-compose 1\.3\.0$/,
  ],
  [
    'Podman on macOS without its machine',
    { platform: 'darwin', commands: { 'podman --version': 'podman version 5.0.1' } },
    'ok',
    /machine does not answer/,
  ],
])('%s', async (_name, made, verdict, message) => {
  const findings = await checkContainers(madeSystem(made))
  expect(findings).toHaveLength(1)
  expect(findings[0]?.verdict).toBe(verdict)
  expect(findings[0]?.message).toMatch(message)
})

test.each([silent, { exitCode: null, stdout: '', stderr: '' }])(
  'a Docker that is silent or hangs is information, with advice (%j)',
  async (output) => {
    const { commands } = docker('')
    const made = madeSystem({ commands: { ...commands, 'docker version --format {{.Server.Version}}': output } })
    const [finding] = await checkContainers(made)
    expect(finding?.verdict).toBe('ok')
    expect(finding?.message).toMatch(/does not answer: the embedded runtime is used/)
    expect(finding?.advice).not.toBe('')
  },
)
