// Through the relay as without it: the same odd requests go to the relay and to the collector, and both answer and store the same.
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { Relay } from '../stack/client/relay/relay.ts'
import { json, post } from '../stack/client/testing/http-post.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../stack/client/testing/temporary-directory.ts'
import { grpcTransport } from '../stack/client/transport/grpc.ts'
import { httpTransport } from '../stack/client/transport/http.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

fc.configureGlobal({ seed: 1 })

const START_NS = 1_790_000_000_123_456_789n
let stack: Stack
let database: Database & AsyncDisposable
let directory: TemporaryDirectory

beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
  database = connect(stack, 'analyst')
  directory = await temporaryDirectory()
})

afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
  await cleanUp()
})

/** One request as a function of its session, so that each way has one of its own. */
interface Odd {
  readonly what: string
  /** Whether the relay refuses it whatever the collector does: the closed table of docs/contracts/commands.md. */
  readonly isRefused: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly body: (session: string, sequence: number) => Buffer
}

const key = fc.oneof(
  fc.constantFrom('model', 'cost_usd', 'time_unix_nano', 'a_b', 'prompt'),
  fc.string({ maxLength: 8 }),
)

const { value } = fc.letrec<{ value: unknown; values: unknown[]; pairs: unknown[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    fc.string({ unit: 'grapheme' }).map((stringValue) => ({ stringValue })),
    fc.maxSafeInteger().map((number) => ({ intValue: number })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((number) => ({ intValue: String(number) })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
    fc.constantFrom({ doubleValue: 'NaN' }, { doubleValue: 'Infinity' }, { doubleValue: '0.125' }, {}),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    tie('values').map((values) => ({ arrayValue: { values } })),
    tie('pairs').map((values) => ({ kvlistValue: { values } })),
  ),
  values: fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'value' }),
  pairs: fc.array(fc.record({ key, value: tie('value') }), { maxLength: 3, depthIdentifier: 'value' }),
}))

const record = fc.record(
  {
    severityNumber: fc.constantFrom<unknown>(9, 'SEVERITY_NUMBER_WARN'),
    severityText: fc.constantFrom<unknown>('INFO', '', null),
    body: fc.oneof(value, fc.constant(null)),
    newField: fc.constantFrom<unknown>({ a: [1, { b: null }] }, 'x'),
    traceId: fc.constantFrom('5b8efff798038103d269b633813fc60c', ''),
    flags: fc.nat(255),
  },
  { requiredKeys: [] },
)

const compressions = {
  none: (bytes: Buffer) => bytes,
  identity: (bytes: Buffer) => bytes,
  gzip: gzipSync,
  deflate: deflateSync,
  zlib: deflateSync,
  zstd: zstdCompressSync,
}

/** One of the legal values, and in one of ten cases another. */
function mostly<T>(legal: readonly T[], others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...legal) }, fc.constantFrom(...others))
}

const odd: fc.Arbitrary<Odd> = fc
  .record({
    fields: record,
    attributes: fc.array(fc.record({ key, value }), { maxLength: 3 }),
    snakeCase: fc.boolean(),
    indent: fc.constantFrom(0, 1, 4),
    trailing: mostly(['', '\r\n\r\n  '], ['{}', ' }} rubbish']),
    type: mostly(['application/json', 'Application/JSON', 'application/json; charset=utf-8'], ['text/json', '']),
    encoding: mostly(['none', 'identity', 'gzip', 'deflate', 'zlib', 'zstd'], ['GZIP', 'br', 'x']),
    cut: mostly([0], [1, 7]),
  })
  .map(({ fields, attributes, snakeCase, indent, trailing, type, encoding, cut }) => ({
    what: JSON.stringify({ fields, attributes, snakeCase, indent, trailing, type, encoding, cut }),
    // Of several documents in one body the collector takes the first, and says nothing of the others.
    isRefused: trailing.trim() !== '',
    headers: { 'content-type': type, ...(encoding === 'none' ? {} : { 'content-encoding': encoding }) },
    body: (session, sequence) => {
      const own = [
        { key: 'session.id', value: { stringValue: session } },
        { key: 'event.name', value: { stringValue: 'user_prompt' } },
        { key: 'event.sequence', value: { intValue: String(sequence) } },
      ]
      const timeUnixNano = String(START_NS + BigInt(sequence))
      const logRecords = [{ timeUnixNano, ...fields, attributes: [...own, ...attributes] }]
      const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }
      const text = JSON.stringify(snakeCase ? inSnakeCase(request) : request, undefined, indent) + trailing
      const packed = compressions[encoding.toLowerCase() as keyof typeof compressions] ?? compressions.none
      const bytes = packed(Buffer.from(text))
      return bytes.subarray(0, bytes.length - cut)
    },
  }))

