import { connect, constants } from 'node:http2'
import { buffer } from 'node:stream/consumers'
import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeResponse, encodeRequest } from '../../../core/otlp/codec.ts'
import { decodeRetryInfo } from '../../../core/otlp/retry-info.ts'
import { grpcPaths } from '../../../core/otlp/services.ts'
import { everyKindOfMetric } from '../../../core/otlp/testing/requests.ts'
import { until } from '../../../core/poll.ts'
import { logs } from '../testing/messages.ts'
import { startRelay, statusOf } from '../testing/relay-under-test.ts'
import { down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import { type GrpcReply, grpcCaller } from '../transport/grpc-caller.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  await directory[Symbol.asyncDispose]()
})

const { body } = logs('a', 'b')
const MiB = 1024 * 1024

/** Milliseconds of the RetryInfo that a refusal carries. */
function retryAfterMs({ metadata }: GrpcReply): number | undefined {
  const [details] = metadata.get('grpc-status-details-bin')
  return Buffer.isBuffer(details) ? decodeRetryInfo(details) : undefined
}

test.each([false, true])('logs and metrics are taken, and answered with nothing (gzip: %s)', async (gzip) => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  using caller = grpcCaller(relay.grpc, { gzip })
  const metrics = encodeRequest(everyKindOfMetric)
  const large = logs('x'.repeat(3_000_000)).body
  for (const [path, bytes] of [
    [grpcPaths.logs, body],
    [grpcPaths.metrics, metrics],
    [grpcPaths.logs, large],
  ] as const)
    expect(await caller.call(bytes, path)).toMatchObject({ code: status.OK, body: Buffer.alloc(0) })
  expect(transport.sent).toMatchObject([
    { signal: 'logs', encoding: 'protobuf', events: 2, body },
    { signal: 'metrics', encoding: 'protobuf', events: 5, body: metrics },
    { signal: 'logs', encoding: 'protobuf', events: 1 },
  ])
  expect(transport.sent[2]?.body.equals(large)).toBe(true)
  expect(await statusOf(relay)).toMatchObject({ requests: 3, events: 8, bad: 0, memory: { requestsBytes: 0 } })
})

test('an empty request is OTLP, and taken', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  using caller = grpcCaller(relay.grpc)
  expect(await caller.call(Buffer.alloc(0))).toMatchObject({ code: status.OK })
})

test('another method is UNIMPLEMENTED, and named', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  using caller = grpcCaller(relay.grpc)
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
  const details = `there is no ${path}; logs and metrics are accepted`
  expect(await caller.call(body, path)).toMatchObject({ code: status.UNIMPLEMENTED, details })
  expect(await caller.call(Buffer.alloc(MiB), path)).toMatchObject({ code: status.UNIMPLEMENTED, details })
  expect(await caller.call(body)).toMatchObject({ code: status.OK })
})

test('more than 16 MiB is RESOURCE_EXHAUSTED, as a size that is larger than max', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const details = 'the request is larger than max: 16777216 bytes'
  using caller = grpcCaller(relay.grpc)
  expect(await caller.call(Buffer.alloc(16 * MiB + 1))).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details })
  using zipping = grpcCaller(relay.grpc, { gzip: true })
  expect(await zipping.call(Buffer.alloc(40 * MiB))).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details })
  expect(await caller.call(body)).toMatchObject({ code: status.OK })
  expect(await statusOf(relay)).toMatchObject({ bad: 2, memory: { requestsBytes: 0 } })
})

test('garbage is INVALID_ARGUMENT, and reaches no backend', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  using caller = grpcCaller(relay.grpc)
  const reply = await caller.call(Buffer.from('garbage'))
  expect(reply).toMatchObject({ code: status.INVALID_ARGUMENT })
  expect(reply.details).toMatch(/^not an OTLP request of logs: /)
  expect(transport.sent).toEqual([])
})

test('a buffer that is full is UNAVAILABLE, and says when to come again', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport(() => down), { maxDiskBytes: 300 })
  using caller = grpcCaller(relay.grpc)
  expect(await caller.call(body)).toMatchObject({ code: status.OK })
  const reply = await caller.call(body)
  expect(reply).toMatchObject({ code: status.UNAVAILABLE, details: 'the buffer is full (300 bytes)' })
  expect(retryAfterMs(reply)).toBe(1_000)
})

test('a partial success of the backend is passed on', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'partial', rejected: 1, message: 'too old' }))
  await using relay = await startRelay(directory.path, transport)
  using caller = grpcCaller(relay.grpc)
  const reply = await caller.call(body)
  expect(reply.code).toBe(status.OK)
  expect(decodeResponse(reply.body ?? Buffer.alloc(0))).toEqual({ rejected: 1, message: 'too old' })
})

