import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeResponse } from '../../../core/otlp/codec.ts'
import { requestToJsonLine } from '../../../core/otlp/to-json.ts'
import { begin, get, json, post, protobuf, replyTo } from '../testing/http-post.ts'
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

const { body } = logs('a', 'b')
const line = requestToJsonLine('logs', body)

test.each([
  ['protobuf', body, protobuf],
  ['JSON', line, json],
  ['JSON with a charset', line, { 'content-type': 'application/json; charset=utf-8' }],
  ['protobuf, gzip', gzipSync(body), { ...protobuf, 'content-encoding': 'gzip' }],
  ['JSON, gzip', gzipSync(line), { ...json, 'content-encoding': 'gzip' }],
  ['protobuf, deflate', deflateSync(body), { ...protobuf, 'content-encoding': 'deflate' }],
  ['protobuf, identity', body, { ...protobuf, 'content-encoding': 'identity' }],
  ['protobuf, zlib', deflateSync(body), { ...protobuf, 'content-encoding': 'zlib' }],
  ['JSON, zstd', zstdCompressSync(line), { ...json, 'content-encoding': 'zstd' }],
  ['protobuf, GZIP', gzipSync(body), { ...protobuf, 'content-encoding': 'GZIP' }],
  ['JSON, x-gzip', gzipSync(line), { ...json, 'content-encoding': 'x-gzip' }],
  [
    'JSON, gzip of two members',
    Buffer.concat([gzipSync(line.subarray(0, 9)), gzipSync(line.subarray(9))]),
    { ...json, 'content-encoding': 'gzip' },
  ],
  ['JSON in capitals', line, { 'content-type': 'APPLICATION/JSON; Charset=UTF-8' }],
  ['protobuf in capitals', body, { 'content-type': 'Application/X-Protobuf' }],
] as const)('%s is taken, with and without its length', async (_, bytes, headers) => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const type = headers['content-type'].split(';')[0]?.toLowerCase()
  for (const chunked of [false, true]) {
    const reply = await post(`${relay.http}/v1/logs`, bytes, { headers, chunked })
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': type } })
    expect(String(reply.body)).toBe(type === 'application/json' ? '{}' : '')
  }
  expect(transport.taken).toEqual(['a', 'b', 'a', 'b'])
  expect(await statusOf(relay)).toMatchObject({ requests: 2, events: 4, bad: 0, memory: { requestsBytes: 0 } })
})

test('a large request without its length is taken whole', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const large = logs('x'.repeat(3_000_000)).body
  expect(await post(`${relay.http}/v1/logs`, large, { headers: protobuf, chunked: true })).toMatchObject({
    status: 200,
  })
  expect(transport.sent[0]?.body.equals(large)).toBe(true)
  expect((await statusOf(relay)).memory.requestsBytes).toBe(0)
})

test('metrics go to the backend as metrics', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const metrics = Buffer.from(
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"n","gauge":{"dataPoints":[{},{}]}}]}]}]}',
  )
  expect(await post(`${relay.http}/v1/metrics?x=1`, metrics, { headers: json })).toMatchObject({ status: 200 })
  expect(transport.sent).toMatchObject([{ signal: 'metrics', encoding: 'json', events: 2 }])
})

test('one connection takes one request after another', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const responses = [1, 2, 3].map(() => fetch(`${relay.http}/v1/logs`, { method: 'POST', headers: protobuf, body }))
  for (const response of await Promise.all(responses)) expect(response.headers.get('connection')).toBe('keep-alive')
  expect(transport.taken).toHaveLength(6)
})

test('what the backend does not take is acknowledged all the same, and waits', async () => {
  const transport = new ScriptedTransport(() => down)
  await using relay = await startRelay(directory.path, transport)
  expect(await post(`${relay.http}/v1/logs`, body)).toMatchObject({ status: 200 })
  expect(await statusOf(relay)).toMatchObject({ events: 2, buffer: { mode: 'buffering', parked: { events: 2 } } })
  expect(await get(`${relay.http}/health`)).toMatchObject({ status: 200 })
})

test('a partial success is passed on in the form of the request', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'partial', rejected: 1, message: 'too old' }))
  await using relay = await startRelay(directory.path, transport)
  const binary = await post(`${relay.http}/v1/logs`, body)
  expect(binary.status).toBe(200)
  expect(decodeResponse(binary.body)).toEqual({ rejected: 1, message: 'too old' })
  const text = await post(`${relay.http}/v1/logs`, line, { headers: json })
  expect(text.status).toBe(200)
  expect(JSON.parse(String(text.body))).toMatchObject({
    partialSuccess: { rejectedLogRecords: '1', errorMessage: 'too old' },
  })
})

test('/status tells how the relay is, in numbers', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const count = expect.any(Number)
  expect(await statusOf(relay)).toEqual({
    pid: process.pid,
    upMs: count,
    requests: 0,
    events: 0,
    pushedBack: 0,
    bad: 0,
    misdirected: 0,
    lastMisdirected: '',
    memory: { requestsBytes: 0, rssBytes: count },
    policy: {
      policy: expect.stringMatching(/^[0-9a-f]{12}$/),
      rules: count,
      names: 0,
      hashes: false,
      changed: 0,
      excluded: 0,
      failure: '',
    },
    buffer: {
      mode: 'live',
      directory: directory.path,
      backend: 'the test',
      parked: { events: 0, bytes: 0, files: 0 },
      usedBytes: 0,
      inMemoryEvents: 0,
      delivered: 0,
      buffered: 0,
      setAside: 0,
      refused: 0,
      damagedLines: 0,
      lastFailure: '',
      nextAttemptInMs: 0,
    },
  })
})

test('a client that announces its request and waits for the word to go on is heard', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  const headers = { ...protobuf, 'content-length': String(body.length), expect: '100-continue' }
  const sent = begin(`${relay.http}/v1/logs`, { headers })
  sent.once('continue', () => sent.end(body))
  sent.flushHeaders()
  expect(await replyTo(sent)).toMatchObject({ status: 200 })
  expect(transport.taken).toEqual(['a', 'b'])
})

test('a connection that is idle is kept longer than a client waits between two exports', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const response = await fetch(`${relay.http}/v1/logs`, { method: 'POST', headers: protobuf, body })
  expect(response.headers.get('keep-alive')).toBe('timeout=75')
})
