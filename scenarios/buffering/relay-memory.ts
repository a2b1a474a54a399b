// How much memory the relay takes while it keeps events on disk, and how long it takes to deliver them.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import type { BulkLedger } from '../../harness/experiment/bulk-ledger.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { RelayProcess } from '../../harness/processes/relay-process.ts'
import type { Context, Outcome } from '../../harness/scenario.ts'
import { BUSY_CLIENTS, EVENTS_A_REQUEST, ledgerOf, missedPromise, type Rig, sender, tallyLoad } from './relay-load.ts'

const MEMORY_EVENTS = { full: 1_000_000, standard: 20_000, smoke: 20_000 } as const
const MAX_MEMORY_MIB = 150
const DRAIN_EVENTS = { full: 100_000, standard: 5_000, smoke: 5_000 } as const
const MAX_DRAIN_MS = 10_000
const MIB = 1024 * 1024

export async function relayMemory(context: Context): Promise<Outcome> {
  const stack = await context.spareStack()
  const { stackDirectory } = context
  await using relay = await RelayProcess.start({
    stackDirectory,
    backend: stack.endpoints.otlpHttp,
    salt: stack.salt,
    retryBaseMs: 1_000,
  })
  return await runExperiment(
    context,
    { mark: 'relay-memory', rules: { counters: false } },
    async (experiment) => {
      const rig = { context, experiment, stack, relay }
      const peak = { bytes: 0 }
      const watch = async () => {
        peak.bytes = Math.max(peak.bytes, (await relay.usage())?.memoryBytes ?? 0)
      }
      await drainTime(rig, watch)
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
      experiment.measure('memory', {
        name: 'memory of the relay, at its peak',
        value: Math.round(peak.bytes / MIB),
        unit: 'MiB',
        limit: { atMost: MAX_MEMORY_MIB },
      })
      experiment.measure('memory', { name: 'what it kept on disk', value: Math.round(parked.bytes / MIB), unit: 'MiB' })
      // What was kept goes with the relay: it was never to be stored.
      await relay.kill()
      await stack.service('otel-collector').start()
    },
    stack,
  )
}

/** How long the relay takes to deliver what it has parked. */
async function drainTime({ context, experiment, stack, relay }: Rig, watch: () => Promise<void>): Promise<void> {
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
  experiment.check('performance', 'parked events that were delivered', { actual: delivered, expected: 'all' })
  experiment.measure('performance', { name: 'events parked', value: events, unit: 'events' })
  experiment.measure('performance', {
    name: 'time to deliver what was parked',
    value: drainMs,
    unit: 'ms',
    limit: { atMost: MAX_DRAIN_MS, missed: missedPromise(stack) },
  })
  await tallyLoad(experiment, ledger, 'relay-memory')
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
