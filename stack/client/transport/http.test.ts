import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeRequest, encodeResponse } from '../../../core/otlp/codec.ts'
import { type ExportRequest, jsonMessage } from '../export-request.ts'
import { type Backend, httpBackend } from '../testing/backends.ts'
import { logs } from '../testing/messages.ts'
import { type HttpTransportOptions, httpTransport } from './http.ts'

// Long enough for any machine where an answer is awaited; where none comes, a few milliseconds are as good.
const ENOUGH_MS = 20_000
const SHORT_MS = 100

function transportTo({ port }: Pick<Backend<unknown>, 'port'>, options: Partial<HttpTransportOptions> = {}) {
  const base = `http://127.0.0.1:${port}`
  return httpTransport({ urls: { logs: `${base}/v1/logs`, metrics: `${base}/v1/metrics` }, ...options })
}

const message = logs('a')
const asJson = (text = '{"resourceLogs":[]}') => jsonMessage('logs', Buffer.from(text))

test('protobuf goes as it came, JSON as it is in the file, each to its own path', async () => {
  await using backend = await httpBackend()
  await using transport = transportTo(backend, { headers: async () => ({ 'x-team': 'a' }) })
  const metrics: ExportRequest = { signal: 'metrics', encoding: 'protobuf', body: Buffer.alloc(0), events: 0 }
  for (const one of [message, asJson(), metrics])
    expect(await transport.send(one, ENOUGH_MS)).toEqual({ kind: 'accepted' })
  expect(backend.received).toMatchObject([
    { path: '/v1/logs', headers: { 'content-type': 'application/x-protobuf', 'x-team': 'a' }, body: message.body },
    { path: '/v1/logs', headers: { 'content-type': 'application/json' }, body: asJson().body },
    { path: '/v1/metrics', headers: { 'content-type': 'application/x-protobuf', 'content-length': '0' } },
  ])
  expect(transport.name).toBe(`http://127.0.0.1:${backend.port}`)
})

test('with gzip the body is zipped, and says so', async () => {
  await using backend = await httpBackend()
  await using transport = transportTo(backend, { compression: 'gzip' })
  expect(await transport.send(message, ENOUGH_MS)).toEqual({ kind: 'accepted' })
  const [one] = backend.received
  expect(one?.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(one?.body ?? '').equals(message.body)).toBe(true)
})

test('JSON that is large goes as protobuf with the same content', async () => {
  await using backend = await httpBackend()
  await using transport = transportTo(backend)
  const request = {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x'.repeat(1_100_000) } }] }] }],
  }
  await transport.send(asJson(JSON.stringify(request)), ENOUGH_MS)
  const [one] = backend.received
  expect(one?.headers['content-type']).toBe('application/x-protobuf')
  expect(decodeRequest('logs', one?.body ?? Buffer.alloc(0))).toEqual(request)
})

test('a backend that takes no JSON gets protobuf, now and from then on', async () => {
  await using backend = await httpBackend((response, { headers }) =>
    response.writeHead(headers['content-type'] === 'application/json' ? 415 : 200).end(),
  )
  await using transport = transportTo(backend)
  for (const _ of [1, 2]) expect(await transport.send(asJson(), ENOUGH_MS)).toEqual({ kind: 'accepted' })
  const types = backend.received.map(({ headers }) => headers['content-type'])
  expect(types).toEqual(['application/json', 'application/x-protobuf', 'application/x-protobuf'])
})

test('a backend that takes no protobuf either refuses for good', async () => {
  await using backend = await httpBackend((response) => response.writeHead(415).end('no'))
  await using transport = transportTo(backend)
  expect(await transport.send(asJson(), ENOUGH_MS)).toEqual({ kind: 'rejected', code: 'HTTP 415', message: 'no' })
  expect(backend.received).toHaveLength(2)
})

