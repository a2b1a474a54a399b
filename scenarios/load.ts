// Load: a million events, each its own and as a team's week has them, at half of what saturates the stack, from clients that send them when due.
import { stopSignal } from '../core/cleanup.ts'
import { type LoadTarget, type ThreadedResult, together } from '../generators/bulk/load-threads.ts'
import type { RequestTemplate } from '../generators/bulk/request-template.ts'
import { grpcSender } from '../generators/emit/replay-grpc.ts'
import { readPreset } from '../generators/team/preset.ts'
import { teamTemplates } from '../generators/team/team-templates.ts'
import { BulkLedger } from '../harness/experiment/bulk-ledger.ts'
import { readBulk } from '../harness/experiment/bulk-read-back.ts'
import type { Experiment } from '../harness/experiment/experiment.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { judgeBulk } from '../harness/judge/judge-bulk.ts'
import { comeToRest, measureSaturation } from '../harness/rigs/saturation.ts'
import { type Context, type Scenario, suite } from '../harness/scenario.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

/** The whole in `full`; in a control, a short form. */
const parts = {
  full: { events: 1_000_000, saturationMs: 15_000 },
  standard: { events: 8_000, saturationMs: 1_000 },
  smoke: { events: 8_000, saturationMs: 1_000 },
} as const
const EVENTS_A_REQUEST = 100
const PRESET = 'team-week'
const SESSIONS = 24
const DAY_MS = 86_400_000
/** Its days are over when the load begins. */
const PRESET_DAYS = 8
const SHARE = 0.5
const TIMEOUT_MS = 10_000
/** Of each thread: more wait only where the stack is behind. */
const IN_FLIGHT = 128
/** As two machines would send it. */
const SHARDS = [1, 2] as const
const THREADS = 2
/** The harness on its way must not be what is measured. */
const LATE_MS = 100
const OWN_SHARE = 0.25

export const load: Scenario[] = suite('load', [
  {
    name: 'half-of-saturation',
    title: 'stores a million events exactly, sent at half of its saturation over gRPC and HTTP, with and without gzip',
    requirements: ['R9', 'R12', 'R17'],
    profile: 'full',
    run: async (context) => {
      // As it is shipped: batches wait for a second, not for the fifth of one that other scenarios have.
      const stack = await context.ownStack({ variables: { TELEMETRY_BATCH_WAIT: '1s' } })
      const options = { mark: 'half-of-saturation', rules: { counters: false } }
      return runExperiment(context, options, (experiment) => sendAtHalf(context, experiment), stack)
    },
  },
])

async function sendAtHalf(context: Context, experiment: Experiment): Promise<void> {
  const { stack } = experiment
  const { events, saturationMs } = parts[context.profile]
  const rate = SHARE * (await saturationOf(context, experiment, stack, saturationMs))
  const templates = await templatesOf(context, context.seed)
  const eventsARequest = templates.reduce((sum, { expected }) => sum + expected.length, 0) / templates.length
  // Each thread's last request may just not be due any more, and templates differ in size.
  const whole = events + eventsARequest * (SHARDS.length * THREADS + templates.length)
  const ledger = new BulkLedger(templates, stack.salt)
  const before = await cpuMsOf(stack)
  const ownBefore = process.cpuUsage()
  const sent = await Promise.all(
    SHARDS.map((number) =>
      experiment.sendFromThreads({
        templates: templates.map(({ encoded }) => encoded),
        plan: {
          kind: 'arrivals',
          shape: {
            executor: 'constant-arrival-rate',
            rate: rate / eventsARequest / SHARDS.length,
            durationMs: Math.ceil((whole / rate) * 1000),
          },
        },
        threads: THREADS,
        shard: { number, of: SHARDS.length },
        targets: targetsOf(stack, number === 1 ? 'none' : 'gzip'),
        timeoutMs: TIMEOUT_MS,
        inFlight: IN_FLIGHT,
        signal: stopSignal,
        answered: (copy, answer) => {
          ledger.note(copy, answer)
          if (copy % 500 === 0)
            context.progress(`half of saturation: request ${copy} of ${Math.round(whole / eventsARequest)}`)
        },
      }),
    ),
  ).then((results) => results.reduce(together))
  const own = process.cpuUsage(ownBefore)
  await comeToRest(context, experiment, stack, ledger)
  measure(experiment, sent, rate, events)
  const noted = (['accepted', 'refused', 'indeterminate'] as const).reduce((sum, kind) => sum + ledger.events(kind), 0)
  experiment.check('load', 'events that are in the ledger, of those that were sent', {
    actual: noted,
    expected: sent.records,
  })
  const after = await cpuMsOf(stack)
  if (before !== undefined && after !== undefined)
    experiment.measure('load', {
      name: 'CPU of the harness, of what the stack takes',
      value: (own.user + own.system) / 1000 / (after - before),
      unit: 'ratio',
      // A short form is little but the start of its threads.
      limit: { atMost: OWN_SHARE, missed: context.profile === 'full' ? 'unknown' : 'pass' },
    })
  const about = `${sent.records} events at ${Math.round(rate)} a second`
  experiment.addBulkTally({ ...judgeBulk(ledger, await readBulk(ledger, experiment.database)), about })
}

