import { expect, test } from 'vitest'
import { engineCommand, type PodmanPlace, podmanHost } from './docker-cli.ts'

const OWN = '/run/user/1000/podman/podman.sock'
const ROOTS = '/run/podman/podman.sock'

function place(environment: PodmanPlace['environment'], sockets: readonly string[] = [], uid = 1000): PodmanPlace {
  return { environment, uid, exists: (file) => sockets.includes(file) }
}

test.each<[string, PodmanPlace, string]>([
  [
    'CONTAINER_HOST before all',
    place({ CONTAINER_HOST: 'unix:///c', DOCKER_HOST: 'unix:///podman' }, [OWN]),
    'unix:///c',
  ],
  [
    'DOCKER_HOST where it names Podman',
    place({ DOCKER_HOST: 'unix:///x/podman.sock' }, [OWN]),
    'unix:///x/podman.sock',
  ],
  [
    'DOCKER_HOST of Docker says nothing of Podman',
    place({ DOCKER_HOST: 'unix:///var/run/docker.sock' }, [OWN]),
    `unix://${OWN}`,
  ],
  ["one's own before root's", place({}, [OWN, ROOTS]), `unix://${OWN}`],
  ["root's where there is no other", place({}, [ROOTS]), `unix://${ROOTS}`],
  ["root's for root", place({}, [OWN, ROOTS], 0), `unix://${ROOTS}`],
  [
    'XDG_RUNTIME_DIR',
    place({ XDG_RUNTIME_DIR: '/tmp/r' }, ['/tmp/r/podman/podman.sock']),
    'unix:///tmp/r/podman/podman.sock',
  ],
  ['none: where it would be', place({}), `unix://${OWN}`],
])("Podman's socket: %s", (_name, where, expected) => {
  expect(podmanHost(where)).toBe(expected)
})

test.each([
  ['pull --quiet node:26-slim', 'pull --quiet docker.io/library/node:26-slim'],
  ['pull --quiet otel/collector:1', 'pull --quiet docker.io/otel/collector:1'],
  ['pull --quiet ghcr.io/a/b:1', 'pull --quiet ghcr.io/a/b:1'],
  ['pull --quiet localhost/a:1', 'pull --quiet localhost/a:1'],
  ['container rm --force --volumes a b', 'container rm --time 0 --force --volumes a b'],
  ['container stop a', 'container stop a'],
])('Podman is told %s in its own words', (words, expected) => {
  const where = place({ CONTAINER_HOST: 'unix:///c' })
  expect(engineCommand('podman', words.split(' '), where)).toEqual({
    command: 'podman',
    args: ['--url', 'unix:///c', ...expected.split(' ')],
  })
  expect(engineCommand('docker', words.split(' '))).toEqual({ command: 'docker', args: words.split(' ') })
})
