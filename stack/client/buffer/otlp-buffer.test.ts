import { expect, test } from 'vitest'
import { jsonMessage, protobufBody } from '../export-request.ts'
import { limit, useBufferDirectory } from '../testing/buffer-directory.ts'
import { logs } from '../testing/messages.ts'
import { accepted, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { type Disk, realDisk } from './disk.ts'

const { said, at, open, files, linesOf } = useBufferDirectory()

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
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['a', 'b'])
  expect(await files('parked')).toEqual([])
  expect(buffer.status).toMatchObject({
    mode: 'live',
    parked: { events: 0, bytes: 0, files: 0 },
    delivered: 2,
    usedBytes: 0,
  })
})

test('an outage is reported in two lines', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  for (const body of ['a', 'b', 'c']) await buffer.offer(logs(body))
  transport.answer = () => accepted
  await buffer.drained(limit())
  await buffer.offer(logs('d'))
  expect(said).toEqual([
    `telemetry: the test does not accept events (UNAVAILABLE: nobody there); buffering events in ${at()} until the backend accepts them`,
    'telemetry: recovered: 3 buffered events delivered',
  ])
})

test('a backend that does not answer makes nobody wait, and what it took after all is not sent again', async () => {
  const slow = Promise.withResolvers<TransportAnswer>()
  const transport = new ScriptedTransport(() => slow.promise)
  await using buffer = await open(transport)
  expect(await buffer.offer(logs('a'))).toEqual({ kind: 'parked' })
  slow.resolve(accepted)
  await buffer.drained(limit())
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
  await buffer.drained(limit())
  expect(transport.taken.toSorted()).toEqual(['a', 'b', 'c'])
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
  expect(said.at(-1)).toContain('new events are refused until there is room')
  transport.answer = () => accepted
  await buffer.drained(limit())
  expect(await buffer.offer(logs('c'))).toMatchObject({ kind: 'delivered' })
  expect(transport.taken).toEqual(['a', 'c'])
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
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['a', 'b'])
})

test('JSON goes through as it came, large integers and line breaks included', async () => {
  const text = '{\n "resourceLogs": [ {"scopeLogs":[{"logRecords":[{"body":{"intValue": 9007199254740993}}]}]} ]\r\n}'
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  await buffer.offer(jsonMessage('logs', Buffer.from(text)))
  transport.answer = () => accepted
  await buffer.drained(limit())
  const delivered = transport.sent.at(-1)
  expect(delivered?.body.toString()).toBe(text.replaceAll(/[\r\n]/g, ' '))
  expect(delivered && protobufBody(delivered).toString('hex')).toContain('1881808080808080')
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
  expect(said.join()).not.toContain('recovered')
  ill = false
  transport.answer = () => accepted
  await using later = await open(transport, { disk })
  await later.drained(limit())
  expect(transport.taken).toEqual(['a'])
})
