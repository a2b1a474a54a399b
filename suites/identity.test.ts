// What tells events apart does not depend on the policy: one record under many policies, in the real collector and the real database.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { freePort } from '../core/ports.ts'
import { startProcess } from '../core/process.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { NAMES } from '../stack/policy/identity.ts'
import { compilePolicy } from '../stack/policy/layers/collector/compile.ts'
import { type Policy, readPolicy } from '../stack/policy/policy.ts'
import { resolveCollector } from '../stack/runtime/embedded/components.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

const POLICIES = 10
const RECORDS = 300

let stack: Stack
let database: Database
beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
  database = connect(stack, 'admin')
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await stack[Symbol.asyncDispose]()
})

const shipped = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')

const rule = fc.record({
  type: fc.constant('regex' as const),
  match: fc.constantFrom('text' as const, 'key' as const),
  pattern: fc.constantFrom(
    '[a-z]+',
    '\\d',
    '\\d+',
    'Bash',
    'opus',
    '(?i)claude',
    '[ /@]',
    'accept|true',
    '[^\\n]+',
    'x y',
    '-',
  ),
  unless: fc.constant<string[]>([]),
  replacement: fc.constantFrom('', 'x', 'Bash', '[X]', '***', '0'),
})
const hash = fc.record({
  type: fc.constant('pii_hash' as const),
  hash_algorithm: fc.constant('sha256' as const),
  fields: fc.subarray(['user.email', 'user.name', 'user.id', 'organization.id', 'prompt', 'terminal.type']),
  fields_if_address: fc.subarray(['user.id', 'prompt']),
})
const policy: fc.Arbitrary<Policy> = fc
  .tuple(fc.array(rule, { maxLength: 4 }), fc.array(hash, { maxLength: 2 }), fc.subarray([...shipped.filters]))
  .map(([rules, hashes, filters]) => ({
    version: 1 as const,
    filters: [...filters.filter(({ type }) => type !== 'path_filter'), ...hashes, ...rules, nothingExcluded],
  }))
const nothingExcluded: Policy['filters'][number] = { type: 'path_filter', patterns: ['*/nowhere/*'], action: 'exclude' }

