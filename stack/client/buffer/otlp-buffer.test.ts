import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { jsonMessage, protobufBody } from '../export-request.ts'
import { logs } from '../testing/messages.ts'
import { accepted, bodiesOf, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { BufferDirectory } from './directory.ts'
import { type Disk, realDisk } from './disk.ts'
import { fileName, newOwner } from './file-names.ts'
import type { BufferOptions } from './options.ts'
import { OtlpBuffer } from './otlp-buffer.ts'

let directory = ''
let said: string[] = []
const limit = () => AbortSignal.timeout(10_000)

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'buffer-test-'))
  said = []
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

function open(transport: ScriptedTransport, options: Partial<BufferOptions> = {}) {
  const quick = { retryBaseMs: 5, parkedRetryMs: 20, answerWithinMs: 50 }
  return OtlpBuffer.open({ directory, transport, log: (line) => void said.push(line), ...quick, ...options })
}

async function files(kind: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith(`${kind}-`)).sort()
}

async function linesOf(kind: string): Promise<string[]> {
  const texts = await Promise.all((await files(kind)).map((name) => readFile(join(directory, name), 'utf8')))
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
}

test('what the backend takes at once never touches the disk, and nothing is said', async () => {
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  expect(await buffer.offer(logs('a', 'b'))).toEqual({ kind: 'delivered', rejected: 0, message: '' })
  expect(transport.taken).toEqual(['a', 'b'])
  expect(await files('parked')).toEqual([])
  expect(said).toEqual([])
})

test('what the backend does not take is on disk as OTLP JSON when it is acknowledged, and delivered in order later', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  expect(await buffer.offer(logs('a'))).toEqual({ kind: 'parked' })
  expect(await buffer.offer(logs('b'))).toEqual({ kind: 'parked' })
  expect((await linesOf('parked')).map((line) => JSON.parse(line))).toMatchObject([
    { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'a' } }] }] }] },
    { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'b' } }] }] }] },
  ])
  expect(buffer.status).toMatchObject({ mode: 'buffering', parked: { events: 2, files: 1 }, buffered: 2 })
  transport.answer = () => accepted
  await buffer.caughtUp(limit())
  expect(transport.taken).toEqual(['a', 'b'])
  expect(await files('parked')).toEqual([])
  expect(buffer.status).toMatchObject({
    mode: 'live',
    parked: { events: 0, bytes: 0, files: 0 },
    delivered: 2,
    usedBytes: 0,
  })
})

test('an outage is two calm lines', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  for (const body of ['a', 'b', 'c']) await buffer.offer(logs(body))
  transport.answer = () => accepted
  await buffer.caughtUp(limit())
  await buffer.offer(logs('d'))
  expect(said).toEqual([
    `telemetry: the test does not take events (UNAVAILABLE: nobody there); keeping events in ${directory} until it takes them`,
    'telemetry: caught up, 3 kept events are delivered',
  ])
})

test('a backend that does not answer makes nobody wait, and what it took after all is not sent again', async () => {
  const slow = Promise.withResolvers<TransportAnswer>()
  const transport = new ScriptedTransport(() => slow.promise)
  await using buffer = await open(transport)
  expect(await buffer.offer(logs('a'))).toEqual({ kind: 'parked' })
  slow.resolve(accepted)
  await buffer.caughtUp(limit())
  expect(transport.taken).toEqual(['a'])
  expect(transport.sent).toHaveLength(1)
})

test('what is beyond the memory goes to the file', async () => {
  const slow = Promise.withResolvers<TransportAnswer>()
  const transport = new ScriptedTransport(() => slow.promise)
  await using buffer = await open(transport, { memoryEvents: 2, answerWithinMs: 5_000 })
  const first = buffer.offer(logs('a', 'b'))
  expect(buffer.status.inMemoryEvents).toBe(2)
  transport.answer = () => accepted
  expect(await buffer.offer(logs('c'))).toEqual({ kind: 'parked' })
  slow.resolve(accepted)
  expect(await first).toMatchObject({ kind: 'delivered' })
  await buffer.caughtUp(limit())
  expect(transport.taken.toSorted()).toEqual(['a', 'b', 'c'])
})

