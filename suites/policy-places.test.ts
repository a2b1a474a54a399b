// Wherever in a request a secret stands, and whatever shares its resource or scope, the collector's policy takes it out and leaves the rest.
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
import { compilePolicy } from '../stack/policy/layers/collector/compile.ts'
import { readPolicy } from '../stack/policy/policy.ts'
import { resolveCollector } from '../stack/runtime/embedded/components.ts'

const REQUESTS = 400
const SECRET = /ghp_[A-Za-z0-9]{36}/
const MARK = '[REDACTED_API_KEY]'

/** A token of its own for each place; `plain` stands where nothing is private. */
const token = fc.stringMatching(/^ghp_[A-Za-z0-9]{36}$/)
const plain = fc.constantFrom('one', 'two words', '2.1.197', '5.15.167.4-microsoft-standard-WSL2', 'Anna’s Mac')
const text = fc.oneof(
  { weight: 8, arbitrary: plain },
  { weight: 2, arbitrary: token.map((each) => `see ${each} there`) },
  // A key without an end takes all that follows it, the signs of JSON too.
  { weight: 1, arbitrary: token.map((each) => `-----BEGIN RSA PRIVATE KEY-----\n${each}`) },
)
const name = fc.constantFrom('host.name', 'note', 'os.version', 'custom.text', 'a')
const value = fc.oneof(
  { weight: 6, arbitrary: text.map((stringValue) => ({ stringValue })) },
  { weight: 1, arbitrary: text.map((inner) => ({ bytesValue: Buffer.from(inner).toString('base64') })) },
  { weight: 1, arbitrary: fc.integer().map((number) => ({ intValue: String(number) })) },
  { weight: 1, arbitrary: text.map((inner) => ({ arrayValue: { values: [{ stringValue: inner }] } })) },
  {
    weight: 1,
    arbitrary: text.map((inner) => ({ kvlistValue: { values: [{ key: 'k', value: { stringValue: inner } }] } })),
  },
)
const attributes = fc
  .dictionary(name, value, { maxKeys: 3 })
  .map((map) => Object.entries(map).map(([key, each]) => ({ key, value: each })))
const scope = fc.record({ name: text, version: text, attributes })
const record = fc.record({ body: value, severityText: text, attributes })
const point = fc.record({
  attributes,
  asInt: fc.constant('1'),
  timeUnixNano: fc.constant('1'),
  exemplars: fc.array(fc.record({ filteredAttributes: attributes, asInt: fc.constant('1') }), { maxLength: 1 }),
})
const metric = fc.record({
  name: text,
  description: text,
  unit: text,
  sum: fc.record({ dataPoints: fc.array(point, { minLength: 1, maxLength: 2 }) }),
})
const few = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 })
const resource = fc.record({ attributes })
const request = fc.oneof(
  fc.record({
    resourceLogs: few(fc.record({ resource, scopeLogs: few(fc.record({ scope, logRecords: few(record) })) })),
  }),
  fc.record({
    resourceMetrics: few(fc.record({ resource, scopeMetrics: few(fc.record({ scope, metrics: few(metric) })) })),
  }),
)

test('no secret passes the collector, wherever it stands', { timeout: 240_000 }, async () => {
  const requests = fc.sample(request, { seed: 7, numRuns: REQUESTS })
  const sent = requests.map((each) => JSON.stringify(each))
  const received = await throughCollector(requests)
  expect(received).toHaveLength(sent.length)
  expect(received.filter((each) => SECRET.test(each) || SECRET.test(decoded(each)))).toEqual([])
  // What the policy works with does not stay.
  expect(received.filter((each) => /telemetry\.(?:mask|keys|beside)/.test(each))).toEqual([])
  const count = (all: readonly string[], what: string) => all.join('').split(what).length - 1
  for (const what of ['5.15.167.4-microsoft-standard-WSL2', 'Anna’s Mac', 'two words'])
    expect(count(received, what)).toBe(count(sent.map(withoutExemplars), what))
  expect(count(received, MARK)).toBe(count(sent.map(withoutExemplars), 'ghp_'))
})

/** Their attributes do not go on, and bytes are no text. */
function withoutExemplars(json: string): string {
  return json.replaceAll(/"filteredAttributes":\[.*?\](?=,"asInt")/g, '').replaceAll(/"bytesValue":"[^"]*"/g, '')
}

function decoded(json: string): string {
  return [...json.matchAll(/"bytesValue":"([^"]*)"/g)]
    .map(([, text64 = '']) => Buffer.from(text64, 'base64'))
    .join('\n')
}

/** What the file exporter wrote, a line a request. */
async function throughCollector(requests: readonly object[]): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-places-'))
  const [port, file] = [await freePort(), join(directory, 'out')]
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const { processors } = z
    .object({ processors: z.looseObject({ 'transform/mask': z.unknown() }) })
    .parse(parse(compilePolicy(policy)))
  const pipeline = { receivers: ['otlp'], processors: ['transform/mask'], exporters: ['file'] }
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: { 'transform/mask': processors['transform/mask'] },
    exporters: { file: { path: file } },
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
      pipelines: { logs: pipeline, metrics: pipeline },
    },
  }
  await writeFile(join(directory, 'config.yaml'), stringify(config))
  const { path } = await resolveCollector(stackDirectory, () => {})
  const logFile = join(directory, 'log')
  const args = ['--config', join(directory, 'config.yaml')]
  const collector = await startProcess({ command: path, args, env: { TELEMETRY_HASH_SALT: 'salt' }, logFile })
  try {
    const post = (signal: string, body: object) =>
      fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    await until('the collector', () => post('logs', { resourceLogs: [] }).then(({ ok }) => ok), {
      timeoutMs: 120_000,
      onTimeout: () => readFile(logFile, 'utf8'),
    })
    for (const each of requests)
      expect((await post('resourceLogs' in each ? 'logs' : 'metrics', each)).status).toBe(200)
  } finally {
    collector.signal('SIGTERM')
    await collector.ended
  }
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  expect(await readFile(logFile, 'utf8')).toBe('')
  await rm(directory, { recursive: true, force: true })
  return lines
}
