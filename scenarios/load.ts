// Load: a million events, each its own, at half of what saturates the stack, from clients that send them when they are due.
import { stopSignal } from '../core/cleanup.ts'
import { sendFromThreads, type ThreadedResult } from '../generators/bulk/load-threads.ts'
import { makeRequestTemplate, type StencilOptions } from '../generators/bulk/request-template.ts'
import { grpcSender } from '../generators/emit/replay-grpc.ts'
import { BulkLedger } from '../harness/experiment/bulk-ledger.ts'
import { readBulk } from '../harness/experiment/bulk-read-back.ts'
import type { Experiment } from '../harness/experiment/experiment.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { judgeBulk } from '../harness/judge/judge-bulk.ts'
import { comeToRest, measureSaturation } from '../harness/rigs/saturation.ts'
import { type Context, type Scenario, suite } from '../harness/scenario.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

const EVENTS = 1_000_000
const EVENTS_A_REQUEST = 100
const TEMPLATES = 6
const SATURATION_MS = 15_000
const SHARE = 0.5
const TIMEOUT_MS = 10_000
/** Of each thread: more wait only where the stack is behind. */
const IN_FLIGHT = 128
/** The harness on its way must not be what is measured. */
const LATE_MS = 100
const OWN_SHARE = 0.25

export const load: Scenario[] = suite('load', [
  {
    name: 'half-of-saturation',
    title: 'stores a million events exactly, sent at half of its saturation over gRPC and HTTP, with and without gzip',
    requirements: ['R9', 'R12', 'R17'],
    profile: 'full',
    run: async (context) =>
      runExperiment(context, { mark: 'half-of-saturation', rules: { counters: false } }, (experiment) =>
        sendAtHalf(context, experiment),
      ),
  },
])

async function sendAtHalf(context: Context, experiment: Experiment): Promise<void> {
  const stack = await context.stack()
  const rate = SHARE * (await saturationOf(context, experiment, stack))
  const templates = templatesOf(context, TEMPLATES)
  const ledger = new BulkLedger(templates.map(makeRequestTemplate), stack.salt)
  const { otlpGrpc, otlpHttp } = stack.endpoints
  const before = await cpuMsOf(stack)
  const ownBefore = process.cpuUsage()
  const durationMs = Math.ceil((EVENTS / rate) * 1000)
  const sent = await sendFromThreads({
    templates,
    plan: {
      kind: 'arrivals',
      shape: { executor: 'constant-arrival-rate', rate: rate / EVENTS_A_REQUEST, durationMs },
    },
    threads: 4,
    targets: [
      { protocol: 'grpc', endpoint: otlpGrpc },
      { protocol: 'http/protobuf', endpoint: otlpHttp },
      { protocol: 'grpc', endpoint: otlpGrpc, compression: 'gzip' },
      { protocol: 'http/protobuf', endpoint: otlpHttp, compression: 'gzip' },
    ],
    timeoutMs: TIMEOUT_MS,
    inFlight: IN_FLIGHT,
    signal: stopSignal,
    answered: (number, answer) => {
      ledger.note(number, answer)
      if (number % 500 === 0) context.progress(`half of saturation: request ${number} of ${EVENTS / EVENTS_A_REQUEST}`)
    },
  })
  const own = process.cpuUsage(ownBefore)
  await comeToRest(context, experiment, stack, ledger)
  measure(experiment, sent, rate)
  const after = await cpuMsOf(stack)
  if (before !== undefined && after !== undefined)
    experiment.measure('load', {
      name: 'CPU of the harness, of what the stack takes',
      value: (own.user + own.system) / 1000 / (after - before),
      unit: 'ratio',
      limit: { atMost: OWN_SHARE, missed: 'unknown' },
    })
  const about = `${sent.records} events at ${Math.round(rate)} a second`
  experiment.addBulkTally({ ...judgeBulk(ledger, await readBulk(ledger, experiment.database)), about })
}

async function saturationOf(context: Context, experiment: Experiment, stack: Stack): Promise<number> {
  const ledger = new BulkLedger(templatesOf(context, 1, TEMPLATES).map(makeRequestTemplate), stack.salt)
  await using sender = grpcSender({ protocol: 'grpc', endpoint: stack.endpoints.otlpGrpc, timeoutMs: TIMEOUT_MS })
  const rate = await measureSaturation(context, experiment, stack, ledger, sender, SATURATION_MS)
  experiment.addBulkTally({
    ...judgeBulk(ledger, await readBulk(ledger, experiment.database)),
    about: 'events sent to find out what saturates the stack',
  })
  return rate
}

function templatesOf({ seed, dataStartMs }: Context, count: number, from = 0): StencilOptions[] {
  return Array.from({ length: count }, (_, index) => ({
    seed,
    index: from + index,
    startMs: dataStartMs,
    events: EVENTS_A_REQUEST,
  }))
}

function measure(experiment: Experiment, { lateness, late, dropped, requests }: ThreadedResult, rate: number): void {
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
    name: 'events that were due',
    value: requests * EVENTS_A_REQUEST,
    unit: 'events',
    limit: { atLeast: EVENTS - EVENTS_A_REQUEST * 4, missed: 'unknown' },
  })
}

/** Of both services; undefined where the runtime does not tell. */
async function cpuMsOf(stack: Stack): Promise<number | undefined> {
  const all = await Promise.all(
    (['clickhouse', 'otel-collector'] as const).map((name) => stack.service(name).cpuMs?.() ?? undefined),
  )
  return all.reduce<number | undefined>((sum, ms) => (sum === undefined || ms === undefined ? undefined : sum + ms), 0)
}
