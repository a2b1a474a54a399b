// Where OTLP's requests go: the methods over gRPC, the paths over HTTP.
import type { Signal } from './codec.ts'

export const grpcPaths: Readonly<Record<Signal, string>> = {
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}
