// Performance of the relay, each figure beside its limit: how fast it is against the collector alone, what it adds, and how much memory it takes.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { arrive } from '../../generators/bulk/constant-arrival-rate.ts'
import { makeRequestTemplate } from '../../generators/bulk/request-template.ts'
import { type BytesSender, grpcSender } from '../../generators/emit/replay-grpc.ts'
import { BulkLedger } from '../../harness/experiment/bulk-ledger.ts'
import { countBulk, readBulk } from '../../harness/experiment/bulk-read-back.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { judgeBulk } from '../../harness/judge/judge-bulk.ts'
import { RelayProcess } from '../../harness/processes/relay-process.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

const EVENTS_A_REQUEST = 100
const BUSY_CLIENTS = 8
const CLIENT_TIMEOUT_MS = 10_000
const RATE_MS = 8_000
const MIN_EVENTS_A_SECOND = 5_000
const LATENCY_MS = 1_500
const LATENCY_ROUNDS = 15
const LATENCY_EVENTS_A_SECOND = 1_000
const LATENCY_EVENTS_A_REQUEST = 10
const MAX_ADDED_P99_MS = 5
const MAX_ANSWER_MS = 1_000
const MEMORY_EVENTS = { full: 1_000_000, standard: 20_000, smoke: 20_000 } as const
const MAX_MEMORY_MIB = 150
const DRAIN_EVENTS = { full: 100_000, standard: 5_000, smoke: 5_000 } as const
const MAX_DRAIN_MS = 10_000
const MIB = 1024 * 1024

export const performance: readonly Definition[] = [
  {
    name: 'relay-rate',
    title: 'passes on at least half of what the collector takes directly, and adds little to the time of an answer',
    requirements: ['R11'],
    profile: 'full',
    run: relayRate,
  },
  {
    name: 'relay-memory',
    title:
      'keeps its memory while nobody takes a million events from it, and delivers a hundred thousand of them in seconds',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: relayMemory,
  },
]

async function relayRate(context: Context): Promise<Outcome> {
  const stack = await context.stack()
  const { stackDirectory } = context
  await using relay = await RelayProcess.start({
    stackDirectory,
    backend: stack.endpoints.otlpHttp,
    retryBaseMs: 1_000,
  })
  return await runExperiment(context, { mark: 'relay-rate', rules: { counters: false } }, async (experiment) => {
    const measured = { context, experiment, stack, relay }
    await addedLatency(measured)
    await throughput(measured)
  })
}

interface Measured {
  readonly context: Context
  readonly experiment: Experiment
  readonly stack: Stack
  readonly relay: RelayProcess
}

/** What the relay adds to the time of an answer. */
async function addedLatency({ context, experiment, stack, relay }: Measured): Promise<void> {
  const ledger = ledgerOf(context, stack, LATENCY_EVENTS_A_REQUEST)
  const p99s: { direct: number[]; relay: number[] } = { direct: [], relay: [] }
  // Inserts come in bursts that move the 99th percentile of either way by more than the relay adds.
  await stack.service('clickhouse').pause()
  try {
    await answerTimes(stack.endpoints.otlpGrpc, ledger)
    await answerTimes(relay.grpc, ledger)
    for (let round = 0; round < LATENCY_ROUNDS; round += 1) {
      context.progress(`the time of an answer, ${round + 1} of ${LATENCY_ROUNDS}`)
      p99s.direct.push(p99Of(await answerTimes(stack.endpoints.otlpGrpc, ledger)))
      p99s.relay.push(p99Of(await answerTimes(relay.grpc, ledger)))
    }
  } finally {
    await stack.service('clickhouse').resume()
  }
  const [directP99, relayP99] = [middleOf(p99s.direct), middleOf(p99s.relay)]
  const added = relayP99 - directP99
  experiment.check(
    'performance',
    `99 % answered within ${relayP99.toFixed(1)} ms through the relay, ${directP99.toFixed(1)} ms directly, at ${LATENCY_EVENTS_A_SECOND} events/s and no inserts`,
    { actual: relayP99 < MAX_ANSWER_MS, expected: true },
  )
  promised(
    { experiment, stack },
    added <= MAX_ADDED_P99_MS,
    `the relay added ${added.toFixed(1)} ms at the 99th percentile; ${MAX_ADDED_P99_MS} ms are promised`,
  )
  await relay.waitUntilDrained(30_000)
  await tallyLoad(experiment, ledger, 'the time of an answer')
}

