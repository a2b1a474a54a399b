// The right to be forgotten as laws: whatever rows there are, those that the model says go, all others stay; and nothing goes while something waits.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { fileName, type Kind, nobody } from '../stack/client/buffer/file-names.ts'
import { storedValues } from '../stack/forget/person.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'
import { drained, forgetIn, leftOut, send, shown } from './testing/forgetting.ts'
import { type Mix, mixOf, requestsOf } from './testing/mixes.ts'
import { ownedBy } from './testing/owners.ts'

const MIXES = 8

let stack: Stack
let admin: Database
beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
  admin = connect(stack, 'admin')
})
afterAll(async () => {
  await admin[Symbol.asyncDispose]()
  await stack[Symbol.asyncDispose]()
  await cleanUp()
})

const marks = async () =>
  (await admin.rows<{ marks: number }>('SELECT toUInt32(count()) AS marks FROM telemetry.forgotten FINAL'))[0]?.marks

const sendMix = async (mix: Mix, id: string) => {
  for (const request of requestsOf(mix, id)) await send(stack, request)
  await drained(stack)
}

test('of any mix of people, sessions and rows that name nobody, what the model says goes, and comes no more', async () => {
  let gone = 0
  let ofSessions = 0
  for (const [index, mix] of fc.sample(mixOf(), { seed: 5, numRuns: MIXES }).entries()) {
    const id = `mix${index}`
    await sendMix(mix, id)
    const before = await shown(stack)
    const asked = { emails: mix.emails.map((name) => `${id}-${name}`), users: mix.users.map((name) => `${id}-${name}`) }
    const values = storedValues(asked, stack.salt)
    // Of all that there is: a row of another mix must not go either.
    const owned = ownedBy([...before.values()], values)
    const kept = new Map([...before].filter(([, row]) => !owned(row)))
    const shows = (key: string) => key.startsWith('telemetry_')
    const theirs = [...before].filter(([key, row]) => shows(key) && owned(row))
    const { erased } = await forgetIn(stack, asked)
    expect(await shown(stack)).toEqual(kept)
    expect((erased?.rows.log_records ?? 0) + (erased?.rows.metric_points ?? 0)).toBe(theirs.length)
    const counted = await leftOut(stack)
    await sendMix(mix, id)
    expect(await shown(stack)).toEqual(kept)
    expect((await leftOut(stack)) - counted).toBe(theirs.length)
    gone += theirs.length
    ofSessions += theirs.filter(([, row]) => !JSON.stringify(row).includes('"user.')).length
  }
  // That there was something to prove.
  expect([gone > MIXES, ofSessions > 0]).toEqual([true, true])
}, 240_000)

test('what an insert brings that began before the tombstone goes too', async () => {
  const slow = admin.run(
    `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes)
     SELECT toDateTime64(1790000000 + number, 9), 'slow', map('user.id', 'slow-person', 'session.id', 'slow-session')
     FROM numbers(15) WHERE NOT sleepEachRow(0.05) SETTINGS max_block_size = 1, min_insert_block_size_rows = 1, min_insert_block_size_bytes = 1`,
  )
  const running = async () => {
    const rows = await admin.rows("SELECT 1 FROM system.processes WHERE query_kind = 'Insert' AND written_rows > 0")
    return rows.length > 0
  }
  await until('the slow insert', running, { timeoutMs: 120_000 })
  const [{ erased }] = await Promise.all([forgetIn(stack, { users: ['slow-person'] }), slow])
  expect([...(await shown(stack)).values()].filter((row) => row.attributes['user.id'] === 'slow-person')).toEqual([])
  // Its session is known of nothing but its rows.
  expect(erased?.marks).toBeGreaterThan(2)
})

test('whoever is stored nowhere is kept out too, and what stands for anybody is refused', async () => {
  const before = await shown(stack)
  const { found, erased } = await forgetIn(stack, { emails: ['nobody.yet@example.com'] })
  expect([found.rows, erased?.rows]).toEqual(Array(2).fill({ log_records: 0, metric_points: 0 }))
  const attributes = [{ key: 'user.email', value: { stringValue: 'nobody.yet@example.com' } }]
  const logRecords = [{ timeUnixNano: '1790000000000000000', attributes }]
  const counted = await leftOut(stack)
  await send(stack, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
  await drained(stack)
  expect([await shown(stack), await leftOut(stack)]).toEqual([before, counted + 1])
  for (const [emails, users, says] of [
    [[], ['[REDACTED_EMAIL]'], /stands for whoever/],
    [[], [' '], /names nobody/],
    [['alice'], [], /no e-mail address/],
    [[], [], /whom/],
  ] as const)
    expect(() => storedValues({ emails, users }, stack.salt)).toThrow(says)
})

test('what else the person is known by is told, and not acted upon', async () => {
  const row = (sequence: number, more: Record<string, string>) => ({
    timeUnixNano: `17900001${sequence}0000000000`,
    attributes: Object.entries(more).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  })
  const logRecords = [
    row(1, { 'user.email': 'beside@example.com', 'user.id': 'shared-machine' }),
    row(2, { 'user.id': 'shared-machine' }),
    row(3, { 'user.email': 'other@example.com', 'user.id': 'shared-machine' }),
  ]
  await send(stack, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
  await drained(stack)
  const { beside, erased } = await forgetIn(stack, { emails: ['beside@example.com'] })
  expect(beside).toEqual([{ value: 'shared-machine', otherRows: 2 }])
  expect(erased?.rows.log_records).toBe(1)
})

describe('nothing is deleted, and nobody buried,', () => {
  const asked = { users: ['mix0-u0', 'mix1-u0', 'mix2-u0', 'waiting-person'] }

  test('while the queue does not drain', async () => {
    const before = await shown(stack)
    const buried = await marks()
    const attributes = [{ key: 'user.id', value: { stringValue: 'waiting-person' } }]
    const logRecords = [{ timeUnixNano: '1790000000000000001', attributes }]
    await stack.service('clickhouse').stop()
    await send(stack, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
    await expect(forgetIn(stack, { ...asked, waitMs: 0 })).rejects.toThrow(
      /^nothing is deleted: in the collector's queue 1 events and data points wait.*; when that is over, run it again$/,
    )
    await stack.service('clickhouse').start()
    await drained(stack)
    expect([(await shown(stack)).size, await marks()]).toEqual([before.size + 2, buried])
  })

  test.each<[Kind, boolean, RegExp | undefined]>([
    ['parked', true, /^nothing is deleted: 1 file in .* waits for a relay/],
    ['refused', true, /^nothing is deleted: there is 1 file in .* of dead letters/],
    ['damaged', true, /^nothing is deleted: there is 1 file in .* of damaged lines/],
    ['parked', false, undefined],
  ])('while a buffer has a file %s (full: %s)', async (kind, full, says) => {
    const buffer = await mkdtemp(join(tmpdir(), 'telemetry-proof-forget-'))
    try {
      const name = fileName({ kind, createdMs: 1, sequence: 1, owner: nobody })
      await writeFile(join(buffer, name), full ? '{"resourceLogs":[]}\n' : '')
      const [before, buried] = [await shown(stack), await marks()]
      const attempt = forgetIn(stack, { users: ['buffered-nobody'], waitMs: 0, buffers: [buffer] })
      if (says === undefined) expect((await attempt).erased?.marks).toBe(2)
      else {
        await expect(attempt).rejects.toThrow(says)
        expect([await shown(stack), await marks()]).toEqual([before, buried])
      }
    } finally {
      await rm(buffer, { recursive: true })
    }
  })
})
