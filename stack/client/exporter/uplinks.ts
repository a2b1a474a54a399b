// The uplink that an exporter's configuration describes: options and the OTEL_EXPORTER_OTLP_* variables, read by the official code.
import { convertLegacyHttpOptions, type OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base/node-http'
import { convertLegacyOtlpGrpcOptions, type OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base'
import type { Signal } from '../../../core/otlp/codec.ts'
import { grpcUplink } from '../uplink/grpc.ts'
import { httpUplink } from '../uplink/http.ts'
import type { Uplink } from '../uplink/uplink.ts'

const identifiers = { logs: 'LOGS', metrics: 'METRICS' } as const

export function configuredGrpc(signal: Signal, config: OTLPGRPCExporterConfigNode): Uplink {
  const { url, credentials, metadata, compression } = convertLegacyOtlpGrpcOptions(config, identifiers[signal])
  return grpcUplink({ address: url, credentials: credentials(), metadata: metadata(), compression })
}

export function configuredHttp(signal: Signal, config: OTLPExporterNodeConfigBase): Uplink {
  const { url, headers, agentFactory, compression } = convertLegacyHttpOptions(
    config,
    identifiers[signal],
    `v1/${signal}`,
    {},
  )
  return httpUplink({ urls: { [signal]: url }, headers, agentFactory, compression })
}