/** Events a second through the relay and directly. */
async function throughput({ context, experiment, stack, relay }: Measured): Promise<void> {
  const ledger = ledgerOf(context, stack, EVENTS_A_REQUEST)
  const rates = { direct: 0, relay: 0 }
  // In turns, so that what else the machine does meets both.
  for (let round = 0; round < 2; round += 1) {
    context.progress(`round ${round + 1}: into the collector`)
    rates.direct += (await busyRate(stack.endpoints.otlpGrpc, ledger)) / 2
    context.progress(`round ${round + 1}: through the relay`)
    rates.relay += (await busyRate(relay.grpc, ledger)) / 2
  }
  const [direct, through] = [Math.round(rates.direct), Math.round(rates.relay)]
  experiment.check('performance', `${through} events/s through the relay are half of ${direct} directly, or more`, {
    actual: through >= direct / 2,
    expected: true,
  })
  promised(
    { experiment, stack },
    through >= MIN_EVENTS_A_SECOND,
    `this machine shows ${through} events/s through the relay, and ${direct} directly; ${MIN_EVENTS_A_SECOND} are promised`,
  )
  await relay.waitUntilDrained(30_000)
  await tallyLoad(experiment, ledger, 'relay-rate')
}

async function relayMemory(context: Context): Promise<Outcome> {
  const stack = await context.spareStack()
  const { stackDirectory } = context
  await using relay = await RelayProcess.start({
    stackDirectory,
    backend: stack.endpoints.otlpHttp,
    retryBaseMs: 1_000,
  })
  return await runExperiment(
    context,
    { mark: 'relay-memory', rules: { counters: false } },
    async (experiment) => {
      const measured = { context, experiment, stack, relay }
      const peak = { bytes: 0 }
      const watch = async () => {
        peak.bytes = Math.max(peak.bytes, (await relay.usage())?.memoryBytes ?? 0)
      }
      await drainTime(measured, watch)
      // The rest of the million is only there to be kept.
      await stack.service('otel-collector').kill()
      const beyond = ledgerOf(context, stack, EVENTS_A_REQUEST)
      const wanted = MEMORY_EVENTS[context.profile]
      await sendAll(relay.grpc, beyond, wanted, async (sent) => {
        await watch()
        context.progress(`${sent} of ${wanted} events kept, ${Math.round(peak.bytes / MIB)} MiB`)
      })
      const { parked } = (await relay.status()).buffer
      experiment.check('memory', 'events kept on disk', { actual: parked.events, expected: wanted })
      const peakMib = Math.round(peak.bytes / MIB)
      experiment.check('memory', `${peakMib} MiB at most, with ${Math.round(parked.bytes / MIB)} MiB on disk`, {
        actual: peakMib <= MAX_MEMORY_MIB,
        expected: true,
      })
      // What was kept goes with the relay: it was never to be stored.
      await relay.kill()
      await stack.service('otel-collector').start()
    },
    stack,
  )
}

