import { OTLPMetricExporter as OfficialGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { AggregationTemporalityPreference } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as OfficialHttp } from '@opentelemetry/exporter-metrics-otlp-proto'
import { InstrumentType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeRequest } from '../../../core/otlp/codec.ts'
import { countEvents } from '../../../core/otlp/count.ts'
import { until } from '../../../core/poll.ts'
import { freePort } from '../../../core/ports.ts'
import { grpcBackend, httpBackend } from '../testing/backends.ts'
import { failureOf, resource, sdkMetrics } from '../testing/sdk-records.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import { BufferedMetricExporter } from './metrics.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  await directory[Symbol.asyncDispose]()
})

const timeoutMs = 10_000
const temporalityPreference = AggregationTemporalityPreference.DELTA

function exporterTo(port: number): BufferedMetricExporter {
  const quick = { directory: directory.path, retryBaseMs: 5, parkedRetryMs: 20, log: () => {} }
  return new BufferedMetricExporter({ ...quick, url: `http://127.0.0.1:${port}`, temporalityPreference })
}

test('what arrives is byte for byte what the official exporters send', async () => {
  const metrics = await sdkMetrics()
  await using grpc = await grpcBackend()
  await using http = await httpBackend()
  const url = `http://127.0.0.1:${http.port}/v1/metrics`
  for (const exporter of [
    exporterTo(grpc.port),
    new OfficialGrpc({ url: `http://127.0.0.1:${grpc.port}` }),
    new BufferedMetricExporter({ protocol: 'http/protobuf', url, directory: directory.path }),
    new OfficialHttp({ url }),
  ]) {
    expect(await failureOf(exporter, metrics)).toBeUndefined()
    await exporter.shutdown()
  }
  for (const { received } of [grpc, http]) {
    expect(received).toHaveLength(2)
    expect(received[0]?.body.equals(received[1]?.body ?? Buffer.alloc(0))).toBe(true)
  }
  expect(countEvents('metrics', grpc.received[0]?.body ?? Buffer.alloc(0))).toBe(3)
  expect(grpc.received.map(({ signal }) => signal)).toEqual(['metrics', 'metrics'])
})

test.each(['DELTA', 'CUMULATIVE', 'LOWMEMORY'] as const)(
  'a preference for %s chooses as the official exporter chooses',
  async (name) => {
    const options = { temporalityPreference: AggregationTemporalityPreference[name] }
    const official = new OfficialGrpc({ url: 'http://127.0.0.1:1', ...options })
    const ours = new BufferedMetricExporter({ url: 'http://127.0.0.1:1', directory: directory.path, ...options })
    for (const type of Object.values(InstrumentType)) {
      expect(ours.selectAggregationTemporality(type)).toBe(official.selectAggregationTemporality(type))
      expect(ours.selectAggregation(type)).toEqual(official.selectAggregation(type))
    }
    await ours.shutdown()
    await official.shutdown()
  },
)

test('nothing of a reader is lost when it is flushed and shut down while the backend is away: the next exporter delivers it', async () => {
  const port = await freePort()
  const reader = new PeriodicExportingMetricReader({ exporter: exporterTo(port), exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const counter = provider.getMeter('test').createCounter('claude_code.token.usage')
  for (const tokens of [1, 10]) {
    counter.add(tokens)
    await provider.forceFlush()
  }
  counter.add(100)
  await provider.shutdown()
  await using backend = await grpcBackend(undefined, port)
  const next = exporterTo(port)
  await until('delivered', async () => next.status?.mode === 'live', { timeoutMs })
  await next.shutdown()
  const values = backend.received.flatMap(({ body }) => {
    const request = decodeRequest('metrics', body)
    if (!('resourceMetrics' in request)) return []
    const metrics = request.resourceMetrics.flatMap(({ scopeMetrics = [] }) =>
      scopeMetrics.flatMap((scope) => scope.metrics ?? []),
    )
    return metrics.flatMap(({ sum }) => sum?.dataPoints ?? []).map(({ asDouble, asInt }) => Number(asDouble ?? asInt))
  })
  expect(values).toEqual([1, 10, 100])
})