test('a refusal for good is told, and kept in a file of its own with its reason', async () => {
  const refusal: TransportAnswer = { kind: 'rejected', code: 'INVALID_ARGUMENT', message: 'bad time' }
  const transport = new ScriptedTransport(() => refusal)
  await using buffer = await open(transport)
  expect(await buffer.offer(logs('a'))).toEqual({
    kind: 'refused',
    permanent: true,
    code: 'INVALID_ARGUMENT',
    message: 'bad time',
  })
  expect(await linesOf('refused')).toHaveLength(1)
  expect((await linesOf('reasons')).map((line) => JSON.parse(line))).toMatchObject([
    { code: 'INVALID_ARGUMENT', message: 'bad time', events: 1 },
  ])
  expect(buffer.status.setAside).toBe(1)
  expect(said).toEqual([
    expect.stringContaining('refuses 1 event for good (INVALID_ARGUMENT); set aside, with its answer, in '),
  ])
  // More of the same are told together, at the end if not before, and never with the answer's text: it may quote the request.
  for (const body of ['b', 'c']) await buffer.offer(logs(body))
  expect(said).toHaveLength(1)
  await buffer[Symbol.asyncDispose]()
  expect(said).toEqual([expect.anything(), expect.stringContaining('refuses 2 events for good (INVALID_ARGUMENT)')])
  expect(said.join()).not.toContain('bad time')
})

test('of requests delivered together, only the one at fault is set aside', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  for (const body of ['a', 'poison', 'c']) await buffer.offer(logs(body))
  transport.answer = (message) =>
    bodiesOf(message).includes('poison') ? { kind: 'rejected', code: 'HTTP 400', message: 'no' } : accepted
  await buffer.caughtUp(limit())
  expect(transport.taken).toEqual(['a', 'c'])
  expect(await linesOf('refused')).toHaveLength(1)
})

test('a request over which the backend fails holds nobody up, and is set aside once others were taken often enough', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  await buffer.offer(logs('poison'))
  transport.answer = (message) =>
    bodiesOf(message).includes('poison') ? { kind: 'suspect', code: 'HTTP 500', message: 'oh' } : accepted
  let others = 0
  while (buffer.status.setAside === 0 && others < 500) {
    others += 1
    await buffer.offer(logs(`other ${others}`))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await buffer.caughtUp(limit())
  expect(transport.taken.toSorted()).toEqual(Array.from({ length: others }, (_, i) => `other ${i + 1}`).toSorted())
})

test('a backend that fails over everything loses nothing', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'suspect', code: 'HTTP 500', message: 'ill' }))
  await using buffer = await open(transport)
  for (const body of ['a', 'b']) await buffer.offer(logs(body))
  while (transport.sent.length < 30 && buffer.status.setAside === 0)
    await new Promise((resolve) => setImmediate(resolve))
  expect(buffer.status.setAside).toBe(0)
  transport.answer = () => accepted
  await buffer.caughtUp(limit())
  expect(new Set(transport.taken)).toEqual(new Set(['a', 'b']))
})

test('a partial success is not sent again, and a copy is kept', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'partial', rejected: 1, message: 'too old' }))
  await using buffer = await open(transport)
  expect(await buffer.offer(logs('a', 'b'))).toEqual({ kind: 'delivered', rejected: 1, message: 'too old' })
  expect(transport.sent).toHaveLength(1)
  expect(await linesOf('refused')).toHaveLength(1)
})

test('at the limit of the disk new requests are refused, none is deleted, and there is room again after delivery', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport, { maxDiskBytes: 200 })
  expect(await buffer.offer(logs('a'))).toEqual({ kind: 'parked' })
  expect(await buffer.offer(logs('b'.repeat(200)))).toMatchObject({
    kind: 'refused',
    permanent: false,
    code: 'RESOURCE_EXHAUSTED',
  })
  expect(said.at(-1)).toContain('new ones are refused until there is room')
  transport.answer = () => accepted
  await buffer.caughtUp(limit())
  expect(await buffer.offer(logs('c'))).toMatchObject({ kind: 'delivered' })
  expect(transport.taken).toEqual(['a', 'c'])
})

