import { describe, expect, test } from 'vitest'
import type { ComposeService, Mount } from '../compose-file.ts'
import { hostPath, type PortMap, translateEnvironment, translatePaths } from './addresses.ts'

const volume: Mount = { source: 'queue', target: '/var/lib/otelcol', kind: 'volume', readOnly: false }
const file: Mount = {
  source: '/stack/collector/config.yaml',
  target: '/etc/otelcol/config.yaml',
  kind: 'bind',
  readOnly: true,
}
const outer: Mount = { source: '/outer', target: '/var/lib', kind: 'bind', readOnly: false }

function service(environment: Record<string, string>, mounts: readonly Mount[] = [volume, file]): ComposeService {
  return {
    name: 'collector',
    image: '',
    imageVariable: undefined,
    command: [],
    environment,
    ports: [],
    mounts,
    profiles: [],
    cpuLimit: null,
    memoryLimitBytes: null,
  }
}

const at = (port: number) => ({ address: '127.0.0.1', port })
const ports: PortMap = new Map([
  [
    'collector',
    new Map([
      [4317, at(50_001)],
      [8888, at(50_002)],
    ]),
  ],
  ['clickhouse', new Map([[9000, at(50_003)]])],
])
const translated = (environment: Record<string, string>) => translateEnvironment(service(environment), ports, '/data')

test('a named volume is a directory below the data directory, a bound file is itself', () => {
  expect(hostPath(volume, '/data')).toBe('/data/queue')
  expect(hostPath(file, '/data')).toBe('/stack/collector/config.yaml')
})

describe('a path', () => {
  test.each([
    ['/var/lib/otelcol', '/data/queue'],
    ['/var/lib/otelcol/queue', '/data/queue/queue'],
    ['--config=/etc/otelcol/config.yaml', '--config=/stack/collector/config.yaml'],
    ['a=/var/lib/otelcol/a=/var/lib/otelcol', 'a=/data/queue/a=/data/queue'],
    ['/var/lib/other', '/outer/other'],
  ])('%s of the container is %s here', (text, expected) => {
    expect(translatePaths(text, service({}, [outer, volume, file]), '/data')).toBe(expected)
  })

  test.each(['/var/lib/otelcolx', '/etc/otelcol/config.yaml.bak', 'x/var/lib/otelcol', '/etc', ''])(
    '%j stays as it is',
    (text) => {
      expect(translatePaths(text, service({}), '/data')).toBe(text)
    },
  )

  test('may hold what a pattern would take for something else', () => {
    const odd: Mount = { source: '/a$&b', target: '/c.d', kind: 'bind', readOnly: false }
    expect(translatePaths('/c.d/e', service({}, [odd]), '/data')).toBe('/a$&b/e')
    expect(translatePaths('/cxd/e', service({}, [odd]), '/data')).toBe('/cxd/e')
    expect(translatePaths('/c.d', service({}, []), '/data')).toBe('/c.d')
  })
})

describe('the environment', () => {
  test('has its own ports, its neighbours and its paths of this machine', () => {
    expect(
      translated({
        OTLP: '0.0.0.0:4317',
        LINK: 'tcp://clickhouse:9000',
        BOTH: 'clickhouse:9000,clickhouse:9000',
        QUEUE: '/var/lib/otelcol/queue',
      }),
    ).toEqual({
      OTLP: '127.0.0.1:50001',
      LINK: 'tcp://127.0.0.1:50003',
      BOTH: '127.0.0.1:50003,127.0.0.1:50003',
      QUEUE: '/data/queue/queue',
    })
  })

  test('has the pairs NAME_HOST and NAME_PORT translated together', () => {
    expect(translated({ METRICS_HOST: '0.0.0.0', METRICS_PORT: '8888' })).toEqual({
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: '50002',
    })
  })

  test('keeps everything else as it is written', () => {
    const kept = {
      UNKNOWN: 'tcp://elsewhere:9000',
      OTHER_PORT_OF_NEIGHBOUR: 'clickhouse:1234',
      LONGER_NAME: 'my-clickhouse:9000',
      NUMBER: '8888',
      SOME_PORT: '1234',
      SOME_HOST: 'clickhouse',
      MEMORY: '200MiB',
      TIME: '12:30',
    }
    expect(translated(kept)).toEqual(kept)
  })
})
