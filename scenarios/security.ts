// Security: loopback only, least privilege, and bad requests that harm nobody else.

import { encodeRequest } from '../core/otlp/codec.ts'
import type { AnyValue, LogRecord } from '../core/otlp/otlp.ts'
import { listeningAddresses } from '../core/ports.ts'
import { seededUuid } from '../core/random.ts'
import type { Batch } from '../generators/batch.ts'
import { sendRaw } from '../generators/emit/send-raw.ts'
import { attributes, logsBatch } from '../generators/hand-made.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { replay } from '../harness/rigs/emitters.ts'
import type { Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'
import { connect } from '../stack/clickhouse/database.ts'
import type { Role, Stack } from '../stack/runtime/runtime.ts'

const MIB = 1024 ** 2

/** What ClickHouse answers to a statement: `ok`, or the name of its error. */
async function attempt(stack: Stack, role: Role, password: string, sql: string): Promise<string> {
  await using database = connect(
    { ...stack, endpoints: stack.endpoints, passwords: { ...stack.passwords, [role]: password } },
    role,
  )
  try {
    await database.run(sql)
    return 'ok'
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return typeof cause === 'object' && cause !== null && 'type' in cause ? String(cause.type) : String(cause)
  }
}

export const security: Scenario[] = suite('security', [
  {
    name: 'loopback-only',
    title: 'listens on loopback addresses only',
    requirements: ['R1'],
    profile: 'smoke',
    run: async (context) => {
      const stack = await context.stack()
      const { otlpGrpc, otlpHttp, collectorHealth, collectorMetrics, clickhouseHttp, clickhouseNative } =
        stack.endpoints
      const all = {
        otlpGrpc: `http://${otlpGrpc}`,
        otlpHttp,
        collectorHealth,
        collectorMetrics,
        clickhouseHttp,
        clickhouseNative: `http://${clickhouseNative}`,
      }
      if ((await listeningAddresses(Number(new URL(otlpHttp).port))) === undefined)
        return { skipped: 'this system does not tell who listens where (lsof is missing)' }
      return runExperiment(context, { mark: 'loopback' }, async (experiment) => {
        for (const [name, url] of Object.entries(all)) {
          experiment.check('security', `${name} listens on`, {
            actual: await listeningAddresses(Number(new URL(url).port)),
            expected: ['127.0.0.1'],
          })
        }
      })
    },
  },
  {
    name: 'privileges',
    title: 'gives each role what it needs and nothing more',
    requirements: ['R2'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'privileges' }, async (experiment) => {
        const { stack } = experiment
        const { passwords } = stack
        const insert = "INSERT INTO telemetry.landing_logs (Body) SELECT 'x' WHERE 0"
        const expectations: readonly (readonly [
          what: string,
          role: Role,
          password: string,
          sql: string,
          answer: string,
        ])[] = [
          ['a wrong password', 'analyst', 'wrong', 'SELECT 1', 'AUTHENTICATION_FAILED'],
          ['the analyst reads', 'analyst', passwords.analyst, 'SELECT count() FROM telemetry.telemetry_events', 'ok'],
          ['the analyst inserts', 'analyst', passwords.analyst, insert, 'ACCESS_DENIED'],
          ['the analyst drops', 'analyst', passwords.analyst, 'DROP TABLE telemetry.logs_raw', 'ACCESS_DENIED'],
          [
            'the analyst reads files',
            'analyst',
            passwords.analyst,
            "SELECT * FROM file('/etc/hostname', LineAsString)",
            'ACCESS_DENIED',
          ],
          ['the collector inserts', 'ingest', passwords.ingest, insert, 'ok'],
          [
            'the collector reads',
            'ingest',
            passwords.ingest,
            'SELECT count() FROM telemetry.telemetry_events',
            'ACCESS_DENIED',
          ],
          [
            'the collector reads raw records',
            'ingest',
            passwords.ingest,
            'SELECT count() FROM telemetry.logs_raw',
            'ACCESS_DENIED',
          ],
          ['the collector drops', 'ingest', passwords.ingest, 'DROP TABLE telemetry.logs_raw', 'ACCESS_DENIED'],
        ]
        for (const [what, role, password, sql, answer] of expectations)
          experiment.check('security', what, { actual: await attempt(stack, role, password, sql), expected: answer })
        const anonymous = await fetch(stack.endpoints.clickhouseHttp, {
          method: 'POST',
          body: 'SELECT count() FROM telemetry.telemetry_events',
        })
        experiment.check('security', 'without a user nothing can be read', { actual: anonymous.ok, expected: false })
      }),
  },
  {
    name: 'bad-requests',
    title: 'refuses malformed and oversized requests with the right status, and stores everything else',
    requirements: ['R1'],
    run: (context) =>
      runExperiment(context, { mark: 'bad-requests' }, async (experiment) => {
        const endpoint = experiment.stack.endpoints.otlpHttp
        const load = sessionsLoad({ seed: context.seed, sessions: 6, startMs: context.dataStartMs, spreadMs: 1000 })
        await using emitter = replay(experiment.stack, 'http/protobuf')
        const half = Math.ceil(load.batches.length / 2)
        await experiment.sendBatches(emitter, load.batches.slice(0, half))
        experiment.ledger.plant(load.planted)
        const send = async (path: string, body: Buffer | string, contentType: string) =>
          (await sendRaw({ endpoint, path, body, contentType, timeoutMs: 30_000 })).status
        const valid = encodeRequest(logsBatch([]).request)
        experiment.check('security', 'broken JSON', {
          actual: await send('/v1/logs', '{"resourceLogs":[', 'application/json'),
          expected: 400,
        })
        experiment.check('security', 'random bytes as protobuf', {
          actual: await send('/v1/logs', Buffer.from('ffffffffff00112233', 'hex'), 'application/x-protobuf'),
          expected: 400,
        })
        experiment.check('security', 'JSON of another shape', {
          actual: await send('/v1/logs', '{"resourceLogs":"no"}', 'application/json'),
          expected: 400,
        })
        experiment.check('security', 'unknown content type', {
          actual: await send('/v1/logs', valid, 'text/plain'),
          expected: 415,
        })
        experiment.check('security', 'unknown path', {
          actual: await send('/v1/nothing', valid, 'application/x-protobuf'),
          expected: 404,
        })
        // The server may answer, or close the connection before it has read all; both refuse.
        const oversized = await send('/v1/logs', Buffer.alloc(17 * MIB, 0x20), 'application/x-protobuf').catch(
          () => 400,
        )
        experiment.check('security', '17 MiB over HTTP is refused', {
          actual: oversized >= 400 && oversized < 500,
          expected: true,
        })
        await using direct = replay(experiment.stack, 'grpc')
        const large = logsBatch([
          { timeUnixNano: `${context.dataStartMs}000000`, body: { stringValue: 'x'.repeat(17 * MIB) }, attributes: [] },
        ])
        const answer = await direct.send({ ...large, expected: [] })
        experiment.check('security', '17 MiB over gRPC', {
          actual: answer.kind === 'refused' ? answer.code : answer.kind,
          expected: 'RESOURCE_EXHAUSTED',
        })
        await experiment.sendBatches(emitter, load.batches.slice(half))
      }),
  },
  {
    name: 'poison',
    title: 'is not blocked by records in which every field has the wrong type or the wildest value',
    requirements: ['R7'],
    run: (context) =>
      runExperiment(context, { mark: 'poison', rules: { typed: false, counters: false } }, async (experiment) => {
        const session = seededUuid(context.seed, 'poison')
        const wild: AnyValue[] = [
          { intValue: '-9223372036854775808' },
          { doubleValue: 1e308 },
          { boolValue: true },
          { stringValue: '' },
          { stringValue: '99999999999999999999999999' },
          { arrayValue: { values: [] } },
          { kvlistValue: { values: attributes({ a: { kvlistValue: { values: [] } } }) } },
          { bytesValue: 'AAECAwQ=' },
          { stringValue: 'NaN' },
          { stringValue: '-inf' },
          { doubleValue: Number.POSITIVE_INFINITY },
        ]
        const keys = [
          'event.name',
          'prompt_length',
          'input_tokens',
          'cost_usd',
          'duration_ms',
          'success',
          'status_code',
          'model',
          'tool_name',
          'prompt.id',
          'user.id',
          'chapter.number',
          'error',
        ]
        const records: LogRecord[] = wild.map((value, index) => ({
          timeUnixNano: `${context.dataStartMs + index}000000`,
          body: value,
          severityNumber: 24,
          severityText: 'x'.repeat(1000),
          attributes: attributes({
            'session.id': session,
            'event.sequence': { intValue: String(index) },
            ...Object.fromEntries(keys.map((key) => [key, value])),
          }),
        }))
        await using emitter = replay(experiment.stack, 'grpc')
        await experiment.sendBatches(emitter, [logsBatch(records)])
        // A time beyond what a column holds becomes another one, so these records cannot be matched by theirs. Each is sent twice.
        const beyond = logsBatch(
          [{}, { observedTimeUnixNano: `${context.dataStartMs}000000` }].map((observed) => ({
            ...observed,
            timeUnixNano: '9223372036854775809',
            body: { stringValue: 'beyond' },
            attributes: attributes({ 'proof.beyond': session }),
          })),
        )
        const answers = [await emitter.send(beyond), await emitter.send(beyond)]
        const kinds = answers.map(({ kind }) => kind)
        experiment.check('poison', 'times beyond all columns are accepted', {
          actual: kinds,
          expected: ['accepted', 'accepted'],
        })
        const others = await emitter.send(otherKinds(session))
        experiment.check('poison', 'metrics of kinds that the client never sends are accepted', {
          actual: others.kind,
          expected: 'accepted',
        })
        const load = sessionsLoad({ seed: context.seed, sessions: 2, startMs: context.dataStartMs, spreadMs: 1000 })
        await experiment.sendLoad(emitter, load)
        await experiment.drain()
        const found = await experiment.database.rows<object>(
          `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS time, attributes['telemetry.original_time_unix_nano'] AS original
           FROM telemetry_events WHERE attributes['proof.beyond'] = {session:String} ORDER BY timestamp`,
          { session },
        )
        experiment.check('poison', 'each is one event, at the time it was observed or the last that there is', {
          actual: found,
          expected: [
            { time: `${context.dataStartMs}000000`, original: '0x8000000000000001' },
            { time: '9223372036854775807', original: '0x8000000000000001' },
          ],
        })
        const [numbers] = await experiment.database.rows<object>(
          `SELECT toUInt32(count()) AS rows, toUInt32(countIf(NOT isFinite(cost_usd))) AS endless
           FROM telemetry_events WHERE session_id = {session:String}`,
          { session },
        )
        experiment.check('poison', 'no cost is infinite or no number', {
          actual: numbers,
          expected: { rows: wild.length, endless: 0 },
        })
        const points = await experiment.database.rows<object>(
          'SELECT kind, value FROM telemetry_metrics WHERE session_id = {session:String} ORDER BY kind',
          { session: `${session}-points` },
        )
        experiment.check('poison', 'the other kinds are stored, and what is no number is NULL', {
          actual: points,
          expected: [
            { kind: 'exp_histogram', value: null },
            { kind: 'gauge', value: null },
            { kind: 'histogram', value: null },
            { kind: 'summary', value: null },
          ],
        })
      }),
  },
])

