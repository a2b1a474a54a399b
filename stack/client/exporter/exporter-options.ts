// What a buffered exporter is made with: the official exporter's own options, and where and how to keep what cannot be delivered.
import type { OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base/node-http'
import type { OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base'
import type { Signal } from '../../../core/otlp/codec.ts'
import type { BufferOptions } from '../buffer/options.ts'
import { standardSanitizer } from '../sanitizer/sanitizer.ts'
import { configuredGrpc, configuredHttp } from './transports.ts'

type Buffering = Omit<BufferOptions, 'transport'>

/** `grpc` unless said otherwise; what is left out comes from OTEL_EXPORTER_OTLP_* as with the official exporters. */
export type BufferedExporterOptions = Buffering &
  (
    | ({ readonly protocol?: 'grpc' } & OTLPGRPCExporterConfigNode)
    | ({ readonly protocol: 'http/protobuf' } & OTLPExporterNodeConfigBase)
  )

/**
 * The buffer's part of the options, with the transport that the rest describes, and with the privacy policy.
 * @throws MachineError when the policy cannot be read
 */
export function bufferOptions(signal: Signal, options: BufferedExporterOptions): BufferOptions {
  const transport =
    options.protocol === 'http/protobuf' ? configuredHttp(signal, options) : configuredGrpc(signal, options)
  return { ...options, transport, sanitizer: options.sanitizer ?? standardSanitizer(process.env, options) }
}
