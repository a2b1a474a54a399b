import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MachineError } from '../../../core/errors.ts'
import { grpcPaths } from '../../../core/otlp/services.ts'
import { until } from '../../../core/poll.ts'
import { isFree } from '../../../core/ports.ts'
import { begin, post, protobuf, replyTo } from '../testing/http-post.ts'
import { logs } from '../testing/messages.ts'
import { startRelay, statusOf } from '../testing/relay-under-test.ts'
import { accepted, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import { grpcCaller } from '../transport/grpc-caller.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import type { RelayStatus } from './relay.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  await directory[Symbol.asyncDispose]()
})

const timeoutMs = 10_000
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

test('two hundred requests at once over both endpoints are all answered, and all are at the backend once', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  using caller = grpcCaller(relay.grpc)
  const overGrpc = names('g', 100).map(async (name) => (await caller.call(logs(name).body)).code)
  const overHttp = names('h', 100).map(async (name) => (await post(`${relay.http}/v1/logs`, logs(name).body)).status)
  expect(new Set(await Promise.all(overGrpc))).toEqual(new Set([status.OK]))
  expect(new Set(await Promise.all(overHttp))).toEqual(new Set([200]))
  expect(transport.taken.toSorted()).toEqual([...names('g', 100), ...names('h', 100)].toSorted())
  expect(await statusOf(relay)).toMatchObject({ requests: 200, events: 200, memory: { requestsBytes: 0 } })
})

test('two hundred requests at once to a backend that is away are all acknowledged, and the next relay delivers each', async () => {
  const away = new ScriptedTransport(() => down)
  {
    await using relay = await startRelay(directory.path, away)
    using caller = grpcCaller(relay.grpc)
    const overGrpc = names('g', 100).map(async (name) => (await caller.call(logs(name).body)).code)
    const overHttp = names('h', 100).map(async (name) => (await post(`${relay.http}/v1/logs`, logs(name).body)).status)
    expect(new Set(await Promise.all(overGrpc))).toEqual(new Set([status.OK]))
    expect(new Set(await Promise.all(overHttp))).toEqual(new Set([200]))
  }
  const back = new ScriptedTransport()
  await using relay = await startRelay(directory.path, back)
  await until('delivered', async () => relay.bufferStatus.mode === 'live', { timeoutMs })
  expect(back.taken.toSorted()).toEqual([...names('g', 100), ...names('h', 100)].toSorted())
})

test('when a thousand requests wait for memory, the next are told to come again, over both endpoints', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const headers = { ...protobuf, 'content-length': String(16 * 1024 * 1024) }
  const holder = begin(`${relay.http}/v1/logs`, { headers }).on('error', () => {})
  holder.write('a part')
  const statusIs = (what: string, check: (now: RelayStatus) => boolean) =>
    until(what, async () => check(await statusOf(relay)), { timeoutMs })
  await statusIs('memory spent', ({ memory }) => memory.requestsBytes === 48 * 1024 * 1024)
  // Connections are limited; each of these holds a hundred requests, whose messages never come whole.
  const sessions = names('s', 11).map(() => connect(`http://${relay.grpc}`).on('error', () => {}))
  for (const session of sessions)
    for (const _ of names('r', 100)) {
      const stream = session.request({ ':method': 'POST', ':path': grpcPaths.logs }).on('error', () => {})
      stream.write(Buffer.from([0, 0, 0, 0, 9, 0]))
    }
  await statusIs('a hundred sent away', ({ pushedBack }) => pushedBack === 100)
  using caller = grpcCaller(relay.grpc)
  const details = 'no memory for more requests'
  expect(await caller.call(logs('g').body)).toMatchObject({ code: status.UNAVAILABLE, details })
  expect(await post(`${relay.http}/v1/logs`, logs('h').body)).toMatchObject({ status: 503 })
  for (const session of sessions) session.destroy()
  holder.destroy()
  await statusIs('room free', ({ memory }) => memory.requestsBytes === 0)
  expect(await caller.call(logs('g').body)).toMatchObject({ code: status.OK })
})

