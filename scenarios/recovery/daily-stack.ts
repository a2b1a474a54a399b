// The daily stack heals itself: what ends of it is started again, what a killed keeper left is known, its logs stay small.
import { appendFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { stackDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { processMark } from '../../core/process.ts'
import { seededUuid } from '../../core/random.ts'
import { attributes } from '../../generators/hand-made.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { DailyStack } from '../../harness/processes/daily-stack.ts'
import type { Context, Definition } from '../../harness/scenario.ts'

const SERVICES = ['clickhouse', 'otel-collector', 'relay'] as const
const BACK_MS = 12_000
const LOG_BYTES = 11 * 1024 ** 2

export const dailyStack: Definition = {
  name: 'daily-stack',
  title: 'starts again what ends of the daily stack, knows what a killed keeper left, and loses nothing of it',
  requirements: ['R10', 'R11', 'R12'],
  profile: 'full',
  run: (context) =>
    context.runtime === 'embedded'
      ? runExperiment(context, { mark: 'daily-stack' }, (experiment) => heal(context, experiment))
      : Promise.resolve({ skipped: 'it runs as processes; what ends in containers is started again by the engine' }),
}

async function heal(context: Context, experiment: Experiment): Promise<void> {
  await using daily = await DailyStack.start(context.stackDirectory)
  const sender = new Sender(daily, seededUuid(context.seed, 'daily-stack'))
  await sender.send()
  await killed(experiment, daily, sender)
  await logs(experiment, daily)
  await orphaned(experiment, daily, sender)
  await changed(experiment, daily)
  await sender.send()
  experiment.check('delivery', 'acknowledged events that are stored', {
    actual: await until('all of them', async () => (await sender.stored()) >= sender.acknowledged, {
      timeoutMs: 20_000,
    }).then(
      () => 'all',
      () => 'not all',
    ),
    expected: 'all',
  })
  await stopped(experiment, daily)
}

/** Kills every service, one of them twice in a row: it is back each time, and how it ended is told. */
async function killed(experiment: Experiment, daily: DailyStack, sender: Sender): Promise<void> {
  const back: string[] = []
  for (const name of [...SERVICES, 'relay']) {
    const pid = (await daily.processes()).get(name)
    if (pid === undefined) continue
    process.kill(pid, 'SIGKILL')
    const again = async () => {
      const now = (await daily.processes()).get(name)
      return now !== undefined && now !== pid && (await healthy(daily, name))
    }
    if (
      await until(`${name} again`, again, { timeoutMs: BACK_MS }).then(
        () => true,
        () => false,
      )
    )
      back.push(name)
    await sender.send()
  }
  experiment.check('recovery', 'services that were killed and are back', {
    actual: back,
    expected: [...SERVICES, 'relay'],
  })
  const { endings } = await statusOf(daily)
  experiment.check('health', 'how they have ended, as status says it', {
    actual: endings.map(({ service, count, how, loop }) => [service, count, how, loop]).sort(),
    expected: [
      ['clickhouse', 1, 'signal SIGKILL', false],
      ['otel-collector', 1, 'signal SIGKILL', false],
      ['relay', 2, 'signal SIGKILL', true],
    ],
  })
}

async function logs(experiment: Experiment, daily: DailyStack): Promise<void> {
  const file = join(daily.directory, 'logs/relay.log')
  await appendFile(file, `${'x'.repeat(199)}\n`.repeat(Math.ceil(LOG_BYTES / 200)))
  const sizeOf = async (name: string) => (await stat(name).catch(() => undefined))?.size ?? 0
  const small = async () => (await sizeOf(file)) < LOG_BYTES / 2 && (await sizeOf(`${file}.1`)) >= LOG_BYTES
  experiment.check('storage', 'a log that has grown too large', {
    actual: await until('a small log', small, { timeoutMs: 25_000 }).then(
      () => 'is put aside',
      () => 'grows on',
    ),
    expected: 'is put aside',
  })
}

/** The keeper is killed: the relay goes on whatever runs of the proof start, its commands know what is left, and a new keeper takes over. */
async function orphaned(experiment: Experiment, daily: DailyStack, sender: Sender): Promise<void> {
  const keeper = await daily.keeper()
  process.kill(keeper, 'SIGKILL')
  await until('the end of the keeper', async () => processMark(keeper) === undefined, { timeoutMs: 5_000 })
  await daily.ask(`(await load('runtime/running-stacks.ts')).removeOrphans()`)
  experiment.check('recovery', 'the relay takes events when a run has swept what others left', {
    actual: await sender.send(),
    expected: true,
  })
  const { left, healthy: fine } = await statusOf(daily)
  experiment.check('health', 'what is left of it, as status says it', {
    actual: [fine, left.map(({ name }) => name).sort()],
    expected: [false, ['otel-collector', 'relay']],
  })
  await daily.ask(`(await load('daily/daily.ts')).takeOver(() => {})`)
  await daily.keep()
}

/** What is started with other variables is started again by \`up\`; what is not is left alone. */
async function changed(experiment: Experiment, daily: DailyStack): Promise<void> {
  const up = `(await load('daily/daily.ts')).up({ kind: 'embedded', relay: true }, () => {}).then(({ started, applied }) => [started, applied])`
  experiment.check('migration', 'up as before, and with another share of sampled sessions', {
    actual: [await daily.ask(up), await daily.ask(up, { TELEMETRY_SAMPLING_PERCENTAGE: '99' })],
    expected: [
      [false, []],
      [true, ['TELEMETRY_SAMPLING_PERCENTAGE']],
    ],
  })
}

async function stopped(experiment: Experiment, daily: DailyStack): Promise<void> {
  await daily.ask(`(await load('daily/daily.ts')).down()`)
  experiment.check('recovery', 'processes that are left when it is stopped', {
    actual: [...(await daily.processes()).keys()],
    expected: [],
  })
  // The shell of a person who has another idea of the ports.
  const elsewhere = { RELAY_GRPC_PORT: '1', RELAY_HTTP_PORT: '2' }
  const { RELAY_GRPC_PORT, RELAY_HTTP_PORT } = daily.environment
  experiment.check('context', 'where clients are pointed at while it is stopped', {
    actual: await daily.ask(`(await load('daily/state.ts')).clientEndpoints()`, elsewhere),
    expected: { otlpGrpc: `127.0.0.1:${RELAY_GRPC_PORT}`, otlpHttp: `http://127.0.0.1:${RELAY_HTTP_PORT}` },
  })
}

const statusSchema = z.looseObject({
  healthy: z.boolean(),
  left: z.array(z.looseObject({ name: z.string() })),
  endings: z.array(z.looseObject({ service: z.string(), count: z.number(), how: z.string(), loop: z.boolean() })),
})

async function statusOf(daily: DailyStack): Promise<z.infer<typeof statusSchema>> {
  return statusSchema.parse(
    await daily.ask(`(await load('daily/status.ts')).statusOf(await (await load('daily/state.ts')).readState())`),
  )
}

async function healthy({ environment }: DailyStack, name: string): Promise<boolean> {
  const urls: Readonly<Record<string, string>> = {
    clickhouse: `http://127.0.0.1:${environment.CLICKHOUSE_HTTP_PORT}/ping`,
    'otel-collector': `http://127.0.0.1:${environment.COLLECTOR_HEALTH_PORT}/`,
    relay: `http://127.0.0.1:${environment.RELAY_HTTP_PORT}/health`,
  }
  return (await fetch(urls[name] ?? '', { signal: AbortSignal.timeout(1_000) }).catch(() => undefined))?.ok === true
}

/** A client of the relay. */
class Sender {
  acknowledged = 0
  #sent = 0
  readonly #daily: DailyStack
  readonly #session: string

  constructor(daily: DailyStack, session: string) {
    this.#daily = daily
    this.#session = session
  }

  /** One event. @returns whether it was acknowledged */
  async send(): Promise<boolean> {
    const number = this.#sent++
    const record = {
      timeUnixNano: `${1_790_000_000_000 + number}000000`,
      attributes: attributes({
        'session.id': this.#session,
        'event.name': 'user_prompt',
        'event.sequence': { intValue: String(number) },
      }),
    }
    const answer = await fetch(`http://127.0.0.1:${this.#daily.environment.RELAY_HTTP_PORT}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined)
    if (answer?.status === 200) this.acknowledged += 1
    return answer?.status === 200
  }

  async stored(): Promise<number> {
    const rows = await this.#daily.ask(
      `(await load('query/query.ts')).runQuery(await (async () => {
        const { endpoints, users, database } = await (await load('daily/state.ts')).requireState()
        const passwords = Object.fromEntries(Object.entries(users).map(([name, { password }]) => [name, password]))
        return (await load('clickhouse/database.ts')).connect({ endpoints, passwords, database }, 'analyst')
      })(), ${JSON.stringify(stackDirectory)}, 'session-trace', { session: ${JSON.stringify(this.#session)} })`,
    )
    return Array.isArray(rows) ? rows.length : 0
  }
}
