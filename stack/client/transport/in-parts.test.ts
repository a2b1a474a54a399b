import { expect, test } from 'vitest'
import { encodeRequest } from '../../../core/otlp/codec.ts'
import { jsonMessage, protobufMessage } from '../export-request.ts'
import { accepted, bodiesOf, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { inParts } from './in-parts.ts'

const MAX = 400
const request = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'claude-code' } }] },
      scopeLogs: [
        {
          logRecords: Array.from({ length: 20 }, (_, n) => ({ body: { stringValue: `event ${n} ${'x'.repeat(50)}` } })),
        },
      ],
    },
  ],
}
const message = protobufMessage('logs', encodeRequest(request))

test.each([message, jsonMessage('logs', Buffer.from(JSON.stringify(request)))])(
  'larger requests go in parts, all of them',
  async (each) => {
    const backend = new ScriptedTransport()
    expect(await inParts(backend, MAX).send(each, 1_000)).toEqual(accepted)
    expect(backend.sent.length).toBeGreaterThan(3)
    expect(backend.sent.every(({ body }) => body.length <= MAX)).toBe(true)
    expect(backend.sent.reduce((events, part) => events + part.events, 0)).toBe(20)
    expect(backend.taken).toEqual(bodiesOf(message))
  },
)

test('a request that fits goes as it is', async () => {
  const backend = new ScriptedTransport()
  await inParts(backend, message.body.length).send(message, 1_000)
  expect(backend.sent).toEqual([message])
})

test('what is not taken now is told, and nothing is sent after it', async () => {
  const backend = new ScriptedTransport(() => (backend.sent.length < 3 ? accepted : down))
  expect(await inParts(backend, MAX).send(message, 1_000)).toEqual(down)
  expect(backend.sent).toHaveLength(3)
})

test('parts that are refused are told as a partial success, and as a refusal when it is all of them', async () => {
  const refused = { kind: 'rejected', code: '400', message: 'no' } as const
  const some = new ScriptedTransport((part) =>
    bodiesOf(part).some((body) => body.startsWith('event 7 ')) ? refused : accepted,
  )
  const answer = await inParts(some, MAX).send(message, 1_000)
  const withIt = some.sent.find((part) => bodiesOf(part).some((body) => body.startsWith('event 7 ')))
  expect(answer).toEqual({ kind: 'partial', rejected: withIt?.events, message: 'no' })
  expect(await inParts(new ScriptedTransport(() => refused), MAX).send(message, 1_000)).toEqual(refused)
})
