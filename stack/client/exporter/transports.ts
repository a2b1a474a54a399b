// The transport that an exporter's configuration describes: options and the OTEL_EXPORTER_OTLP_* variables, read by the official code.
import { convertLegacyHttpOptions, type OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base/node-http'
import { convertLegacyOtlpGrpcOptions, type OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base'
import type { Signal } from '../../../core/otlp/codec.ts'
import { grpcTransport } from '../transport/grpc.ts'
import { httpTransport } from '../transport/http.ts'
import { inParts } from '../transport/in-parts.ts'
import type { Transport } from '../transport/transport.ts'

const identifiers = { logs: 'LOGS', metrics: 'METRICS' } as const

export function configuredGrpc(signal: Signal, config: OTLPGRPCExporterConfigNode): Transport {
  const { url, credentials, metadata, compression } = convertLegacyOtlpGrpcOptions(config, identifiers[signal])
  return inParts(grpcTransport({ address: url, credentials: credentials(), metadata: metadata(), compression }))
}

export function configuredHttp(signal: Signal, config: OTLPExporterNodeConfigBase): Transport {
  const { url, headers, agentFactory, compression } = convertLegacyHttpOptions(
    config,
    identifiers[signal],
    `v1/${signal}`,
    {},
  )
  return inParts(httpTransport({ urls: { [signal]: url }, headers, agentFactory, compression }))
}
