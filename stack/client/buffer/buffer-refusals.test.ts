// What the buffer does with requests that the backend refuses for good, takes in part, or fails over.
import { expect, test } from 'vitest'
import { limit, useBufferDirectory } from '../testing/buffer-directory.ts'
import { logs } from '../testing/messages.ts'
import { accepted, bodiesOf, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import type { TransportAnswer } from '../transport/transport.ts'

const { said, open, linesOf } = useBufferDirectory()

test('a permanent rejection is reported, and kept as a dead letter with its reason', async () => {
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
    expect.stringContaining('permanently rejected 1 event (INVALID_ARGUMENT); moved to the dead-letter file in '),
  ])
  // More of the same are told together, at the end if not before, and never with the answer's text: it may quote the request.
  for (const body of ['b', 'c']) await buffer.offer(logs(body))
  expect(said).toHaveLength(1)
  await buffer[Symbol.asyncDispose]()
  expect(said).toEqual([expect.anything(), expect.stringContaining('permanently rejected 2 events (INVALID_ARGUMENT)')])
  expect(said.join()).not.toContain('bad time')
})

test('of requests delivered together, only the rejected one becomes a dead letter', async () => {
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  for (const body of ['a', 'poison', 'c']) await buffer.offer(logs(body))
  transport.answer = (message) =>
    bodiesOf(message).includes('poison') ? { kind: 'rejected', code: 'HTTP 400', message: 'no' } : accepted
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['a', 'c'])
  expect(await linesOf('refused')).toHaveLength(1)
})

test('a request that makes the backend fail blocks no other, and becomes a dead letter once enough others were accepted', async () => {
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
  await buffer.drained(limit())
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
  await buffer.drained(limit())
  expect(new Set(transport.taken)).toEqual(new Set(['a', 'b']))
})

test('a partial success is not sent again, and a copy is kept', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'partial', rejected: 1, message: 'too old' }))
  await using buffer = await open(transport)
  expect(await buffer.offer(logs('a', 'b'))).toEqual({ kind: 'delivered', rejected: 1, message: 'too old' })
  expect(transport.sent).toHaveLength(1)
  expect(await linesOf('refused')).toHaveLength(1)
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

test('dead letters are kept within the disk limit only, and quoted text stays on one line', async () => {
  const transport = new ScriptedTransport(() => ({ kind: 'rejected', code: 'HTTP 400\n\u001b[31m', message: 'no' }))
  await using buffer = await open(transport, { maxDiskBytes: 2_000 })
  for (let index = 0; index < 20; index += 1)
    expect(await buffer.offer(logs('x'.repeat(300)))).toMatchObject({ kind: 'refused', permanent: true })
  expect(buffer.status.usedBytes).toBeLessThanOrEqual(2_000)
  expect(buffer.full).toBe(true)
  expect(said).toEqual([
    expect.stringContaining('permanently rejected 1 event (HTTP 400 [31m)'),
    expect.stringContaining(
      'the buffer is full (the limit of 2000 bytes is reached; HTTP 400 [31m is not kept as a dead letter)',
    ),
  ])
})

test('a request that the backend fails over, with nobody behind it, is set aside when a request that holds nothing is taken', async () => {
  const suspect = { kind: 'suspect', code: 'HTTP 500', message: 'failed to marshal error message' } as const
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport)
  await buffer.offer(logs('poison', 'with another'))
  transport.answer = ({ events }) => (events === 0 ? accepted : suspect)
  await buffer.drained(limit())
  expect(buffer.status).toMatchObject({ setAside: 2, delivered: 0 })
  expect(await linesOf('refused')).toHaveLength(1)
})
