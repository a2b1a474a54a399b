// How large a row becomes decides how many of them one insert holds: whatever makes it large, in the real collector and database.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { readCollector } from '../harness/experiment/collector-metrics.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { json, post } from '../stack/client/testing/http-post.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

const START_NS = 1_790_000_000_000_000_000n
const REQUESTS = 25
const RECORDS = { min: 1, max: 40 }
/** Bytes of a row, beside the few that every one has: between these any class will do. */
const GROUPS = [
  { name: 'clickhouse/small', min: 0, max: 900, classes: ['clickhouse/small'] },
  { name: 'clickhouse', min: 13_000, max: 30_000, classes: ['clickhouse', 'clickhouse/large'] },
  { name: 'clickhouse/large', min: 200_000, max: 400_000, classes: ['clickhouse/large'] },
] as const

let stack: Stack
let database: Database & AsyncDisposable
beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
  database = connect(stack, 'analyst')
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await cleanUp()
})

const text = (value: string) => ({ stringValue: value })
const named = (key: string, value: string) => ({ key, value: text(value) })

type Made = { readonly request: object; readonly records: number }
type Place = (filler: string, records: number, id: string) => Made

const own = (id: string, n: number) => [
  named('session.id', id),
  { key: 'event.sequence', value: { intValue: String(n) } },
]

/** Each puts the bytes of a row somewhere else. */
function logPlaces(): Record<string, Place> {
  const made = (id: string, records: number, parts: { resource?: object; group?: object; record?: object }): Made => ({
    records,
    request: {
      resourceLogs: [
        {
          resource: { attributes: [] },
          ...parts.resource,
          scopeLogs: [
            {
              ...parts.group,
              logRecords: Array.from({ length: records }, (_, n) => ({
                timeUnixNano: String(START_NS + BigInt(n)),
                attributes: own(id, n),
                ...parts.record,
                ...(parts.record && 'attributes' in parts.record
                  ? { attributes: [...own(id, n), ...(parts.record.attributes as object[])] }
                  : {}),
              })),
            },
          ],
        },
      ],
    },
  })
  return {
    'an attribute of the resource': (filler, records, id) =>
      made(id, records, { resource: { resource: { attributes: [named('shared', filler)] } } }),
    'the key of an attribute of the resource': (filler, records, id) =>
      made(id, records, { resource: { resource: { attributes: [named(filler, 'x')] } } }),
    'the schema of the resource': (filler, records, id) => made(id, records, { resource: { schemaUrl: filler } }),
    'the name of the scope': (filler, records, id) => made(id, records, { group: { scope: { name: filler } } }),
    'an attribute of the scope': (filler, records, id) =>
      made(id, records, { group: { scope: { name: 's', attributes: [named('shared', filler)] } } }),
    'the schema of the scope': (filler, records, id) => made(id, records, { group: { schemaUrl: filler } }),
    'the body': (filler, records, id) => made(id, records, { record: { body: text(filler) } }),
    'a body of many values': (filler, records, id) =>
      made(id, records, { record: { body: { kvlistValue: { values: [named('a', filler)] } } } }),
    'an attribute of the record': (filler, records, id) =>
      made(id, records, { record: { attributes: [named('text', filler)] } }),
    'a list in an attribute': (filler, records, id) =>
      made(id, records, {
        record: { attributes: [{ key: 'list', value: { arrayValue: { values: [text(filler), text('x')] } } }] },
      }),
    'the severity': (filler, records, id) => made(id, records, { record: { severityText: filler } }),
  }
}

