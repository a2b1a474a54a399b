// Requests that are larger than the collector takes: through the relay they arrive whole, in parts.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { Relay } from '../stack/client/relay/relay.ts'
import { json, post } from '../stack/client/testing/http-post.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../stack/client/testing/temporary-directory.ts'
import { transportTo } from '../stack/client/transport/to-url.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

const LARGE_TEXT = 500_000
const LARGE_RECORDS = 25
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

test.each([
  ['HTTP', () => transportTo(stack.endpoints.otlpHttp, '--backend')],
  ['gRPC', () => transportTo(`grpc://${stack.endpoints.otlpGrpc}`, '--backend')],
])(
  'a request of 12 MiB, which the collector refuses, arrives whole through a relay that delivers over %s',
  async (name, transport) => {
    await using relay = await Relay.start({
      directory: `${directory.path}/large-${name}`,
      transport: transport(),
      log: () => {},
      host: '127.0.0.1',
      grpcPort: 0,
      httpPort: 0,
    })
    const session = `large ${name}`
    const text = 'x'.repeat(LARGE_TEXT)
    const logRecords = Array.from({ length: LARGE_RECORDS }, (_, n) => ({
      timeUnixNano: String(START_NS + BigInt(n)),
      attributes: [
        { key: 'session.id', value: { stringValue: session } },
        { key: 'event.sequence', value: { intValue: String(n) } },
        { key: 'text', value: { stringValue: text } },
      ],
    }))
    const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
    expect((await post(`${stack.endpoints.otlpHttp}/v1/logs`, body, { headers: json })).status).toBe(400)
    expect((await post(`${relay.http}/v1/logs`, body, { headers: json })).status).toBe(200)
    const rows = await until(
      'all of its records',
      async () => {
        const found = await database.rows<{ n: string; bytes: number }>(
          `SELECT attributes['event.sequence'] AS n, toUInt32(length(attributes['text'])) AS bytes FROM telemetry_events
         WHERE session_id = {session:String} ORDER BY timestamp`,
          { session },
        )
        return found.length >= LARGE_RECORDS && found
      },
      { timeoutMs: 120_000 },
    )
    expect(rows).toEqual(logRecords.map((_, n) => ({ n: String(n), bytes: LARGE_TEXT })))
  },
)
