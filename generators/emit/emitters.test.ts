import { gunzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import { decodeRequest, encodeResponse } from '../../core/otlp/codec.ts'
import { otlpRequest } from '../../core/otlp/request.ts'
import type { Batch, Emitter } from '../batch.ts'
import { expectedOf, nothingPlanted } from '../expected.ts'
import { sessionsLoad } from '../sessions/load.ts'
import { replayEmitter } from './replay.ts'
import { sdkEmitter } from './sdk.ts'
import { sendRaw } from './send-raw.ts'
import { grpcServer, httpServer } from './testing/test-servers.ts'

const load = sessionsLoad({ seed: 1, sessions: 4, startMs: 1_800_000_000_000, spreadMs: 1000 })
const [logs] = load.batches.filter(({ signal }) => signal === 'logs') as [Batch]
const [metrics] = load.batches.filter(({ signal }) => signal === 'metrics') as [Batch]
const timeoutMs = 20_000

type Protocol = 'grpc' | 'http/protobuf' | 'http/json'
type Make = (protocol: Protocol, endpoint: string, timeoutMs?: number) => Emitter

const kinds: readonly (readonly [string, Make])[] = [
  [
    'sdk',
    (protocol, endpoint, ms = timeoutMs) =>
      sdkEmitter({ protocol, endpoint, timeoutMs: ms, headers: { 'x-test': '1' } }),
  ],
  [
    'replay',
    (protocol, endpoint, ms = timeoutMs) =>
      replayEmitter({ protocol, endpoint, timeoutMs: ms, headers: { 'x-test': '1' } }),
  ],
]

// What a server received, as expectations: the same rendering means the same content.
function content(protocol: Protocol, signal: 'logs' | 'metrics', body: Buffer) {
  const request = protocol === 'http/json' ? otlpRequest(JSON.parse(String(body)), 'body') : decodeRequest(signal, body)
  return expectedOf(request, nothingPlanted)
}

describe.each(kinds)('%s emitter', (_, make) => {
  test.each(['http/protobuf', 'http/json'] as const)(
    '%s delivers the content of logs and metrics',
    async (protocol) => {
      await using server = await httpServer((response) => response.end())
      await using emitter = make(protocol, server.endpoint)
      for (const batch of [logs, metrics]) expect(await emitter.send(batch)).toEqual({ kind: 'accepted' })
      expect(server.received.map(({ path }) => path)).toEqual(['/v1/logs', '/v1/metrics'])
      expect(server.received[0]?.headers['x-test']).toBe('1')
      const bodies = server.received.map(({ body }) => body)
      expect(content(protocol, 'logs', bodies[0] ?? Buffer.alloc(0))).toEqual(expectedOf(logs.request, nothingPlanted))
      expect(content(protocol, 'metrics', bodies[1] ?? Buffer.alloc(0))).toEqual(
        expectedOf(metrics.request, nothingPlanted),
      )
    },
  )

  test('grpc delivers the content of logs and metrics', async () => {
    await using server = await grpcServer((done) => done(null, encodeResponse()))
    await using emitter = make('grpc', server.endpoint)
    for (const batch of [logs, metrics]) expect(await emitter.send(batch)).toEqual({ kind: 'accepted' })
    const bodies = server.received.map(({ body }) => body)
    expect(content('grpc', 'logs', bodies[0] ?? Buffer.alloc(0))).toEqual(expectedOf(logs.request, nothingPlanted))
    expect(content('grpc', 'metrics', bodies[1] ?? Buffer.alloc(0))).toEqual(
      expectedOf(metrics.request, nothingPlanted),
    )
  })

  test('a partial success is told, over HTTP and gRPC', async () => {
    const partial = { kind: 'partial', rejected: 2, message: 'too old' }
    await using binary = await httpServer((response) =>
      response
        .setHeader('content-type', 'application/x-protobuf')
        .end(encodeResponse({ rejected: 2, message: 'too old' })),
    )
    await using http = make('http/protobuf', binary.endpoint)
    expect(await http.send(logs)).toEqual(partial)
    const json = '{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"too old"}}'
    await using text = await httpServer((response) => response.setHeader('content-type', 'application/json').end(json))
    await using httpJson = make('http/json', text.endpoint)
    expect(await httpJson.send(metrics)).toEqual(partial)
    await using server = await grpcServer((done) => done(null, encodeResponse({ rejected: 2, message: 'too old' })))
    await using grpc = make('grpc', server.endpoint)
    expect(await grpc.send(metrics)).toEqual(partial)
  })

  test.each([400, 429, 500, 503])('HTTP %i is a refusal after one request', async (code) => {
    await using server = await httpServer((response) => response.writeHead(code).end('no'))
    {
      await using emitter = make('http/protobuf', server.endpoint)
      expect(await emitter.send(logs)).toMatchObject({ kind: 'refused', code: `HTTP ${code}` })
    }
    // Disposing waits for whatever the exporter still has in mind.
    expect(server.received).toHaveLength(1)
  })

  test.each(['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INVALID_ARGUMENT'] as const)(
    'gRPC %s from the server is a refusal',
    async (name) => {
      await using server = await grpcServer((done) => done({ code: status[name], details: 'no' }))
      await using emitter = make('grpc', server.endpoint)
      expect(await emitter.send(logs)).toEqual({ kind: 'refused', code: name, message: 'no' })
      expect(server.received).toHaveLength(1)
    },
  )

  test.each(['CANCELLED', 'DEADLINE_EXCEEDED'] as const)(
    'gRPC %s leaves it open whether the batch was taken, even where the server says it',
    async (name) => {
      await using server = await grpcServer((done) => done({ code: status[name], details: 'too late' }))
      await using emitter = make('grpc', server.endpoint)
      expect(await emitter.send(logs)).toMatchObject({ kind: 'indeterminate' })
      expect(server.received).toHaveLength(1)
    },
  )

  test('a connection that breaks before the answer leaves it open whether the batch was taken', async () => {
    await using http = await httpServer((response) => response.destroy())
    await using overHttp = make('http/protobuf', http.endpoint)
    expect(await overHttp.send(logs)).toMatchObject({ kind: 'indeterminate' })
    expect(http.received).toHaveLength(1)
    const grpc = await grpcServer(() => grpc[Symbol.asyncDispose]())
    await using overGrpc = make('grpc', grpc.endpoint)
    expect(await overGrpc.send(logs)).toMatchObject({ kind: 'indeterminate' })
  })

  test('without an answer in time it stays open as well', async () => {
    await using http = await httpServer(() => {})
    await using overHttp = make('http/json', http.endpoint, 200)
    expect(await overHttp.send(logs)).toMatchObject({ kind: 'indeterminate' })
    await using grpc = await grpcServer(() => {})
    await using overGrpc = make('grpc', grpc.endpoint, 200)
    expect(await overGrpc.send(logs)).toMatchObject({ kind: 'indeterminate' })
  })

  test('where nobody listens the batch is refused', async () => {
    const http = await httpServer(() => {})
    await http[Symbol.asyncDispose]()
    await using overHttp = make('http/protobuf', http.endpoint)
    expect(await overHttp.send(logs)).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED' })
    await using overGrpc = make('grpc', http.endpoint.replace('http://', ''))
    expect(await overGrpc.send(logs)).toMatchObject({ kind: 'refused' })
  })
})

describe('replay emitter', () => {
  test('sends recorded JSON text as it is', async () => {
    await using server = await httpServer((response) => response.end())
    await using emitter = replayEmitter({ protocol: 'http/json', endpoint: server.endpoint, timeoutMs })
    await emitter.send({ ...logs, json: ' {"resourceLogs": []}\n' })
    expect(String(server.received[0]?.body)).toBe(' {"resourceLogs": []}\n')
    expect(server.received[0]?.headers['content-type']).toBe('application/json')
  })

  test.each(['length', 'chunked'] as const)('frames requests by %s, compressed or not', async (framing) => {
    await using server = await httpServer((response) => response.end())
    for (const compression of ['none', 'gzip'] as const) {
      await using emitter = replayEmitter({
        protocol: 'http/protobuf',
        endpoint: server.endpoint,
        timeoutMs,
        framing,
        compression,
      })
      expect(await emitter.send(logs)).toEqual({ kind: 'accepted' })
    }
    for (const { headers } of server.received) {
      expect([headers['content-length'] !== undefined, headers['transfer-encoding']]).toEqual(
        framing === 'length' ? [true, undefined] : [false, 'chunked'],
      )
    }
    const [plain, packed] = server.received
    expect(packed?.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed?.body ?? '')).toEqual(plain?.body)
  })
})

test('raw bytes are sent as they are, and any status is returned', async () => {
  await using server = await httpServer((response) => response.writeHead(400).end('bad'))
  const raw = {
    endpoint: server.endpoint,
    path: '/v1/logs',
    body: '{"resourceLogs":[',
    contentType: 'application/json',
    timeoutMs,
  }
  expect(await sendRaw({ ...raw, framing: 'chunked' })).toEqual({ status: 400, body: 'bad' })
  expect(String(server.received[0]?.body)).toBe(raw.body)
})
