// A client that can load an exporter of ours, as a process of its own: exports what its parent hands it, and answers when it is told.
// Its one argument is the options of the exporters as JSON.

import { sleep } from '../../core/clock.ts'
import { isLogsRequest } from '../../core/otlp/otlp.ts'
import type { Batch } from '../../generators/batch.ts'
import { readableLogRecords, resourceMetricsOf } from '../../generators/emit/sdk-records.ts'
import type { BufferedExporterOptions } from '../../stack/client/exporter/exporter-options.ts'
import { BufferedLogExporter } from '../../stack/client/exporter/logs.ts'
import { BufferedMetricExporter } from '../../stack/client/exporter/metrics.ts'

interface Result {
  readonly code: number
  readonly error?: Error
}

/** What the parent sends. */
export type Order =
  | { readonly kind: 'export'; readonly id: number; readonly request: Batch['request'] }
  | { readonly kind: 'shutdown' }

/** What it is told. */
export type ClientMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly error: string | null }
  | { readonly kind: 'said'; readonly line: string }
  | { readonly kind: 'status'; readonly parkedBytes: number }

const say = (told: ClientMessage) => process.send?.(told)
const options = {
  ...(JSON.parse(process.argv[2] ?? '{}') as BufferedExporterOptions),
  log: (line: string) => say({ kind: 'said', line }),
}
const logs = new BufferedLogExporter(options)
const metrics = new BufferedMetricExporter(options)

/** A metrics request with several resources is one export each; the first that fails is the answer. */
async function exportAll(request: Batch['request']): Promise<Result> {
  if (isLogsRequest(request)) return new Promise((resolve) => logs.export(readableLogRecords(request), resolve))
  for (const one of resourceMetricsOf(request)) {
    const result = await new Promise<Result>((resolve) => metrics.export(one, resolve))
    if (result.code !== 0) return result
  }
  return { code: 0 }
}

process.on('message', async (order: Order) => {
  if (order.kind === 'export') {
    const { code, error } = await exportAll(order.request)
    say({ kind: 'answer', id: order.id, error: code === 0 ? null : (error?.message ?? 'failed') })
    return
  }
  await Promise.all([logs.shutdown(), metrics.shutdown()])
  process.exit(0)
})
say({ kind: 'ready' })
for (;;) {
  // Its channel to the parent keeps it alive.
  await sleep(20, undefined, { keepAlive: false })
  // Before both buffers are open, nobody knows what is there.
  const [one, other] = [logs.status, metrics.status]
  if (one && other) say({ kind: 'status', parkedBytes: one.parked.bytes + other.parked.bytes })
}
