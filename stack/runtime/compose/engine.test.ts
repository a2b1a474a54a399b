import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Answer, type Ask, askDocker } from '../docker-cli.ts'
import { type Engine, examineDocker, findDocker, isEngine } from './engine.ts'

const said = (stdout: string): Answer => ({ stdout, failure: '', message: '' })
const refused = (message: string): Answer => ({ stdout: '', failure: 'error', message })
const missing: Answer = { stdout: '', failure: 'missing', message: '' }
const hung: Answer = { stdout: '', failure: 'timeout', message: 'not within 10 s' }

const sound = {
  version: said('28.2.2'),
  '--version': said('Docker version 28.2.2, build e6534b4'),
  compose: said('v2.36.2'),
  context: said('default unix:///var/run/docker.sock'),
  info: said(JSON.stringify({ NCPU: 4, MemTotal: 8_000_000_000, SecurityOptions: ['name=seccomp,profile=default'] })),
}

/** A Docker that gives these answers, by the first word that it is asked. */
function made(changes: Partial<Record<keyof typeof sound, Answer>> = {}): Ask {
  const answers: Record<string, Answer> = { ...sound, ...changes }
  return async (first = '') => answers[first] ?? refused(`made-up docker knows no ${first}`)
}

async function engine(changes: Partial<Record<keyof typeof sound, Answer>> = {}): Promise<Engine> {
  return findDocker(made(changes))
}