test('what is on disk at the end is delivered at the next start', async () => {
  {
    await using buffer = await open(new ScriptedTransport(() => down))
    await buffer.offer(logs('a'))
  }
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  await buffer.caughtUp(limit())
  expect(transport.taken).toEqual(['a'])
  expect(said.slice(-2)).toEqual([
    `telemetry: events of an earlier run are waiting; keeping events in ${directory} until it takes them`,
    'telemetry: caught up, 1 kept event is delivered',
  ])
})

test('two buffers share a directory, and each delivers its own', async () => {
  const transports = [new ScriptedTransport(() => down), new ScriptedTransport(() => down)] as const
  await using first = await open(transports[0])
  await using second = await open(transports[1])
  await Promise.all([first.offer(logs('a')), second.offer(logs('b'))])
  for (const transport of transports) transport.answer = () => accepted
  await Promise.all([first.caughtUp(limit()), second.caughtUp(limit())])
  expect([transports[0].taken, transports[1].taken]).toEqual([['a'], ['b']])
})

test('what is offered just when all that waits is delivered stops nothing', async () => {
  const syncing = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  let syncs = 0
  const disk: Disk = {
    ...realDisk,
    create: async (path) => {
      const file = await realDisk.create(path)
      return {
        path,
        append: (parts) => file.append(parts),
        sync: async () => {
          syncs += 1
          // The format's, the first request's, the second's.
          if (syncs === 3) {
            syncing.resolve()
            await mayGoOn.promise
          }
          await file.sync()
        },
        truncate: (size) => file.truncate(size),
        named: () => file.named(),
        close: () => file.close(),
      }
    },
  }
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport, { disk })
  await buffer.offer(logs('a'))
  const second = buffer.offer(logs('b'))
  await syncing.promise
  transport.answer = () => accepted
  while (transport.taken.length === 0) await new Promise((resolve) => setImmediate(resolve))
  // Delivery has come to the end of the file, and the file is still being written.
  await new Promise((resolve) => setImmediate(resolve))
  mayGoOn.resolve()
  expect(await second).toEqual({ kind: 'parked' })
  await buffer.caughtUp(limit())
  expect(transport.taken).toEqual(['a', 'b'])
})

test('files left by several owners do not replace each other, though they are alike in age and number', async () => {
  for (const id of ['x', 'y']) {
    const left = new BufferDirectory(directory, realDisk, { ...newOwner(), id })
    const name = fileName({ kind: 'parked', createdMs: 1_700_000_000_000, sequence: 1, owner: left.owner })
    await writeFile(join(directory, name), `${whole(id)}\n`)
    await left.giveUp({ path: join(directory, name), size: 0, events: 0, cursor: 0, open: false })
  }
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  await buffer.caughtUp(limit())
  expect(transport.taken).toEqual(['x', 'y'])
})

