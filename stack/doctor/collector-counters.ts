// The collector's own counters, as far as the doctor needs them.
import type { System } from './system.ts'

export interface SignalCounters {
  readonly accepted: number
  /** Left out on purpose: by the policy or by sampling. */
  readonly leftOut: number
  /** Waiting on disk. */
  readonly queued: number
  /** Handed to ClickHouse and taken. */
  readonly sent: number
  /** Handed to ClickHouse and not taken; tried again. */
  readonly failed: number
}

export interface CollectorCounters {
  readonly logs: SignalCounters
  readonly metrics: SignalCounters
  /** Since the counters began. */
  readonly uptimeMs: number
}

const signals = {
  logs: { records: 'log_records', signal: 'logs' },
  metrics: { records: 'metric_points', signal: 'metrics' },
} as const

/** What one of them takes out another lets pass: they sort records by the size of their rows. */
const SORTS = /processor="filter\/(?:small|medium|large)"/

/** @returns undefined when the collector does not answer */
export async function readCounters(system: System, url: string): Promise<CollectorCounters | undefined> {
  const text = await system.fetchText(url)
  return text === undefined ? undefined : parseCounters(text)
}

/** Reads Prometheus text; a counter that is not there is 0, as the collector shows it only after the first record. */
function parseCounters(text: string): CollectorCounters {
  const samples = [...text.matchAll(/^(\w+?)(?:_total)?(?:\{([^}\n]*)\})? ([0-9.eE+-]+)(?: \d+)?$/gm)]
  const sum = (name: string, label = '', except = /(?!)/) =>
    samples.reduce(
      (total, [, sample, labels = '', value]) =>
        sample === `otelcol_${name}` && labels.includes(label) && !except.test(labels) ? total + Number(value) : total,
      0,
    )
  // The stack's own health probes are no telemetry; they are taken out again by filter/probe.
  const probes = { logs: sum('processor_filter_logs_filtered', 'filter="filter/probe"'), metrics: 0 }
  const read = ({ records, signal }: (typeof signals)[keyof typeof signals]): SignalCounters => ({
    accepted: Math.max(0, sum(`receiver_accepted_${records}`) - probes[signal]),
    leftOut: Math.max(
      0,
      sum('processor_incoming_items', `otel_signal="${signal}"`, SORTS) -
        sum('processor_outgoing_items', `otel_signal="${signal}"`, SORTS) -
        probes[signal],
    ),
    queued: sum('exporter_queue_size', `data_type="${signal}"`),
    sent: sum(`exporter_sent_${records}`),
    failed: sum(`exporter_send_failed_${records}`) + sum(`exporter_enqueue_failed_${records}`),
  })
  const uptimeSeconds = sum('process_uptime') + sum('process_uptime_seconds')
  return { logs: read(signals.logs), metrics: read(signals.metrics), uptimeMs: uptimeSeconds * 1000 }
}