const word = fc.oneof(
  fc.constantFrom(
    'Bash',
    'claude-opus-4-8[1m]',
    'opus',
    'x y',
    'accept',
    'true',
    '',
    'alice@example.com',
    `sk-${'aB3'.repeat(8)}`,
    '0',
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const value = fc.oneof(
  word.map((stringValue) => ({ stringValue })),
  fc.maxSafeInteger().map((n) => ({ intValue: String(n) })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
  fc.boolean().map((boolValue) => ({ boolValue })),
)
const keyed = (keys: readonly string[], of: fc.Arbitrary<object>) =>
  fc.record({ key: fc.constantFrom(...keys), value: of })
const record = fc.record({
  body: word.map((stringValue) => ({ stringValue })),
  attributes: fc
    .tuple(
      fc.array(keyed(NAMES, value), { maxLength: 4 }),
      fc.array(keyed(['session.id', 'prompt.id', 'tool_use_id', 'request_id', 'event.name'], value), { maxLength: 3 }),
      fc.array(keyed(['user.email', 'user.id', 'prompt', 'organization.id', 'error', 'terminal.type'], value), {
        maxLength: 3,
      }),
    )
    .map((parts) => [...new Map(parts.flat().map((each) => [each.key, each])).values()]),
})

test('an event with a sequence has one id under any policy, and different events keep different ids', {
  timeout: 300_000,
}, async () => {
  const policies = [shipped, ...fc.sample(policy, { seed: 11, numRuns: POLICIES })]
  const records = fc.sample(record, { seed: 12, numRuns: RECORDS }).map(({ body, attributes }, index) => ({
    timeUnixNano: '1750000000000000000',
    body,
    attributes: [...attributes, { key: 'event.sequence', value: { intValue: String(index) } }],
  }))
  const kept = await underPolicies(policies, records)
  for (const rows of kept)
    await database.run(
      `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes) FORMAT JSONEachRow ${rows.map((row) => JSON.stringify(row)).join('\n')}`,
    )
  const found = await database.rows<{ sequence: string; ids: number; came: number }>(
    `SELECT attributes['event.sequence'] AS sequence, toUInt32(uniqExact(event_id)) AS ids, toUInt32(count()) AS came
     FROM telemetry.log_records GROUP BY sequence`,
  )
  expect(found).toHaveLength(RECORDS)
  // ReplacingMergeTree keeps one of each when it merges; all had the same id, so nothing else can be left.
  expect(found.filter(({ ids }) => ids !== 1).map(({ sequence }) => records[Number(sequence)])).toEqual([])
  const [all] = await database.rows<{ ids: number }>(
    'SELECT toUInt32(uniqExact(event_id)) AS ids FROM telemetry.log_records',
  )
  expect(all?.ids).toBe(RECORDS)
})

/** The records as the collector hands them on, for each policy, as rows of the landing table. */
async function underPolicies(policies: readonly Policy[], records: readonly object[]): Promise<object[][]> {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-identity-'))
  const port = await freePort()
  const compiled = z.object({ processors: z.record(z.string(), z.unknown()) })
  const guard = z.object({ processors: z.looseObject({ 'transform/guard': z.unknown() }) })
  const shippedConfig = guard.parse(parse(await readFile(join(stackDirectory, 'collector/config.yaml'), 'utf8')))
  const processorsOf = policies.map((each) => Object.entries(compiled.parse(parse(compilePolicy(each))).processors))
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: Object.fromEntries([
      ['transform/guard', shippedConfig.processors['transform/guard']],
      ...processorsOf.flatMap((each, index) => each.map(([id, settings]) => [`${id}_${index}`, settings])),
    ]),
    exporters: Object.fromEntries(policies.map((_, index) => [`file/${index}`, { path: join(directory, `${index}`) }])),
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
      pipelines: Object.fromEntries(
        processorsOf.map((each, index) => [
          `logs/${index}`,
          {
            receivers: ['otlp'],
            processors: ['transform/guard', ...each.map(([id]) => `${id}_${index}`)],
            exporters: [`file/${index}`],
          },
        ]),
      ),
    },
  }
  const file = join(directory, 'config.yaml')
  await writeFile(file, stringify(config))
  const { path } = await resolveCollector(stackDirectory, () => {})
  const logFile = join(directory, 'log')
  const env = { TELEMETRY_HASH_SALT: 'salt' }
  const collector = await startProcess({ command: path, args: ['--config', file], env, logFile })
  try {
    const send = (logRecords: readonly object[]) =>
      fetch(`http://127.0.0.1:${port}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs: logRecords.length === 0 ? [] : [{ scopeLogs: [{ logRecords }] }] }),
      })
    await until('the collector', () => send([]).then(({ ok }) => ok), {
      timeoutMs: 120_000,
      onTimeout: () => readFile(logFile, 'utf8'),
    })
    expect((await send(records)).status).toBe(200)
  } finally {
    collector.signal('SIGTERM')
    await collector.ended
  }
  const rows = await Promise.all(
    policies.map(async (_, index) => rowsOf(await readFile(join(directory, `${index}`), 'utf8'))),
  )
  await rm(directory, { recursive: true, force: true })
  return rows
}

const written = z.object({
  resourceLogs: z.array(
    z.object({
      scopeLogs: z.array(
        z.object({
          logRecords: z.array(
            z.object({
              timeUnixNano: z.string(),
              body: z.object({ stringValue: z.string().optional() }).optional(),
              attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()).optional() })),
            }),
          ),
        }),
      ),
    }),
  ),
})

function rowsOf(lines: string): object[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => written.parse(JSON.parse(line)).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .map(({ timeUnixNano, body, attributes }) => ({
      Timestamp: timeUnixNano.replace(/(\d{9})$/, '.$1'),
      Body: body?.stringValue ?? '',
      LogAttributes: Object.fromEntries(
        attributes.map(({ key, value: each = {} }) => [key, String(Object.values(each)[0] ?? '')]),
      ),
    }))
}