function pointPlaces(): Record<string, Place> {
  const made = (id: string, records: number, parts: { resource?: object; metric?: object; point?: object }): Made => {
    const points = Array.from({ length: records }, (_, n) => ({
      timeUnixNano: String(START_NS + BigInt(n)),
      startTimeUnixNano: String(START_NS),
      attributes: [named('session.id', id)],
      asInt: String(n),
      ...parts.point,
    }))
    const metric = { name: 'claude_code.token.usage', sum: { aggregationTemporality: 1, dataPoints: points } }
    return {
      records,
      request: {
        resourceMetrics: [
          {
            resource: { attributes: [] },
            ...parts.resource,
            scopeMetrics: [{ metrics: [{ ...metric, ...parts.metric }] }],
          },
        ],
      },
    }
  }
  const histogram = (id: string, records: number, filler: string): Made => {
    const bounds = Array.from({ length: Math.floor(filler.length / 16) }, (_, n) => n)
    const point = (n: number) => ({
      timeUnixNano: String(START_NS + BigInt(n)),
      attributes: [named('session.id', id)],
      count: String(bounds.length + 1),
      bucketCounts: [...bounds, 0].map(() => '1'),
      explicitBounds: bounds,
    })
    const dataPoints = Array.from({ length: records }, (_, n) => point(n))
    const metric = { name: 'x.duration', histogram: { aggregationTemporality: 1, dataPoints } }
    return { records, request: { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] } }
  }
  return {
    'an attribute of the resource': (filler, records, id) =>
      made(id, records, { resource: { resource: { attributes: [named('shared', filler)] } } }),
    'the name of the metric': (filler, records, id) => made(id, records, { metric: { name: filler } }),
    'its description': (filler, records, id) => made(id, records, { metric: { description: filler } }),
    'its unit': (filler, records, id) => made(id, records, { metric: { unit: filler } }),
    'an attribute of the point': (filler, records, id) =>
      made(id, records, { point: { attributes: [named('session.id', id), named('text', filler)] } }),
    'the buckets of a histogram': (filler, records, id) => histogram(id, records, filler),
  }
}

describe.each([
  ['logs', logPlaces(), 'otelcol_exporter_sent_log_records', 'log_records'],
  ['metrics', pointPlaces(), 'otelcol_exporter_sent_metric_points', 'metric_points'],
] as const)('%s', (signal, places, counter, table) => {
  test.each(GROUPS)(
    'rows of $min to $max bytes go the way of $classes, and arrive',
    async ({ name, min, max, classes }) => {
      const before = await sent(counter)
      const requests = fc.sample(
        fc.record({
          place: fc.constantFrom(...Object.keys(places)),
          bytes: fc.integer({ min, max }),
          records: fc.integer(RECORDS),
        }),
        { numRuns: REQUESTS, seed: 11 },
      )
      let records = 0
      for (const [number, { place, bytes, records: wanted }] of requests.entries()) {
        const count = Math.max(1, Math.min(wanted, Math.floor(1_000_000 / bytes)))
        const made = places[place]?.('y'.repeat(bytes), count, `${signal} ${name} ${number}`)
        if (made === undefined) throw new Error('no such place')
        const body = Buffer.from(JSON.stringify(made.request))
        expect((await post(`${stack.endpoints.otlpHttp}/v1/${signal}`, body, { headers: json })).status).toBe(200)
        records += made.records
      }
      await until('an empty queue', async () => (await readCollector(stack))?.queued === 0, { timeoutMs: 180_000 })
      const after = await sent(counter)
      const through = [...after].map(([exporter, count]) => [exporter, count - (before.get(exporter) ?? 0)] as const)
      const elsewhere = through.filter(([exporter, count]) => count > 0 && !classes.some((each) => each === exporter))
      expect(elsewhere).toEqual([])
      expect(through.reduce((sum, [, count]) => sum + count, 0)).toBe(records)
      const [row] = await database.rows<{ rows: number; marked: number }>(
        `SELECT toUInt32(count()) AS rows, toUInt32(countIf(mapContains(attributes, 'telemetry.row_size') OR mapContains(resource_attributes, 'telemetry.row_size'))) AS marked
       FROM telemetry.${table} FINAL WHERE startsWith(attributes['session.id'], {prefix:String})`,
        { prefix: `${signal} ${name} ` },
      )
      expect(row).toEqual({ rows: records, marked: 0 })
    },
    240_000,
  )
})

/** By exporter: there is one for each class. */
async function sent(counter: string): Promise<ReadonlyMap<string, number>> {
  const counters = await (await fetch(stack.endpoints.collectorMetrics)).text()
  const samples = counters.matchAll(
    new RegExp(`^${counter}(?:_total)?\\{[^}\\n]*exporter="([^"]*)"[^}\\n]*\\} (\\S+)`, 'gm'),
  )
  return new Map([...samples].map(([, exporter = '', value]) => [exporter, Number(value)]))
}