function inSnakeCase(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(inSnakeCase)
  if (typeof node !== 'object' || node === null) return node
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(node).map(([name, inner]) => [snake(name), inSnakeCase(inner)]))
}

/** What of a stored record does not depend on its session and the time of its arrival. */
interface Row {
  readonly others: Readonly<Record<string, string>>
}

function rowsOf(session: string): Promise<Row[]> {
  return database.rows<Row>(
    `SELECT toString(timestamp) AS time, body, event_name, severity_text, severity_number, trace_id, trace_flags,
            mapFilter((k, v) -> k != 'session.id', attributes) AS others
     FROM logs_raw WHERE attributes['session.id'] = {session:String} ORDER BY time`,
    { session },
  )
}

test.each([
  ['HTTP', () => httpTransport({ urls: { logs: `${stack.endpoints.otlpHttp}/v1/logs`, metrics: '' } })],
  ['gRPC', () => grpcTransport({ address: stack.endpoints.otlpGrpc })],
])('JSON of every dialect, by a relay that delivers over %s', async (name, transport) => {
  const requests = fc.sample(odd, { numRuns: 250, seed: 7 })
  await using relay = await Relay.start({
    directory: `${directory.path}/${name}`,
    transport: transport(),
    log: () => {},
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
  })
  const ways = [
    [`relay ${name}`, relay.http],
    [`collector ${name}`, stack.endpoints.otlpHttp],
  ] as const
  const refusedByTheRelayOnly: string[] = []
  const takenOfSeveral: string[] = []
  const taken = new Set<number>()
  let refused = 0
  for (const [sequence, { what, isRefused, headers, body }] of requests.entries()) {
    const [byRelay, byCollector] = await Promise.all(
      ways.map(async ([session, url]) => {
        const { status } = await post(`${url}/v1/logs`, body(session, sequence), { headers })
        return status >= 200 && status < 300
      }),
    )
    if (isRefused && byRelay) takenOfSeveral.push(what)
    if (byCollector && !byRelay && !isRefused) refusedByTheRelayOnly.push(what)
    if (byRelay && byCollector) taken.add(sequence)
    if (!byRelay) refused += 1
  }
  expect(refusedByTheRelayOnly).toEqual([])
  expect(takenOfSeveral).toEqual([])
  // Both kinds are there, or nothing was compared.
  expect(taken.size).toBeGreaterThan(requests.length / 4)
  expect(refused).toBeGreaterThan(requests.length / 10)
  const [throughRelay, direct] = await until(
    'everything stored',
    async () => {
      const found = await Promise.all(ways.map(async ([session]) => bothTook(await rowsOf(session), taken)))
      return found.every(({ length }) => length >= taken.size) && found
    },
    { timeoutMs: 120_000 },
  )
  expect(throughRelay).toHaveLength(taken.size)
  expect(throughRelay).toEqual(direct)
})

function bothTook(rows: readonly Row[], taken: ReadonlySet<number>): Row[] {
  return rows.filter(({ others }) => taken.has(Number(others['event.sequence'])))
}

const nested = (levels: number) =>
  `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(levels - 1)}{"boolValue":true}${']}}'.repeat(levels - 1)}}]}]}]}`

test.each([
  ['two documents', '{"resourceLogs":[]}{"resourceLogs":[]}'],
  ['rubbish behind a document', '{"resourceLogs":[]} }} rubbish'],
  ['no list', '{"a":1}'],
  ['the list of the other signal', '{"resourceMetrics":[]}'],
  ['names of OTLP before 1.0', '{"resourceLogs":[{"instrumentationLibraryLogs":[{"logRecords":[{}]}]}]}'],
  ['101 levels', nested(101)],
])('the closed table of what the relay refuses and the collector answers with success: %s', async (name, text) => {
  await using relay = await Relay.start({
    directory: `${directory.path}/table ${name}`,
    transport: httpTransport({ urls: { logs: `${stack.endpoints.otlpHttp}/v1/logs`, metrics: '' } }),
    log: () => {},
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
  })
  const statuses: number[] = []
  for (const url of [relay.http, stack.endpoints.otlpHttp]) {
    const { status } = await post(`${url}/v1/logs`, Buffer.from(text), { headers: json })
    statuses.push(status)
  }
  expect(statuses).toEqual([400, 200])
})