test('a relay that is stopped answers the requests that are under way, and takes no more', async () => {
  const answer = Promise.withResolvers<TransportAnswer>()
  const transport = new ScriptedTransport(() => answer.promise)
  const relay = await startRelay(directory.path, transport, { answerWithinMs: 60_000 })
  using caller = grpcCaller(relay.grpc)
  const overGrpc = caller.call(logs('g').body)
  const overHttp = post(`${relay.http}/v1/logs`, logs('h').body)
  await until('both under way', async () => transport.sent.length === 2, { timeoutMs })
  const stopped = relay[Symbol.asyncDispose]()
  await expect(post(`${relay.http}/v1/logs`, logs('late').body)).rejects.toThrow('ECONNREFUSED')
  answer.resolve(accepted)
  expect(await overGrpc).toMatchObject({ code: status.OK })
  expect(await overHttp).toMatchObject({ status: 200 })
  await stopped
  expect(transport.taken.toSorted()).toEqual(['g', 'h'])
})

test('what is acknowledged while the relay is stopped is delivered by the next one, and the rest has no answer', async () => {
  const relay = await startRelay(directory.path, new ScriptedTransport(() => down))
  const headers = { ...protobuf, 'content-length': '1000' }
  const unfinished = begin(`${relay.http}/v1/logs`, { headers })
  unfinished.write('a part')
  const unanswered = replyTo(unfinished).then(
    ({ status: code }) => `HTTP ${code}`,
    () => 'no answer',
  )
  using caller = grpcCaller(relay.grpc)
  const overHttp = names('h', 20).map((name) =>
    post(`${relay.http}/v1/logs`, logs(name).body)
      .then(({ status: code }) => (code === 200 ? [name] : []))
      .catch(() => []),
  )
  const overGrpc = names('g', 20).map((name) =>
    caller.call(logs(name).body).then(({ code }) => (code === status.OK ? [name] : [])),
  )
  await until('some are under way', async () => relay.bufferStatus.buffered > 0, { timeoutMs })
  await relay[Symbol.asyncDispose]()
  const acknowledged = (await Promise.all([...overHttp, ...overGrpc])).flat()
  expect(await unanswered).toBe('no answer')
  expect(acknowledged.length).toBeGreaterThan(0)
  const back = new ScriptedTransport()
  await using next = await startRelay(directory.path, back)
  await until('delivered', async () => next.bufferStatus.mode === 'live', { timeoutMs })
  expect(back.taken).toEqual(expect.arrayContaining(acknowledged))
  expect(new Set(back.taken).size).toBe(back.taken.length)
})

test.each([
  ['grpcPort', '--grpc-port'],
  ['httpPort', '--http-port'],
] as const)('a %s that is taken is one line that names %s, and nothing stays behind', async (option, flag) => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const failure = await startRelay(directory.path, new ScriptedTransport(), { [option]: port }).catch((error) => error)
  expect(failure).toBeInstanceOf(MachineError)
  expect(failure.message).toBe(
    `port ${port} on 127.0.0.1 is taken, perhaps by another relay; end what uses it, or choose another with ${flag}`,
  )
  holder.close()
  await once(holder, 'close')
  {
    await using relay = await startRelay(directory.path, new ScriptedTransport(), { [option]: port })
    expect(await post(`${relay.http}/v1/logs`, logs('a').body)).toMatchObject({ status: 200 })
  }
  expect(await isFree('127.0.0.1', port)).toBe(true)
  expect((await readdir(directory.path)).sort()).toEqual(['buffer.json'])
})

test('an address that is not of this machine is one line', async () => {
  const failed = startRelay(directory.path, new ScriptedTransport(), { host: '192.0.2.1' })
  await expect(failed).rejects.toThrow(/^the relay cannot listen on 192\.0\.2\.1:0: listen EADDRNOTAVAIL/)
})

test('a directory that cannot be used is one line, before any port is taken', async () => {
  await mkdir(join(directory.path, 'there'))
  await writeFile(join(directory.path, 'there', 'file'), '')
  const failed = startRelay(join(directory.path, 'there', 'file'), new ScriptedTransport())
  await expect(failed).rejects.toThrow(/^the buffer directory .*file cannot be used: .*; make it writable/)
})