const whole = (body: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"${body}"}}]}]}]}`

test.each([
  ['a torn last line', `${whole('a')}\n${whole('b').slice(0, 40)}`, ['a'], 1],
  ['a last line without its newline', `${whole('a')}\n${whole('b')}`, ['a', 'b'], 0],
  ['zeros in the middle', `${whole('a')}\n${'\0'.repeat(50)}\n${whole('c')}\n`, ['a', 'c'], 1],
  ['text that is no OTLP', `hello\n{"spans":[]}\n${whole('a')}\n`, ['a'], 2],
  ['blank lines', `\n\n${whole('a')}\n\n`, ['a'], 0],
  ['nothing', '', [], 0],
])('of a file with %s every whole line is delivered, and the rest is set aside', async (_, text, bodies, damaged) => {
  await writeFile(join(directory, 'parked-1700000000000-000001-999999999-1-x.jsonl'), text)
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  await buffer.caughtUp(limit())
  expect(transport.taken).toEqual(bodies)
  expect(buffer.status.damagedLines).toBe(damaged)
  expect(await linesOf('damaged')).toHaveLength(damaged)
  expect(await files('parked')).toEqual([])
})

test('files that are not the buffer’s are left alone', async () => {
  await writeFile(join(directory, 'notes.jsonl'), 'mine')
  await mkdir(join(directory, 'parked-1700000000000-000001-0-0-0.jsonl'))
  await using buffer = await open(new ScriptedTransport())
  await buffer.caughtUp(limit())
  expect(await readFile(join(directory, 'notes.jsonl'), 'utf8')).toBe('mine')
})

test('a directory of a newer version is refused and left alone', async () => {
  await writeFile(join(directory, 'buffer.json'), '{"format":2}')
  await expect(open(new ScriptedTransport())).rejects.toThrow(/was written by a newer version \(format 2/)
  expect(await readdir(directory)).toEqual(['buffer.json'])
})

test('a directory that cannot be used is said in one line', async () => {
  await writeFile(join(directory, 'file'), '')
  await expect(open(new ScriptedTransport(), { directory: join(directory, 'file') })).rejects.toThrow(
    /cannot be used: .*; make it writable/,
  )
})

test.skipIf(process.getuid?.() === 0)('a directory that cannot be written is said in one line', async () => {
  await chmod(directory, 0o500)
  await expect(open(new ScriptedTransport())).rejects.toThrow(/cannot be used: .*EACCES/)
})

test('JSON goes through as it came, large integers and line breaks included', async () => {
  const text = '{\n "resourceLogs": [ {"scopeLogs":[{"logRecords":[{"body":{"intValue": 9007199254740993}}]}]} ]\r\n}'
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  await buffer.offer(jsonMessage('logs', Buffer.from(text)))
  transport.answer = () => accepted
  await buffer.caughtUp(limit())
  const delivered = transport.sent.at(-1)
  expect(delivered?.body.toString()).toBe(text.replaceAll(/[\r\n]/g, ' '))
  expect(delivered && protobufBody(delivered).toString('hex')).toContain('1881808080808080')
})

test('a request that the backend fails over, with nobody behind it, stays where it is: no copies of it', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  await buffer.offer(logs('a'))
  let tries = 0
  transport.answer = () => {
    tries += 1
    return { kind: 'suspect', code: 'HTTP 500', message: 'ill' }
  }
  await expect.poll(() => tries).toBeGreaterThan(6)
  expect(await linesOf('parked')).toHaveLength(1)
  // One that comes later is not held up by it.
  transport.answer = (message) =>
    bodiesOf(message).includes('a') ? { kind: 'suspect', code: 'HTTP 500', message: 'ill' } : accepted
  await buffer.offer(logs('b'))
  await expect.poll(() => transport.taken).toContain('b')
})

test('what cannot be read is not called delivered: it stays, is told once, and goes when it can be read', async () => {
  let ill = true
  const disk: Disk = {
    ...realDisk,
    read: (path, offset, length) =>
      ill && path.includes('parked-')
        ? Promise.reject(Object.assign(new Error('made up'), { code: 'EACCES' }))
        : realDisk.read(path, offset, length),
  }
  const transport = new ScriptedTransport(() => down)
  {
    await using buffer = await open(transport, { disk })
    await buffer.offer(logs('a'))
    await expect.poll(() => said).toHaveLength(2)
    expect(said[1]).toMatch(/^telemetry: what waits in .* cannot be delivered now \(EACCES\); it stays there/)
    expect(buffer.status.lastFailure).toContain('EACCES')
  }
  expect(said.join()).not.toContain('caught up')
  ill = false
  transport.answer = () => accepted
  await using later = await open(transport, { disk })
  await later.caughtUp(limit())
  expect(transport.taken).toEqual(['a'])
})

test('what is refused for good is set aside within the limit of the disk only, and the words of others stay on one line', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'rejected', code: 'HTTP 400\n\u001b[31m', message: 'no' }))
  await using buffer = await open(transport, { maxDiskBytes: 2_000 })
  for (let index = 0; index < 20; index += 1)
    expect(await buffer.offer(logs('x'.repeat(300)))).toMatchObject({ kind: 'refused', permanent: true })
  expect(buffer.status.usedBytes).toBeLessThanOrEqual(2_000)
  expect(buffer.full).toBe(true)
  expect(said).toEqual([
    expect.stringContaining('refuses 1 event for good (HTTP 400 [31m)'),
    expect.stringContaining(
      'no more events can be kept (the limit of 2000 bytes is reached; HTTP 400 [31m is not set aside)',
    ),
  ])
})
