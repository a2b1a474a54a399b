// Where a stack is to be reached: the ports of stack/compose.yaml's services, by what each is for. The same in every runtime.
import type { Endpoints, Role, ServiceName, StackOptions } from './runtime.ts'

/** `host:port` of a service's container port on this machine; empty when it is not published. */
export type PublishedAt = (service: ServiceName, containerPort: number) => string

export function endpointsOf(
  at: PublishedAt,
  { shape, faults, relay }: Pick<StackOptions, 'shape' | 'faults' | 'relay'>,
): Endpoints {
  const collector = shape === 'metrics' ? 'metrics-collector' : 'otel-collector'
  return {
    otlpGrpc: at(collector, 4317),
    otlpHttp: `http://${at(collector, 4318)}`,
    collectorHealth: `http://${at(collector, 13133)}`,
    collectorMetrics: `http://${at(collector, 8888)}/metrics`,
    clickhouseHttp: `http://${at('clickhouse', 8123)}`,
    clickhouseNative: at('clickhouse', 9000),
    ...(shape === 'metrics' ? { prometheus: `http://${at(collector, 9464)}/metrics` } : {}),
    ...(relay ? { relay: { otlpGrpc: at('relay', 4319), otlpHttp: `http://${at('relay', 4320)}` } } : {}),
    ...(faults
      ? {
          toxiproxyApi: `http://${at('toxiproxy', 8474)}`,
          links: {
            otlpGrpc: at('toxiproxy', 4317),
            otlpHttp: `http://${at('toxiproxy', 4318)}`,
            clickhouseNative: at('toxiproxy', 9000),
          },
        }
      : {}),
  }
}

/** The passwords of the three roles, by the variables of stack/compose.yaml. */
export function passwordsOf(variables: Readonly<Record<string, string>>): Record<Role, string> {
  return {
    admin: variables.CLICKHOUSE_ADMIN_PASSWORD ?? '',
    ingest: variables.CLICKHOUSE_INGEST_PASSWORD ?? '',
    analyst: variables.CLICKHOUSE_ANALYST_PASSWORD ?? '',
  }
}
