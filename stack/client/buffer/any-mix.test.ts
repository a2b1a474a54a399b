// A law: of any mix of requests, of which some can be encoded by nobody, all others are delivered, and none stays at the head for ever.
import { mkdir, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest } from '../../../core/otlp/codec.ts'
import { grpcBackend, httpBackend } from '../testing/backends.ts'
import { limit, useBufferDirectory } from '../testing/buffer-directory.ts'
import { grpcTransport } from '../transport/grpc.ts'
import { httpTransport } from '../transport/http.ts'
import type { Transport } from '../transport/transport.ts'
import { OtlpBuffer } from './otlp-buffer.ts'

fc.configureGlobal({ seed: 1 })

const { said, at } = useBufferDirectory()

type Item = { readonly valid: boolean; readonly line: (body: string) => string }

const logLine = (record: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`
const nested = (levels: number) => `${'{"arrayValue":{"values":['.repeat(levels)}{}${']}}'.repeat(levels)}`

const valid: fc.Arbitrary<Item> = fc
  .record({ levels: fc.integer({ min: 0, max: 90 }), text: fc.string({ unit: 'binary', maxLength: 20 }) })
  .map(({ levels, text }) => ({
    valid: true,
    line: (body) =>
      logLine(
        `{"body":{"stringValue":"${body}"},"attributes":[{"key":"a","value":${nested(levels)}},{"key":"b","value":{"stringValue":${JSON.stringify(text)}}}]}`,
      ),
  }))

const odd: fc.Arbitrary<Item> = fc
  .oneof(
    fc.integer({ min: 101, max: 20_000 }).map((levels) => `{"body":${nested(levels)}}`),
    fc.jsonValue().map((value) => `{"body":{"intValue":${JSON.stringify(value)}}}`),
    fc.jsonValue().map((value) => `{"timeUnixNano":${JSON.stringify(value)}}`),
    fc.jsonValue().map((value) => `{"attributes":${JSON.stringify(value)}}`),
    fc.jsonValue().map((value) => `{"body":{"bytesValue":${JSON.stringify(value)}}}`),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  )
  .map((record) => ({ valid: false, line: () => logLine(record) }))

/** Bodies of the records that came, in the order in which they came. */
function bodiesIn(json: boolean, body: Buffer): string[] {
  const request = json ? JSON.parse(body.toString()) : decodeRequest('logs', body)
  return request.resourceLogs.flatMap(
    (resource: { scopeLogs?: { logRecords?: { body?: { stringValue?: string } }[] }[] }) =>
      (resource.scopeLogs ?? []).flatMap(({ logRecords = [] }) =>
        (Array.isArray(logRecords) ? logRecords : []).map((record) => record?.body?.stringValue ?? ''),
      ),
  )
}

interface Way {
  readonly transport: Transport
  readonly arrived: () => string[]
}

async function overGrpc(): Promise<Way & AsyncDisposable> {
  const backend = await grpcBackend()
  const transport = grpcTransport({ address: `127.0.0.1:${backend.port}` })
  return {
    transport,
    arrived: () => backend.received.flatMap(({ body }) => bodiesIn(false, body)),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

/** A backend that looks at what it gets as a strict one does: what does not decode is refused. */
async function overHttp(): Promise<Way & AsyncDisposable> {
  const arrived: string[] = []
  const backend = await httpBackend((response, { headers, body }) => {
    try {
      arrived.push(...bodiesIn(headers['content-type'] === 'application/json', body))
      response.end()
    } catch {
      response.writeHead(400).end()
    }
  })
  const base = `http://127.0.0.1:${backend.port}`
  return {
    transport: httpTransport({ urls: { logs: `${base}/v1/logs`, metrics: `${base}/v1/metrics` } }),
    arrived: () => arrived,
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

test.each([
  ['gRPC', overGrpc],
  ['HTTP', overHttp],
])('over %s', async (name, way) => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(valid, odd), { minLength: 1, maxLength: 15 }), async (items) => {
      round += 1
      const directory = at(`${name} ${round}`)
      await mkdir(directory)
      const lines = items.map(({ line }, index) => line(`nr ${index}`))
      await writeFile(`${directory}/parked-1700000000000-000001-999999999-1-x.jsonl`, `${lines.join('\n')}\n`)
      await using there = await way()
      await using buffer = await OtlpBuffer.open({
        directory,
        transport: there.transport,
        log: (line) => void said.push(line),
        retryBaseMs: 5,
        parkedRetryMs: 20,
      })
      await buffer.drained(limit())
      const wanted = items.flatMap((item, index) => (item.valid ? [`nr ${index}`] : []))
      expect(there.arrived().filter((body) => body.startsWith('nr '))).toEqual(wanted)
    }),
    { numRuns: 60 },
  )
})
