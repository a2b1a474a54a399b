// The official exporters for each protocol.
import { Metadata } from '@grpc/grpc-js'
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SdkOptions } from './options.ts'

export interface Exporters {
  readonly logs: LogRecordExporter
  readonly metrics: PushMetricExporter
}

export function createExporters(options: SdkOptions): Exporters {
  const { protocol, endpoint, headers = {} } = options
  // An export that waits to be tried again counts as under way, and must not push out the ones that follow.
  const common = { timeoutMillis: options.timeoutMs, concurrencyLimit: 100_000 }
  if (protocol === 'grpc') {
    const metadata = new Metadata()
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value)
    const config = { ...common, url: `http://${endpoint}`, metadata }
    return { logs: new GrpcLogs(config), metrics: new GrpcMetrics(config) }
  }
  const logs = { ...common, headers: { ...headers }, url: new URL('/v1/logs', endpoint).href }
  const metrics = { ...logs, url: new URL('/v1/metrics', endpoint).href }
  if (protocol === 'http/json') return { logs: new JsonLogs(logs), metrics: new JsonMetrics(metrics) }
  return { logs: new ProtoLogs(logs), metrics: new ProtoMetrics(metrics) }
}
