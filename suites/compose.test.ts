// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose look like template strings
// stack/compose.yaml as a contract: what R1 and R2 ask of its ports, services, links and limits.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'
import { readComposeFile } from '../stack/runtime/compose-file.ts'
import { FAULTY_CLICKHOUSE_LINK } from '../stack/runtime/links.ts'
import { file, secrets, service, services } from './testing/compose.ts'

/** Services that end by themselves; everything else runs on. */
const oneShot = ['clickhouse-migrate', 'otel-collector-init']
/** Images without a shell, so without a probe of their own, and the neighbour that asks instead; null: an extra that nothing waits for. */
const probedBy: Readonly<Record<string, string | null>> = {
  'otel-collector': 'otel-collector-ready',
  'metrics-collector': null,
  toxiproxy: null,
}

describe('ports', () => {
  test('are published on 127.0.0.1 only, and every one is a variable', () => {
    const published = services.flatMap(([, { ports }]) => ports)
    expect(published.length).toBeGreaterThan(0)
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+$/)
  })

  test('are those that people know', () => {
    expect(service('otel-collector').ports).toEqual(
      expect.arrayContaining(['127.0.0.1:${OTLP_GRPC_PORT:-4317}:4317', '127.0.0.1:${OTLP_HTTP_PORT:-4318}:4318']),
    )
    expect(service('clickhouse').ports).toEqual(
      expect.arrayContaining([
        '127.0.0.1:${CLICKHOUSE_HTTP_PORT:-8123}:8123',
        '127.0.0.1:${CLICKHOUSE_NATIVE_PORT:-9000}:9000',
      ]),
    )
  })

  test('never collide between services that run together', () => {
    const together = services.filter(([name]) => name !== 'metrics-collector').flatMap(([, { ports }]) => ports)
    const hostPorts = together.map((port) => /:-(\d+)\}/.exec(port)?.[1])
    expect(new Set(hostPorts).size).toBe(hostPorts.length)
  })
})

describe('services', () => {
  test.each(services)('%s has an image that can be overridden and is pinned to a version', (_, { image }) => {
    expect(image).toMatch(/^\$\{[A-Z_]+_IMAGE:-[a-z0-9./-]+:\d[\w.-]*\}$/)
  })

  test.each(services.filter(([name]) => !oneShot.includes(name)))(
    '%s runs on and is asked whether it is healthy',
    (name, { healthcheck, profiles }) => {
      const neighbour = probedBy[name]
      if (neighbour === undefined) expect(healthcheck?.test.length).toBeGreaterThan(1)
      else if (neighbour === null) expect(profiles).not.toEqual([])
      else {
        expect(service(neighbour).healthcheck?.test).toEqual(['CMD', '/bin/sh', '/healthcheck.sh'])
        expect(service(neighbour).volumes).toContain('./collector/healthcheck.sh:/healthcheck.sh:ro')
        expect(service(neighbour).depends_on).toHaveProperty(name)
      }
    },
  )

  test.each(oneShot)('%s ends, and is not started again', (name) => {
    expect(service(name)).toMatchObject({ restart: 'no', profiles: [] })
    expect(service(name).healthcheck).toBeUndefined()
  })

  test('wait for what they need: a healthy ClickHouse, the whole schema, a queue that can be written', () => {
    // It makes the schema without which ClickHouse is not healthy.
    expect(service('clickhouse-migrate').depends_on).toEqual({ clickhouse: { condition: 'service_started' } })
    expect(service('otel-collector').depends_on).toEqual({
      'clickhouse-migrate': { condition: 'service_completed_successfully' },
      'otel-collector-init': { condition: 'service_completed_successfully' },
      toxiproxy: { condition: 'service_started', required: false },
    })
    expect(service('otel-collector-ready').depends_on).toEqual({
      clickhouse: { condition: 'service_healthy' },
      'otel-collector': { condition: 'service_started' },
    })
  })

  test('wait for a healthy neighbour only where it has a probe, and for the end only of those that end', () => {
    for (const [, { depends_on }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy') expect(service(name).healthcheck).toBeDefined()
        if (condition === 'service_completed_successfully') expect(oneShot).toContain(name)
      }
    }
  })

  test('that are extras run only under their profiles', () => {
    const extras = services
      .filter(([, { profiles }]) => profiles.length > 0)
      .map(([name, { profiles }]) => [name, profiles])
    expect(extras).toEqual([
      ['metrics-collector', ['prometheus']],
      ['toxiproxy', ['faults']],
      ['relay', ['relay']],
    ])
  })
})

