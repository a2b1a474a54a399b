// One path filter, three engines: Go's and ClickHouse's RE2 and JavaScript leave out the same texts, in every spelling of a path.
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyValue } from '../core/otlp/otlp.ts'
import { stackDirectory } from '../core/paths.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { readDocument, standardPolicyFile } from '../stack/client/sanitizer/document.ts'
import { Paths } from '../stack/client/sanitizer/paths.ts'
import { Sanitizer } from '../stack/client/sanitizer/sanitizer.ts'
import { maskText } from '../stack/policy/mask-text.ts'
import { touchesPath } from '../stack/policy/paths.ts'
import { readPolicy } from '../stack/policy/policy.ts'
import { lookAlike, touching } from '../stack/policy/testing/paths.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { type Put, throughCollector } from './testing/through-collector.ts'

const EACH = 2_000

const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
const touches = touchesPath(policy)
const mask = maskText(policy)

/** Pieces of paths and of what is none, put together as nobody would. */
const among = (weight: number, pieces: string) => ({ weight, arbitrary: fc.constantFrom(...pieces.split('¦')) })
const piece = fc.oneof(
  among(3, 'secret¦SECRET¦Proprietary¦secrets'),
  among(4, '/¦//¦\\¦\\\\¦\\/¦%2F¦%5c¦\\u002f'),
  among(2, '\\n¦"¦\\"¦\'¦ ¦\n¦.¦(¦)¦<¦>¦=¦:¦@¦\u2215¦。¦%20¦%3A¦://'),
  among(2, 'https://¦file://¦a¦C:¦~¦$HOME¦s/¦vault kv get ¦kubectl get ¦cd ¦example.com¦[REDACTED_EMAIL]¦sed ¦.test('),
  fc.string({ unit: 'grapheme', maxLength: 2 }),
)
const odd = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))

const texts = [
  ...fc.sample(touching, { seed: 7, numRuns: EACH }),
  ...fc.sample(lookAlike, { seed: 7, numRuns: EACH }),
  ...fc.sample(odd, { seed: 7, numRuns: EACH }),
].filter((text) => text !== '' && text.isWellFormed())
const expected = texts.map(touches)
const differences = (found: readonly boolean[]) =>
  texts.flatMap((text, index) => (found[index] === expected[index] ? [] : [{ text, expected: expected[index] }]))

test('of the odd texts some touch a directory and others do not', () => {
  const verdicts = expected.slice(2 * EACH)
  expect(verdicts.filter(Boolean).length).toBeGreaterThan(EACH / 20)
  expect(verdicts.filter((each) => !each).length).toBeGreaterThan(EACH / 20)
})

test("the client's end leaves out the same texts", () => {
  const { paths } = readDocument(standardPolicyFile)
  const client = paths && new Paths(paths)
  expect(differences(texts.map((text) => client?.isTouchedBy(text) === true))).toEqual([])
})

test('the collector leaves out the same texts', { timeout: 240_000 }, async () => {
  const left = await throughCollector(policy, ['transform/exclude', 'filter/exclude'], texts)
  expect(differences(left.map((text) => text === undefined))).toEqual([])
})

const nested = (value: AnyValue): AnyValue => ({
  kvlistValue: {
    values: [
      { key: 'a', value: { doubleValue: 1 } },
      { key: 'in', value: { arrayValue: { values: [value] } } },
    ],
  },
})
/** As OTLP's JSON spells it. */
const NAN = 'NaN' as unknown as number
const places: readonly (readonly [name: string, put: Put])[] = [
  ['a map in an attribute', (stringValue) => ({ attributes: [{ key: 'prompt', value: nested({ stringValue }) }] })],
  ['the body', (stringValue) => ({ body: { stringValue } })],
  ['a map in the body', (stringValue) => ({ body: nested({ stringValue }) })],
  ['the name of an attribute', (key) => ({ attributes: [{ key, value: { stringValue: 'a' } }] })],
  [
    'an attribute beside a number that JSON has not',
    (stringValue) => ({
      attributes: [
        { key: 'ratio', value: { doubleValue: NAN } },
        { key: 'prompt', value: { stringValue } },
      ],
    }),
  ],
]

test.each(places)('collector and client leave out a record for a text in %s', { timeout: 120_000 }, async (_, put) => {
  const some = texts.slice(0, 2 * EACH).filter((_text, index) => index % 8 === 0)
  const left = await throughCollector(policy, ['transform/exclude', 'filter/exclude'], some, put)
  const sanitizer = new Sanitizer()
  const records = some.map((text) => ({ attributes: [], ...put(text) }))
  const kept = records.map((record) => {
    const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }))
    return sanitizer.request({ signal: 'logs', encoding: 'json', body, events: 1 }) !== undefined
  })
  const wrong = some.filter(
    (text, index) => kept[index] === touches(text) || (left[index] !== undefined) === touches(text),
  )
  expect(wrong).toEqual([])
})

test('the database leaves out the same texts, and none of what an earlier layer has let through masked', {
  timeout: 240_000,
}, async () => {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using database = connect(stack, 'admin')
  await database.run(
    'CREATE TABLE default.texts (number UInt32, text String, masked String) ENGINE = MergeTree ORDER BY number',
  )
  const rows = texts.map((text, number) => JSON.stringify({ number, text, masked: mask(text) }))
  await database.run(`INSERT INTO default.texts FORMAT JSONEachRow ${rows.join('\n')}`)
  const found = await database.rows<{ excluded: boolean; later: boolean }>(
    'SELECT telemetry_excluded(text) = 1 AS excluded, telemetry_excluded(masked) = 1 AS later FROM default.texts ORDER BY number',
  )
  expect(found).toHaveLength(texts.length)
  expect(differences(found.map(({ excluded }) => Boolean(excluded)))).toEqual([])
  // Of odd texts a mask may take what made them no path; such an event is left out by the database, never the other way round.
  const late = texts.slice(0, 2 * EACH).filter((_, index) => !expected[index] && Boolean(found[index]?.later))
  expect(late).toEqual([])
})