function targetsOf({ endpoints }: Stack, compression: 'gzip' | 'none'): [LoadTarget, ...LoadTarget[]] {
  return [
    { protocol: 'grpc', endpoint: endpoints.otlpGrpc, compression },
    { protocol: 'http/protobuf', endpoint: endpoints.otlpHttp, compression },
  ]
}

async function saturationOf(
  context: Context,
  experiment: Experiment,
  stack: Stack,
  durationMs: number,
): Promise<number> {
  const ledger = new BulkLedger(await templatesOf(context, context.seed + 1), stack.salt)
  await using sender = grpcSender({ protocol: 'grpc', endpoint: stack.endpoints.otlpGrpc, timeoutMs: TIMEOUT_MS })
  const rate = await measureSaturation(context, experiment, stack, ledger, sender, durationMs)
  experiment.addBulkTally({
    ...judgeBulk(ledger, await readBulk(ledger, experiment.database)),
    about: 'events sent to find out what saturates the stack',
  })
  return rate
}

/** @param seed another one makes other sessions of the same mix */
async function templatesOf({ dataStartMs }: Context, seed: number): Promise<RequestTemplate[]> {
  const startMs = (Math.floor(dataStartMs / DAY_MS) - PRESET_DAYS) * DAY_MS
  const all = teamTemplates({
    preset: await readPreset(PRESET),
    seed,
    startMs,
    sessions: SESSIONS,
    events: EVENTS_A_REQUEST,
  })
  // An odd number of them: each thread, and so each protocol, sends each.
  return all.slice(0, all.length - ((all.length + 1) % 2))
}

function measure(
  experiment: Experiment,
  { lateness, late, dropped, requests, records }: ThreadedResult,
  rate: number,
  events: number,
): void {
  experiment.measure('load', {
    name: 'how far the harness was behind its own rate, 99 % of requests',
    value: lateness.p99Ms,
    unit: 'ms',
    limit: { atMost: LATE_MS, missed: 'unknown' },
  })
  experiment.measure('load', { name: 'requests that were sent late', value: late, unit: 'requests' })
  experiment.measure('load', { name: 'half of saturation', value: rate, unit: 'events/s' })
  experiment.check('capacity', 'requests not sent, as too many waited', { actual: dropped, expected: 0 })
  experiment.measure('load', {
    name: 'events that were sent',
    value: records,
    unit: 'events',
    limit: { atLeast: events, missed: 'unknown' },
  })
  experiment.measure('load', { name: 'requests that were due', value: requests, unit: 'requests' })
}

/** Of both services; undefined where the runtime does not tell. */
async function cpuMsOf(stack: Stack): Promise<number | undefined> {
  const all = await Promise.all(
    (['clickhouse', 'otel-collector'] as const).map((name) => stack.service(name).cpuMs?.() ?? undefined),
  )
  return all.reduce<number | undefined>((sum, ms) => (sum === undefined || ms === undefined ? undefined : sum + ms), 0)
}
