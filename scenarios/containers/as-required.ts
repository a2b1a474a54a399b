// Containers as they are required: limits, ports, mounts, users, images, and the order in which they start.
import { until } from '../../core/poll.ts'
import type { Definition } from '../../harness/scenario.ts'
import { factsBy, onContainers, shown } from './facts.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3
/** Memory of the smallest machine that the stack must fit into. */
const MACHINE_GB = 4
const HEALTH_TIMEOUT_MS = 30_000

/** What the requirement asks for, and not what the compose file happens to say. */
const LIMITS = {
  clickhouse: { cpuLimit: 1, memoryLimitBytes: GIB, memoryReservationBytes: 512 * MIB },
  'otel-collector': { cpuLimit: 0.5, memoryLimitBytes: 256 * MIB, memoryReservationBytes: 128 * MIB },
} as const

const PUBLISHED = { clickhouse: [8123, 9000], 'otel-collector': [4317, 4318, 8888, 13133] } as const

const MOUNTS = {
  clickhouse: [
    'volume clickhouse-data /var/lib/clickhouse',
    'bind users.xml /etc/clickhouse-server/users.xml read-only',
    'bind limits.xml /etc/clickhouse-server/config.d/limits.xml read-only',
    'bind healthcheck.sh /healthcheck.sh read-only',
    'bind schema /schema read-only',
  ],
  'otel-collector': [
    'volume collector-queue /var/lib/otelcol',
    'bind config.yaml /etc/otelcol-contrib/config.yaml read-only',
    'bind sanitization.yaml /etc/otelcol-contrib/sanitization.yaml read-only',
  ],
} as const

const IMAGES = {
  clickhouse: /(?:^|\/)clickhouse(?:-server)?:26\.7\b/,
  'otel-collector':
    /(?:^|\/)otel(?:-collector-contrib|emetry-collector-contrib|\/opentelemetry-collector-contrib):0\.161\.0\b/,
} as const

/** Services that do their work and end. */
const ONE_SHOT = ['clickhouse-migrate', 'otel-collector-init'] as const

export const asRequired: readonly Definition[] = [
  {
    name: 'as-required',
    title:
      'runs each container with the required limits, ports, mounts, user and image, and without further privileges',
    requirements: ['R1', 'R2'],
    profile: 'smoke',
    run: (context) =>
      onContainers(context, 'as-required', async (experiment, engine) => {
        const fact = await factsBy(engine)
        for (const [name, limits] of Object.entries(LIMITS)) {
          const { cpuLimit, memoryLimitBytes, memoryReservationBytes } = fact(name)
          experiment.check('limits', `limits of ${name}`, {
            actual: { cpuLimit, memoryLimitBytes, memoryReservationBytes },
            expected: limits,
          })
        }
        const all = await engine.facts()
        const unlimited = all.filter(({ cpuLimit, memoryLimitBytes }) => cpuLimit === null || memoryLimitBytes === null)
        experiment.check('limits', 'containers without a limit', {
          actual: unlimited.map(({ service }) => service),
          expected: [],
        })
        const running = all.filter((one) => one.running)
        const together = running.reduce(
          (sum, { memoryLimitBytes }) => sum + (memoryLimitBytes ?? Number.POSITIVE_INFINITY),
          0,
        )
        experiment.measure('limits', {
          name: 'memory limits of the whole stack',
          value: together / 1e9,
          unit: 'GB',
          limit: { atMost: MACHINE_GB },
        })
        experiment.check('security', 'ports published elsewhere than on 127.0.0.1', {
          actual: all.flatMap(({ service, published }) =>
            published.flatMap(({ address, containerPort }) =>
              address === '127.0.0.1' ? [] : [`${service} ${address}:${containerPort}`],
            ),
          ),
          expected: [],
        })
        experiment.check('security', 'containers with further rights', {
          actual: all.filter(({ privileged }) => privileged).map(({ service }) => service),
          expected: [],
        })
        for (const [name, ports] of Object.entries(PUBLISHED))
          experiment.check('containers', `ports of ${name}`, {
            actual: fact(name)
              .published.map(({ containerPort }) => containerPort)
              .sort((a, b) => a - b),
            expected: [...ports],
          })
        for (const [name, mounts] of Object.entries(MOUNTS))
          experiment.check('containers', `mounts of ${name}`, {
            actual: fact(name).mounts.map(shown).sort(),
            expected: [...mounts].sort(),
          })
        for (const [name, image] of Object.entries(IMAGES))
          experiment.check('containers', `${name} runs ${fact(name).image}`, {
            actual: image.test(fact(name).image),
            expected: true,
          })
        experiment.check('containers', "the collector's user", {
          actual: fact('otel-collector').user.split(':')[0],
          expected: '10001',
        })
      }),
  },
  {
    name: 'order',
    title: 'starts each service only when its dependencies are ready',
    requirements: ['R2'],
    profile: 'smoke',
    run: (context) =>
      onContainers(context, 'order', async (experiment, engine) => {
        const fact = await factsBy(engine)
        const collector = fact('otel-collector')
        for (const name of ONE_SHOT) {
          const { running, exitCode, finishedAtMs } = fact(name)
          experiment.check('order', `${name} ended well`, {
            actual: { running, exitCode },
            expected: { running: false, exitCode: 0 },
          })
          experiment.check('order', `the collector began after the end of ${name}`, {
            actual: collector.startedAtMs >= finishedAtMs,
            expected: true,
          })
        }
        experiment.check('order', 'ClickHouse was healthy when the stack was up', {
          actual: fact('clickhouse').health,
          expected: 'healthy',
        })
        // Its check runs for the first time some seconds after it has begun.
        const ready = await until(
          'a first health check of otel-collector-ready',
          async () => {
            const { health } = (await factsBy(engine))('otel-collector-ready')
            return health !== 'starting' && health
          },
          { timeoutMs: HEALTH_TIMEOUT_MS, intervalMs: 200 },
        )
        experiment.check('order', 'the pipeline is healthy', { actual: ready, expected: 'healthy' })
      }),
  },
]
