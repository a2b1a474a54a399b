// Faults in containers: all of the stack stopped, ClickHouse off the network, full volumes, and the relay of the compose file.
import { stopSignal } from '../../core/cleanup.ts'
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import type { Batch } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { FillableDisk } from '../../harness/faults/target.ts'
import { openFault, type Strike, withFault } from '../../harness/faults/with-fault.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import { onSpareStack } from '../../harness/rigs/outage-rig.ts'
import { splitPhases } from '../../harness/rigs/phases.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { readRelayStatus } from '../../stack/client/relay/status.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { factsBy, noContainers, shown } from './facts.ts'

const MIB = 1024 ** 2
const STORED_TIMEOUT_MS = 30_000
const QUEUE_VOLUME_BYTES = 2 * MIB
const DATA_VOLUME_BYTES = 96 * MIB
/** Refusals that show that the volume is full, and more than there can be. */
const ENOUGH_REFUSED = 5
const MAX_REFUSED = 1_000

function stopped(stage: 'collector' | 'clickhouse'): Strike {
  return { fault: { kind: 'stop', stage, parameters: {} }, operation: 'at rest' }
}

function killed(stage: 'collector' | 'relay'): Strike {
  return { fault: { kind: 'kill', stage, parameters: {} }, operation: 'parking' }
}

