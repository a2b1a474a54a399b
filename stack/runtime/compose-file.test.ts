// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose look like template strings
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ComposeService, interpolate, readComposeFile } from './compose-file.ts'

fc.configureGlobal({ seed: 1 })

describe('a variable', () => {
  const fill = (text: string) => interpolate(text, { SET: 'value', EMPTY: '', OTHER: 'x' }, 'here')

  test.each([
    ['${SET}', 'value'],
    ['$SET', 'value'],
    ['a${SET}b$OTHER-c', 'avaluebx-c'],
    ['${EMPTY}', ''],
    ['${MISSING}', ''],
    ['$MISSING', ''],
    ['${SET:-default}', 'value'],
    ['${EMPTY:-default}', 'default'],
    ['${MISSING:-default}', 'default'],
    ['${MISSING:-}', ''],
    ['${SET-default}', 'value'],
    ['${EMPTY-default}', ''],
    ['${MISSING-default}', 'default'],
    ['${MISSING:-a:b/c-d?e}', 'a:b/c-d?e'],
    ['${SET:?message}', 'value'],
    ['${SET?message}', 'value'],
    ['${EMPTY?message}', ''],
    ['$$', '$'],
    ['$$SET $${SET} $$$SET', '$SET ${SET} $value'],
    ['no variable', 'no variable'],
  ])('%s is filled in as %j, as Compose does', (text, filled) => {
    expect(fill(text)).toBe(filled)
  })

  test.each([
    ['${MISSING:?set it in stack/.env}', 'here: variable MISSING is missing: set it in stack/.env'],
    ['${EMPTY:?set it}', 'here: variable EMPTY is missing: set it'],
    ['${MISSING?set it}', 'here: variable MISSING is missing: set it'],
  ])('%s that must be set is missed by its name', (text, message) => {
    expect(() => fill(text)).toThrow(message)
  })

  test.each([
    '${SET:+x}',
    '${SET+x}',
    '${MISSING:-${SET}}',
    '${MISSING:-$SET}',
    '${SET',
    '${}',
    '$5',
    'a $ b',
    '${SET:x}',
  ])('%s is refused, not passed on as it is', (text) => {
    expect(() => fill(text)).toThrow(/^here: this form of a variable is not understood/)
  })

  test('is filled in once: what a value holds is never filled in again', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, tail) => {
        expect(interpolate('${A}', { A: value }, '')).toBe(value)
        expect(interpolate(tail.replaceAll('$', '$$$$'), {}, '')).toBe(tail)
      }),
    )
  })
})