/** One data point of each kind that the client never sends: valid OTLP that the landing tables must take. */
function otherKinds(session: string): Batch {
  const timed = {
    timeUnixNano: '1700000000000000000',
    startTimeUnixNano: '1700000000000000000',
    attributes: attributes({ 'session.id': `${session}-points` }),
  }
  const counted = { ...timed, count: '3', sum: 6 }
  const buckets = { offset: 0, bucketCounts: ['3'] }
  const metrics = [
    { name: 'a.gauge', unit: 's', gauge: { dataPoints: [{ ...timed, asDouble: Number.NaN }] } },
    {
      name: 'a.histogram',
      unit: 's',
      histogram: {
        aggregationTemporality: 1,
        dataPoints: [{ ...counted, bucketCounts: ['1', '2'], explicitBounds: [1] }],
      },
    },
    {
      name: 'an.exponential.histogram',
      unit: 's',
      exponentialHistogram: {
        aggregationTemporality: 1,
        dataPoints: [{ ...counted, scale: 1, zeroCount: '0', positive: buckets, negative: buckets }],
      },
    },
    {
      name: 'a.summary',
      unit: 's',
      summary: { dataPoints: [{ ...counted, quantileValues: [{ quantile: 0.5, value: 2 }] }] },
    },
  ]
  const request = {
    resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [{ scope: { name: 'other' }, metrics }] }],
  }
  return { signal: 'metrics', request, expected: [] }
}