export const faultsInContainers: readonly Definition[] = [
  {
    name: 'stopped-and-started',
    title: 'keeps every acknowledged event when all services are stopped and started again',
    requirements: ['R2', 'R12'],
    run: (context) =>
      context.runtime === 'embedded'
        ? Promise.resolve(noContainers)
        : onSpareStack(context, 'stopped-and-started', async ({ experiment, stack, target, emitter, phases }) => {
            await experiment.sendBatches(emitter(), phases.before)
            await using collector = await openFault(experiment, target, stopped('collector'))
            await using clickhouse = await openFault(experiment, target, stopped('clickhouse'))
            const facts = (await stack.containers?.facts()) ?? []
            experiment.check('containers', 'how they ended', {
              actual: facts
                .filter(({ service }) => service === 'clickhouse' || service === 'otel-collector')
                .map(({ service, running, exitCode }) => [service, running, exitCode]),
              expected: [
                ['clickhouse', false, 0],
                ['otel-collector', false, 0],
              ],
            })
            await clickhouse.end()
            await collector.end()
            await experiment.sendBatches(emitter(), phases.during)
            await experiment.sendBatches(emitter(), phases.after)
          }),
  },
  {
    name: 'network-cut',
    title: 'keeps every acknowledged event when ClickHouse is off the network for a while',
    requirements: ['R2', 'R12'],
    run: (context) =>
      context.runtime === 'embedded'
        ? Promise.resolve(noContainers)
        : onSpareStack(context, 'network-cut', async ({ experiment, target, emitter, phases }) => {
            const sender = emitter()
            await experiment.sendBatches(sender, phases.before)
            const fault = { kind: 'network-cut', stage: 'clickhouse', parameters: {} } as const
            await withFault(experiment, target, { fault, operation: 'inserting' }, () =>
              experiment.sendBatches(sender, phases.during),
            )
            await experiment.sendBatches(sender, phases.after)
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
      return runExperiment(
        context,
        { mark: 'relay-container', rules: { counters: false } },
        (experiment) => relayKeeps(context, experiment, stack),
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
      return runExperiment(
        context,
        { mark: 'full-database', rules: { counters: false } },
        (experiment) => databaseFull(context, experiment, stack),
        stack,
      )
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
      return runExperiment(
        context,
        { mark: 'full-volume', rules: { counters: false, maxRefusedBatches: MAX_REFUSED } },
        (experiment) => queueVolumeFull(context, experiment, stack),
        stack,
      )
    },
  },
]

function loadOf(context: Context) {
  return sessionsLoad({
    seed: context.seed,
    sessions: 30,
    startMs: context.dataStartMs,
    spreadMs: 600_000,
    prompts: 2,
  })
}

async function databaseFull(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  await using sender = replay(stack, 'grpc')
  const { batches, planted } = loadOf(context)
  experiment.ledger.plant(planted)
  const phases = splitPhases(batches)
  await experiment.sendBatches(sender, phases.before)
  await experiment.drain()
  const storedBefore = await experiment.countStored()
  const fault = { kind: 'disk-full', stage: 'clickhouse', parameters: { diskBytes: DATA_VOLUME_BYTES } } as const
  const disks = { clickhouse: filledByBallast(context, stack) }
  await withFault(experiment, { stack, disks }, { fault, operation: 'inserting' }, async () => {
    await experiment.sendBatches(sender, phases.during)
    experiment.check('durability', 'what is stored meanwhile', {
      actual: await experiment.countStored(),
      expected: storedBefore,
    })
  })
  await experiment.sendBatches(sender, phases.after)
}

/** A table that takes all the room there is. */
function filledByBallast(context: Context, stack: Stack): FillableDisk {
  let failure = ''
  const run = async (sql: string) => {
    await using admin = connect(stack, 'admin')
    await admin.run(sql)
  }
  return {
    fill: async () => {
      await run('CREATE TABLE telemetry.ballast (text String) ENGINE = MergeTree ORDER BY tuple()')
      // Less and less at a time, until nothing more fits.
      for (let kibibytes = 4_096; kibibytes >= 1; ) {
        context.progress(`filling ClickHouse's volume, ${kibibytes} KiB at a time`)
        const sql = `INSERT INTO telemetry.ballast SELECT randomString(1024) FROM numbers(${kibibytes})`
        await run(sql).catch((error: unknown) => {
          failure = messageOf(error)
          kibibytes = Math.floor(kibibytes / 4)
        })
      }
    },
    complaint: async () => (/no space|not enough space/i.test(failure) ? failure.slice(0, 200) : undefined),
    free: () => run('DROP TABLE IF EXISTS telemetry.ballast SYNC'),
  }
}

async function queueVolumeFull(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  const load = sessionsLoad({
    seed: context.seed,
    sessions: 200,
    startMs: context.dataStartMs,
    spreadMs: 600_000,
    prompts: 3,
    planting: 'none',
  })
  await using sender = replay(stack, 'grpc')
  const clickhouse = stack.service('clickhouse')
  const fault = { kind: 'disk-full', stage: 'collector', parameters: { diskBytes: QUEUE_VOLUME_BYTES } } as const
  // The load fills it, while ClickHouse takes nothing.
  const collector: FillableDisk = {
    fill: () => clickhouse.kill(),
    complaint: async () =>
      experiment.refusedBatches >= ENOUGH_REFUSED ? `${experiment.refusedBatches} requests were refused` : undefined,
    free: () => clickhouse.start(),
  }
  await withFault(experiment, { stack, disks: { collector } }, { fault, operation: 'sending' }, async () => {
    for (const batch of load.batches) {
      await experiment.sendBatches(sender, [batch])
      if (experiment.refusedBatches >= ENOUGH_REFUSED) break
    }
    experiment.check('containers', 'the collector runs on', {
      actual: await stack.service('otel-collector').alive(),
      expected: true,
    })
  })
  await until('what was acknowledged', async () => (await experiment.countStored()) >= experiment.ledger.mustBeStored, {
    timeoutMs: STORED_TIMEOUT_MS,
    intervalMs: 100,
  })
  // It goes on counting as queued what it refused for want of disk, until it is started again.
  await stack.service('otel-collector').stop()
  await stack.service('otel-collector').start()
}

async function relayKeeps(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  const { relay } = stack.endpoints
  if (!relay || !stack.containers) throw new Error('this stack has no relay')
  const { user, published, mounts } = (await factsBy(stack.containers))('relay')
  const ports = published.map(({ address, containerPort }) => `${address}:${containerPort}`).sort()
  const loopback = ['127.0.0.1:4319', '127.0.0.1:4320']
  experiment.check('security', "the relay's ports", { actual: ports, expected: loopback })
  experiment.check('security', "the relay's user", { actual: user, expected: 'node' })
  const writable = mounts.filter(({ readOnly }) => !readOnly).map(shown)
  experiment.check('security', 'what the relay can write', {
    actual: writable,
    expected: ['volume relay-buffer /home/node'],
  })
  const { batches, planted } = loadOf(context)
  experiment.ledger.plant(planted)
  const phases = splitPhases(batches)
  const send = async (phase: readonly Batch[]) => {
    await using overGrpc = replayEmitter({ protocol: 'grpc', endpoint: relay.otlpGrpc, timeoutMs: 10_000 })
    await using overHttp = replayEmitter({ protocol: 'http/protobuf', endpoint: relay.otlpHttp, timeoutMs: 10_000 })
    await experiment.sendParallel([overGrpc, overHttp], phase)
  }
  // Of what an earlier process has left, only the bytes are known before it is read.
  const parked = async () => (await readRelayStatus(relay.otlpHttp, 5_000)).buffer.parked.bytes
  const target = { stack, processes: { relay: stack.service('relay') } }
  await send(phases.before)
  await withFault(experiment, target, killed('collector'), async () => {
    await send(phases.during)
    const kept = await parked()
    experiment.check('buffering', 'the relay keeps what comes meanwhile', { actual: kept > 0, expected: true })
    await withFault(experiment, target, killed('relay'), async () => {})
    experiment.check('buffering', 'it has all of that after it was killed', { actual: await parked(), expected: kept })
  })
  await send(phases.after)
  await until('all is delivered', async () => (await parked()) === 0, {
    timeoutMs: STORED_TIMEOUT_MS,
    intervalMs: 100,
    signal: stopSignal,
  })
}
