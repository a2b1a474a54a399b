import { expect, test } from 'vitest'
import { examineDocker } from '../runtime/compose/engine.ts'
import { checkContainers } from './containers.ts'
import { dockerThrough } from './docker-answers.ts'
import { failing, fakeDocker, hanging, type MadeDocker } from './testing/fake-docker.ts'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'

async function check(made: MadeSystem) {
  const system = fakeSystem(made)
  return checkContainers(system, await examineDocker(dockerThrough(system)))
}
const docker = (made: MadeDocker): MadeSystem => ({ commands: fakeDocker(made) })

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
  const findings = await check(made)
  expect(findings).toHaveLength(1)
  expect(findings[0]?.verdict).toBe(verdict)
  expect(findings[0]?.message).toMatch(message)
  if (verdict !== 'ok') expect(findings[0]?.advice).toMatch(/, or use the embedded runtime$/)
})

test('Docker and Podman each get a finding', async () => {
  const findings = await check({ commands: { ...fakeDocker(), 'podman --version': 'podman version 5.0' } })
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
