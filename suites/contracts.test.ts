// Holds docs/contracts to a real stack: OTLP as it is accepted (otlp.md), and the schema as the database has it (schema.sql; `vitest -u` writes it anew).
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { grpcPaths } from '../core/otlp/services.ts'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { type HttpReply, json, post, protobuf } from '../stack/client/testing/http-post.ts'
import { logs } from '../stack/client/testing/messages.ts'
import { type GrpcReply, grpcCaller } from '../stack/client/transport/grpc-caller.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

const contracts = join(projectRoot, 'docs/contracts')
const document = await readFile(join(contracts, 'otlp.md'), 'utf8')

let stack: Stack & AsyncDisposable
beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
})
afterAll(() => stack[Symbol.asyncDispose]())

const LARGE = 'x'.repeat(4 * 1024 ** 2)
const record = (body: string, more: object = {}) =>
  Buffer.from(
    JSON.stringify({ ...more, resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: body } }] }] }] }),
  )
const one = record('a')
const packed = (how: string, body: Buffer) => sendLogs(body, { ...json, 'content-encoding': how })
const sendLogs = (body: Buffer, headers: Readonly<Record<string, string>>, method = 'POST') =>
  post(`${stack.endpoints.otlpHttp}/v1/logs`, body, { headers, method })

const http: Readonly<Record<string, () => Promise<HttpReply>>> = {
  'logs as `application/json`': () => sendLogs(one, { 'content-type': 'application/json; charset=utf-8' }),
  'logs as `application/x-protobuf`': () => sendLogs(logs('a').body, protobuf),
  'metrics as `application/json`': () =>
    post(`${stack.endpoints.otlpHttp}/v1/metrics`, Buffer.from('{"resourceMetrics":[]}'), { headers: json }),
  'packed with gzip': () => packed('gzip', gzipSync(one)),
  'packed with zstd': () => packed('zstd', zstdCompressSync(one)),
  'packed with deflate': () => packed('deflate', deflateSync(one)),
  'fields that OTLP does not have': () => sendLogs(record('a', { unheardOf: 1 }), json),
  'a request without records': () => sendLogs(Buffer.from('{}'), json),
  'packed with br': () => packed('br', brotliCompressSync(one)),
  'says gzip and is not': () => packed('gzip', one),
  'JSON that ends early': () => sendLogs(one.subarray(0, -3), json),
  'protobuf that ends early': () => sendLogs(logs('a').body.subarray(0, -3), protobuf),
  'larger than 4 MiB': () => sendLogs(record(LARGE), json),
  'larger than 4 MiB when unpacked': () => packed('gzip', gzipSync(record(LARGE))),
  'logs as `text/plain`': () => sendLogs(one, { 'content-type': 'text/plain' }),
  'GET instead of POST': () => sendLogs(Buffer.alloc(0), {}, 'GET'),
  traces: () => post(`${stack.endpoints.otlpHttp}/v1/traces`, Buffer.from('{"resourceSpans":[]}'), { headers: json }),
}

const service = (name: string) => `/opentelemetry.proto.collector.${name}/Export`
async function call(body: Buffer, path?: string, options = {}): Promise<GrpcReply> {
  using caller = grpcCaller(stack.endpoints.otlpGrpc, options)
  return await caller.call(body, path)
}
const grpc: Readonly<Record<string, () => Promise<GrpcReply>>> = {
  logs: () => call(logs('a').body),
  metrics: () => call(Buffer.alloc(0), grpcPaths.metrics),
  'packed with gzip': () => call(logs('a').body, undefined, { gzip: true }),
  'a broken message': () => call(logs('a').body.subarray(0, -3)),
  'larger than 4 MiB': () => call(logs(LARGE).body),
  traces: () => call(Buffer.alloc(0), service('trace.v1.TraceService')),
  profiles: () => call(Buffer.alloc(0), service('profiles.v1development.ProfilesService')),
}

/** Rows of the table below a heading: request, answer, what it says. */
function rowsOf(heading: string): string[][] {
  const text = document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** What an answer is to say begins with what stands in the cell, up to a semicolon; some cells describe instead. */
const DESCRIBED = new Set(['an empty message', 'where it could not be read', ''])
const said = (cell = '') => (DESCRIBED.has(cell) ? '' : (cell.split('; ')[0] ?? '').replaceAll('`', ''))

test('each request of the table for HTTP is answered so, and no other is in the table', async () => {
  const rows = rowsOf('HTTP')
  expect(rows.map(([request]) => request)).toEqual(Object.keys(http))
  for (const [request = '', answer, what] of rows) {
    const reply = await http[request]?.()
    expect([request, String(reply?.status)]).toEqual([request, answer])
    expect(String(reply?.body)).toContain(said(what))
  }
})

test('each request of the table for gRPC is answered so, and no other is in the table', async () => {
  const rows = rowsOf('gRPC')
  expect(rows.map(([request]) => request)).toEqual(Object.keys(grpc))
  for (const [request = '', answer, what] of rows) {
    const reply = await grpc[request]?.()
    expect([request, `\`${status[reply?.code ?? -1]}\``]).toEqual([request, answer])
    expect(reply?.details).toContain(said(what))
  }
})

/** What is compiled from the policy is hundreds of kilobytes, and another with each policy. */
const COMPILED = ['telemetry_mask', 'telemetry_may_match', 'telemetry_excluded']

test('docs/contracts/schema.sql has the tables, views and functions of the database', async () => {
  await using database = connect(stack, 'admin')
  const relations = await database.rows<{ sql: string }>(
    `SELECT formatQuery(create_table_query) AS sql FROM system.tables
     WHERE database = 'telemetry' AND engine != 'MaterializedView' ORDER BY engine LIKE '%View', name`,
  )
  const functions = await database.rows<{ sql: string }>(
    `SELECT formatQuery(create_query) AS sql FROM system.functions
     WHERE origin = 'SQLUserDefined' AND name NOT IN {compiled: Array(String)} ORDER BY name`,
    { compiled: COMPILED },
  )
  const head = [
    '-- The schema as the database has it: tables, then views, then functions. Made by suites/contracts.test.ts from a stack that runs.',
    `-- Not here is what is compiled from the policy: the materialized views, ${COMPILED.join(', ')}.`,
  ]
  const text = [...head, ...[...relations, ...functions].map(({ sql }) => `\n${sql};`)].join('\n')
  await expect(`${text}\n`).toMatchFileSnapshot(join(contracts, 'schema.sql'))
})
