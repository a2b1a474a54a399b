import { expect, test } from 'vitest'
import type { Answer, Ask } from '../docker-cli.ts'
import { findDocker } from './engine.ts'
import { examinePodman, findPodman, type PodmanSurroundings } from './podman-engine.ts'

const said = (stdout: string): Answer => ({ stdout, failure: '', message: '' })
const refused = (message: string): Answer => ({ stdout: '', failure: 'error', message })
const missing: Answer = { stdout: '', failure: 'missing', message: '' }
const SOCKET = 'unix:///run/user/1000/podman/podman.sock'

/** What `podman info` of Podman 4.3.1 said, rootful on Debian 12, shortened. */
const host = {
  cgroupVersion: 'v1',
  cgroupControllers: ['cpuset', 'cpu', 'cpuacct', 'blkio', 'memory', 'devices', 'freezer', 'pids'],
  cpus: 2,
  memTotal: 25_276_514_304,
  idMappings: { gidmap: null, uidmap: null },
  security: { rootless: false },
}
const map = (...sizes: number[]) => ({ uidmap: sizes.map((size, at) => ({ container_id: at, host_id: at, size })) })

interface Made {
  readonly version?: Answer
  readonly host?: object
  /** What programs besides Podman answer, by the first two words. */
  readonly programs?: Readonly<Record<string, string>>
  readonly around?: Partial<PodmanSurroundings>
}

function made({ version = said('4.3.1'), host: changed = {}, programs, around = {} }: Made = {}) {
  const answers = programs ?? { 'docker compose': '2.26.1-4' }
  const ask: Ask = async (first) =>
    first === 'version' ? version : said(JSON.stringify({ host: { ...host, ...changed } }))
  const surroundings: PodmanSurroundings = {
    platform: 'linux',
    host: SOCKET,
    exists: () => true,
    run: async (command, ...args) => {
      const answer = answers[`${command} ${args[0]}`]
      return answer === undefined ? missing : said(answer)
    },
    ...around,
  }
  return [ask, surroundings] as const
}

test('is described by what its socket says', async () => {
  expect(await findPodman(...made())).toEqual({
    kind: 'podman',
    version: '4.3.1',
    compose: ['docker', 'compose'],
    composeVersion: '2.26.1-4',
    product: 'Podman',
    cgroup: '1',
    context: 'podman',
    host: SOCKET,
    remote: false,
    cpus: 2,
    memoryBytes: 25_276_514_304,
    rootless: false,
    limits: true,
    checksHealth: true,
  })
})

test.each<[string, Made, object]>([
  [
    'Compose as a program of its own',
    { programs: { 'docker-compose version': 'v2.29.7' } },
    { compose: ['docker-compose'] },
  ],
  [
    'the better of two Composes',
    { programs: { 'docker compose': '2.5.0', 'docker-compose version': '2.29.7' } },
    { compose: ['docker-compose'] },
  ],
  ['no systemd', { around: { exists: () => false } }, { checksHealth: false }],
  [
    'no systemd of this machine, where Podman has one of its own',
    { around: { platform: 'darwin', exists: () => false } },
    { checksHealth: true },
  ],
  ['rootless with ids', { host: { security: { rootless: true }, idMappings: map(1, 65_536) } }, { rootless: true }],
  ['control groups without memory', { host: { cgroupControllers: ['cpu', 'pids'] } }, { limits: false }],
  ['another machine', { around: { host: 'ssh://core@10.0.0.2/run/podman/podman.sock' } }, { remote: true }],
])('%s', async (_name, machine, expected) => {
  expect(await examinePodman(...made(machine))).toMatchObject(expected)
})

test.each<[string, Made, RegExp]>([
  ['not installed', { version: missing }, /^Podman is not installed \(no podman on PATH\): install it/],
  [
    'without its socket',
    {
      version: refused(
        'Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`, or try `podman machine init` and `podman machine start` to manage a new Linux VM\nError: unable to connect to Podman socket: Get "http://d/v4.3.1/libpod/_ping": dial unix /run/podman/podman.sock: connect: no such file or directory',
      ),
    },
    /^Podman's socket is not there \(unix:\S+\): `systemctl --user start podman\.socket`, or without systemd `podman system service --time 0 unix:\S+ &`/,
  ],
  [
    "without root's socket",
    { version: refused('dial unix: no such file or directory'), around: { host: 'unix:///run/podman/podman.sock' } },
    /: `sudo systemctl start podman\.socket`/,
  ],
  [
    'a socket of a service that has ended',
    { version: refused('Error: dial unix /x: connect: connection refused') },
    /^nobody listens on/,
  ],
  [
    "somebody else's socket",
    { version: refused('Error: dial unix /x: connect: permission denied') },
    /^no permission on Podman's socket/,
  ],
  [
    'hanging',
    { version: { stdout: '', failure: 'timeout', message: 'not within 10 s' } },
    /^Podman does not answer \(not within 10 s\)/,
  ],
  ['saying something else', { version: refused('a\nError: x') }, /^Podman cannot be used \(x\)/],
  ['old', { version: said('3.4.4') }, /^Podman 3\.4\.4 is older than 4\.3: upgrade it/],
  [
    'rootless without subordinate ids',
    { host: { security: { rootless: true }, idMappings: map(1) } },
    /^Podman runs rootless and has no subordinate user ids: have some in \/etc\/subuid/,
  ],
  ['without Compose', { programs: {} }, /^Podman answers, but no Compose version 2 is here: install/],
  [
    'with an old Compose',
    { programs: { 'docker-compose version': '1.29.2' } },
    /^Podman answers, but Compose 1\.29\.2 is older than 2\.20: install/,
  ],
  [
    'with a Compose that ignores health',
    { programs: { 'podman-compose --version': 'podman-compose version 1.6.0\npodman version 4.3.1' } },
    /^Podman answers, but podman-compose 1\.6\.0 is the only Compose here, which does not wait until services are healthy: install/,
  ],
])('%s: one line with the way out', async (_name, machine, line) => {
  const error = await findPodman(...made(machine)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'UserError', exitCode: 2, message: expect.stringMatching(line) })
  expect(error).toMatchObject({ message: expect.stringMatching(/^[^\n]+, or use --runtime embedded$/) })
})

test('what it does not say is no reason to do without it', async () => {
  const [, around] = made()
  const ask: Ask = async (first) => said(first === 'version' ? '5.2.0' : 'no JSON')
  expect(await findPodman(ask, around)).toMatchObject({
    version: '5.2.0',
    limits: true,
    rootless: false,
    memoryBytes: 0,
  })
})

test("Docker's own command line, pointed at Podman, is not taken for an old Docker", async () => {
  const pointed: Ask = async (...words) => {
    if (words[0] === '--version') return said('Docker version 28.2.2, build e6534b4')
    return said(words.join(' ').includes('.Components') ? 'Podman Engine Conmon OCI Runtime' : '4.3.1')
  }
  await expect(findDocker(pointed)).rejects.toThrow(/^what answers to `docker` is Podman: use --runtime podman,/)
})