describe('a compose file', () => {
  let directory = ''

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-compose-'))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  async function service(lines: string, variables: Record<string, string> = {}): Promise<ComposeService> {
    const text = `services:\n  web:\n    image: img\n${lines.replace(/^/gm, '    ')}\n`
    await writeFile(join(directory, 'compose.yaml'), text)
    const { services } = await readComposeFile(join(directory, 'compose.yaml'), 'stack/compose.yaml', variables)
    const found = services.get('web')
    if (!found) throw new Error('no service')
    return found
  }

  test('has defaults for everything but the image', async () => {
    expect(await service('')).toEqual({
      name: 'web',
      image: 'img',
      command: [],
      environment: {},
      ports: [],
      mounts: [],
      profiles: [],
      cpuLimit: null,
      memoryLimitBytes: null,
    })
  })

  test.each([
    ['127.0.0.1:8123:8124', { hostAddress: '127.0.0.1', hostPort: 8123, containerPort: 8124 }],
    [
      '127.0.0.1:${PORT:-8123}:8124',
      { hostAddress: '127.0.0.1', hostPort: 9999, containerPort: 8124, variable: 'PORT' },
    ],
    ['8123:8124', { hostAddress: '0.0.0.0', hostPort: 8123, containerPort: 8124 }],
    ['"[::1]:8123:8124"', { hostAddress: '[::1]', hostPort: 8123, containerPort: 8124 }],
  ])('publishes %s', async (text, expected) => {
    expect((await service(`ports: [${JSON.stringify(text.replaceAll('"', ''))}]`, { PORT: '9999' })).ports).toEqual([
      expected,
    ])
  })

  test('mounts files beside it by absolute paths, and volumes by name', async () => {
    const { mounts } = await service(
      'volumes:\n  - ./users.xml:/etc/users.xml:ro\n  - ../up:/up\n  - /abs:/abs\n  - data:/var/lib',
    )
    expect(mounts).toEqual([
      { source: join(directory, 'users.xml'), target: '/etc/users.xml', kind: 'bind', readOnly: true },
      { source: join(directory, '../up'), target: '/up', kind: 'bind', readOnly: false },
      { source: '/abs', target: '/abs', kind: 'bind', readOnly: false },
      { source: 'data', target: '/var/lib', kind: 'volume', readOnly: false },
    ])
  })

  test('takes scalars of the environment as text', async () => {
    const { environment, command } = await service(
      'environment: { A: 1, B: true, C: "x $$y", D: "${V}" }\ncommand: [--port, 80]',
      { V: 'v' },
    )
    expect(environment).toEqual({ A: '1', B: 'true', C: 'x $y', D: 'v' })
    expect(command).toEqual(['--port', '80'])
  })

  test.each([
    ['1G', 1024 ** 3],
    ['256M', 256 * 1024 ** 2],
    ['256m', 256 * 1024 ** 2],
    ['256mb', 256 * 1024 ** 2],
    ['256MiB', 256 * 1024 ** 2],
    ['1.5g', 1.5 * 1024 ** 3],
    ['64k', 64 * 1024],
    ['1000b', 1000],
    ['1000', 1000],
  ])('limits memory to %s = %i bytes', async (text, expected) => {
    const { memoryLimitBytes, cpuLimit } = await service(
      `deploy: { resources: { limits: { memory: ${text}, cpus: "0.5" } } }`,
    )
    expect([memoryLimitBytes, cpuLimit]).toEqual([expected, 0.5])
  })

  test.each([
    ['a port without a host port', 'ports:\n  - 8123', /^stack\/compose\.yaml:5:\d+: services\.web\.ports\.0: /],
    [
      'a port with a protocol',
      'ports:\n  - 1:1/udp',
      /^stack\/compose\.yaml:5:\d+: services\.web\.ports\.0: a port has the form/,
    ],
    [
      'a port that is none',
      'ports:\n  - 127.0.0.1:${P:-70000}:80',
      /^stack\/compose\.yaml: services\.web\.ports: 127\.0\.0\.1:70000:80 has no valid port; /,
    ],
    [
      'a mount of another form',
      'volumes:\n  - data',
      /^stack\/compose\.yaml:5:\d+: services\.web\.volumes\.0: a mount has the form/,
    ],
    [
      'an amount of memory that is none',
      'deploy: { resources: { limits: { memory: much } } }',
      /^stack\/compose\.yaml: services\.web\.deploy: much is no amount of memory$/,
    ],
    [
      'a number of CPUs that is none',
      'deploy: { resources: { limits: { cpus: "${X:-few}" } } }',
      /^stack\/compose\.yaml: services\.web\.deploy: few is no number of CPUs$/,
    ],
    [
      'a variable that is missing',
      'environment:\n  A: ${B:?set it}',
      /^stack\/compose\.yaml: services\.web: variable B is missing: set it$/,
    ],
    [
      'an environment that is no map',
      'environment:\n  - A=b',
      /^stack\/compose\.yaml:5:\d+: services\.web\.environment: /,
    ],
    ['broken YAML', 'environment: {', /^stack\/compose\.yaml:\d+:\d+: [^\n]+$/],
  ])('tells where %s stands', async (_, lines, message) => {
    await expect(service(lines)).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(message) })
  })

  test('without an image tells the service', async () => {
    await writeFile(join(directory, 'compose.yaml'), 'services:\n  web:\n    command: x\n')
    await expect(readComposeFile(join(directory, 'compose.yaml'), 'stack/compose.yaml', {})).rejects.toThrow(
      /^stack\/compose\.yaml:3:\d+: services\.web\.image: /,
    )
  })
})
