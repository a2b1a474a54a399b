// The substitutes' names, and that what they are named after is what they are made of and what compose.yaml asks for.
import { access, glob, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { projectRoot } from '../../../core/paths.ts'
import { type ComposeFile, readComposeFile } from '../compose-file.ts'
import { CLICKHOUSE_VERSION, TOXIPROXY_VERSION } from '../embedded/versions.ts'
import { makeSecrets } from '../secrets.ts'
import { type Substitute, splitReference, substituteFor, substituteReference, substitutes } from './substitutes.ts'

const read = (file: string) => readFile(join(projectRoot, file), 'utf8')
const compose: ComposeFile = await readComposeFile(
  join(projectRoot, 'stack/compose.yaml'),
  'stack/compose.yaml',
  makeSecrets(),
)
const asked = [...new Set([...compose.services.values()].map(({ image }) => image))].sort()

describe('a reference', () => {
  test.each([
    ['clickhouse/clickhouse-server:26.7', 'clickhouse/clickhouse-server', '26.7'],
    ['ghcr.io/shopify/toxiproxy:2.12.0', 'ghcr.io/shopify/toxiproxy', '2.12.0'],
    ['busybox', 'busybox', 'latest'],
    ['registry.example:5000/team/clickhouse', 'registry.example:5000/team/clickhouse', 'latest'],
    ['registry.example:5000/team/clickhouse:26.7', 'registry.example:5000/team/clickhouse', '26.7'],
    ['localhost/telemetry-proof/toxiproxy:2.12.0', 'localhost/telemetry-proof/toxiproxy', '2.12.0'],
  ])('%s is %s in version %s', (reference, repository, tag) => {
    expect(splitReference(reference)).toEqual([repository, tag])
  })

  test('comes together again from its parts', () => {
    const name = fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/)
    const registry = fc.oneof(
      fc.constant(''),
      name.map((host) => `${host}/`),
      fc.tuple(name, fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `${host}:${port}/`),
    )
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
    const tag = fc.stringMatching(/^\w[\w.-]{0,30}$/)
    fc.assert(
      fc.property(registry, path, tag, (host, repository, version) => {
        expect(splitReference(`${host}${repository}:${version}`)).toEqual([`${host}${repository}`, version])
        expect(splitReference(`${host}${repository}`)).toEqual([`${host}${repository}`, 'latest'])
      }),
    )
  })
})

describe('the substitute for an image', () => {
  test('goes by the repository alone, whatever its version', () => {
    for (const substitute of substitutes)
      for (const tag of ['', ':latest', ':0.0.1'])
        expect(substituteFor(`${substitute.official}${tag}`)).toBe(substitute)
  })

  test.each(['busybox', 'clickhouse/clickhouse-keeper:26.7', 'mirror.example/clickhouse/clickhouse-server:26.7', ''])(
    'does not exist for %j',
    (reference) => {
      expect(substituteFor(reference)).toBe(undefined)
    },
  )

  test('exists for every image that compose.yaml asks for, and none is there for nothing', () => {
    const found = asked.map((image) => substituteFor(image)?.name)
    expect(found.toSorted()).toEqual(substitutes.map(({ name }) => name).sort())
  })
})

describe('the name of a substitute', () => {
  const [first] = substitutes as readonly [Substitute, ...Substitute[]]

  test.each(substitutes)(
    'of $name bears the version that it stands for, and a mark of what it is made of',
    async (substitute) => {
      const reference = await substituteReference(substitute, '1.2.3')
      expect(splitReference(reference)).toEqual([
        substitute.repository,
        expect.stringMatching(/^1\.2\.3-[0-9a-f]{12}$/),
      ])
      expect(await substituteReference(substitute, '1.2.3')).toBe(reference)
    },
  )

  test('changes with the versions and with the files that it is made of', async () => {
    const names = await Promise.all(
      [
        first,
        { ...first, versions: ['another'] },
        { ...first, versions: [] },
        { ...first, files: first.files.slice(1) },
        { ...first, files: first.files.toReversed() },
      ].map((substitute) => substituteReference(substitute, '1')),
    )
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('what substitutes are made of', () => {
  test.each(substitutes)('every file of $name is there, and listed once', async ({ files }) => {
    expect(new Set(files).size).toBe(files.length)
    for (const file of files) await expect(access(join(projectRoot, file))).resolves.toBe(undefined)
  })

  test.each(substitutes)(
    'every file of the project that the Dockerfile of $name copies is listed',
    async ({ files }) => {
      const dockerfile = files.find((file) => basename(file) === 'Dockerfile') ?? ''
      const copied = [...(await read(dockerfile)).matchAll(/^(?:COPY|ADD) (?:--\S+ )*(.+) \S+$/gm)].flatMap(
        ([, sources = '']) => sources.split(' '),
      )
      expect(copied.length).toBeGreaterThan(0)
      // What is beside the Dockerfile comes from the project; the rest is gathered: a built program, or the engine's directory.
      const beside = await Array.fromAsync(glob('*', { cwd: join(projectRoot, dirname(dockerfile)) }))
      const own = copied.filter((name) => beside.includes(name)).map((name) => join(dirname(dockerfile), name))
      expect(files).toEqual(expect.arrayContaining(own))
      const gathered = {
        clickhouse: ['engine'],
        'otel-collector': ['otelcol'],
        toxiproxy: ['toxiproxy'],
        node: ['node'],
      }
      expect(copied.filter((name) => !beside.includes(name))).toEqual(
        gathered[basename(dirname(dockerfile)) as keyof typeof gathered],
      )
    },
  )

  test.each(substitutes)('every file in the directory of $name is listed', async ({ name, files }) => {
    const there = await Array.fromAsync(glob(`stack/images/${name}/*`, { cwd: projectRoot }))
    expect(files).toEqual(expect.arrayContaining(there.filter((file) => !file.endsWith('.test.ts'))))
  })

  test('what the programs of the project in an image import is listed too', async () => {
    for (const { files } of substitutes)
      for (const file of files.filter((name) => name.endsWith('.ts'))) {
        const imports = [...(await read(file)).matchAll(/^import (?!type ).* from '(\..+)'$/gm)].map(([, path = '']) =>
          join(dirname(file), path),
        )
        expect(files, file).toEqual(expect.arrayContaining(imports))
      }
  })
})

test('compose.yaml asks for the versions of which the components are built', async () => {
  const manifest: { dist: { version: string } } = parse(await read('stack/collector/manifest.yaml'))
  const versions = {
    clickhouse: CLICKHOUSE_VERSION,
    'otel-collector': manifest.dist.version,
    toxiproxy: TOXIPROXY_VERSION,
    node: `${process.versions.node.split('.')[0]}-slim`,
  }
  expect(asked).toEqual(substitutes.map(({ name, official }) => `${official}:${versions[name]}`).sort())
})
