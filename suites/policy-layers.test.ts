// One policy, three engines: Go's and ClickHouse's RE2 and JavaScript make the same of any text, and masking again changes nothing.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { freePort } from '../core/ports.ts'
import { startProcess } from '../core/process.ts'
import { makeCanaries } from '../generators/canaries/make.ts'
import { makeNegatives } from '../generators/canaries/negatives/make.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { compilePolicy } from '../stack/policy/layers/collector/compile.ts'
import { maskText } from '../stack/policy/mask-text.ts'
import { readPolicy } from '../stack/policy/policy.ts'
import { resolveCollector } from '../stack/runtime/embedded/components.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'

const CANARIES = 2_000
const NEGATIVES = 1_000
const ODD = 1_500
const A_REQUEST = 100

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
  await database.run('CREATE TABLE default.texts (number UInt32, text String) ENGINE = MergeTree ORDER BY number')
  const rows = texts.map((text, number) => JSON.stringify({ number, text }))
  await database.run(`INSERT INTO default.texts FORMAT JSONEachRow ${rows.join('\n')}`)
  const masked = await database.rows<{ number: number; text: string }>(
    "SELECT number, telemetry_mask_all([''], [text])[1] AS text FROM default.texts ORDER BY number",
  )
  expect(masked).toHaveLength(texts.length)
  expect(differences(masked.map(({ text }) => text))).toEqual([])
})

test('the collector makes the same of each text', { timeout: 240_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-layers-'))
  const [port, file] = [await freePort(), join(directory, 'out')]
  const { processors } = z
    .object({ processors: z.looseObject({ 'transform/mask': z.unknown() }) })
    .parse(parse(compilePolicy(policy)))
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: { 'transform/mask': processors['transform/mask'] },
    exporters: { file: { path: file } },
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
      pipelines: { logs: { receivers: ['otlp'], processors: ['transform/mask'], exporters: ['file'] } },
    },
  }
  await writeFile(join(directory, 'config.yaml'), stringify(config))
  const { path } = await resolveCollector(stackDirectory, () => {})
  const logFile = join(directory, 'log')
  const args = ['--config', join(directory, 'config.yaml')]
  const collector = await startProcess({ command: path, args, env: { TELEMETRY_HASH_SALT: 'salt' }, logFile })
  try {
    const send = (logRecords: unknown[]) =>
      fetch(`http://127.0.0.1:${port}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
      })
    await until('the collector', () => send([]).then(({ ok }) => ok), {
      timeoutMs: 60_000,
      onTimeout: () => readFile(logFile, 'utf8'),
    })
    const records = texts.map((stringValue, number) => ({
      attributes: [
        { key: 'number', value: { stringValue: String(number) } },
        { key: 'prompt', value: { stringValue } },
      ],
    }))
    for (let at = 0; at < records.length; at += A_REQUEST)
      expect((await send(records.slice(at, at + A_REQUEST))).status).toBe(200)
  } finally {
    collector.signal('SIGTERM')
    await collector.ended
  }
  expect(differences(await promptsIn(file))).toEqual([])
  await rm(directory, { recursive: true, force: true })
})

function differences(masked: readonly (string | undefined)[]): object[] {
  return texts.flatMap((text, index) =>
    unmarked(masked[index]) === expected[index] ? [] : [{ text, expected: expected[index], found: masked[index] }],
  )
}

const attribute = z.object({ key: z.string(), value: z.looseObject({ stringValue: z.string().optional() }) })
const line = z.object({
  resourceLogs: z.array(
    z.object({ scopeLogs: z.array(z.object({ logRecords: z.array(z.object({ attributes: z.array(attribute) })) })) }),
  ),
})

async function promptsIn(file: string): Promise<(string | undefined)[]> {
  const prompts: (string | undefined)[] = []
  for (const each of (await readFile(file, 'utf8')).trim().split('\n'))
    for (const { scopeLogs } of line.parse(JSON.parse(each)).resourceLogs)
      for (const { logRecords } of scopeLogs)
        for (const { attributes } of logRecords) {
          const text = (key: string) => attributes.find((one) => one.key === key)?.value.stringValue
          prompts[Number(text('number'))] = text('prompt')
        }
  return prompts
}
