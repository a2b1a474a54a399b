// The buffered exporter of log records: in the place of an official OTLP exporter, and with its options.
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { BufferStatus } from '../buffer/options.ts'
import { BufferedDelegate } from './delegate.ts'
import { type BufferedExporterOptions, bufferOptions } from './exporter-options.ts'

/**
 * Exports to an OTLP backend, and keeps in a directory what the backend does not take. `export` calls back within about a second: with
 * success when the backend has the events or they are on disk, else with the reason.
 */
export class BufferedLogExporter extends OTLPExporterBase<ReadableLogRecord[]> implements LogRecordExporter {
  readonly #delegate: BufferedDelegate<ReadableLogRecord[]>

  constructor(options: BufferedExporterOptions) {
    const delegate = new BufferedDelegate('logs', ProtobufLogsSerializer, bufferOptions('logs', options))
    super(delegate)
    this.#delegate = delegate
  }

  /** Undefined until the buffer's directory is open. */
  get status(): BufferStatus | undefined {
    return this.#delegate.status
  }
}
