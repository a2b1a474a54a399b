import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeStatusMessage } from '../../../core/otlp/codec.ts'
import { until } from '../../../core/poll.ts'
import { begin, get, type HttpReply, json, post, protobuf, replyTo } from '../testing/http-post.ts'
import { logs } from '../testing/messages.ts'
import { startRelay, statusOf } from '../testing/relay-under-test.ts'
import { down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  await directory[Symbol.asyncDispose]()
})

const { body } = logs('a')
const MiB = 1024 * 1024
const TOO_LARGE = 'the request is larger than max: 16777216 bytes'

/** The message of the google.rpc.Status that a refusal carries, in either form. */
function messageIn({ headers, body: bytes }: HttpReply): string {
  if (headers['content-type'] === 'application/x-protobuf') return decodeStatusMessage(bytes)
  expect(headers['content-type']).toBe('application/json')
  return JSON.parse(String(bytes)).message
}

test.each([
  [
    'bytes that are no gzip',
    body,
    { headers: { ...json, 'content-encoding': 'gzip' } },
    /^the body cannot be unpacked: /,
  ],
  [
    'cut gzip',
    gzipSync(body).subarray(0, -9),
    { headers: { ...protobuf, 'content-encoding': 'gzip' } },
    /^the body cannot/,
  ],
  ['garbage', Buffer.from('garbage'), { headers: protobuf }, /^not an OTLP request of logs: /],
  ['broken JSON', Buffer.from('{"resourceLogs":[}'), { headers: json }, /^not an OTLP request of logs: /],
  ['JSON of something else', Buffer.from('{"a":1}'), { headers: json }, /^not an OTLP request of logs: /],
  ['JSON of the other signal', Buffer.from('{"resourceMetrics":[]}'), { headers: json }, /it has no resourceLogs$/],
] as const)('%s is answered with 400 and the reason, and counted', async (_, bytes, options, reason) => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const reply = await post(`${relay.http}/v1/logs`, bytes, options)
  expect(reply.status).toBe(400)
  expect(messageIn(reply)).toMatch(reason)
  expect(transport.sent).toEqual([])
  expect(await statusOf(relay)).toMatchObject({ bad: 1, events: 0, memory: { requestsBytes: 0 } })
})

test.each([
  ['another type', { headers: { 'content-type': 'text/plain' } }, /^content-type text\/plain: must be application/],
  ['no type', { headers: {} }, /^content-type \(none\): must be application/],
  ['another encoding', { headers: { ...protobuf, 'content-encoding': 'br' } }, /^content-encoding br: must be gzip/],
] as const)('%s is answered with 415 and what is supported, and counted', async (_, options, reason) => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const reply = await post(`${relay.http}/v1/logs`, body, options)
  expect(reply.status).toBe(415)
  expect(messageIn(reply)).toMatch(reason)
  if ('content-encoding' in options.headers)
    expect(reply.headers['accept-encoding']).toBe('gzip, deflate, zlib, zstd, identity')
  expect(transport.sent).toEqual([])
  expect(await statusOf(relay)).toMatchObject({ bad: 1, events: 0 })
})

const OTLP_PATHS = 'send OTLP with POST to /v1/logs or /v1/metrics'

test.each([
  ['POST', '/v1/traces', 404, undefined],
  ['POST', '/v1/logs/', 404, undefined],
  ['GET', '/favicon.ico', 404, undefined],
  ['POST', '/', 405, 'GET, HEAD'],
  ['POST', '/health', 405, 'GET, HEAD'],
  ['PUT', '/status', 405, 'GET, HEAD'],
  ['DELETE', '/', 405, 'GET, HEAD'],
  ['GET', '/v1/logs', 405, 'POST'],
  ['PUT', '/v1/metrics', 405, 'POST'],
] as const)(
  '%s %s is answered with %i and the right paths, never with success, and counted',
  async (method, path, status, allow) => {
    const transport = new ScriptedTransport()
    await using relay = await startRelay(directory.path, transport)
    const reply = await post(`${relay.http}${path}`, body, { method, headers: json })
    expect(reply.status).toBe(status)
    expect(messageIn(reply)).toContain(OTLP_PATHS)
    expect(reply.headers.allow).toBe(allow)
    expect(transport.sent).toEqual([])
    expect(await statusOf(relay)).toMatchObject({ misdirected: 1, lastMisdirected: `${method} ${path}`, events: 0 })
  },
)

test('a success on any path to any method means that the request was passed on, or is a page', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const methods = fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET')
  const paths = fc.oneof(
    fc.constantFrom(
      '/',
      '//',
      '/v1/logs',
      '/v1/metrics',
      '/v1/logs?x=1',
      '/V1/LOGS',
      '/v1/logs/',
      '/health',
      '/status',
    ),
    fc.webPath(),
  )
  await fc.assert(
    fc.asyncProperty(methods, paths, async (method, path) => {
      const before = transport.sent.length
      const reply = await post(`${relay.http}${path === '' ? '/' : path}`, body, { method, headers: protobuf })
      const isPage = method === 'GET' && ['/', '/health', '/status'].includes(path.split('?')[0] || '/')
      if (reply.status >= 200 && reply.status < 300) expect(isPage || transport.sent.length > before).toBe(true)
    }),
    { numRuns: 150 },
  )
})

