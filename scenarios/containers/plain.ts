// The stack as a person starts it without this project's commands: `docker compose up --wait` beside a hand-written .env, then a crash, then an upgrade.
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../../core/cleanup.ts'
import { until } from '../../core/poll.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import { outagePhases } from '../../harness/rigs/outage-rig.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import type { Containers, Stack } from '../../stack/runtime/runtime.ts'
import { schemaFiles } from '../../stack/runtime/schema-files.ts'
import { noContainers } from './facts.ts'

/** Longer than any service's health check takes to give up. */
const BACK_MS = 60_000
/** What stays up; the others do their work and end. */
const RUNNING = ['clickhouse', 'otel-collector', 'otel-collector-ready'] as const
const CHECKED = ['clickhouse', 'otel-collector-ready'] as const
const SCHEMA = 'clickhouse/schema'

export const plain: Definition = {
  name: 'plain',
  title:
    'comes up with plain Compose and a .env, comes back when all of it is killed at once, and is upgraded by the same command, without a loss',
  requirements: ['R2', 'R7', 'R12'],
  profile: 'full',
  run: async (context) => {
    if (context.runtime === 'embedded') return noContainers
    const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-plain-'))
    using _removal = atExit(() => rm(room, { recursive: true, force: true }))
    try {
      return await inCheckout(context, join(room, 'stack'))
    } finally {
      await rm(room, { recursive: true, force: true })
    }
  },
}

async function inCheckout(context: Context, checkout: string): Promise<Outcome> {
  await cp(context.stackDirectory, checkout, { recursive: true })
  // A checkout of before the newest schema.
  const newest = await newestOf(checkout)
  const later = (await readdir(join(checkout, SCHEMA))).filter((name) => Number.parseInt(name, 10) === newest)
  for (const name of later) await rm(join(checkout, SCHEMA, name))
  const older = await newestOf(checkout)
  await using stack = await context.ownStack({ stackDirectory: checkout, plain: true })
  return await runExperiment(
    context,
    { mark: 'plain', rules: { counters: false } },
    async (experiment) => {
      const { containers } = stack
      if (containers?.again === undefined) throw new Error('a stack of plain Compose cannot be started again')
      const phases = outagePhases(context, experiment)
      await using sender = replay(stack, 'grpc')
      await healthyNow(experiment, containers, 'when the command returns')
      await ofVersion(experiment, stack, older)
      await experiment.sendBatches(sender, phases.before)
      experiment.check('recovery', 'what comes back when all was killed at once', {
        actual: await killAll(containers),
        expected: [...RUNNING],
      })
      // What has stayed away is started by the command, so that the rest can be judged.
      await containers.again()
      await using second = replay(stack, 'grpc')
      await experiment.sendBatches(second, phases.during)
      for (const name of later) await cp(join(context.stackDirectory, SCHEMA, name), join(checkout, SCHEMA, name))
      await containers.again()
      await healthyNow(experiment, containers, 'after the upgrade')
      await ofVersion(experiment, stack, newest)
      await experiment.sendBatches(second, phases.after)
    },
    stack,
  )
}

async function newestOf(directory: string): Promise<number> {
  return (await schemaFiles(join(directory, SCHEMA))).at(-1)?.version ?? 0
}

async function healthyNow(experiment: Experiment, containers: Containers, when: string): Promise<void> {
  const facts = await containers.facts()
  experiment.check('health', `what is healthy ${when}`, {
    actual: CHECKED.map((name) => [name, facts.find(({ service }) => service === name)?.health]),
    expected: CHECKED.map((name) => [name, 'healthy']),
  })
}

async function ofVersion(experiment: Experiment, stack: Stack, expected: number): Promise<void> {
  await using admin = connect(stack, 'admin')
  const [row] = await admin.rows<{ version: number }>('SELECT max(version) AS version FROM telemetry.schema_version')
  experiment.check('migration', 'the version of the schema', { actual: row?.version, expected })
}

/** As the end of an engine or of its machine does it: no service outlives another. @returns those that run again and answer */
async function killAll(containers: Containers): Promise<string[]> {
  const pids = async () =>
    new Map((await containers.facts()).map(({ service, pid, running }) => [service, running ? pid : 0]))
  const before = await pids()
  for (const name of RUNNING) {
    const pid = before.get(name) ?? 0
    if (pid !== 0) process.kill(pid, 'SIGKILL')
  }
  const back = async () => {
    const now = await pids()
    return RUNNING.filter((name) => (now.get(name) ?? 0) !== 0 && now.get(name) !== before.get(name))
  }
  await until('all services again', async () => (await back()).length === RUNNING.length, { timeoutMs: BACK_MS }).catch(
    () => {},
  )
  return back()
}