/** How long the relay takes to deliver what it has parked. */
async function drainTime({ context, experiment, stack, relay }: Measured, watch: () => Promise<void>): Promise<void> {
  const events = DRAIN_EVENTS[context.profile]
  await stack.service('otel-collector').kill()
  const ledger = ledgerOf(context, stack, EVENTS_A_REQUEST)
  await sendAll(relay.grpc, ledger, events, watch)
  await stack.service('otel-collector').start()
  await until('the first delivery', async () => (await relay.status()).buffer.delivered > 0, {
    timeoutMs: 30_000,
    signal: stopSignal,
  })
  const startMs = monotonicMs()
  const delivered = await relay.waitUntilDrained(120_000).then(() => 'all', messageOf)
  const drainMs = Math.round(monotonicMs() - startMs)
  experiment.check('performance', `${events} parked events delivered within ${drainMs} ms`, {
    actual: delivered,
    expected: 'all',
  })
  promised(
    { experiment, stack },
    drainMs <= MAX_DRAIN_MS,
    `${events} parked events took ${drainMs} ms; ${MAX_DRAIN_MS} ms are promised`,
  )
  await tallyLoad(experiment, ledger, 'relay-memory')
}

/** Doubts a figure that is promised for the machine; services that may use only a part of it are measured all the same. */
function promised({ experiment, stack }: { experiment: Experiment; stack: Stack }, kept: boolean, why: string): void {
  if (!kept && !stack.limits.some(({ enforced }) => enforced)) experiment.inconclusive('performance', why)
}

function ledgerOf(context: Context, stack: Stack, events: number): BulkLedger {
  const startMs = context.dataStartMs
  return new BulkLedger([makeRequestTemplate({ seed: context.seed, index: events, startMs, events })], stack.salt)
}

function sender(endpoint: string): BytesSender {
  return grpcSender({ protocol: 'grpc', endpoint, timeoutMs: CLIENT_TIMEOUT_MS })
}

/** Events a second of clients that wait for an answer before they send again. */
async function busyRate(endpoint: string, ledger: BulkLedger): Promise<number> {
  await using connection = sender(endpoint)
  const startMs = monotonicMs()
  let accepted = 0
  await Promise.all(
    Array.from({ length: BUSY_CLIENTS }, async () => {
      while (monotonicMs() - startMs < RATE_MS && !stopSignal.aborted)
        if ((await ledger.offer(connection)) === 'accepted') accepted += EVENTS_A_REQUEST
    }),
  )
  return (accepted * 1000) / (monotonicMs() - startMs)
}

/** Milliseconds until each answer, with requests that arrive at a constant rate on a connection that is open already. */
async function answerTimes(endpoint: string, ledger: BulkLedger): Promise<number[]> {
  await using connection = sender(endpoint)
  await ledger.offer(connection)
  const took: number[] = []
  await arrive({
    rate: LATENCY_EVENTS_A_SECOND / LATENCY_EVENTS_A_REQUEST,
    durationMs: LATENCY_MS,
    maxInFlight: 256,
    signal: stopSignal,
    work: async () => {
      const startMs = monotonicMs()
      await ledger.offer(connection)
      took.push(monotonicMs() - startMs)
    },
  })
  return took
}

function p99Of(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.POSITIVE_INFINITY
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.POSITIVE_INFINITY
}

async function sendAll(
  endpoint: string,
  ledger: BulkLedger,
  events: number,
  watch: (sent: number) => Promise<void>,
): Promise<void> {
  await using connection = sender(endpoint)
  const requests = events / EVENTS_A_REQUEST
  await Promise.all(
    Array.from({ length: BUSY_CLIENTS }, async () => {
      while (ledger.requests < requests && !stopSignal.aborted) {
        await ledger.offer(connection)
        if (ledger.requests % 100 === 0) await watch(ledger.requests * EVENTS_A_REQUEST)
      }
    }),
  )
}

async function tallyLoad(experiment: Experiment, ledger: BulkLedger, about: string): Promise<void> {
  const want = ledger.events('accepted')
  await until('all of the load', async () => (await countBulk(ledger, experiment.database)) >= want, {
    timeoutMs: 120_000,
    intervalMs: 200,
    signal: stopSignal,
  }).catch(() => {})
  experiment.addBulkTally({ ...judgeBulk(ledger, await readBulk(ledger, experiment.database)), about })
}
