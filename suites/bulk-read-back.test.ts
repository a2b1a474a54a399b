// What one session out of many has wrong is seen in a bulk load, in the real collector and database: each way that a row can be changed.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { makeRequestTemplate, type RequestTemplate } from '../generators/bulk/request-template.ts'
import { grpcSender } from '../generators/emit/replay-grpc.ts'
import { readPreset } from '../generators/team/preset.ts'
import { teamTemplates } from '../generators/team/team-templates.ts'
import { BulkLedger } from '../harness/experiment/bulk-ledger.ts'
import { countBulk, judgeInParts, readInClasses } from '../harness/experiment/bulk-read-back.ts'
import { judgeBulk } from '../harness/judge/judge-bulk.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const EVENTS = 12
const TEMPLATES = 2
const COPIES = 40
/** The copy that is changed. */
const CHANGED = 21
const RIGHT = { lost: 0, duplicated: 0, corrupted: 0, unexpected: 0 }

let stack: Stack
let analyst: Database
let admin: Database
let loads = 0
beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
  analyst = connect(stack, 'analyst')
  admin = connect(stack, 'admin')
})
afterAll(async () => {
  await analyst[Symbol.asyncDispose]()
  await admin[Symbol.asyncDispose]()
  await cleanUp()
})

interface Loaded {
  readonly ledger: BulkLedger
  /** The session that is changed, and the rows of it by their order. */
  readonly session: string
  readonly rows: readonly string[]
}

/** A load of sessions of its own, stored as it was sent. */
async function load(copies = COPIES): Promise<Loaded> {
  const first = loads * TEMPLATES
  loads += 1
  const templates = [first, first + 1].map((index) =>
    makeRequestTemplate({ seed: 11, index, startMs: START_MS, events: EVENTS }),
  )
  return send(templates, copies)
}

async function send(templates: readonly RequestTemplate[], copies: number): Promise<Loaded> {
  const ledger = new BulkLedger(templates, stack.salt)
  // All at once: on a slow machine the last waits for long, and what nobody waited for is stored and not accepted.
  await using sender = grpcSender({ protocol: 'grpc', endpoint: stack.endpoints.otlpGrpc, timeoutMs: 120_000 })
  await Promise.all(Array.from({ length: copies }, () => ledger.offer(sender)))
  await until('the load', async () => (await countBulk(ledger, analyst)) === ledger.events('accepted'), {
    timeoutMs: 120_000,
  })
  const session = ledger.sessionOf(CHANGED)
  const rows = await admin.rows<{ id: string }>(
    `SELECT toString(event_id) AS id FROM telemetry.log_records WHERE session_id = '${session}' ORDER BY sequence`,
  )
  return { ledger, session, rows: rows.map(({ id }) => id) }
}

async function judged({ ledger }: Loaded) {
  const { sessions, thorough } = await readInClasses(ledger, analyst)
  return { thorough, ...judgeBulk(ledger, sessions) }
}

const alter = (what: string) => admin.run(`ALTER TABLE telemetry.log_records ${what} SETTINGS mutations_sync = 2`)
const map = (keys: string, values: string) =>
  `CAST(mapFromArrays(${keys}, ${values}), 'Map(LowCardinality(String), String)')`
const KEYS = "CAST(mapKeys(attributes), 'Array(String)')"
const VALUES = 'mapValues(attributes)'
/** The last byte of it is another one. */
const otherEnd = (text: string) =>
  `concat(substring(${text}, 1, length(${text}) - 1), if(endsWith(${text}, '#'), '+', '#'))`
const eachValue = (key: string, value: string) =>
  map(KEYS, `arrayMap((k, v) -> if(k = '${key}', ${value}, v), ${KEYS}, ${VALUES})`)

test('what is stored as it was sent is right, and one session of each template was read thoroughly', async () => {
  expect(await judged(await load())).toMatchObject({ ...RIGHT, stored: COPIES * EVENTS, thorough: TEMPLATES })
})

test('every event of a team is stored as its session says, from each kind of preset', async () => {
  for (const [index, preset] of ['team-week', 'heavy-session'].entries()) {
    const options = { seed: 21 + index, startMs: START_MS, sessions: 60, events: 100 }
    const templates = teamTemplates({ preset: await readPreset(preset), ...options })
    const { stored, offered, ...found } = await judged(await send(templates, 2 * templates.length))
    expect(found).toMatchObject({ ...RIGHT, thorough: templates.length, examples: [] })
    expect(stored).toBe(offered)
  }
})