test('what the backend refuses for good is INVALID_ARGUMENT with its reason, whatever letters it has', async () => {
  const message = 'nie przyjęto: 100% ☹'
  await using relay = await startRelay(
    directory.path,
    new ScriptedTransport(() => ({ kind: 'rejected', code: 'HTTP 400', message })),
  )
  using caller = grpcCaller(relay.grpc)
  const reply = await caller.call(body)
  expect(reply).toMatchObject({ code: status.INVALID_ARGUMENT, details: `HTTP 400: ${message}` })
  expect(retryAfterMs(reply)).toBeUndefined()
})

test('a reason whose cut would halve a character is told, and ends nothing', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'rejected', code: 'X', message: `${'x'.repeat(496)}😀` }))
  await using relay = await startRelay(directory.path, transport)
  using caller = grpcCaller(relay.grpc)
  expect((await caller.call(body)).details).toBe(`X: ${'x'.repeat(496)}\ufffd`)
  expect((await caller.call(body)).code).toBe(status.INVALID_ARGUMENT)
})

/** One call on HTTP/2 itself, with these bytes as its frames. */
async function rawCall(address: string, frames: Buffer, headers: Record<string, string> = {}) {
  const session = connect(`http://${address}`)
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': grpcPaths.logs,
      te: 'trailers',
      'content-type': 'application/grpc',
      ...headers,
    })
    const found: Record<string, unknown> = {}
    stream.on('response', (all) => Object.assign(found, all))
    stream.on('trailers', (all) => Object.assign(found, all))
    stream.end(frames)
    await buffer(stream)
    return { code: Number(found['grpc-status']), details: decodeURIComponent(String(found['grpc-message'] ?? '')) }
  } finally {
    session.close()
  }
}

const framed = (flag: number, bytes: Buffer) => {
  const prefix = Buffer.from([flag, 0, 0, 0, 0])
  prefix.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([prefix, bytes])
}

test.each([
  ['no message', Buffer.alloc(0), {}, 'the message is shorter than it says'],
  ['half a prefix', Buffer.from([0, 0]), {}, 'the message is shorter than it says'],
  ['half a message', framed(0, body).subarray(0, -1), {}, 'the message is shorter than it says'],
  ['two messages', Buffer.concat([framed(0, body), framed(0, body)]), {}, 'more than one message in a unary call'],
  ['compression that is not named', framed(1, body), {}, 'the message is compressed, and grpc-encoding is missing'],
] as const)('%s in a call is INVALID_ARGUMENT', async (_, frames, headers, details) => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  expect(await rawCall(relay.grpc, frames, headers)).toEqual({ code: status.INVALID_ARGUMENT, details })
  expect(transport.sent).toEqual([])
  expect(await statusOf(relay)).toMatchObject({ bad: 1, memory: { requestsBytes: 0 } })
})

test('a compression that is not supported is UNIMPLEMENTED, with those that are', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  expect(await rawCall(relay.grpc, framed(1, body), { 'grpc-encoding': 'br' })).toEqual({
    code: status.UNIMPLEMENTED,
    details: 'grpc-encoding br: must be one of identity,gzip,deflate,zstd',
  })
})

test('clients that go away in the middle leave no memory taken, and others are served', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const session = connect(`http://${relay.grpc}`)
  session.on('error', () => {})
  const begin = () => {
    const stream = session.request({ ':method': 'POST', ':path': grpcPaths.logs, 'content-type': 'application/grpc' })
    stream.on('error', () => {})
    stream.write(framed(0, Buffer.alloc(4 * MiB)).subarray(0, 10_000))
    return stream
  }
  const streams = [begin(), begin(), begin()]
  await until('room taken', async () => (await statusOf(relay)).memory.requestsBytes === 36 * MiB, {
    timeoutMs: 120_000,
  })
  streams[0]?.close(constants.NGHTTP2_CANCEL)
  await until('room of one free', async () => (await statusOf(relay)).memory.requestsBytes === 24 * MiB, {
    timeoutMs: 120_000,
  })
  session.destroy()
  await until('room free', async () => (await statusOf(relay)).memory.requestsBytes === 0, { timeoutMs: 120_000 })
  using caller = grpcCaller(relay.grpc)
  expect(await caller.call(body)).toMatchObject({ code: status.OK })
  expect(transport.taken).toEqual(['a', 'b'])
  expect(await statusOf(relay)).toMatchObject({ requests: 1, pushedBack: 0 })
})
