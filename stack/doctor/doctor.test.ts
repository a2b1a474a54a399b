// The whole examination, on machines made by hand and on the real one.
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { stackDirectory } from '../../core/paths.ts'
import { runDoctor } from './doctor.ts'
import { realSystem } from './real-system.ts'
import { fakeDocker, hanging } from './testing/fake-docker.ts'
import { fakeSystem } from './testing/fake-system.ts'

const ports = [
  { name: 'OTLP gRPC', port: 4317, variable: 'OTLP_GRPC_PORT' },
  { name: 'the collector’s counters', port: 8888, variable: 'COLLECTOR_METRICS_PORT' },
  { name: 'ClickHouse native', port: 9000, variable: 'CLICKHOUSE_NATIVE_PORT' },
]
const options = { stackDirectory: '/s', ports }

test('finds nothing bad on a sound machine, and gives every check a finding', async () => {
  const { findings, platform } = await runDoctor(options, fakeSystem({ commands: { 'go version': 'go1.26.8' } }))
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
  expect([...new Set(findings.map(({ check }) => check))]).toEqual(
    'platform node go memory cores disk clock containers loopback proxy ports claude'.split(' '),
  )
  expect(platform.wsl).toBe(null)
})

test('every finding is one line, and only what is well goes without advice', async () => {
  const system = fakeSystem({
    platform: 'win32',
    memoryBytes: 1,
    cpus: 1,
    node: '20.0.0',
    env: { HTTP_PROXY: 'http://p' },
    nowMs: () => 0,
    freeBytes: async () => 0,
    portFree: async () => false,
    roundTrip: async () => 'refused',
    addressesOf: async () => [],
  })
  const { findings } = await runDoctor(options, system)
  for (const { message, advice, verdict } of findings) {
    expect(message + advice).not.toMatch(/\n/)
    if (verdict !== 'ok') expect(advice).not.toBe('')
  }
  expect(findings.filter(({ verdict }) => verdict === 'bad').length).toBeGreaterThanOrEqual(6)
})

test('a Docker engine is looked at from all sides, without changing anything', async () => {
  const asked: string[] = []
  const made = fakeSystem({ commands: { ...fakeDocker(), 'go version': 'go1.26.8' } })
  const run: typeof made.run = (command, ...args) => {
    if (command === 'docker') asked.push(args.join(' '))
    return made.run(command, ...args)
  }
  const { findings } = await runDoctor({ stackDirectory, ports }, { ...made, run })
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
  const told = findings.map(({ check, message }) => `${check}: ${message}`)
  expect(told).toEqual(
    expect.arrayContaining([
      'containers: Docker 28.2.2 answers, Compose 2.36.2',
      expect.stringMatching(/^containers: Docker Engine: Docker's context is default/),
      expect.stringMatching(/^containers: 16\.0 GiB of memory/),
      expect.stringMatching(/^images: not here: clickhouse/),
    ]),
  )
  expect(asked.length).toBeGreaterThan(6)
  for (const words of asked)
    expect(words).toMatch(/^(version|info|context inspect|compose version|image inspect|container ls|volume ls) /)
})

test('an engine that falls silent costs one finding for what it did not say, and no more', async () => {
  const commands = { ...fakeDocker({ volumes: hanging }), 'go version': 'go1.26.8' }
  const { findings } = await runDoctor({ stackDirectory: stackDirectory, ports }, fakeSystem({ commands }))
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([
    expect.objectContaining({ check: 'volumes', message: expect.stringContaining('docker volume does not answer') }),
  ])
  const silent = fakeSystem({ commands: fakeDocker({ info: hanging }) })
  const { findings: without } = await runDoctor(options, silent)
  expect(without.map(({ check }) => check)).not.toContain('volumes')
  expect(without.find(({ check }) => check === 'containers')?.message).toMatch(/^Docker does not answer/)
})

test('a check that breaks becomes a finding and stops no other', async () => {
  const freeBytes = async () => {
    throw new Error('EIO')
  }
  const { findings } = await runDoctor(options, fakeSystem({ freeBytes }))
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'disk', verdict: 'warn', message: 'could not be checked: EIO' }),
  )
  expect(findings.some(({ check }) => check === 'ports')).toBe(true)
})

test.each([
  ['on its standard ports it holds them all', '127.0.0.1:4317', undefined, []],
  ['on ports of its own it explains nobody else’s', '127.0.0.1:51234', undefined, [4317, 8888, 9000]],
  ['it may say what it holds', '127.0.0.1:4317', [4317, 8888], [9000]],
])('a running stack: %s', async (_name, endpoint, own, taken) => {
  const running = {
    endpoint,
    collectorMetrics: endpoint.replace('4317', '8888'),
    query: async () => [],
    ...(own === undefined ? {} : { ports: own }),
  }
  const { findings } = await runDoctor({ ...options, running }, fakeSystem({ portFree: async () => false }))
  const told = findings.filter(({ check, verdict }) => check === 'ports' && verdict === 'warn')
  expect(told.map(({ message }) => Number(/\d+/.exec(message)?.[0]))).toEqual(taken)
  expect(findings.some(({ check }) => check === 'client')).toBe(true)
})

test('looks at this machine, and sees a port that this process holds', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const system = realSystem()
    const { findings, platform } = await runDoctor({
      stackDirectory: '/s',
      ports: [{ name: 'x', port, variable: 'X' }],
    })
    expect(platform).toMatchObject({ os: process.platform, arch: process.arch, node: process.versions.node })
    expect(findings.find(({ message }) => message.startsWith(`port ${port} (x) is taken by `))).toBeDefined()
    expect(findings.find(({ check, message }) => check === 'loopback' && message.includes('127.0.0.1'))?.verdict).toBe(
      'ok',
    )
    expect(await system.freeBytes('/no/such/directory')).toBeGreaterThan(0)
    expect(await system.textsIn('/no/such/directory', '')).toEqual([])
    expect(await system.textsIn(import.meta.dirname, '.test.ts')).toContain(await system.readText(import.meta.filename))
    expect(system.processMark(process.pid)).toBeTruthy()
    expect(await system.run('no-such-program-anywhere')).toBe(undefined)
    expect(await system.run('sh', '-c', 'echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect(await system.fetchText(`http://127.0.0.1:1/`)).toBe(undefined)
  } finally {
    server.close()
  }
})
