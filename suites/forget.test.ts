// The right to be forgotten, on a real stack: the person's rows are gone from views, tables and files, and all others are as they were.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import type { StoredText } from '../generators/batch.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { storedValues } from '../stack/forget/person.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'
import { findAtRest } from './testing/at-rest.ts'
import { drained, forgetIn, leftOut, send, shown } from './testing/forgetting.ts'
import { type OwnedRow, ownedBy } from './testing/owners.ts'

const SEED = 41
const SESSIONS = 14
const START_MS = Date.UTC(2026, 5, 1)

let stack: Stack
let room: string
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-forget-'))
  stack = await startEmbedded({ stackDirectory, ports: 'free', dataDirectory: join(room, 'data'), logDirectory: room })
})
afterAll(async () => {
  await stack[Symbol.asyncDispose]()
  await cleanUp()
  await rm(room, { recursive: true, force: true, maxRetries: 5 })
})

const load = sessionsLoad({ seed: SEED, sessions: SESSIONS, startMs: START_MS, spreadMs: 3_600_000, prompts: 2 })
const requests = load.batches.map(({ request }) => request)

/** The addresses of the load's people, each with how many records name it. */
function addresses(): ReadonlyMap<string, number> {
  const found = load.batches
    .flatMap(({ expected }) => expected)
    .filter(({ fate }) => fate === 'store')
    .flatMap(({ attributes, resource }) => [
      ...new Set([attributes, resource].map((map) => addressIn(map['user.email']))),
    ])
    .filter((address) => address !== '')
  return new Map([...Map.groupBy(found, (address) => address)].map(([address, all]) => [address, all.length]))
}

function addressIn(stored: StoredText | undefined): string {
  return typeof stored === 'object' ? stored.hashOf : ''
}

const sendAll = async () => {
  for (const request of requests) await send(stack, request)
  await drained(stack)
}

const rowsOf = (all: ReadonlyMap<string, OwnedRow>, view: string) =>
  [...all].filter(([key]) => key.startsWith(`${view} `)).map(([, row]) => row)

test('one of many people is forgotten: no file holds them, a retry is left out, and all others stay to the byte', async () => {
  const [person = ''] = addresses().keys()
  expect(addresses().size).toBeGreaterThan(3)
  await sendAll()
  // Copies, as retries leave them.
  await sendAll()
  const before = await shown(stack)
  const values = storedValues({ emails: [person], users: [] }, stack.salt)
  const owned = ownedBy([...before.values()], values)
  const theirs = [...before.values()].filter(owned)
  const sessions = [...new Set(theirs.map((row) => row.attributes['session.id'] ?? ''))]
  const stored = new Set(
    theirs.flatMap(({ attributes, resource_attributes }) => [attributes, resource_attributes].flatMap(Object.values)),
  )
  const needles = [...values, ...sessions].filter((text) => stored.has(text))
  expect(theirs.length).toBeGreaterThan(50)
  expect(needles.length).toBeGreaterThan(1)
  const clickhouse = join(room, 'data/clickhouse-data')
  // That it is found before is what makes it count that it is not found afterwards.
  const atRest = await findAtRest(clickhouse, needles)
  expect(new Set(atRest.map((line) => line.split(': ')[1]))).toEqual(new Set(needles))

  const dry = await forgetIn(stack, { emails: [person], dryRun: true })
  expect(await shown(stack)).toEqual(before)
  const { erased, found } = await forgetIn(stack, { emails: [person] })

  const kept = new Map([...before].filter(([, row]) => !owned(row)))
  expect(kept.size).toBeGreaterThan(before.size / 4)
  expect(await shown(stack)).toEqual(kept)
  expect(erased?.rows).toEqual(dry.found.rows)
  expect(found).toEqual(dry.found)
  // Each came twice; some copies may be merged away already.
  const once = rowsOf(before, 'telemetry_events').filter(owned).length
  expect(erased?.rows.log_records).toBeGreaterThanOrEqual(once)
  expect(erased?.rows.log_records).toBeLessThanOrEqual(2 * once)
  expect(await findAtRest(clickhouse, needles)).toEqual([])
  expect(await findAtRest(room, [person])).toEqual([])

  const counted = await leftOut(stack)
  await sendAll()
  expect(await shown(stack)).toEqual(kept)
  const records = ['telemetry_events', 'telemetry_metrics'].flatMap((view) => rowsOf(before, view).filter(owned))
  expect((await leftOut(stack)) - counted).toBe(records.length)
  await using admin = connect(stack, 'admin')
  for (const table of ['log_records', 'metric_points']) await admin.run(`OPTIMIZE TABLE telemetry.${table} FINAL`)
  expect(await shown(stack)).toEqual(kept)
  expect(await findAtRest(clickhouse, needles)).toEqual([])
})
