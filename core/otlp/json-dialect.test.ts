import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest, encodeRequest } from './codec.ts'
import { refuseLostNames, usualForm } from './json-dialect.ts'
import { otlpRequest } from './request.ts'

fc.configureGlobal({ seed: 1 })

const usual = (text: string, signal: 'logs' | 'metrics' = 'logs') =>
  usualForm(signal, Buffer.from(text), JSON.parse(text)).toString()

test('what has the usual form is left as it is, byte for byte', () => {
  const text = '{ "resourceLogs":[ {"scopeLogs":[{"logRecords":[{"timeUnixNano":1790000000123456789}]}]} ] }'
  expect(usual(text)).toBe(text)
  expect(usual('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a_b: c"}}]}]}]}')).toContain(
    'a_b: c',
  )
})

test.each([
  ['{}', 'logs', '{"resourceLogs":[]}'],
  ['{}', 'metrics', '{"resourceMetrics":[]}'],
  ['{"resourceLogs":null}', 'logs', '{"resourceLogs":[]}'],
  ['{"resource_logs":null}', 'logs', '{"resourceLogs":[]}'],
  ['{"resource_logs":[]}', 'logs', '{"resourceLogs":[]}'],
  ['[]', 'logs', '[]'],
  ['null', 'logs', '{"resourceLogs":[]}'],
  ['{"some_thing":[]}', 'logs', '{"some_thing":[]}'],
] as const)('%s of %s becomes %s', (text, signal, expected) => {
  expect(usual(text, signal)).toBe(expected)
})

test('integers keep every digit when names are changed', () => {
  const text = '{"resource_logs":[{"scope_logs":[{"log_records":[{"time_unix_nano":1790000000123456789}]}]}]}'
  expect(usual(text)).toBe('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1790000000123456789"}]}]}]}')
})

test.each([
  ['severityNumber', 'SEVERITY_NUMBER_INFO', 9],
  ['severity_number', 'SEVERITY_NUMBER_FATAL4', 24],
  ['severityNumber', 'SEVERITY_NUMBER_NEW', '"SEVERITY_NUMBER_NEW"'],
  ['severityText', 'SEVERITY_NUMBER_INFO', '"SEVERITY_NUMBER_INFO"'],
])('the name of an enumeration is its number, in its field only: %s %s', (field, name, expected) => {
  expect(usual(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"${field}":"${name}"}]}]}]}`)).toContain(
    `":${expected}}`,
  )
})

test('a temporality by its name is its number', () => {
  const sum = (temporality: string) =>
    `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"aggregationTemporality":${temporality}}}]}]}]}`
  expect(usual(sum('"AGGREGATION_TEMPORALITY_CUMULATIVE"'), 'metrics')).toBe(sum('2'))
})

test('a field under both of its names keeps the one in camel case', () => {
  expect(usual('{"resource_logs":[1],"resourceLogs":[]}')).toBe('{"resourceLogs":[]}')
})

/** Records with fields of several words, at every level. */
const record = fc.record(
  {
    timeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
    observedTimeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
    severityNumber: fc.integer({ min: 1, max: 24 }),
    severityText: fc.string(),
    eventName: fc.string(),
    droppedAttributesCount: fc.nat(),
    body: fc.oneof(
      fc.record({ stringValue: fc.string() }),
      fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
      fc.record({ arrayValue: fc.record({ values: fc.array(fc.record({ boolValue: fc.boolean() })) }) }),
    ),
    attributes: fc.array(
      fc.record({ key: fc.constantFrom('time_unix_nano', 'a_b', 'x'), value: fc.record({ stringValue: fc.string() }) }),
    ),
  },
  { requiredKeys: ['timeUnixNano'] },
)

function withSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSnakeCase)
  if (typeof value !== 'object' || value === null) return value
  const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snake(key), withSnakeCase(inner)]))
}

test('a request in snake case is the same request, and keys of attributes are not names', () => {
  fc.assert(
    fc.property(fc.array(record), (logRecords) => {
      const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }
      const bytes = (json: string) => encodeRequest(otlpRequest(JSON.parse(json), 'test'))
      const plain = bytes(JSON.stringify(request))
      const renamed = bytes(usual(JSON.stringify(withSnakeCase(request))))
      expect(decodeRequest('logs', renamed)).toEqual(decodeRequest('logs', plain))
    }),
  )
})

test.each([
  ['{"resourceLogs":[{"instrumentationLibraryLogs":[]}]}', 'instrumentationLibraryLogs'],
  ['{"resource_metrics":[{"instrumentation_library_metrics" : []}]}', 'instrumentation_library_metrics'],
  ['{"key":"a","value": {"Value":{"StringValue":"x"}}}', 'Value'],
])('%s is refused: nobody would read it', (text, name) => {
  expect(() => refuseLostNames(Buffer.from(text))).toThrow(`the name ${name} is not one of OTLP 1.x`)
})

test('a text that speaks of such names is none', () => {
  const text = JSON.stringify({ body: { stringValue: '{"instrumentationLibraryLogs":[{"value":{"Value":1}}]}' } })
  expect(() => refuseLostNames(Buffer.from(text))).not.toThrow()
  expect(() => refuseLostNames(Buffer.from('{"key":"Value","value":{"stringValue":"Value"}}'))).not.toThrow()
})
