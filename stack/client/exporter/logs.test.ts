import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import { OTLPLogExporter as OfficialGrpc } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as OfficialHttp } from '@opentelemetry/exporter-logs-otlp-proto'
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { decodeRequest, encodeRequest, encodeResponse } from '../../../core/otlp/codec.ts'
import { otlpRequest } from '../../../core/otlp/request.ts'
import { until } from '../../../core/poll.ts'
import { freePort } from '../../../core/ports.ts'
import { protobufMessage } from '../export-request.ts'
import { type Backend, grpcBackend, httpBackend } from '../testing/backends.ts'
import { bodiesOf } from '../testing/scripted-transport.ts'
import { failureOf, resource, sdkMetrics, sdkRecords } from '../testing/sdk-records.ts'
import { SECRETS } from '../testing/secrets.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import type { BufferedExporterOptions } from './exporter-options.ts'
import { BufferedLogExporter } from './logs.ts'
import { BufferedMetricExporter } from './metrics.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await directory[Symbol.asyncDispose]()
})

const timeoutMs = 10_000

/** To a port of gRPC unless said otherwise, quick to try again. */
function exporterTo(port: number, options: Partial<BufferedExporterOptions> = {}): BufferedLogExporter {
  const quick = { directory: directory.path, retryBaseMs: 5, parkedRetryMs: 20, log: () => {} }
  return new BufferedLogExporter({ ...quick, url: `http://127.0.0.1:${port}`, ...options } as BufferedExporterOptions)
}

/** The bodies of all records that came, in order of name. */
function arrived({ received }: Backend<{ readonly body: Buffer }>): string[] {
  return received.flatMap(({ body }) => bodiesOf(protobufMessage('logs', body))).toSorted()
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `record ${index}`).toSorted()

test.each(['none', 'gzip'] as const)(
  'what arrives is byte for byte what the official exporters send (compression: %s)',
  async (compression) => {
    const records = await sdkRecords('a', 'b')
    const common = { compression: compression as never, timeoutMillis: timeoutMs }
    await using grpc = await grpcBackend()
    const overGrpc = [
      exporterTo(grpc.port, common),
      new OfficialGrpc({ url: `http://127.0.0.1:${grpc.port}`, ...common }),
    ]
    await using http = await httpBackend()
    const url = `http://127.0.0.1:${http.port}/v1/logs`
    const overHttp = [
      exporterTo(http.port, { ...common, protocol: 'http/protobuf', url }),
      new OfficialHttp({ url, ...common }),
    ]
    for (const exporter of [...overGrpc, ...overHttp]) {
      expect(await failureOf(exporter, records)).toBeUndefined()
      await exporter.shutdown()
    }
    for (const { received } of [grpc, http]) {
      expect(received).toHaveLength(2)
      expect(received[0]?.body.equals(received[1]?.body ?? Buffer.alloc(0))).toBe(true)
    }
    expect(arrived(grpc)).toEqual(['a', 'a', 'b', 'b'])
    const [ours, theirs] = http.received.map(({ path, headers }) => [
      path,
      headers['content-type'],
      headers['content-encoding'],
    ])
    expect(ours).toEqual(theirs)
  },
)

test.each(['grpc', 'http/protobuf'] as const)(
  'what had to wait arrives with the content that the official exporter sends (%s)',
  async (protocol) => {
    const records = await sdkRecords('a', 'b')
    const port = await freePort()
    const exporter = exporterTo(port, {
      protocol,
      url: `http://127.0.0.1:${port}${protocol === 'grpc' ? '' : '/v1/logs'}`,
    })
    expect(await failureOf(exporter, records)).toBeUndefined()
    await using backend = await (protocol === 'grpc' ? grpcBackend(undefined, port) : httpBackend(undefined, port))
    await until('delivered', async () => exporter.status?.mode === 'live', { timeoutMs })
    await exporter.shutdown()
    await using reference = await grpcBackend()
    const official = new OfficialGrpc({ url: `http://127.0.0.1:${reference.port}` })
    expect(await failureOf(official, records)).toBeUndefined()
    await official.shutdown()
    const [[ours], [theirs]] = [backend.received, reference.received]
    // Through protobuf, where fields at their default are left out.
    const bytes = protocol === 'grpc' ? ours?.body : encodeRequest(otlpRequest(JSON.parse(String(ours?.body)), 'body'))
    const contentOf = (body: Uint8Array = Buffer.alloc(0)) => decodeRequest('logs', body)
    expect(contentOf(bytes)).toEqual(contentOf(theirs?.body))
  },
)

