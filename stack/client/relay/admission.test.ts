import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { OtlpBuffer } from '../buffer/otlp-buffer.ts'
import { logs } from '../testing/messages.ts'
import { ScriptedTransport } from '../testing/scripted-transport.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { Admission } from './admission.ts'

const never = new AbortController().signal
const zipped = { signal: 'logs', encoding: 'protobuf', compression: 'gzip' } as const

test('of more compressed requests than can wait, each is taken or told to come again; none is called bad', async () => {
  await using directory = await temporaryDirectory()
  const transport = new ScriptedTransport()
  await using buffer = await OtlpBuffer.open({ directory: directory.path, transport, log: () => {} })
  const intake = new Admission(buffer)
  const bytes = gzipSync(logs('a').body)
  const outcomes = await Promise.all(Array.from({ length: 1_200 }, () => intake.take(bytes, zipped, never)))
  const taken = outcomes.filter(({ kind }) => kind === 'delivered')
  const sentAway = outcomes.filter((outcome) => outcome.kind === 'refused' && !outcome.permanent)
  expect(taken.length).toBeGreaterThanOrEqual(1_000)
  expect(sentAway.length).toBeGreaterThan(0)
  expect(taken.length + sentAway.length).toBe(1_200)
  expect(transport.taken).toHaveLength(taken.length)
  expect(intake.counts).toMatchObject({ requests: 1_200, events: taken.length, pushedBack: sentAway.length, bad: 0 })
})

test('a compressed request whose client goes away while it waits is neither bad nor sent away', async () => {
  await using directory = await temporaryDirectory()
  const transport = new ScriptedTransport()
  await using buffer = await OtlpBuffer.open({ directory: directory.path, transport, log: () => {} })
  const intake = new Admission(buffer)
  const bytes = gzipSync(logs('a').body)
  const gone = new AbortController()
  const others = [1, 2].map(() => intake.take(bytes, zipped, never))
  const waiting = intake.take(bytes, zipped, gone.signal)
  gone.abort()
  expect(await waiting).toMatchObject({ kind: 'refused', permanent: false })
  await Promise.all(others)
  expect(transport.taken).toEqual(['a', 'a'])
  expect(intake.counts).toMatchObject({ bad: 0, pushedBack: 0 })
})