test('what the backend says of the request is passed on', async () => {
  await using backend = await httpBackend((response) =>
    response.setHeader('content-type', 'application/x-protobuf').end(encodeResponse({ rejected: 1, message: 'old' })),
  )
  await using transport = transportTo(backend)
  expect(await transport.send(message, ENOUGH_MS)).toEqual({ kind: 'partial', rejected: 1, message: 'old' })
})

test('a page without end is read no further than its beginning', async () => {
  const part = Buffer.alloc(64 * 1024, '<')
  await using backend = await httpBackend((response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    const more = () => {
      while (!response.destroyed && response.write(part));
    }
    response.on('drain', more)
    more()
  })
  await using transport = transportTo(backend)
  expect(await transport.send(message, ENOUGH_MS)).toMatchObject({ kind: 'retryable', code: 'NOT_OTLP' })
})

test.each([
  ['no answer', () => {}],
  ['an answer that stops in the middle', (response) => response.writeHead(200, { 'content-length': '9' }).write('a')],
] as const satisfies readonly (readonly [string, Parameters<typeof httpBackend>[0]])[])(
  '%s within the time comes again, and the next request is answered',
  async (_, silence) => {
    let silent = true
    await using backend = await httpBackend((response) => (silent ? silence(response) : response.end()))
    await using transport = transportTo(backend)
    expect(await transport.send(message, SHORT_MS)).toEqual({
      kind: 'retryable',
      code: 'NO_ANSWER',
      message: `no answer within ${SHORT_MS} ms`,
    })
    silent = false
    expect(await transport.send(message, ENOUGH_MS)).toEqual({ kind: 'accepted' })
  },
)

test('a connection that breaks before the answer comes again with its code', async () => {
  await using backend = await httpBackend((response) => response.destroy())
  await using transport = transportTo(backend)
  expect(await transport.send(message, ENOUGH_MS)).toMatchObject({ kind: 'retryable', code: 'ECONNRESET' })
})

test('a backend that goes away comes again with the code, and is found again when it is back', async () => {
  const backend = await httpBackend()
  await using transport = transportTo(backend)
  expect(await transport.send(message, ENOUGH_MS)).toEqual({ kind: 'accepted' })
  await backend[Symbol.asyncDispose]()
  expect(await transport.send(message, ENOUGH_MS)).toMatchObject({
    kind: 'retryable',
    code: expect.stringMatching(/^E(CONN|PIPE)/),
  })
  expect(await transport.send(message, ENOUGH_MS)).toMatchObject({ kind: 'retryable', code: 'ECONNREFUSED' })
  await using back = await httpBackend(undefined, backend.port)
  expect(await transport.send(message, ENOUGH_MS)).toEqual({ kind: 'accepted' })
  expect(back.received).toHaveLength(1)
})

test('what cannot be encoded, or has a header that HTTP forbids, is rejected and not the backend’s fault', async () => {
  await using forbidden = transportTo({ port: 1 }, { headers: async () => ({ authorization: 'two\nlines' }) })
  expect(await forbidden.send(message, ENOUGH_MS)).toMatchObject({ kind: 'rejected', code: 'UNSENDABLE' })
  await using transport = transportTo({ port: 1 })
  const large = Buffer.from(`{"resourceLogs":[${' '.repeat(1024 * 1024)}`)
  const broken = { signal: 'logs', encoding: 'json', body: large, events: 1 } as const
  expect(await transport.send(broken, ENOUGH_MS)).toMatchObject({ kind: 'rejected', code: 'UNSENDABLE' })
})

test('headers that cannot be had now are asked for again', async () => {
  await using unreadable = transportTo({ port: 1 }, { headers: () => Promise.reject(new Error('no token')) })
  expect(await unreadable.send(message, ENOUGH_MS)).toEqual({
    kind: 'retryable',
    code: 'NO_ANSWER',
    message: 'no token',
  })
  await using nowhere = httpTransport({ urls: { metrics: 'http://127.0.0.1:1/v1/metrics' } })
  expect(await nowhere.send(message, ENOUGH_MS)).toMatchObject({ kind: 'rejected', code: 'NO_ENDPOINT' })
})
