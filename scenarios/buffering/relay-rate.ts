// How fast the relay is against the collector alone, and what it adds to the time of an answer.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import { arrive } from '../../generators/bulk/arrival-rate.ts'
import type { BulkLedger } from '../../harness/experiment/bulk-ledger.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { RelayProcess } from '../../harness/processes/relay-process.ts'
import type { Context, Outcome } from '../../harness/scenario.ts'
import { BUSY_CLIENTS, EVENTS_A_REQUEST, ledgerOf, missedPromise, type Rig, sender, tallyLoad } from './relay-load.ts'

const RATE_MS = 8_000
const MIN_EVENTS_A_SECOND = 5_000
const MIN_SHARE = 0.5
const LATENCY_MS = 1_500
const LATENCY_ROUNDS = 15
const LATENCY_EVENTS_A_SECOND = 1_000
const LATENCY_EVENTS_A_REQUEST = 10
const MAX_ADDED_P99_MS = 5
const MAX_ANSWER_MS = 1_000

export async function relayRate(context: Context): Promise<Outcome> {
  const stack = await context.stack()
  const { stackDirectory } = context
  await using relay = await RelayProcess.start({
    stackDirectory,
    backend: stack.endpoints.otlpHttp,
    salt: stack.salt,
    retryBaseMs: 1_000,
  })
  return await runExperiment(context, { mark: 'relay-rate', rules: { counters: false } }, async (experiment) => {
    const rig = { context, experiment, stack, relay }
    await addedLatency(rig)
    await throughput(rig)
  })
}

/** What the relay adds to the time of an answer. */
async function addedLatency({ context, experiment, stack, relay }: Rig): Promise<void> {
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
  // Each is the middle of the rounds' 99th percentiles, under a light load and without inserts.
  experiment.measure('performance', { name: '99 % of answers of the collector alone', value: directP99, unit: 'ms' })
  experiment.measure('performance', {
    name: '99 % of answers of the relay',
    value: relayP99,
    unit: 'ms',
    limit: { atMost: MAX_ANSWER_MS },
  })
  experiment.measure('performance', {
    name: 'what the relay adds to 99 % of answers',
    value: relayP99 - directP99,
    unit: 'ms',
    limit: { atMost: MAX_ADDED_P99_MS, missed: missedPromise(stack) },
  })
  await relay.waitUntilDrained(30_000)
  await tallyLoad(experiment, ledger, 'the time of an answer')
}

/** Events a second through the relay and directly. */
async function throughput({ context, experiment, stack, relay }: Rig): Promise<void> {
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
  experiment.measure('performance', { name: 'rate of the collector alone', value: direct, unit: 'events/s' })
  experiment.measure('performance', {
    name: 'rate of the relay',
    value: through,
    unit: 'events/s',
    limit: { atLeast: MIN_EVENTS_A_SECOND, missed: missedPromise(stack) },
  })
  experiment.measure('performance', {
    name: 'rate of the relay to that of the collector alone',
    value: through / direct,
    unit: 'ratio',
    limit: { atLeast: MIN_SHARE },
  })
  await relay.waitUntilDrained(30_000)
  await tallyLoad(experiment, ledger, 'relay-rate')
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
    shape: {
      executor: 'constant-arrival-rate',
      rate: LATENCY_EVENTS_A_SECOND / LATENCY_EVENTS_A_REQUEST,
      durationMs: LATENCY_MS,
    },
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
