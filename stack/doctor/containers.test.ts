import { expect, test } from 'vitest'
import { examineDocker } from '../runtime/compose/engine.ts'
import { checkContainers } from './containers.ts'
import { dockerThrough } from './docker-answers.ts'
import type { CommandOutput } from './system.ts'
import { failing, fakeDocker, hanging, type MadeDocker } from './testing/fake-docker.ts'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'

async function check(made: MadeSystem) {
  const system = fakeSystem(made)
  return checkContainers(system, await examineDocker(dockerThrough(system)))
}
const docker = (made: MadeDocker): MadeSystem => ({ commands: fakeDocker(made) })
const NO_SOCKET =
  'Error: unable to connect to Podman socket: Get "http://d/v4.3.1/libpod/_ping": dial unix /c: connect: no such file or directory'

interface MadePodman {
  readonly version?: CommandOutput | string
  readonly host?: object
  readonly compose?: Readonly<Record<string, string>>
}

/** A machine with Podman alone, under systemd. */
function podman({ version = '4.3.1', host = {}, compose }: MadePodman = {}): MadeSystem {
  return {
    env: { CONTAINER_HOST: 'unix:///c' },
    exists: () => true,
    commands: {
      'podman --version': 'podman version 4.3.1',
      'podman --url unix:///c version --format {{.Server.Version}}': version,
      'podman --url unix:///c info --format {{json .}}': JSON.stringify({ host: { cgroupVersion: 'v2', ...host } }),
      ...(compose ?? { 'docker-compose version --short': 'v2.26.1' }),
    },
  }
}

/** The same commands, for a socket that is not here. */
function elsewhere(): Record<string, string | CommandOutput> {
  return Object.fromEntries(
    Object.entries(podman().commands ?? {}).map(([words, output]) => [
      words.replace('unix:///c', 'ssh://there'),
      output,
    ]),
  )
}

test.each<[string, MadeSystem, string, RegExp]>([
  ['no engine', {}, 'ok', /neither Docker nor Podman/],
  ['Docker with Compose v2', docker({ compose: 'v2.26.1' }), 'ok', /^Docker 28\.2\.2 answers, Compose 2\.26\.1$/],
  [
    'Docker without Compose',
    docker({ compose: failing("'compose' is not a docker command") }),
    'warn',
    /version 2 is missing/,
  ],
  ['Docker with Compose v1', docker({ compose: '1.29.2' }), 'warn', /version 2 is missing/],
  ['an old Docker', docker({ version: '19.03.15' }), 'warn', /older than 20\.10/],
  ['Podman in the clothes of Docker', { commands: { 'docker --version': 'podman version 4.3.1' } }, 'ok', /neither/],
  ['Podman', podman(), 'ok', /^Podman 4\.3\.1 answers as root at unix:\/\/\/c, Compose 2\.26\.1 \(`docker-compose`\)$/],
  ['rootless Podman', podman({ host: { security: { rootless: true } } }), 'ok', /^Podman 4\.3\.1 answers rootless/],
  [
    'Podman without its socket',
    podman({ version: failing(NO_SOCKET) }),
    'ok',
    /^Podman 4\.3\.1: Podman's socket is not there/,
  ],
  [
    'rootless Podman without subordinate ids',
    podman({ host: { security: { rootless: true }, idMappings: { uidmap: [{ size: 1 }] } } }),
    'warn',
    /no subordinate user ids$/,
  ],
  [
    'Podman with a Compose that ignores health',
    podman({ compose: { 'podman-compose --version': 'podman-compose version 1.6.0' } }),
    'warn',
    /podman-compose 1\.6\.0 is the only Compose here, which does not wait/,
  ],
  [
    'Podman on macOS without its machine',
    { ...podman({ version: failing(NO_SOCKET) }), platform: 'darwin' },
    'ok',
    /socket is not there/,
  ],
])('%s', async (_name, made, verdict, message) => {
  const findings = await check(made)
  expect(findings).toHaveLength(1)
  expect(findings[0]?.verdict).toBe(verdict)
  expect(findings[0]?.message).toMatch(message)
  if (verdict !== 'ok') expect(findings[0]?.advice).toMatch(/, or use the embedded runtime$/)
})

test.each<[string, MadeSystem, string, RegExp]>([
  [
    'no systemd',
    { ...podman(), exists: () => false },
    'ok',
    /carries out no health checks: `--runtime podman` does it/,
  ],
  ['no limits', podman({ host: { cgroupControllers: [] } }), 'warn', /cannot hold containers to their limits/],
  [
    'another machine',
    { ...podman(), env: { CONTAINER_HOST: 'ssh://there' }, commands: elsewhere() },
    'warn',
    /^Podman at ssh:\/\/there is on another machine/,
  ],
])('Podman with %s: says so besides', async (_name, made, verdict, message) => {
  const [first, second, ...more] = await check(made)
  expect(more).toEqual([])
  expect(first?.message).toMatch(/^Podman 4\.3\.1 answers/)
  expect(second).toMatchObject({ verdict, message: expect.stringMatching(message) })
  expect(second?.advice).not.toBe('')
})

test('Docker and Podman each get a finding', async () => {
  const both = podman()
  const findings = await check({ ...both, commands: { ...fakeDocker(), ...both.commands } })
  expect(findings.map(({ message }) => message.split(' ')[0])).toEqual(['Docker', 'Podman'])
})

test.each([
  ['does not run', failing('Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?')],
  ['no permission', failing('permission denied while trying to connect to the docker API at unix:///x')],
  ['context is wrong', failing('context "x": context not found')],
  ['does not answer (not within 5 s)', hanging],
])('a Docker that cannot be reached is information, with its cause in a few words: %s', async (cause, version) => {
  const [finding, ...more] = await check(docker({ version }))
  expect(more).toEqual([])
  expect(finding?.verdict).toBe('ok')
  expect(finding?.message).toContain(cause)
  expect(finding?.message).toMatch(/: the embedded runtime is used$/)
  expect(finding?.message.length).toBeLessThan(90)
})
