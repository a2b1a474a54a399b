// Full volumes, real ones: ClickHouse's and the queue's.
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { FillableDisk } from '../../harness/faults/target.ts'
import { withFault } from '../../harness/faults/with-fault.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import { outagePhases } from '../../harness/rigs/outage-rig.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { noContainers } from './facts.ts'

const MIB = 1024 ** 2
const STORED_TIMEOUT_MS = 30_000
const QUEUE_VOLUME_BYTES = 2 * MIB
const DATA_VOLUME_BYTES = 96 * MIB
/** Refusals that show that the volume is full, and more than there can be. */
const ENOUGH_REFUSED = 5
const MAX_REFUSED = 1_000

export const fullVolumes: readonly Definition[] = [
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
    title: "refuses events when the queue's volume is full, and keeps every acknowledged event",
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

async function databaseFull(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  await using sender = replay(stack, 'grpc')
  const phases = outagePhases(context, experiment)
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