describe('an engine that answers', () => {
  test('is described by what its command line says', async () => {
    expect(await engine()).toEqual({
      kind: 'docker',
      version: '28.2.2',
      compose: ['docker', 'compose'],
      composeVersion: '2.36.2',
      product: 'Docker Engine',
      cgroup: '',
      context: 'default',
      host: 'unix:///var/run/docker.sock',
      remote: false,
      cpus: 4,
      memoryBytes: 8_000_000_000,
      rootless: false,
      limits: true,
      checksHealth: true,
    })
  })

  test('is rootless when its security options say so', async () => {
    const info = said(JSON.stringify({ SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'] }))
    expect(await engine({ info })).toMatchObject({ rootless: true })
  })

  test.each(['2.20.0', 'v2.20.3', '2.36.2', '5.0.1'])('Compose %s is new enough', async (version) => {
    expect(await engine({ compose: said(version) })).toMatchObject({ composeVersion: version.replace('v', '') })
  })

  test.each([{ MemoryLimit: false }, { CpuCfsQuota: false }])('holds no limits when it says %j', async (facts) => {
    expect(await engine({ info: said(JSON.stringify(facts)) })).toMatchObject({ limits: false })
  })

  test.each([refused('x'), said(''), said('null'), said('{"NCPU":"many","SecurityOptions":null}')])(
    'that says nothing of its machine is used all the same (%j)',
    async (info) => {
      expect(await engine({ info })).toMatchObject({ cpus: 0, memoryBytes: 0, rootless: false, limits: true })
    },
  )

  test.each([
    ['desktop-linux unix:///home/ada/.docker/desktop/docker.sock', false],
    ['desktop-windows npipe:////./pipe/dockerDesktopLinuxEngine', false],
    ['default tcp://127.0.0.1:2375', false],
    ['default tcp://localhost:2375', false],
    ['default tcp://[::1]:2375', false],
    ['default tcp://docker:2375', true],
    ['default tcp://localhost.example:2375', true],
    ['build ssh://ada@build.example', true],
  ])('behind the context %s: on another machine is %s', async (answer, remote) => {
    const [context, host] = answer.split(' ')
    expect(await engine({ context: said(answer) })).toMatchObject({ context, host, remote })
  })

  test('whose contexts cannot be told is looked for at its standard address', async () => {
    expect(await engine({ context: refused('x') })).toMatchObject({
      host: 'unix:///var/run/docker.sock',
      remote: false,
    })
  })

  test.each(['20.10.0', '20.10.24+dfsg1', '23.0.1', '28.2.2', '29.0.0-rc.1'])('%s is new enough', async (version) => {
    expect(await engine({ version: said(version) })).toMatchObject({ version })
  })
})

describe('without an engine to use', () => {
  test.each<[string, Partial<Record<keyof typeof sound, Answer>>, RegExp]>([
    ['not installed', { version: missing }, /^Docker is not installed \(no docker on PATH\): install it/],
    ['no answer', { version: hung }, /^Docker does not answer \(not within 10 s\): restart it/],
    ['no answer to the second question', { info: hung }, /^Docker does not answer \(not within 10 s\): restart it/],
    [
      'no permission (Docker 28)',
      {
        version: refused('permission denied while trying to connect to the docker API at unix:///var/run/docker.sock'),
      },
      /^no permission on Docker's socket: add yourself to the group docker/,
    ],
    [
      'no permission (Docker 20.10)',
      {
        version: refused(
          'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/version": dial unix /var/run/docker.sock: connect: permission denied',
        ),
      },
      /^no permission on Docker's socket: add yourself to the group docker/,
    ],
    [
      'no permission on the settings either',
      {
        version: refused(
          'WARNING: Error loading config file: open /home/ada/.docker/config.json: permission denied\npermission denied while trying to connect to the Docker daemon socket at unix:///x',
        ),
      },
      /^no permission on Docker's socket/,
    ],
    [
      'no permission on the settings, and no engine',
      {
        version: refused(
          'WARNING: Error loading config file: open /home/ada/.docker/config.json: permission denied\nCannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
        ),
      },
      /^Docker is installed but its engine does not run \(Cannot connect to the Docker daemon at unix:\/\/\/x/,
    ],
    [
      'a context that does not exist',
      {
        version: refused(
          'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /home/ada/.docker/contexts/meta/ca37/meta.json: no such file or directory',
        ),
      },
      /^Docker's context is wrong \(.*context "nope": context not found\): choose another \(`docker context ls/,
    ],
    [
      'an engine that does not run',
      { version: refused('Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?') },
      /^Docker is installed but its engine does not run \(.*unix:\/\/\/x.*\): start Docker Desktop, or `sudo systemctl/,
    ],
    [
      'a key that ssh does not take is no matter of the group docker',
      {
        version: refused('error during connect: command [ssh build]: stderr=ada@build: Permission denied (publickey).'),
      },
      /^Docker cannot be used \(error during connect.*\): see `docker version/,
    ],
    ['a failure without a word', { version: refused('') }, /^Docker cannot be used \(it does not say why\)/],
    ['too old', { version: said('19.03.15') }, /^Docker 19\.03\.15 is older than 20\.10: upgrade it/],
    ['just too old', { version: said('20.9.9') }, /^Docker 20\.9\.9 is older than 20\.10: upgrade it/],
    ['no version at all', { version: said('') }, /^Docker of unknown version is older than 20\.10/],
    [
      'no compose',
      { compose: refused("docker: 'compose' is not a docker command.") },
      /version 2 is missing .*: install the plugin docker-compose-plugin/,
    ],
    [
      'compose version 1',
      { compose: said('1.29.2') },
      /version 2 is missing .*: install the plugin docker-compose-plugin/,
    ],
    [
      'a Compose that is too old',
      { compose: said('v2.19.1') },
      /^Compose 2\.19\.1 is older than 2\.20: upgrade the plugin/,
    ],
    [
      'Podman in its clothes',
      { version: said('5.0.1'), '--version': said('podman version 5.0.1') },
      /^what answers to `docker` is Podman: use --runtime podman/,
    ],
    [
      'Podman in its clothes, without its service',
      { version: refused('Cannot connect to Podman'), '--version': said('podman version 4.3.1') },
      /^what answers to `docker` is Podman: use --runtime podman/,
    ],
  ])('%s: one line of a MachineError with the way out', async (_name, answers, line) => {
    const error = await findDocker(made(answers)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2, message: expect.stringMatching(line) })
    expect(error).toMatchObject({ message: expect.stringMatching(/^[^\n]+, or use --runtime embedded$/) })
  })

  test('whatever it says, the problem stays one line and says what to do', async () => {
    const words = fc.constantFrom(
      'permission denied',
      'context not found',
      'WARNING: x',
      'cannot connect',
      '\n',
      ' ',
      'x',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(words), async (message) => {
        const found = await examineDocker(made({ version: refused(message.join('')) }))
        if (isEngine(found)) throw new Error('there is none')
        expect(found.problem).not.toMatch(/\n/)
        expect(found.remedy).toMatch(/^\S.*$/)
      }),
    )
  })
})

describe('the docker on PATH', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-engine-'))
    vi.stubEnv('PATH', directory)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(directory, { recursive: true, force: true })
  })
  const install = async (script: string, mode = 0o755) => {
    await writeFile(join(directory, 'docker'), `#!/bin/sh\n${script}\n`)
    await chmod(join(directory, 'docker'), mode)
  }

  test('that is not there is missing', async () => {
    expect(await askDocker('version')).toEqual(missing)
  })

  test('gets the words as they are, and its answer is trimmed', async () => {
    await install('printf "%s|" "$@"; echo')
    expect(await askDocker('version', '--format', '{{.A}} b')).toEqual(said('version|--format|{{.A}} b|'))
  })

  test('that fails keeps what it said on both channels', async () => {
    await install('echo out; echo why >&2; exit 3')
    expect(await askDocker('version')).toEqual({ stdout: 'out', failure: 'error', message: 'why' })
  })

  test('that fails without a word is named', async () => {
    await install('exit 3')
    expect(await askDocker('version')).toMatchObject({
      failure: 'error',
      message: expect.stringContaining('docker version'),
    })
  })
})
