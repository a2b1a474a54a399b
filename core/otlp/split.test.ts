// Splitting a request: the parts hold its records, each once, with what stood around them, and each part fits.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRequest, encodeRequest } from './codec.ts'
import { countEvents } from './count.ts'
import { splitRequest } from './split.ts'

const attributes = fc.array(
  fc.record({
    key: fc.string({ maxLength: 4 }),
    value: fc.string({ maxLength: 60 }).map((stringValue) => ({ stringValue })),
  }),
  { maxLength: 3 },
)
const time = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
const around = { resource: fc.record({ attributes }), schemaUrl: fc.string({ maxLength: 5 }) }
const scope = fc.record({ name: fc.string({ maxLength: 8 }), attributes })
const logs = fc.record({
  resourceLogs: fc.array(
    fc.record({
      ...around,
      scopeLogs: fc.array(
        fc.record({ scope, logRecords: fc.array(fc.record({ timeUnixNano: time, attributes }), { maxLength: 8 }) }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
})
const dataPoints = fc.array(fc.record({ timeUnixNano: time, asInt: fc.integer().map(String), attributes }), {
  maxLength: 8,
})
const metric = fc.oneof(
  fc.record({
    name: fc.string({ maxLength: 8 }),
    unit: fc.string({ maxLength: 3 }),
    sum: fc.record({ dataPoints, aggregationTemporality: fc.constantFrom(1, 2), isMonotonic: fc.boolean() }),
  }),
  fc.record({ name: fc.string({ maxLength: 8 }), gauge: fc.record({ dataPoints }) }),
)
const metrics = fc.record({
  resourceMetrics: fc.array(
    fc.record({
      ...around,
      scopeMetrics: fc.array(fc.record({ scope, metrics: fc.array(metric, { maxLength: 4 }) }), { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
})

/** Every record as text, with all that stands around it, in order. */
function flat(node: unknown, path: readonly string[], context: string): string[] {
  const [key, ...rest] = path
  if (typeof node !== 'object' || node === null) return []
  const entries = Object.entries(node)
  if (key === undefined) return [`${context}${JSON.stringify(node)}`]
  const own = JSON.stringify(entries.filter(([name]) => !path.includes(name) && name !== 'sum' && name !== 'gauge'))
  return entries
    .filter(([name]) => name === key || (key === 'kind' && (name === 'sum' || name === 'gauge')))
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).flatMap((each: unknown) => flat(each, rest, `${context}${name}${own}`)),
    )
}
const paths = {
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics', 'kind', 'dataPoints'],
}

describe.each([
  ['logs' as const, logs],
  ['metrics' as const, metrics],
])('a request of %s', (signal, requests) => {
  test('in parts holds the same records, in the same order, with the same around them', () => {
    fc.assert(
      fc.property(fc.record({ request: requests }), fc.integer({ min: 20, max: 600 }), ({ request }, maxBytes) => {
        const bytes = encodeRequest(request as Parameters<typeof encodeRequest>[0])
        const parts = splitRequest(signal, bytes, maxBytes)
        const records = (each: Buffer) => flat(decodeRequest(signal, each), paths[signal], '')
        expect(parts.flatMap(records)).toEqual(records(bytes))
        for (const part of parts) expect(part.length <= maxBytes || countEvents(signal, part) <= 1).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

test('a request that fits is left as it is, and broken bytes are refused', () => {
  const bytes = Buffer.from([0x0a, 0x00])
  expect(splitRequest('logs', bytes, 2)).toEqual([bytes])
  expect(() => splitRequest('logs', Buffer.from([0x0a, 0x7f, 0x00]), 2)).toThrow('index out of range')
})