test.each([
  ['a byte of a value', `attributes = ${eachValue('event.name', otherEnd('v'))}`],
  ['a value that is gone', `attributes = ${eachValue('event.name', "''")}`],
  [
    'two values, swapped between their keys',
    `attributes = ${map(KEYS, `arrayMap((k, v) -> multiIf(k = 'event.name', attributes['event.sequence'], k = 'event.sequence', attributes['event.name'], v), ${KEYS}, ${VALUES})`)}`,
  ],
  ['a key', `attributes = ${map(`arrayMap(k -> if(k = 'event.name', 'event.nane', k), ${KEYS})`, VALUES)}`],
  [
    'the key of the stamp',
    `attributes = ${map(`arrayMap(k -> if(k = 'event.timestamp', 'event.timestamq', k), ${KEYS})`, VALUES)}`,
  ],
  ['one attribute more', `attributes = ${map(`arrayPushBack(${KEYS}, 'more')`, `arrayPushBack(${VALUES}, '')`)}`],
  ['the number of the copy in an id', `attributes = ${eachValue('session.id', otherEnd('v'))}`],
  [
    'a value of the resource',
    `resource_attributes = ${eachValue('service.name', otherEnd('v')).replaceAll('attributes', 'resource_attributes')}`,
  ],
  [
    'a key of the resource',
    `resource_attributes = ${map("arrayMap(k -> if(k = 'service.name', 'service.nane', k), CAST(mapKeys(resource_attributes), 'Array(String)'))", 'mapValues(resource_attributes)')}`,
  ],
  ['the time', 'timestamp = timestamp + toIntervalNanosecond(1)'],
  ['the time by a millisecond', 'timestamp = timestamp + toIntervalMillisecond(1)'],
  [
    'the stamp',
    `attributes = ${eachValue('event.timestamp', "concat(substring(v, 1, 20), if(substring(v, 21, 1) = '0', '1', '0'), substring(v, 22))")}`,
  ],
  ['the stamp, which is no time', `attributes = ${eachValue('event.timestamp', "'soon'")}`],
])('changed in one row: %s', async (_, change) => {
  const loaded = await load()
  await alter(`UPDATE ${change} WHERE event_id = '${loaded.rows[3]}'`)
  const { examples, ...found } = await judged(loaded)
  expect(found).toMatchObject({ ...RIGHT, corrupted: EVENTS })
  expect(examples).toEqual([`session ${loaded.session}: ${EVENTS} events corrupted`])
})

test('a doubled row beside a lost one is seen', async () => {
  const loaded = await load()
  await admin.run(
    `INSERT INTO telemetry.log_records SELECT * REPLACE(generateUUIDv4() AS event_id) FROM telemetry.log_records AS row WHERE row.event_id = '${loaded.rows[3]}'`,
  )
  expect(await judged(loaded)).toMatchObject({ ...RIGHT, duplicated: 1 })
  await alter(`DELETE WHERE event_id = '${loaded.rows[4]}'`)
  expect(await judged(loaded)).toMatchObject({ ...RIGHT, corrupted: EVENTS, thorough: TEMPLATES + 1 })
  await alter(`DELETE WHERE event_id = '${loaded.rows[5]}'`)
  expect(await judged(loaded)).toMatchObject({ ...RIGHT, lost: 1 })
})

test('what is wrong in every session alike is wrong in every session', async () => {
  const loaded = await load()
  const prefixes = loaded.ledger.templates.map(({ sessionPrefix }) => `'${sessionPrefix}'`).join(', ')
  await alter(
    `UPDATE attributes = ${eachValue('event.name', otherEnd('v'))} WHERE left(session_id, 24) IN (${prefixes})`,
  )
  expect(await judged(loaded)).toMatchObject({ ...RIGHT, corrupted: COPIES * EVENTS, thorough: TEMPLATES })
})

test('judged in parts it is the same: what is lost, what is changed, and what nobody offered', async () => {
  const loaded = await load()
  const { ledger } = loaded
  await alter(`DELETE WHERE event_id = '${loaded.rows[4]}'`)
  const [unknown, moved] = [ledger.templateOf(0).sessionId(COPIES + 5), `${ledger.sessionOf(3).slice(0, -1)}z`]
  for (const [from, to] of [
    [ledger.sessionOf(0), unknown],
    [ledger.sessionOf(3), moved],
  ])
    await admin.run(
      `INSERT INTO telemetry.log_records SELECT * REPLACE(generateUUIDv4() AS event_id, '${to}' AS session_id) FROM telemetry.log_records AS row WHERE row.session_id = '${from}'`,
    )
  const whole = await judgeInParts(ledger, analyst, () => {})
  expect(whole).toMatchObject({ ...RIGHT, lost: 1, unexpected: 2 * EVENTS })
  for (const size of [1, 7, COPIES - 1, COPIES]) {
    const parts = await judgeInParts(ledger, analyst, () => {}, size)
    expect({ ...parts, examples: parts.examples.toSorted() }).toEqual({ ...whole, examples: whole.examples.toSorted() })
  }
})

test('another order of the keys is a class of its own, and right', async () => {
  const loaded = await load()
  await alter(
    `UPDATE attributes = ${map(`arrayReverse(${KEYS})`, `arrayReverse(${VALUES})`)} WHERE session_id = '${loaded.session}'`,
  )
  expect(await judged(loaded)).toMatchObject({ ...RIGHT, thorough: TEMPLATES + 1 })
})

test('a text with the byte that stands between texts stands for nobody: all is read thoroughly', async () => {
  const loaded = await load()
  await alter(
    `UPDATE attributes = ${eachValue('event.name', 'concat(v, char(255))')} WHERE event_id = '${loaded.rows[3]}'`,
  )
  expect(await judged(loaded)).toMatchObject({ ...RIGHT, corrupted: EVENTS, thorough: COPIES })
})

test('where all sessions differ, all are read thoroughly', async () => {
  const copies = 300
  const loaded = await load(copies)
  const prefixes = loaded.ledger.templates.map(({ sessionPrefix }) => `'${sessionPrefix}'`).join(', ')
  const changed = `right(session_id, 12) >= 'e0000000000a' AND sequence = 3`
  await alter(
    `UPDATE attributes = ${eachValue('event.name', 'toString(cityHash64(session_id))')} WHERE left(session_id, 24) IN (${prefixes}) AND ${changed}`,
  )
  expect(await judged(loaded)).toMatchObject({ ...RIGHT, corrupted: (copies - 10) * EVENTS, thorough: copies })
})
