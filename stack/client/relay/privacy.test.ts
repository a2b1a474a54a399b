import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeRequest } from '../../../core/otlp/codec.ts'
import { grpcPaths } from '../../../core/otlp/services.ts'
import { protobufBody } from '../export-request.ts'
import { Sanitizer } from '../sanitizer/sanitizer.ts'
import { json, post, protobuf } from '../testing/http-post.ts'
import { logs } from '../testing/messages.ts'
import { isLeftIn, plantedMessages } from '../testing/planted.ts'
import { startRelay, statusOf } from '../testing/relay-under-test.ts'
import { accepted, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { SECRETS } from '../testing/secrets.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import { grpcCaller } from '../transport/grpc-caller.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import type { Relay } from './relay.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  await directory[Symbol.asyncDispose]()
})

const secrets = Object.values(SECRETS)
const rejected: TransportAnswer = {
  kind: 'rejected',
  code: 'INVALID_ARGUMENT',
  message: `cannot take ${SECRETS.email}`,
}
const partial: TransportAnswer = { kind: 'partial', rejected: 1, message: `not ${SECRETS.github}` }

/** Every request over every way that takes it. */
async function sendAll(relay: Relay): Promise<void> {
  using caller = grpcCaller(relay.grpc)
  for (const secret of secrets)
    for (const { message } of plantedMessages(secret)) {
      const headers = message.encoding === 'json' ? json : protobuf
      await post(`${relay.http}/v1/${message.signal}`, message.body, { headers })
      if (message.encoding === 'protobuf') await caller.call(message.body, grpcPaths[message.signal])
    }
}

/** All that the directory holds, of any kind. */
async function files(): Promise<{ readonly name: string; readonly bytes: Buffer }[]> {
  const names = await readdir(directory.path)
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(directory.path, name)) })))
}

const leftIn = (bytes: Buffer) => secrets.filter((secret) => isLeftIn(bytes, secret))

describe('nothing planted leaves the relay, nor stands in any of its files', () => {
  test.each([
    ['takes everything', accepted, []],
    ['is away', down, ['parked']],
    ['takes nothing', rejected, ['refused', 'reasons']],
    ['takes a part', partial, ['refused', 'reasons']],
  ] as const)('when the backend %s', async (_, answer, kinds) => {
    const transport = new ScriptedTransport(() => answer)
    const said: string[] = []
    await using relay = await startRelay(directory.path, transport, { log: (line) => void said.push(line) })
    await sendAll(relay)
    expect(transport.sent.length).toBeGreaterThan(0)
    for (const { body } of transport.sent) expect(leftIn(body)).toEqual([])
    const found = await files()
    for (const kind of kinds) expect(found.some(({ name }) => name.startsWith(`${kind}-`))).toBe(true)
    for (const { bytes } of found) expect(leftIn(bytes)).toEqual([])
    expect(leftIn(Buffer.from(said.join('\n')))).toEqual([])
    expect(await statusOf(relay)).toMatchObject({ policy: { hashes: false, changed: 6 * secrets.length } })
  })
})

const kept = logs('kept')
const excluded = logs('cat /srv/secret/plan', 'kept', 'C:\\proprietary\\a')

test('events that the policy leaves out are answered with success, dropped and counted', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  using caller = grpcCaller(relay.grpc)
  expect((await caller.call(excluded.body)).code).toBe(status.OK)
  expect((await caller.call(logs('/secret/').body)).code).toBe(status.OK)
  expect(transport.taken).toEqual(['kept'])
  expect(await statusOf(relay)).toMatchObject({ policy: { excluded: 3 }, buffer: { delivered: 1 } })
})

test('what holds nothing private is sent byte for byte', async () => {
  const transport = new ScriptedTransport()
  await using relay = await startRelay(directory.path, transport)
  await post(`${relay.http}/v1/logs`, kept.body)
  const text = Buffer.from(
    `{ "resourceLogs" : [ {"scopeLogs":[{"logRecords":[{"n":1.50,"body":{"stringValue":"a\\u0041"}}]}]} ]}`,
  )
  await post(`${relay.http}/v1/logs`, text, { headers: json })
  expect(transport.sent.map(({ body }) => body)).toEqual([kept.body, text])
})

test('with the salt of the team an identity is hashed, and a name of its list is masked', async () => {
  const transport = new ScriptedTransport()
  const sanitizer = new Sanitizer({ salt: 'salt' })
  await using relay = await startRelay(directory.path, transport, { sanitizer })
  const attributes = [{ key: 'user.email', value: { stringValue: 'ada@example.com' } }]
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }))
  await post(`${relay.http}/v1/logs`, body, { headers: json })
  const [sent] = transport.sent
  expect(JSON.stringify(decodeRequest('logs', protobufBody(sent as never)))).toMatch(/"sha256:[0-9a-f]{64}"/)
  expect(relay.policy).toMatchObject({ hashes: true, names: 0 })
})

test('a path that takes no telemetry is told without what is private in it', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  await post(`${relay.http}/v1/${SECRETS.github}`, kept.body)
  expect((await statusOf(relay)).lastMisdirected).toBe('POST /v1/[REDACTED_API_KEY]')
})
