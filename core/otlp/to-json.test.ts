import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest, encodeRequest, type Signal } from './codec.ts'
import { countEvents, countEventsInJson } from './count.ts'
import { anyLogsRequest, everyKindOfMetric } from './testing/requests.ts'
import { requestToJsonLine } from './to-json.ts'

function parsed(signal: Signal, bytes: Buffer) {
  return JSON.parse(requestToJsonLine(signal, bytes).toString())
}

test('the text says what decoding says', () => {
  fc.assert(
    fc.property(anyLogsRequest, (request) => {
      const bytes = encodeRequest(request)
      expect(parsed('logs', bytes)).toEqual(decodeRequest('logs', bytes))
    }),
  )
})

test('every kind of metric', () => {
  const bytes = encodeRequest(everyKindOfMetric)
  expect(parsed('metrics', bytes)).toEqual(everyKindOfMetric)
  expect(countEvents('metrics', bytes)).toBe(5)
  expect(countEventsInJson('metrics', everyKindOfMetric)).toBe(5)
})

test('what is encoded again from the text is the same, byte for byte', () => {
  fc.assert(
    fc.property(anyLogsRequest, (request) => {
      const bytes = encodeRequest(request)
      expect(encodeRequest(parsed('logs', bytes))).toEqual(bytes)
    }),
  )
})

test('events are counted alike in both forms', () => {
  fc.assert(
    fc.property(anyLogsRequest, (request) => {
      expect(countEvents('logs', encodeRequest(request))).toBe(countEventsInJson('logs', request))
    }),
  )
})

const point = (value: number) => ({
  resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ asDouble: value }] } }] }] }],
})

test.each([
  [-0, '-0'],
  [0.1, '0.1'],
  [5e-324, '5e-324'],
  [Number.NaN, '"NaN"'],
  [Number.NEGATIVE_INFINITY, '"-Infinity"'],
])('a double of %s keeps its value', (value, text) => {
  const bytes = encodeRequest(point(value))
  const json = requestToJsonLine('metrics', bytes).toString()
  expect(json).toContain(`"asDouble":${text}`)
  expect(encodeRequest(JSON.parse(json))).toEqual(bytes)
})

const bytes = (...parts: number[]) => Buffer.from(parts)

test.each<[string, Signal, Buffer, string]>([
  ['an empty request', 'logs', bytes(), '{"resourceLogs":[]}'],
  ['an unknown field', 'logs', bytes(0x78, 0x01, 0x0a, 0x00), '{"resourceLogs":[{}]}'],
  [
    'a singular field that comes twice',
    'logs',
    bytes(0x0a, 0x06, 0x1a, 0x01, 0x61, 0x1a, 0x01, 0x62),
    '{"resourceLogs":[{"schemaUrl":"b"}]}',
  ],
  ['a repeated field in two pieces', 'logs', bytes(0x0a, 0x00, 0x78, 0x01, 0x0a, 0x00), '{"resourceLogs":[{},{}]}'],
])('%s', (_, signal, input, text) => {
  expect(requestToJsonLine(signal, input).toString()).toBe(`${text}\n`)
})

test('a text that is no UTF-8 is what decoding makes of it, and a long one is whole', () => {
  const text = (value: Buffer) => Buffer.concat([bytes(0x0a, value.length + 2, 0x1a, value.length), value])
  const broken = text(bytes(0x61, 0xff, 0x62))
  expect(parsed('logs', broken)).toEqual({ resourceLogs: [{ schemaUrl: 'a\ufffdb' }] })
  const stringValue = '\u{1f600}"\\\n\u0001'.repeat(200_000)
  const long = encodeRequest({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue } }] }] }] })
  expect(parsed('logs', long)).toEqual(decodeRequest('logs', long))
})

test.each<[string, Buffer]>([
  ['a length beyond the end', bytes(0x0a, 0x05, 0x00)],
  ['another type on the wire', bytes(0x08, 0x01)],
  ['half a tag', bytes(0x8a)],
  ['no message at all', Buffer.from('<html>')],
])('%s is no request', (_, input) => {
  expect(() => requestToJsonLine('logs', input)).toThrow()
})
