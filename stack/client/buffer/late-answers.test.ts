// A first attempt that is slow: its request goes to the file, and only a late yes keeps it from being sent again.
import { expect, test } from 'vitest'
import { limit, useBufferDirectory } from '../testing/buffer-directory.ts'
import { logs } from '../testing/messages.ts'
import { accepted, ScriptedTransport } from '../testing/scripted-transport.ts'
import type { TransportAnswer } from '../transport/transport.ts'

const { open } = useBufferDirectory()

const late: readonly TransportAnswer[] = [
  { kind: 'retryable', code: 'UNAVAILABLE', message: 'gone' },
  { kind: 'retryable', code: 'DEADLINE_EXCEEDED', message: 'it may be there or not' },
  { kind: 'suspect', code: 'HTTP 500', message: 'ill' },
  { kind: 'rejected', code: 'INVALID_ARGUMENT', message: 'no' },
  { kind: 'partial', rejected: 1, message: 'too old' },
]

test.each(late)('after a late $kind ($code) the request is sent again', async (answer) => {
  const slow = Promise.withResolvers<TransportAnswer>()
  const transport = new ScriptedTransport(() => slow.promise)
  await using buffer = await open(transport, { answerWithinMs: 0 })
  expect(await buffer.offer(logs('a', 'b'))).toEqual({ kind: 'parked' })
  transport.answer = () => accepted
  slow.resolve(answer)
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['a', 'b'])
  expect(transport.sent).toHaveLength(2)
  expect(buffer.status).toMatchObject({ delivered: 2, setAside: 0 })
})

test('of several slow ones, each is sent again or not by its own answer', async () => {
  const answers = Array.from({ length: 6 }, () => Promise.withResolvers<TransportAnswer>())
  const transport = new ScriptedTransport()
  let next = 0
  transport.answer = () => answers[next++]?.promise ?? accepted
  await using buffer = await open(transport, { answerWithinMs: 20, memoryEvents: 100 })
  const offers = answers.map((_, index) => buffer.offer(logs(`${index}`)))
  expect((await Promise.all(offers)).map(({ kind }) => kind)).toEqual(answers.map(() => 'parked'))
  for (const [index, { resolve }] of answers.entries())
    resolve(index % 2 === 0 ? accepted : { kind: 'retryable', code: 'CANCELLED', message: 'cut' })
  await buffer.drained(limit())
  expect(transport.taken.toSorted()).toEqual(['0', '1', '2', '3', '4', '5'])
})
