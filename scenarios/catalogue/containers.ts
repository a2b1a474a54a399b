// Containers: the compose file itself, as an engine runs it. The embedded runtime has none, and says so.
import { stopSignal } from '../../core/cleanup.ts'
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import type { Batch } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { RelayStatus } from '../../stack/client/relay/relay.ts'
import type { ContainerFacts, Containers, Stack } from '../../stack/runtime/runtime.ts'
import { connect } from '../database.ts'
import type { Proof } from '../proof.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { inThirds } from '../thirds.ts'
import { aDayBefore, proven, suite } from './define.ts'
import { replay } from './emitters.ts'
import { recover } from './recovery.ts'

const MIB = 1024 ** 2
const HEALTH_TIMEOUT_MS = 30_000
const STORED_TIMEOUT_MS = 30_000
const GIB = 1024 ** 3
const QUEUE_VOLUME_BYTES = 2 * MIB
const DATA_VOLUME_BYTES = 96 * MIB
/** Refusals that show that the volume is full, and more than there can be. */
const ENOUGH_REFUSED = 5
const MAX_REFUSED = 1_000

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
    'bind healthy.sh /healthy.sh read-only',
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

type Work = (proof: Proof, containers: Containers) => Promise<void>

/** On the shared stack, or skipped where it runs no containers. */
async function onContainers(context: Context, mark: string, work: Work): Promise<Outcome> {
  if (context.runtime === 'embedded') return noContainers
  const stack = await context.stack()
  const { containers } = stack
  if (!containers) return noContainers
  return proven(context, { mark }, (proof) => work(proof, containers), stack)
}

/** On the spare stack, or skipped. */
async function onSpareContainers(
  context: Context,
  mark: string,
  work: (proof: Proof, containers: Containers, stack: Stack) => Promise<void>,
): Promise<Outcome> {
  if (context.runtime === 'embedded') return noContainers
  const stack = await context.spareStack()
  const { containers } = stack
  if (!containers) return noContainers
  return proven(context, { mark, rules: { counters: false } }, (proof) => work(proof, containers, stack), stack)
}

const noContainers = { skipped: 'the embedded runtime has no containers' } as const

async function factsBy(containers: Containers): Promise<(service: string) => ContainerFacts> {
  const facts = new Map((await containers.facts()).map((fact) => [fact.service, fact]))
  return (service) => {
    const fact = facts.get(service)
    if (!fact) throw new Error(`the engine knows no container of ${service}`)
    return fact
  }
}