test.each([false, true])('more than 16 MiB is answered with 413 (without its length: %s)', async (chunked) => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const reply = await post(`${relay.http}/v1/logs`, Buffer.alloc(16 * MiB + 1), { headers: protobuf, chunked })
  expect(reply.status).toBe(413)
  expect(messageIn(reply)).toBe(TOO_LARGE)
  expect(await statusOf(relay)).toMatchObject({ bad: 1, memory: { requestsBytes: 0 } })
})

test('a request without end is answered with 413 before its end', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const sent = begin(`${relay.http}/v1/logs`)
  const part = Buffer.alloc(64 * 1024)
  const more = () => {
    while (!sent.destroyed && sent.write(part));
  }
  sent.on('drain', more)
  more()
  const reply = await replyTo(sent)
  expect(reply.status).toBe(413)
  expect(messageIn(reply)).toBe(TOO_LARGE)
  sent.destroy()
})

test('a body that unpacks to more than 16 MiB is answered with 413', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const bomb = gzipSync(Buffer.alloc(40 * MiB))
  for (const headers of [protobuf, json]) {
    const reply = await post(`${relay.http}/v1/logs`, bomb, { headers: { ...headers, 'content-encoding': 'gzip' } })
    expect(reply.status).toBe(413)
    expect(messageIn(reply)).toBe(TOO_LARGE)
  }
  expect(await statusOf(relay)).toMatchObject({ bad: 2, memory: { requestsBytes: 0 } })
})

test('at the limit of the disk it answers 503 with Retry-After and is not healthy, until there is room', async () => {
  const transport = new ScriptedTransport(() => down)
  await using relay = await startRelay(directory.path, transport, { maxDiskBytes: 200 })
  expect(await post(`${relay.http}/v1/logs`, body)).toMatchObject({ status: 200 })
  for (const headers of [protobuf, json]) {
    const text = Buffer.from(
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a text that is long"}}]}]}]}',
    )
    const reply = await post(`${relay.http}/v1/logs`, headers === json ? text : body, { headers })
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(messageIn(reply)).toBe('the buffer is full (200 bytes)')
  }
  expect(await get(`${relay.http}/health`)).toMatchObject({ status: 503, body: Buffer.from('{"status":"full"}') })
  transport.answer = () => ({ kind: 'accepted' })
  await until('delivered', async () => (await statusOf(relay)).buffer.mode === 'live', { timeoutMs: 120_000 })
  expect(await get(`${relay.http}/health`)).toMatchObject({ status: 200, body: Buffer.from('{"status":"ok"}') })
  expect(await post(`${relay.http}/v1/logs`, body)).toMatchObject({ status: 200 })
})

test.each([
  ['HTTP 413', 413],
  ['HTTP 422', 400],
  ['INVALID_ARGUMENT', 400],
])('what the backend refuses for good with %s is answered with %i', async (code, status) => {
  await using relay = await startRelay(
    directory.path,
    new ScriptedTransport(() => ({ kind: 'rejected', code, message: 'no' })),
  )
  const reply = await post(`${relay.http}/v1/logs`, body)
  expect(reply.status).toBe(status)
  expect(messageIn(reply)).toBe(`${code}: no`)
})

test('clients that go away in the middle leave no memory taken, and others are served', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const headers = { ...protobuf, 'content-length': String(4 * MiB) }
  const sent = [1, 2, 3].map(() => begin(`${relay.http}/v1/logs`, { headers }))
  for (const one of sent) {
    one.on('error', () => {})
    one.write(Buffer.alloc(64 * 1024))
  }
  await until('room taken', async () => (await statusOf(relay)).memory.requestsBytes === 36 * MiB, {
    timeoutMs: 120_000,
  })
  for (const one of sent) one.destroy()
  await until('room free', async () => (await statusOf(relay)).memory.requestsBytes === 0, { timeoutMs: 120_000 })
  expect(await post(`${relay.http}/v1/logs`, body)).toMatchObject({ status: 200 })
  expect(transport.taken).toEqual(['a'])
  expect(await statusOf(relay)).toMatchObject({ requests: 1, bad: 0, pushedBack: 0 })
})

test('a request waits while the memory is spent, and is taken when others are gone', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const hold = begin(`${relay.http}/v1/logs`, { headers: { ...protobuf, 'content-length': String(16 * MiB) } })
  hold.on('error', () => {})
  hold.write(Buffer.alloc(1024))
  await until('memory spent', async () => (await statusOf(relay)).memory.requestsBytes === 48 * MiB, {
    timeoutMs: 120_000,
  })
  const waits = begin(`${relay.http}/v1/logs`, { headers: { ...protobuf, 'content-length': String(body.length) } })
  waits.end(body)
  await once(waits, 'finish')
  hold.destroy()
  expect(await replyTo(waits)).toMatchObject({ status: 200 })
})

test('a request of unknown length that outgrows the memory is sent away, and told to come again', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const hold = begin(`${relay.http}/v1/logs`, { headers: { ...protobuf, 'content-length': String(15 * MiB) } })
  hold.on('error', () => {})
  hold.write(Buffer.alloc(1024))
  await until('memory taken', async () => (await statusOf(relay)).memory.requestsBytes === 45 * MiB, {
    timeoutMs: 120_000,
  })
  const reply = await post(`${relay.http}/v1/logs`, Buffer.alloc(8 * MiB), { headers: protobuf, chunked: true })
  expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  hold.destroy()
  await until('room free', async () => (await statusOf(relay)).memory.requestsBytes === 0, { timeoutMs: 120_000 })
  expect(await statusOf(relay)).toMatchObject({ pushedBack: 1 })
})
