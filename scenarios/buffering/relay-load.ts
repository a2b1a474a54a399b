// What both scenarios of the relay's performance share: load whose answers are kept count of, and what a missed promise means.
import { stopSignal } from '../../core/cleanup.ts'
import { until } from '../../core/poll.ts'
import { makeRequestTemplate } from '../../generators/bulk/request-template.ts'
import { type BytesSender, grpcSender } from '../../generators/emit/replay-grpc.ts'
import { BulkLedger } from '../../harness/experiment/bulk-ledger.ts'
import { countBulk, readBulk } from '../../harness/experiment/bulk-read-back.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'
import { judgeBulk } from '../../harness/judge/judge-bulk.ts'
import type { Missed } from '../../harness/judge/model/measurement.ts'
import type { RelayProcess } from '../../harness/processes/relay-process.ts'
import type { Context } from '../../harness/scenario.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

export const EVENTS_A_REQUEST = 100
export const BUSY_CLIENTS = 8
const CLIENT_TIMEOUT_MS = 10_000

/** What the relay's performance is measured with. */
export interface Rig {
  readonly context: Context
  readonly experiment: Experiment
  readonly stack: Stack
  readonly relay: RelayProcess
}

/** What it means to miss a figure that is promised for the machine; services that may use only a part of it are measured all the same. */
export function missedPromise({ limits }: Stack): Missed {
  return limits.some(({ enforced }) => enforced) ? 'pass' : 'unknown'
}

export function ledgerOf(context: Context, stack: Stack, events: number): BulkLedger {
  const startMs = context.dataStartMs
  return new BulkLedger([makeRequestTemplate({ seed: context.seed, index: events, startMs, events })], stack.salt)
}

export function sender(endpoint: string): BytesSender {
  return grpcSender({ protocol: 'grpc', endpoint, timeoutMs: CLIENT_TIMEOUT_MS })
}

export async function tallyLoad(experiment: Experiment, ledger: BulkLedger, about: string): Promise<void> {
  const want = ledger.events('accepted')
  await until('all of the load', async () => (await countBulk(ledger, experiment.database)) >= want, {
    timeoutMs: 120_000,
    intervalMs: 200,
    signal: stopSignal,
  }).catch(() => {})
  experiment.addBulkTally({ ...judgeBulk(ledger, await readBulk(ledger, experiment.database)), about })
}