function shown({ kind, source, target, readOnly }: ContainerFacts['mounts'][number]): string {
  // A volume's name begins with the project's, a file's path with the checkout's.
  const name = kind === 'volume' ? source.replace(/^.*_/, '') : source.replace(/^.*\//, '')
  return `${kind} ${name} ${target}${readOnly ? ' read-only' : ''}`
}

async function fillDatabase(context: Context, proof: Proof, stack: Stack): Promise<void> {
  await using admin = connect(stack, 'admin')
  await using sender = replay(stack, 'grpc')
  const { batches, planted } = sessionsLoad({
    ...{ seed: context.seed, sessions: 30, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 2 },
  })
  proof.ledger.plant(planted)
  const [before = [], meanwhile = [], after = []] = inThirds(batches)
  await proof.deliverBatches(sender, before)
  await proof.settle()
  const storedBefore = await proof.stored()
  // Less and less at a time, until nothing more fits.
  await admin.run('CREATE TABLE telemetry.ballast (text String) ENGINE = MergeTree ORDER BY tuple()')
  let failure = ''
  for (let kibibytes = 4_096; kibibytes >= 1; ) {
    context.progress(`filling ClickHouse's volume, ${kibibytes} KiB at a time`)
    const fill = `INSERT INTO telemetry.ballast SELECT randomString(1024) FROM numbers(${kibibytes})`
    await admin.run(fill).catch((error: unknown) => {
      failure = messageOf(error)
      kibibytes = Math.floor(kibibytes / 4)
    })
  }
  await proof.deliverBatches(sender, meanwhile)
  proof.compare('fault', 'what is stored meanwhile', await proof.stored(), storedBefore)
  proof.exercised({
    ...{ kind: 'disk-full', stage: 'clickhouse', parameters: { bytes: DATA_VOLUME_BYTES }, operation: 'inserting' },
    effect: /no space|not enough space/i.test(failure) ? failure.slice(0, 200) : null,
  })
  await admin.run('DROP TABLE telemetry.ballast SYNC')
  await proof.deliverBatches(sender, after)
}

async function relayKeeps(context: Context, proof: Proof, stack: Stack): Promise<void> {
  const { relay } = stack.endpoints
  if (!relay || !stack.containers) throw new Error('this stack has no relay')
  const { user, published, mounts } = (await factsBy(stack.containers))('relay')
  const ports = published.map(({ address, containerPort }) => `${address}:${containerPort}`).sort()
  proof.compare('security', "the relay's ports", ports, ['127.0.0.1:4319', '127.0.0.1:4320'])
  proof.compare('security', "the relay's user", user, 'node')
  const writable = mounts.filter(({ readOnly }) => !readOnly).map(shown)
  proof.compare('security', 'what the relay can write', writable, ['volume relay-buffer /home/node'])
  const { batches, planted } = sessionsLoad({
    ...{ seed: context.seed, sessions: 30, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 2 },
  })
  proof.ledger.plant(planted)
  const [before = [], meanwhile = [], after = []] = inThirds(batches)
  const send = async (third: readonly Batch[]) => {
    await using overGrpc = replayEmitter({ protocol: 'grpc', endpoint: relay.otlpGrpc, timeoutMs: 10_000 })
    await using overHttp = replayEmitter({ protocol: 'http/protobuf', endpoint: relay.otlpHttp, timeoutMs: 10_000 })
    await proof.deliverParallel([overGrpc, overHttp], third)
  }
  const parked = async () => {
    const status = (await (await fetch(`${relay.otlpHttp}/status`)).json()) as RelayStatus
    // Of what an earlier process has left, only the bytes are known before it is read.
    return status.buffer.parked.bytes
  }
  await send(before)
  const collector = stack.service('otel-collector')
  await collector.kill()
  await send(meanwhile)
  const kept = await parked()
  proof.compare('fault', 'the relay keeps what comes meanwhile', kept > 0, true)
  await stack.service('relay').kill()
  await stack.service('relay').start()
  proof.compare('fault', 'it has all of that after it was killed', await parked(), kept)
  await collector.start()
  await send(after)
  await until('all is delivered', async () => (await parked()) === 0, {
    ...{ timeoutMs: STORED_TIMEOUT_MS, intervalMs: 100, signal: stopSignal },
  })
}

export const containers: Scenario[] = suite('containers', [
  {
    name: 'as-required',
    title:
      'runs each container with the limits, ports, mounts, user and image that are required, and without further rights',
    requirements: ['R1', 'R2'],
    profile: 'smoke',
    run: (context) =>
      onContainers(context, 'as-required', async (proof, engine) => {
        const fact = await factsBy(engine)
        for (const [name, limits] of Object.entries(LIMITS)) {
          const { cpuLimit, memoryLimitBytes, memoryReservationBytes } = fact(name)
          proof.compare('limits', `limits of ${name}`, { cpuLimit, memoryLimitBytes, memoryReservationBytes }, limits)
        }
        const all = await engine.facts()
        const unlimited = all.filter(({ cpuLimit, memoryLimitBytes }) => cpuLimit === null || memoryLimitBytes === null)
        proof.compare(
          'limits',
          'containers without a limit',
          unlimited.map(({ service }) => service),
          [],
        )
        const running = all.filter((one) => one.running)
        const together = running.reduce(
          (sum, { memoryLimitBytes }) => sum + (memoryLimitBytes ?? Number.POSITIVE_INFINITY),
          0,
        )
        proof.compare('limits', 'the whole stack fits into 4 GB', together <= 4e9, true)
        proof.compare(
          'security',
          'ports published elsewhere than on 127.0.0.1',
          all.flatMap(({ service, published }) =>
            published.flatMap(({ address, containerPort }) =>
              address === '127.0.0.1' ? [] : [`${service} ${address}:${containerPort}`],
            ),
          ),
          [],
        )
        proof.compare(
          'security',
          'containers with further rights',
          all.filter(({ privileged }) => privileged).map(({ service }) => service),
          [],
        )
        for (const [name, ports] of Object.entries(PUBLISHED))
          proof.compare(
            'containers',
            `ports of ${name}`,
            fact(name)
              .published.map(({ containerPort }) => containerPort)
              .sort((a, b) => a - b),
            [...ports],
          )
        for (const [name, mounts] of Object.entries(MOUNTS))
          proof.compare('containers', `mounts of ${name}`, fact(name).mounts.map(shown).sort(), [...mounts].sort())
        for (const [name, image] of Object.entries(IMAGES))
          proof.compare('containers', `${name} runs ${fact(name).image}`, image.test(fact(name).image), true)
        proof.compare('containers', "the collector's user", fact('otel-collector').user.split(':')[0], '10001')
      }),
  },
  {
    name: 'order',
    title: 'starts nothing before what it needs is ready',
    requirements: ['R2'],
    profile: 'smoke',
    run: (context) =>
      onContainers(context, 'order', async (proof, engine) => {
        const fact = await factsBy(engine)
        const collector = fact('otel-collector')
        for (const name of ONE_SHOT) {
          const { running, exitCode, finishedAtMs } = fact(name)
          proof.compare('order', `${name} ended well`, { running, exitCode }, { running: false, exitCode: 0 })
          proof.compare(
            'order',
            `the collector began after the end of ${name}`,
            collector.startedAtMs >= finishedAtMs,
            true,
          )
        }
        proof.compare('order', 'ClickHouse was healthy when the stack was up', fact('clickhouse').health, 'healthy')
        // Its check runs for the first time some seconds after it has begun.
        const ready = await until(
          'a first health check of otel-collector-ready',
          async () => {
            const { health } = (await factsBy(engine))('otel-collector-ready')
            return health !== 'starting' && health
          },
          { timeoutMs: HEALTH_TIMEOUT_MS, intervalMs: 200 },
        )
        proof.compare('order', 'the pipeline is healthy', ready, 'healthy')
      }),
  },
  {
    name: 'health',
    title: 'is healthy when ClickHouse has this schema and the pipeline takes a record, and only then',
    requirements: ['R2'],
    run: (context) =>
      onSpareContainers(context, 'health', async (proof, engine, stack) => {
        const healthy = async (service: string) => (await engine.health(service)).healthy
        await using admin = connect(stack, 'admin')
        proof.compare('health', 'ClickHouse with its schema', await healthy('clickhouse'), true)
        proof.compare('health', 'a pipeline that takes records', await healthy('otel-collector-ready'), true)
        await admin.run('ALTER TABLE telemetry.schema_version DELETE WHERE version = 7 SETTINGS mutations_sync = 1')
        proof.compare('health', 'ClickHouse with an older schema', await healthy('clickhouse'), false)
        proof.compare(
          'health',
          'what it says of it',
          (await engine.health('clickhouse')).output,
          'the schema is at version 6, the files here make 7',
        )
        await stack.service('otel-collector').pause()
        proof.compare('health', 'a pipeline that stands still', await healthy('otel-collector-ready'), false)
        await stack.service('otel-collector').resume()
        proof.compare('health', 'a pipeline that goes on', await healthy('otel-collector-ready'), true)
        await stack.service('otel-collector').stop()
        proof.compare('health', 'no pipeline', await healthy('otel-collector-ready'), false)
        await stack.service('otel-collector').start()
        proof.compare('health', 'a pipeline again', await healthy('otel-collector-ready'), true)
        proof.compare('health', 'migrating again', (await engine.rerun('clickhouse-migrate')).exitCode, 0)
        proof.compare('health', 'ClickHouse with its schema again', await healthy('clickhouse'), true)
      }),
  },
  {
    name: 'old-volume',
    title: 'brings old and half-made data to the schema of its files, and leaves newer data alone',
    requirements: ['R2', 'R7'],
    run: (context) =>
      onSpareContainers(context, 'old-volume', async (proof, engine, stack) => {
        await using admin = connect(stack, 'admin')
        const version = async () => {
          const [row] = await admin.rows<{ version: number }>(
            'SELECT max(version) AS version FROM telemetry.schema_version',
          )
          return row?.version
        }
        // As it was before the last file came: its view and its row are not there.
        await admin.run('DROP VIEW telemetry.policy_audit_logs_mv SYNC')
        await admin.run('ALTER TABLE telemetry.schema_version DELETE WHERE version = 7 SETTINGS mutations_sync = 1')
        proof.compare('migration', 'the older version', await version(), 6)
        const again = await engine.rerun('clickhouse-migrate')
        proof.compare('migration', 'over an older schema', again.exitCode, 0)
        proof.compare('migration', 'the version after it', await version(), 7)
        const [view] = await admin.rows<{ there: number }>('EXISTS VIEW telemetry.policy_audit_logs_mv')
        proof.compare('migration', 'the view is there again', Object.values(view ?? {})[0], 1)
        // As it was when the first start was killed half-way.
        for (const made of ['VIEW telemetry_events', 'VIEW telemetry_events_mv', 'TABLE telemetry_events_rows'])
          await admin.run(`DROP ${made} SYNC`)
        await admin.run('ALTER TABLE telemetry.schema_version DELETE WHERE version >= 5 SETTINGS mutations_sync = 1')
        const half = await engine.rerun('clickhouse-migrate')
        proof.compare('migration', 'over a schema that was half made', half.exitCode, 0)
        proof.compare('migration', 'the version after that', await version(), 7)
        await admin.run("INSERT INTO telemetry.schema_version (version, name) VALUES (99, 'from the future')")
        const newer = await engine.rerun('clickhouse-migrate')
        proof.compare('migration', 'over a newer schema', newer.exitCode, 1)
        proof.compare(
          'migration',
          'what it says of it',
          newer.output.split('\n').at(-1),
          'the data is of schema version 99, newer than these files (7): use the newer stack, or begin with new data',
        )
        await admin.run('ALTER TABLE telemetry.schema_version DELETE WHERE version = 99 SETTINGS mutations_sync = 1')
      }),
  },
  {
    name: 'stopped-and-started',
    title: 'keeps every acknowledged event when all services are stopped and started again',
    requirements: ['R2', 'R12'],
    run: (context) =>
      context.runtime === 'embedded'
        ? Promise.resolve(noContainers)
        : recover(context, 'stopped-and-started', async ({ proof, stack, emitter, thirds }) => {
            await proof.deliverBatches(emitter(), thirds[0] ?? [])
            await stack.service('otel-collector').stop()
            await stack.service('clickhouse').stop()
            const ended = (await stack.containers?.facts())?.filter(({ service }) => service in LIMITS)
            proof.compare(
              'fault',
              'how they ended',
              ended?.map(({ service, running, exitCode }) => [service, running, exitCode]),
              [
                ['clickhouse', false, 0],
                ['otel-collector', false, 0],
              ],
            )
            await stack.service('clickhouse').start()
            await stack.service('otel-collector').start()
            await proof.deliverBatches(emitter(), thirds[1] ?? [])
            await proof.deliverBatches(emitter(), thirds[2] ?? [])
          }),
  },
  {
    name: 'network-cut',
    title: 'keeps every acknowledged event when ClickHouse is off the network for a while',
    requirements: ['R2', 'R12'],
    run: (context) =>
      context.runtime === 'embedded'
        ? Promise.resolve(noContainers)
        : recover(context, 'network-cut', async ({ proof, stack, emitter, thirds }) => {
            const sender = emitter()
            await proof.deliverBatches(sender, thirds[0] ?? [])
            await stack.containers?.cut('clickhouse')
            const reached = await fetch(`${stack.endpoints.clickhouseHttp}/ping`, {
              signal: AbortSignal.timeout(1_000),
            }).catch(() => undefined)
            proof.compare('fault', 'ClickHouse could not be reached', reached, undefined)
            await proof.deliverBatches(sender, thirds[1] ?? [])
            await stack.containers?.heal('clickhouse')
            await proof.deliverBatches(sender, thirds[2] ?? [])
          }),
  },
  {
    name: 'relay',
    title:
      'keeps in the relay of the compose file what comes while the collector is away, and what it kept while it is away itself',
    requirements: ['R2', 'R11', 'R12'],
    run: async (context) => {
      if (context.runtime === 'embedded') return noContainers
      const stack = await context.ownStack({ relay: true })
      return proven(
        context,
        { mark: 'relay-container', rules: { counters: false } },
        (proof) => relayKeeps(context, proof, stack),
        stack,
      )
    },
  },
  {
    name: 'full-database',
    title: "keeps every acknowledged event while ClickHouse's volume is full",
    requirements: ['R2', 'R12'],
    profile: 'full',
    run: async (context) => {
      if (context.runtime === 'embedded') return noContainers
      const stack = await context.ownStack({ volumeBytes: { 'clickhouse-data': DATA_VOLUME_BYTES } })
      const rules = { counters: false }
      return proven(context, { mark: 'full-database', rules }, (proof) => fillDatabase(context, proof, stack), stack)
    },
  },
  {
    name: 'full-volume',
    title: "refuses what it cannot keep when the queue's volume is full, and keeps what it acknowledged",
    requirements: ['R2', 'R12'],
    profile: 'full',
    run: async (context) => {
      if (context.runtime === 'embedded') return noContainers
      const stack = await context.ownStack({ volumeBytes: { 'collector-queue': QUEUE_VOLUME_BYTES } })
      const rules = { counters: false, maxRefusedBatches: MAX_REFUSED }
      return proven(
        context,
        { mark: 'full-volume', rules },
        async (proof) => {
          const load = sessionsLoad({
            ...{ seed: context.seed, sessions: 200, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 3 },
            planting: 'none',
          })
          await using sender = replay(stack, 'grpc')
          await stack.service('clickhouse').kill()
          let refused = 0
          for (const batch of load.batches) {
            await proof.deliverBatches(sender, [batch])
            refused = proof.ledger.sent.filter(({ answer }) => answer.kind === 'refused').length
            if (refused >= ENOUGH_REFUSED) break
          }
          proof.compare('fault', 'the volume was full: requests were refused', refused >= ENOUGH_REFUSED, true)
          proof.compare('fault', 'the collector runs on', await stack.service('otel-collector').alive(), true)
          await stack.service('clickhouse').start()
          await until('what was acknowledged', async () => (await proof.stored()) >= proof.ledger.mustBeStored, {
            timeoutMs: STORED_TIMEOUT_MS,
            intervalMs: 100,
          })
          // It goes on counting as queued what it refused for want of disk, until it is started again.
          await stack.service('otel-collector').stop()
          await stack.service('otel-collector').start()
        },
        stack,
      )
    },
  },
])
