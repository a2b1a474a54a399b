import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { stackDirectory } from '../../../core/paths.ts'
import type { Answer, Ask } from '../docker-cli.ts'
import { startEmbedded } from '../embedded/embedded.ts'
import { chooseRuntime, containerNeeds, imagesHere } from './choose.ts'

const MIB = 1024 ** 2
const OFFICIAL = [
  'clickhouse/clickhouse-server:26.7',
  'otel/opentelemetry-collector-contrib:0.161.0',
  'ghcr.io/shopify/toxiproxy:2.12.0',
  'node:26-slim',
]

interface Made {
  readonly version?: Answer
  readonly host?: string
  readonly memoryBytes?: number
  readonly images?: readonly string[]
}

const said = (stdout: string): Answer => ({ stdout, failure: '', message: '' })
const missing: Answer = { stdout: '', failure: 'missing', message: '' }
const nobody: Ask = async () => missing
/** Whoever must not ask does not get away with it. */
const never: Ask = async (...words) => {
  throw new Error(`asked docker ${words.join(' ')}`)
}

function docker({
  version = said('28.2.2'),
  host = 'unix:///x',
  memoryBytes = 8192 * MIB,
  images = OFFICIAL,
}: Made = {}): Ask {
  return async (...words) => {
    if (words[0] === 'version') return version
    if (words[0] === '--version') return said('Docker version 28.2.2, build e6534b4')
    if (words[0] === 'compose') return said('2.36.2')
    if (words[0] === 'context') return said(`default ${host}`)
    if (words[0] === 'info') return said(JSON.stringify({ MemTotal: memoryBytes }))
    if (words[0] === 'image' && images.includes(words[2] ?? '')) return said('[{}]')
    if (words[0] === 'image') return { stdout: '[]', failure: 'error', message: 'No such image' }
    return never(...words)
  }
}
const choose = (choice: Parameters<typeof chooseRuntime>[0], ask: Ask, environment = {}) =>
  chooseRuntime(choice, stackDirectory, ask, environment)

beforeEach(() => {
  // The container runtime tells its libraries through the environment where the engine is.
  vi.stubEnv('DOCKER_HOST', 'unix:///x')
  vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('requested with --runtime', () => {
  test('embedded is embedded, and asks no engine', async () => {
    expect(await choose('embedded', never)).toEqual({
      kind: 'embedded',
      reason: 'requested with --runtime',
      start: startEmbedded,
    })
  })

  test('docker is docker where an engine answers, even where auto would not take it', async () => {
    const small = docker({ memoryBytes: MIB, images: [], host: 'tcp://docker:2375' })
    expect(await choose('docker', small)).toMatchObject({
      kind: 'docker',
      reason: 'requested with --runtime; Docker 28.2.2',
    })
  })

  test('docker without an engine is one line with the way out, never another runtime', async () => {
    await expect(choose('docker', nobody)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^Docker is not installed .*, or use --runtime embedded$/),
    })
  })
})

describe('auto', () => {
  test('takes an engine that has the memory and the images', async () => {
    expect(await choose('auto', docker())).toMatchObject({
      kind: 'docker',
      reason: 'auto: Docker 28.2.2 answers and has the images',
    })
  })

  test.each<[string, Ask, RegExp]>([
    ['no Docker', nobody, /^auto: Docker is not installed \(no docker on PATH\)$/],
    [
      'an engine that does not run',
      docker({
        version: { stdout: '', failure: 'error', message: 'Cannot connect to the Docker daemon at unix:///x' },
      }),
      /^auto: Docker is installed but its engine does not run$/,
    ],
    [
      'an old engine',
      docker({ version: said('19.03.15') }),
      /^auto: Docker 19\.03\.15 is older than 20\.10: upgrade it$/,
    ],
    [
      'an engine on another machine',
      docker({ host: 'tcp://docker:2375' }),
      /^auto: Docker 28\.2\.2 answers, but on another machine \(tcp:\/\/docker:2375\)/,
    ],
    [
      'too little memory',
      docker({ memoryBytes: 1024 * MIB }),
      /^auto: Docker 28\.2\.2 answers, but it has 1024 MiB of memory, and the limits of the stack's services sum to \d{4} MiB$/,
    ],
    [
      'no images',
      docker({ images: [] }),
      /but these images are not here: clickhouse\/\S+, otel\/\S+, ghcr\.io\/\S+, node:\S+ \(docker pull them, or npm run images\)$/,
    ],
    [
      'one image too few',
      docker({ images: OFFICIAL.toSpliced(2, 1) }),
      /but these images are not here: ghcr\.io\/shopify\/toxiproxy:2\.12\.0 \(/,
    ],
  ])('takes embedded with %s, and says why', async (_name, ask, reason) => {
    const chosen = await choose('auto', ask)
    expect(chosen).toMatchObject({ kind: 'embedded', start: startEmbedded })
    expect(chosen.reason).toMatch(reason)
  })

  test('takes an engine that has just the memory, and one that does not say what it has', async () => {
    const { memoryBytes } = await containerNeeds(stackDirectory, {})
    expect((await choose('auto', docker({ memoryBytes }))).kind).toBe('docker')
    expect((await choose('auto', docker({ memoryBytes: memoryBytes - 1 }))).kind).toBe('embedded')
    expect((await choose('auto', docker({ memoryBytes: 0 }))).kind).toBe('docker')
  })

  test('counts the image that a variable names, not the official one', async () => {
    const images = ['mine:1', ...OFFICIAL.slice(1)]
    expect((await choose('auto', docker({ images }), { CLICKHOUSE_IMAGE: 'mine:1' })).kind).toBe('docker')
    expect(await choose('auto', docker(), { CLICKHOUSE_IMAGE: 'mine:1' })).toMatchObject({
      kind: 'embedded',
      reason: expect.stringMatching(/these images are not here: mine:1 \(docker pull them\)$/),
    })
  })
})

describe('what the stack asks of an engine', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-choose-'))
    await cp(join(stackDirectory, 'compose.yaml'), join(directory, 'compose.yaml'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  async function edit(from: string, to: string): Promise<void> {
    const file = join(directory, 'compose.yaml')
    const text = await readFile(file, 'utf8')
    expect(text).toContain(from)
    await writeFile(file, text.replaceAll(from, to))
  }

  test('is read from its compose file: a limit that is raised counts, that of the other shape does not', async () => {
    const before = (await containerNeeds(directory, {})).memoryBytes
    await edit('memory: 64M', 'memory: 1088M')
    expect((await containerNeeds(directory, {})).memoryBytes - before).toBe(1024 * MIB)
    await edit('profiles: [faults]', 'profiles: [prometheus]')
    expect((await containerNeeds(directory, {})).memoryBytes).toBe(before - 64 * MIB)
  })

  test('a compose file that is wrong leaves auto with embedded, which judges it', async () => {
    await writeFile(join(directory, 'compose.yaml'), 'services: [')
    const chosen = await chooseRuntime('auto', directory, docker(), {})
    expect(chosen.kind).toBe('embedded')
    expect(chosen.reason).toContain('stack/compose.yaml')
  })

  test('every image of the compose file is looked for', async () => {
    const { compose } = await containerNeeds(directory, {})
    const { missing: absent } = await imagesHere(compose, docker({ images: [] }))
    expect([...absent].sort()).toEqual([...new Set([...compose.services.values()].map(({ image }) => image))].sort())
  })
})
