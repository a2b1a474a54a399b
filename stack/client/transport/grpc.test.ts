import { once } from 'node:events'
import { createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Metadata, status } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { decodeRequest, encodeResponse } from '../../../core/otlp/codec.ts'
import { until } from '../../../core/poll.ts'
import { jsonMessage } from '../export-request.ts'
import { grpcBackend, httpBackend } from '../testing/backends.ts'
import { logs } from '../testing/messages.ts'
import { type GrpcTransportOptions, grpcTransport } from './grpc.ts'

const ENOUGH_MS = 20_000
const SHORT_MS = 100

function transportTo({ port }: { readonly port: number }, options: Partial<GrpcTransportOptions> = {}) {
  return grpcTransport({ address: `127.0.0.1:${port}`, ...options })
}

const message = logs('a')

test.each(['none', 'gzip'] as const)(
  'requests arrive as they are, JSON as protobuf (compression: %s)',
  async (compression) => {
    await using backend = await grpcBackend()
    const metadata = new Metadata()
    metadata.set('x-team', 'a')
    await using transport = transportTo(backend, { compression, metadata })
    const json = '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"n"}]}]}]}'
    for (const one of [message, jsonMessage('metrics', Buffer.from(json))])
      expect(await transport.send(one, ENOUGH_MS)).toEqual({ kind: 'accepted' })
    const [first, second] = backend.received
    expect(first).toMatchObject({ signal: 'logs', body: message.body })
    expect(first?.metadata.get('x-team')).toEqual(['a'])
    expect(second?.signal).toBe('metrics')
    expect(decodeRequest('metrics', second?.body ?? Buffer.alloc(0))).toEqual(JSON.parse(json))
  },
)

test('what the backend says of the request is passed on', async () => {
  await using partial = await grpcBackend((done) => done(null, encodeResponse({ rejected: 1, message: 'old' })))
  await using one = transportTo(partial)
  expect(await one.send(message, ENOUGH_MS)).toEqual({ kind: 'partial', rejected: 1, message: 'old' })
  await using refusing = await grpcBackend((done) => done({ code: status.INVALID_ARGUMENT, details: 'no' }))
  await using two = transportTo(refusing)
  expect(await two.send(message, ENOUGH_MS)).toEqual({ kind: 'rejected', code: 'INVALID_ARGUMENT', message: 'no' })
  await using failing = await grpcBackend((done) => done({ code: status.INTERNAL, details: 'panic' }))
  await using three = transportTo(failing)
  expect(await three.send(message, ENOUGH_MS)).toEqual({ kind: 'suspect', code: 'INTERNAL', message: 'panic' })
})

test('an answer that is no OTLP is no answer of a backend', async () => {
  await using backend = await grpcBackend((done) => done(null, Buffer.from('garbage')))
  await using transport = transportTo(backend)
  expect(await transport.send(message, ENOUGH_MS)).toMatchObject({ kind: 'retryable', code: 'NOT_OTLP' })
})

test('a web server in the place of the backend comes again', async () => {
  await using plain = await httpBackend()
  await using overPlain = transportTo(plain)
  expect(await overPlain.send(message, 2_000)).toMatchObject({ kind: 'retryable' })
  const server = createHttp2Server((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await using overPages = transportTo(server.address() as AddressInfo)
  expect(await overPages.send(message, ENOUGH_MS)).toMatchObject({ kind: 'retryable' })
  server.close()
})

test('silence comes again within the time, on a new connection after a while, and a backend that answers is heard', async () => {
  let silent = true
  await using backend = await grpcBackend((done) => void (silent || done(null, encodeResponse())))
  await using transport = transportTo(backend)
  for (const _ of [1, 2, 3])
    expect(await transport.send(message, SHORT_MS)).toMatchObject({ kind: 'retryable', code: 'DEADLINE_EXCEEDED' })
  silent = false
  expect(await transport.send(message, ENOUGH_MS)).toEqual({ kind: 'accepted' })
})

test('a connection whose other end is mute is given up, so that a backend behind it is found', async () => {
  const sockets: Socket[] = []
  const mute = createServer((socket) => void sockets.push(socket.on('error', () => {})))
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  await using transport = transportTo(mute.address() as AddressInfo)
  for (const _ of [1, 2, 3]) expect(await transport.send(message, SHORT_MS)).toMatchObject({ kind: 'retryable' })
  await until('a second connection', async () => sockets.length > 1, { timeoutMs: 120_000 })
  for (const socket of sockets) socket.destroy()
  mute.close()
})

test('nobody there comes again with the code, and who comes back is found again', async () => {
  const backend = await grpcBackend()
  await using transport = transportTo(backend)
  expect(await transport.send(message, ENOUGH_MS)).toEqual({ kind: 'accepted' })
  await backend[Symbol.asyncDispose]()
  expect(await transport.send(message, ENOUGH_MS)).toMatchObject({ kind: 'retryable', code: 'UNAVAILABLE' })
  await using back = await grpcBackend(undefined, backend.port)
  await until('found again', async () => (await transport.send(message, ENOUGH_MS)).kind === 'accepted', {
    timeoutMs: 120_000,
  })
  expect(back.received.map(({ body }) => body)).toEqual([message.body])
})

test('what cannot be encoded is rejected and not the backend’s fault', async () => {
  await using transport = transportTo({ port: 1 })
  const broken = jsonMessage('logs', Buffer.from('{"resourceLogs":[]}'))
  expect(await transport.send({ ...broken, body: Buffer.from('{') }, ENOUGH_MS)).toMatchObject({
    kind: 'rejected',
    code: 'UNSENDABLE',
  })
})