test('where it goes and with what headers can be said in the variables of the official exporters', async () => {
  await using backend = await grpcBackend()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${backend.port}`)
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-team=a')
  const exporter = new BufferedLogExporter({ directory: directory.path })
  expect(await failureOf(exporter, await sdkRecords('a'))).toBeUndefined()
  await exporter.shutdown()
  expect(backend.received[0]?.metadata.get('x-team')).toEqual(['a'])
})

test('a backend that is away makes no export fail, and has everything when it is back', async () => {
  const port = await freePort()
  const exporter = exporterTo(port)
  for (const body of ['a', 'b']) expect(await failureOf(exporter, await sdkRecords(body))).toBeUndefined()
  expect(exporter.status).toMatchObject({ mode: 'buffering', parked: { events: 2 } })
  await using backend = await grpcBackend(undefined, port)
  await until('delivered', async () => exporter.status?.mode === 'live', { timeoutMs })
  expect(await failureOf(exporter, await sdkRecords('c'))).toBeUndefined()
  await exporter.shutdown()
  expect(arrived(backend)).toEqual(['a', 'b', 'c'])
})

test.each(['BatchLogRecordProcessor', 'SimpleLogRecordProcessor'] as const)(
  'nothing of a %s is lost when it is flushed and shut down while the backend is away: the next exporter delivers it',
  async (kind) => {
    const port = await freePort()
    const exporter = exporterTo(port)
    const processor =
      kind === 'BatchLogRecordProcessor'
        ? new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 100 })
        : new SimpleLogRecordProcessor({ exporter })
    const provider = new LoggerProvider({ resource, processors: [processor] })
    const logger = provider.getLogger('test')
    for (const body of names(300)) logger.emit({ body })
    await provider.forceFlush()
    logger.emit({ body: 'the last' })
    await provider.shutdown()
    await using backend = await grpcBackend(undefined, port)
    // Delivers before anything is exported.
    const next = exporterTo(port)
    await until('delivered', async () => next.status?.mode === 'live', { timeoutMs })
    await next.shutdown()
    expect(arrived(backend)).toEqual([...names(300), 'the last'])
  },
)

test('forceFlush waits until what was exported is taken', async () => {
  let answered = 0
  await using backend = await grpcBackend((done) =>
    setImmediate(() => {
      answered += 1
      done(null, encodeResponse())
    }),
  )
  const exporter = exporterTo(backend.port)
  const records = await sdkRecords('a')
  const results = [1, 2, 3].map(() => failureOf(exporter, records))
  await exporter.forceFlush()
  expect(answered).toBe(3)
  expect(await Promise.all(results)).toEqual([undefined, undefined, undefined])
  await exporter.shutdown()
})

test('a directory that cannot be used makes export fail with the reason, and export works once it can', async () => {
  await using backend = await grpcBackend()
  const place = join(directory.path, 'buffer')
  await writeFile(place, 'a file in its place')
  const exporter = exporterTo(backend.port, { directory: place })
  const records = await sdkRecords('a')
  for (const _ of [1, 2])
    expect(await failureOf(exporter, records)).toMatch(/^the buffer directory .*buffer cannot be used: /)
  expect(exporter.status).toBeUndefined()
  await rm(place)
  await mkdir(place)
  expect(await failureOf(exporter, records)).toBeUndefined()
  await exporter.shutdown()
  expect(arrived(backend)).toEqual(['a'])
})

test('what the backend refuses for good, and what finds no room, fails with the reason', async () => {
  const records = await sdkRecords('a')
  await using backend = await grpcBackend((done) => done({ code: status.INVALID_ARGUMENT, details: 'too old' }))
  const refused = exporterTo(backend.port)
  expect(await failureOf(refused, records)).toBe('events were not taken: INVALID_ARGUMENT: too old')
  await refused.shutdown()
  const full = exporterTo(await freePort(), { maxDiskBytes: 0 })
  expect(await failureOf(full, records)).toBe('events were not taken: RESOURCE_EXHAUSTED: the buffer is full (0 bytes)')
  await full.shutdown()
})

test('after shutdown export fails with the reason', async () => {
  await using backend = await grpcBackend()
  const exporter = exporterTo(backend.port)
  await exporter.shutdown()
  expect(await failureOf(exporter, await sdkRecords('a'))).toBe('events were not taken: CLOSED: the buffer is closed')
  expect(backend.received).toEqual([])
})

test.each(['logs', 'metrics'] as const)(
  'nothing private of %s is exported or kept, whether the backend is there or not',
  async (signal) => {
    const { email = '' } = SECRETS
    const away = await freePort()
    const exported = async (port: number) => {
      const options = {
        directory: directory.path,
        retryBaseMs: 5,
        parkedRetryMs: 20,
        log: () => {},
        url: `http://127.0.0.1:${port}`,
      }
      const exporter = signal === 'logs' ? new BufferedLogExporter(options) : new BufferedMetricExporter(options)
      const failure =
        exporter instanceof BufferedLogExporter
          ? await failureOf(exporter, await sdkRecords(`see ${email}`))
          : await failureOf(exporter, await sdkMetrics({ prompt: `see ${email}` }))
      expect(failure).toBeUndefined()
      await exporter.shutdown()
    }
    await exported(away)
    const kept = await Promise.all(
      (await readdir(directory.path)).map((name) => readFile(join(directory.path, name), 'utf8')),
    )
    expect(kept.join('\n')).toContain('see [REDACTED_EMAIL]')
    expect(kept.join('\n')).not.toContain(email)
    await using backend = await grpcBackend()
    await exported(backend.port)
    expect(backend.received.length).toBeGreaterThan(0)
    for (const { body } of backend.received) {
      expect(body.includes('see [REDACTED_EMAIL]')).toBe(true)
      expect(body.includes(email)).toBe(false)
    }
  },
)
