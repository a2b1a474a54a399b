// Log records and metrics as the official SDK makes them, with every kind of value, and exporting them once.
import type { Attributes } from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'

export const resource = resourceFromAttributes({ 'service.name': 'claude-code', 'host.cpus': 2, 'os.tags': ['a', 'b'] })

/** One record for each body, with an attribute of every kind. */
export async function sdkRecords(...bodies: string[]): Promise<ReadableLogRecord[]> {
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('com.anthropic.claude_code.events', '2.1.0')
  for (const [index, body] of bodies.entries())
    logger.emit({
      body,
      eventName: 'user_prompt',
      timestamp: [1_795_469_307, 47_000_001 + index],
      severityNumber: SeverityNumber.INFO,
      severityText: 'INFO',
      attributes: {
        text: 'ż "\n☹ 😀',
        whole: 2 ** 53 - 1,
        negative: -1,
        fraction: 0.1,
        yes: true,
        list: ['a', 'b'],
        nested: { a: { b: [1, 2.5, null] } },
        bytes: new Uint8Array([0, 255]),
        nothing: null,
      },
    })
  const records = exporter.getFinishedLogRecords()
  await provider.forceFlush()
  return [...records]
}

/** A sum, a gauge and a histogram. @param attributes of the sum, beside its own */
export async function sdkMetrics(attributes: Attributes = {}): Promise<ResourceMetrics> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const meter = provider.getMeter('com.anthropic.claude_code', '2.1.0')
  meter
    .createCounter('claude_code.cost.usage', { unit: 'USD' })
    .add(0.25, { model: 'opus', 'session.id': 's', ...attributes })
  meter.createGauge('claude_code.gauge').record(-3)
  meter.createHistogram('claude_code.latency', { unit: 'ms' }).record(17)
  await provider.forceFlush()
  const [found] = exporter.getMetrics()
  await provider.shutdown()
  if (found === undefined) throw new Error('no metrics')
  return found
}

interface Exporter<Items> {
  export(items: Items, done: (result: { readonly code: number; readonly error?: Error }) => void): void
}

/** Undefined when the exporter says success, else its reason. */
export function failureOf<Items>(exporter: Exporter<Items>, items: Items): Promise<string | undefined> {
  return new Promise((resolve) =>
    exporter.export(items, ({ code, error }) => resolve(code === 0 ? undefined : String(error?.message))),
  )
}
