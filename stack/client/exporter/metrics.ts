// The buffered exporter of metrics: in the place of an official OTLP exporter, and with its options.
import { OTLPMetricExporterBase, type OTLPMetricExporterOptions } from '@opentelemetry/exporter-metrics-otlp-http'
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import type { BufferStatus } from '../buffer/options.ts'
import { BufferedDelegate } from './delegate.ts'
import { type BufferedExporterOptions, bufferOptions } from './exporter-options.ts'

/** As BufferedLogExporter, for metrics. */
export class BufferedMetricExporter extends OTLPMetricExporterBase {
  readonly #delegate: BufferedDelegate<Parameters<OTLPMetricExporterBase['export']>[0]>

  constructor(
    options: BufferedExporterOptions &
      Pick<OTLPMetricExporterOptions, 'temporalityPreference' | 'aggregationPreference'>,
  ) {
    const delegate = new BufferedDelegate('metrics', ProtobufMetricsSerializer, bufferOptions('metrics', options))
    super(delegate, options)
    this.#delegate = delegate
  }

  /** Undefined until the buffer's directory is open. */
  get status(): BufferStatus | undefined {
    return this.#delegate.status
  }
}
