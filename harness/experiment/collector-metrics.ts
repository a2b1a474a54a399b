// Reads the collector's own counters (Prometheus text) and its queue.
import { isDeepStrictEqual } from 'node:util'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { Counters } from '../judge/model/evidence.ts'

export interface CollectorState extends Counters {
  /** Items in the persistent queue; undefined when the collector does not tell. */
  readonly queued: number | undefined
}

/** @returns undefined while the collector does not answer */
export async function readCollector(stack: Pick<Stack, 'endpoints'>): Promise<CollectorState | undefined> {
  const response = await fetch(stack.endpoints.collectorMetrics, { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  )
  if (!response?.ok) return undefined
  const text = await response.text()
  const gauge = (name: string, label = '') => {
    let total: number | undefined
    const samples = text.matchAll(new RegExp(`^${name}(?:_total)?(?:\\{([^}]*)\\})? ([0-9.e+-]+)$`, 'gm'))
    for (const [, labels = '', value] of samples) if (labels.includes(label)) total = (total ?? 0) + Number(value)
    return total
  }
  // A counter that has counted nothing is not shown.
  const sum = (name: string, label?: string) => gauge(name, label) ?? 0
  return {
    // The stack's own health probes are accepted like everything else, and taken out again by filter/probe.
    acceptedLogs:
      sum('otelcol_receiver_accepted_log_records') -
      sum('otelcol_processor_filter_logs_filtered', 'filter="filter/probe"'),
    acceptedPoints: sum('otelcol_receiver_accepted_metric_points'),
    refusedLogs: sum('otelcol_receiver_refused_log_records'),
    refusedPoints: sum('otelcol_receiver_refused_metric_points'),
    sentLogs: sum('otelcol_exporter_sent_log_records'),
    sentPoints: sum('otelcol_exporter_sent_metric_points'),
    failedLogs: sum('otelcol_exporter_send_failed_log_records') + sum('otelcol_exporter_enqueue_failed_log_records'),
    failedPoints:
      sum('otelcol_exporter_send_failed_metric_points') + sum('otelcol_exporter_enqueue_failed_metric_points'),
    queued: gauge('otelcol_exporter_queue_size'),
  }
}

/**
 * As `readCollector`, when nothing is under way: a health probe that is half through the pipeline would be counted at one end
 * only, so two readings in a row must agree.
 */
export async function readCollectorAtRest(stack: Pick<Stack, 'endpoints'>): Promise<CollectorState | undefined> {
  let state = await readCollector(stack)
  for (let tries = 0; tries < 20; tries += 1) {
    const again = await readCollector(stack)
    if (isDeepStrictEqual(again, state)) return state
    state = again
  }
  return state
}

/** What was counted between two readings. */
export function counted(before: CollectorState, after: CollectorState): Counters {
  return {
    acceptedLogs: after.acceptedLogs - before.acceptedLogs,
    acceptedPoints: after.acceptedPoints - before.acceptedPoints,
    refusedLogs: after.refusedLogs - before.refusedLogs,
    refusedPoints: after.refusedPoints - before.refusedPoints,
    sentLogs: after.sentLogs - before.sentLogs,
    sentPoints: after.sentPoints - before.sentPoints,
    failedLogs: after.failedLogs - before.failedLogs,
    failedPoints: after.failedPoints - before.failedPoints,
  }
}
