// The compiled policy in the real collector: what its searches pass over changes nothing, byte for byte, in any record.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { until } from '../../core/poll.ts'
import { freePort } from '../../core/ports.ts'
import { startProcess } from '../../core/process.ts'
import { resolveCollector } from '../runtime/embedded/components.ts'
import { compilePolicy } from './compile.ts'
import { type Policy, readPolicy } from './policy.ts'

const STACK = join(import.meta.dirname, '..')
const REQUESTS = 150

const policy = await readPolicy(join(STACK, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
const rule = (pattern: string, replacement: string) => ({ type: 'regex', pattern, replacement }) as const
const odd: Policy = {
  version: 1,
  filters: [
    { type: 'path_filter', patterns: ['*/nested/*', '*/u003csecret/*', '*/a.b/*'], action: 'exclude' },
    ...policy.filters.filter(({ type }) => type === 'pii_hash'),
    // Each makes what the next one matches.
    ...[rule('foo', 'ba'), rule('bar', 'x-1'), rule('x-\\d', 'to'), rule('(?i)tok[ek]n?', 'a@b'), rule('@b', '')],
    ...[
      rule('(?i)ki[_-]?ss', 'k'),
      rule('\\d{3}', '#'),
      rule('[+-]\\(', '('),
      rule('\\bsk\\b', ''),
      rule('"\\s*:', '='),
    ],
  ],
}

/** The compiled policy without its searches: every pattern over every value, as the policy says it. */
function plain(compiled: string): string {
  const unguarded = compiled
    .replaceAll(/IsMatch\((?:Concat\(Split\(|ToKeyValueString\().*? and (?=IsMatch\(ToKeyValueString)/g, '')
    .replaceAll(/^ *- 'set\(\w+\.cache\["(?:text|lower|clean\d+)"\].*\n/gm, '')
    .replaceAll(/^ *- 'keep_keys\(.*\n/gm, '')
    .replaceAll(/^( *- 'set\(log\.cache\["searched"\], true\)) where.*'$/gm, "$1'")
    .replaceAll(/ and \w+\.cache\["clean\d+"\] == nil/g, '')
    .replaceAll(/ where \w+\.cache\["clean\d+"\] == nil and /g, ' where ')
    .replaceAll(/ where \w+\.cache\["clean\d+"\] == nil/g, '')
  expect(unguarded).not.toMatch(/clean\d|"text"|Split/)
  return unguarded
}

const piece = fc.oneof(
  fc.constantFrom(
    ...['sk-', `sk-${'aB3'.repeat(8)}`, `ghp_${'aB3'.repeat(8)}`, 'AKIAIOSFODNN7EXAMPLE', 'glpat-aB3-aB3-aB3-aB3-aB3'],
    ...[
      'alice@example.com',
      '@x.y',
      '555-123-4567',
      '(555) 123-4567',
      '555.123.4567',
      '+1 555 123 4567',
      '+4915112345678',
    ],
    ...['Bearer abcdefgh1', 'BEARER  ', 'token', '=', ': ', 'toKen=abc', 'ſecret: x', 'PASSWD', 'api-KEY', '"', '\\"'],
    ...['/secret/', '\\secret\\', '/secret', 'secret/', '/proprietary\\', '\nested/', '<secret/', '/nested/', '/a.b/'],
    ...[
      'foo',
      'r',
      'fo',
      'ba',
      'x-1',
      'tok',
      '\n',
      '\\n',
      ' ',
      'KI_SS',
      'kiſſ',
      '+(',
      'sk',
      '123',
      '\u0000',
      '\u2028',
      '&',
    ],
  ),
  fc.string({ maxLength: 3 }),
)
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
const { value, attributes } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { weight: 8, arbitrary: text.map((stringValue) => ({ stringValue })) },
    { weight: 1, arbitrary: fc.integer().map((intValue) => ({ intValue: String(intValue) })) },
    { weight: 1, arbitrary: fc.constantFrom(1.5, 'NaN', 'Infinity').map((doubleValue) => ({ doubleValue })) },
    { weight: 1, arbitrary: fc.constantFrom({}, { boolValue: true }, { bytesValue: '/secret/' }) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 2 }).map((values) => ({ arrayValue: { values } })) },
    { weight: 1, arbitrary: tie('attributes').map((values) => ({ kvlistValue: { values } })) },
  ),
  // Also a key twice, which no client should send.
  attributes: fc.array(
    fc.record({
      key: fc.oneof(
        fc.constantFrom('user.email', 'user.name', 'user.id', 'session.id', 'prompt', 'text', 'clean1'),
        text,
      ),
      value: tie('value'),
    }),
    { maxLength: 5 },
  ),
}))
const request = fc.record({
  resource: fc.record({ attributes }),
  scopeLogs: fc.array(
    fc.record({
      scope: fc.record({ attributes }),
      logRecords: fc.array(fc.record({ body: value, attributes }), { minLength: 1, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
})

test.each([
  ['the shipped policy', policy],
  ['a policy of odd patterns', odd],
])('%s masks, hashes and excludes the same with its searches and without', { timeout: 900_000 }, async (_, each) => {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-collector-'))
  const port = await freePort()
  const variants = { plain: plain(compilePolicy(each)), searching: compilePolicy(each) }
  const config = join(directory, 'config.yaml')
  await writeFile(config, stringify(collectorConfig(variants, port, directory)))
  const { path } = await resolveCollector(STACK, () => {})
  const logFile = join(directory, 'log')
  const env = { TELEMETRY_HASH_SALT: 'salt' }
  const collector = await startProcess({ command: path, args: ['--config', config], env, logFile })
  try {
    const send = (resourceLogs: unknown[]) =>
      fetch(`http://127.0.0.1:${port}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs }),
      })
    await until('the collector', () => send([]).then(({ ok }) => ok), {
      timeoutMs: 60_000,
      onTimeout: () => readFile(logFile, 'utf8'),
    })
    for (const sent of fc.sample(request, { seed: 1, numRuns: REQUESTS })) expect((await send([sent])).status).toBe(200)
  } finally {
    collector.signal('SIGTERM')
    await collector.ended
  }
  const [one = '', other = ''] = await Promise.all(
    Object.keys(variants).map((name) => readFile(join(directory, name), 'utf8')),
  )
  expect(one.split('\n').length).toBeGreaterThan(REQUESTS / 2)
  expect(other).toBe(one)
  await rm(directory, { recursive: true, force: true })
})

/** One receiver, and for each variant a pipeline with its processors that ends in a file. */
function collectorConfig(variants: Record<string, string>, port: number, directory: string): object {
  const compiled = z.object({ processors: z.record(z.string(), z.unknown()) })
  const names = Object.keys(variants)
  const processorsOf = (name: string) => Object.entries(compiled.parse(parse(variants[name] ?? '')).processors)
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: Object.fromEntries(
      names.flatMap((name) => processorsOf(name).map(([id, settings]) => [`${id}_${name}`, settings])),
    ),
    exporters: Object.fromEntries(names.map((name) => [`file/${name}`, { path: join(directory, name) }])),
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
      pipelines: Object.fromEntries(
        names.map((name) => [
          `logs/${name}`,
          {
            receivers: ['otlp'],
            processors: processorsOf(name).map(([id]) => `${id}_${name}`),
            exporters: [`file/${name}`],
          },
        ]),
      ),
    },
  }
}
