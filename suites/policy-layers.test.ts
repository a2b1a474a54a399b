// One policy, three engines: Go's and ClickHouse's RE2 and JavaScript make the same of any text, and masking again changes nothing.
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { makeCanaries } from '../generators/canaries/make.ts'
import { makeNegatives } from '../generators/canaries/negatives/make.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { passedOver, WORDS } from '../stack/policy/layers/database/compile.ts'
import { maskText } from '../stack/policy/mask-text.ts'
import { PLAIN_VALUE } from '../stack/policy/plain.ts'
import { readPolicy } from '../stack/policy/policy.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { throughCollector } from './testing/through-collector.ts'

const CANARIES = 2_000
const NEGATIVES = 1_000
const ODD = 1_500

const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
const mask = maskText(policy)

/** Pieces of secrets and of what stands around them, put together as nobody would. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['token', 'Password', 'ſecret', 'api_KEY', 'Kelvin', 'auth', 'bearer', 'cookie', 'curl -u ', '--token', '-p'],
    ...[
      '=',
      ': ',
      ' := ',
      '=>',
      '"',
      "'",
      '`',
      '\\"',
      '\\\\\\"',
      '\\n',
      '\n',
      '%22',
      '%3D',
      '%20',
      '(',
      '[',
      ']',
      ', ',
      ' is ',
    ],
    ...[
      'hunter2',
      'aB3dE6gH9',
      'sk-',
      `ghp_${'aB3'.repeat(12)}`,
      'AKIAIOSFODNN7EXAMPLE',
      'eyJhbGciOiJIUzI1',
      '.',
      '@',
      'a.b@c.de',
    ],
    ...[
      '+49',
      '555-123-4567',
      '(0)',
      ' ',
      '\t',
      '\v',
      '\u00A0',
      '\u2028',
      '\uFDD0',
      '\uFDD1',
      '\uFDD2',
      '[REDACTED_EMAIL]',
    ],
    ...['-----BEGIN RSA PRIVATE KEY-----', '-----END', 'é', 'ﬀ', '😀', '://', 'user:', '<password>', '</'],
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
const odd = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''))

const texts = [
  ...[...makeCanaries({ seed: 5, count: CANARIES })].map(({ text }) => text),
  ...[...makeNegatives({ seed: 5, count: NEGATIVES })].map(({ text }) => text),
  ...fc.sample(odd, { seed: 5, numRuns: ODD }),
].filter((text) => text !== '' && text.isWellFormed())
/** A layer leaves the marks that it works with in a text in which it finds nothing, and takes them out of any other. */
const unmarked = (text: string | undefined) => text?.replaceAll(/[\uFDD0-\uFDD2]/g, '')
const expected = texts.map((text) => mask(text))

test('masking what is masked changes nothing', () => {
  expect(
    expected.flatMap((text, index) =>
      mask(text) === text ? [] : [{ text: texts[index], once: text, twice: mask(text) }],
    ),
  ).toEqual([])
})

test("the database's functions make the same of each text", { timeout: 240_000 }, async () => {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using database = connect(stack, 'admin')
  await database.run(
    'CREATE TABLE default.texts (number UInt32, name String, text String) ENGINE = MergeTree ORDER BY number',
  )
  const names = ['', '', 'prompt', 'user.id', 'password']
  const rows = texts.map((text, number) => JSON.stringify({ number, name: names[number % names.length], text }))
  await database.run(`INSERT INTO default.texts FORMAT JSONEachRow ${rows.join('\n')}`)
  const masked = await database.rows<{ number: number; text: string }>(
    "SELECT number, telemetry_mask_all(telemetry_masked([''], [text]), [''], [text])[1] AS text FROM default.texts ORDER BY number",
  )
  expect(masked).toHaveLength(texts.length)
  expect(differences(masked.map(({ text }) => text))).toEqual([])
  // As the texts of one record, each under a name: every text keeps its place.
  const [each] = await database.rows<{ alone: string[]; together: string[] }>(
    `SELECT groupArray(telemetry_mask_all(telemetry_masked([name], [text]), [name], [text])[1]) AS alone,
            telemetry_mask_all(telemetry_masked(groupArray(name), groupArray(text)), groupArray(name), groupArray(text)) AS together
     FROM (SELECT * FROM default.texts ORDER BY number)`,
  )
  expect(each?.alone).toHaveLength(texts.length)
  expect(each?.together).toEqual(each?.alone)
})

test('the database passes over what is plain, and nothing else', { timeout: 240_000 }, async () => {
  const plain = [WORDS, PLAIN_VALUE].map((pattern) => new RegExp(pattern))
  const near = fc
    .tuple(
      fc.constantFrom('', '', '', '\n', ' ', 'é', '-'),
      fc.stringMatching(new RegExp(PLAIN_VALUE)),
      fc.oneof(fc.constantFrom('', '\n'), fc.string({ maxLength: 2 })),
    )
    .map((parts) => parts.join(''))
  const some = [...texts, ...fc.sample(near, { seed: 30, numRuns: 4000 })]
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using database = connect(stack, 'admin')
  await database.run('CREATE TABLE default.near (number UInt32, text String) ENGINE = MergeTree ORDER BY number')
  const lines = some.map((text, number) => JSON.stringify({ number, text }))
  await database.run(`INSERT INTO default.near FORMAT JSONEachRow ${lines.join('\n')}`)
  const rows = await database.rows<{ passed: number }>(
    `SELECT ${passedOver('text')} AS passed FROM default.near ORDER BY number`,
  )
  const expected = some.map((text) => (plain.some((each) => each.test(text)) ? 1 : 0))
  expect(expected.filter((each) => each === 1).length).toBeGreaterThan(400)
  expect(some.filter((_, index) => rows[index]?.passed !== expected[index])).toEqual([])
})

test('the collector makes the same of each text', { timeout: 240_000 }, async () => {
  expect(differences(await throughCollector(policy, ['transform/mask'], texts))).toEqual([])
})

function differences(masked: readonly (string | undefined)[]): object[] {
  return texts.flatMap((text, index) =>
    unmarked(masked[index]) === expected[index] ? [] : [{ text, expected: expected[index], found: masked[index] }],
  )
}