describe('the links that can fail', () => {
  const { ports, command } = z
    .looseObject({ ports: z.array(z.string()), command: z.array(z.string()) })
    .parse(service('toxiproxy'))
  const containerPorts = ports.map((port) => Number(port.split(':').at(-1)))

  test('are made from a file before toxiproxy answers, and their bytes are counted', () => {
    expect(command).toEqual(expect.arrayContaining(['-config=/etc/toxiproxy/proxies.json', '-proxy-metrics']))
    expect(service('toxiproxy').volumes).toEqual(['./toxiproxy/proxies.json:/etc/toxiproxy/proxies.json:ro'])
  })

  test('lead to services that there are, and each is published', async () => {
    const proxies = z
      .array(z.object({ name: z.string(), listen: z.string(), upstream: z.string() }))
      .parse(JSON.parse(await readFile(join(projectRoot, 'stack/toxiproxy/proxies.json'), 'utf8')))
    expect(proxies.map(({ name }) => name)).toEqual(['clickhouse', 'otlp-grpc', 'otlp-http'])
    for (const { listen, upstream } of proxies) {
      const [name = '', port] = upstream.split(':')
      expect(service(name).ports.some((published) => published.endsWith(`:${port}`))).toBe(true)
      expect(containerPorts).toContain(Number(listen.replace('0.0.0.0:', '')))
    }
    expect(proxies[0]?.listen.replace('0.0.0.0', 'toxiproxy')).toBe(FAULTY_CLICKHOUSE_LINK)
  })

  test('are on the way only where that is asked for', () => {
    expect(service('otel-collector').environment.CLICKHOUSE_ENDPOINT).toBe('tcp://${CLICKHOUSE_LINK:-clickhouse:9000}')
    for (const [name, { depends_on }] of services)
      if (name !== 'toxiproxy') expect(depends_on.toxiproxy?.required ?? false).toBe(false)
  })
})

describe('limits', () => {
  test('of the collector and of ClickHouse are those of the requirement, with their reservations', () => {
    const collector = { limits: { cpus: '0.5', memory: '256M' }, reservations: { cpus: '0.25', memory: '128M' } }
    expect(service('otel-collector').deploy?.resources).toEqual(collector)
    expect(service('metrics-collector').deploy?.resources).toEqual(collector)
    expect(service('clickhouse').deploy?.resources).toEqual({
      limits: { cpus: '1.0', memory: '1G' },
      reservations: { cpus: '0.5', memory: '512M' },
    })
  })

  test.each(services)('hold for %s', (_, { deploy }) => {
    expect(deploy?.resources.limits).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) })
  })

  test('hold for every service that runs on by default, and fit the minimum machine: 2 cores, 4 GB', async () => {
    const { services: read } = await readComposeFile(file, 'stack/compose.yaml', secrets)
    const running = [...read.values()].filter(({ name, profiles }) => profiles.length === 0 && !oneShot.includes(name))
    expect(running.map(({ name }) => name)).toEqual(['clickhouse', 'otel-collector', 'otel-collector-ready'])
    const memory = running.map(({ memoryLimitBytes }) => memoryLimitBytes ?? Number.POSITIVE_INFINITY)
    const cpus = running.map(({ cpuLimit }) => cpuLimit ?? Number.POSITIVE_INFINITY)
    expect(memory.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(4e9)
    expect(cpus.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(2)
  })

  test("leave the collector's own limits room below the container's", async () => {
    const limit = 256
    expect(Number(/^(\d+)MiB$/.exec(service('otel-collector').environment.GOMEMLIMIT ?? '')?.[1])).toBeLessThan(limit)
    const config = await readFile(join(projectRoot, 'stack/collector/config.yaml'), 'utf8')
    expect(Number(/limit_mib: (\d+)/.exec(config)?.[1])).toBeLessThan(limit)
  })
})
