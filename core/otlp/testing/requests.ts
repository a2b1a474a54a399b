// Requests for tests: any log records that OTLP allows, and every kind of metric.
import fc from 'fast-check'
import type { AnyValue, LogRecord, LogsRequest, MetricsRequest } from '../otlp.ts'

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
// Fields at their default are left out on the wire, where absent and default mean the same.
const time = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String)
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'))
const string = fc.string({ unit: 'grapheme', minLength: 1 })

const { value: anyValue } = fc.letrec<{ value: AnyValue }>((tie) => {
  const keyValue = fc.record({ key: string, value: tie('value') })
  return {
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.record({ stringValue: fc.string() }),
      fc.record({ boolValue: fc.boolean() }),
      fc.record({ intValue: int64 }),
      fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      fc.record({ bytesValue: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')) }),
      fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { minLength: 1, maxLength: 3 }) }) }),
      fc.record({ kvlistValue: fc.record({ values: fc.array(keyValue, { minLength: 1, maxLength: 3 }) }) }),
    ),
  }
})
const attributes = fc.array(fc.record({ key: string, value: anyValue }), { minLength: 1, maxLength: 4 })
const logRecord = fc.record(
  {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: fc.integer({ min: 1, max: 24 }),
    severityText: string,
    body: anyValue,
    attributes,
    traceId: hex(16),
    spanId: hex(8),
    flags: fc.integer({ min: 1, max: 255 }),
    eventName: string,
  },
  { requiredKeys: [] },
)

/** Any request of log records, without the fields at their default that encoders leave out. */
export const anyLogsRequest: fc.Arbitrary<LogsRequest> = fc
  .tuple(fc.array(logRecord, { minLength: 1, maxLength: 3 }), attributes)
  .map(([records, resource]) => {
    const logRecords = records as LogRecord[]
    const scope = { name: 'scope', version: '1' }
    return { resourceLogs: [{ resource: { attributes: resource }, scopeLogs: [{ scope, logRecords }] }] }
  })

const times = { startTimeUnixNano: '1795469307047000001', timeUnixNano: '18446744073709551615' }
const exemplars = [
  { timeUnixNano: '5', asInt: '-9', spanId: '0102030405060708', traceId: '0102030405060708090a0b0c0d0e0f10' },
]
/** One metric of each kind, with one data point. */
export const everyKindOfMetric: MetricsRequest = {
  resourceMetrics: [
    {
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'sum',
              unit: 'USD',
              sum: { dataPoints: [{ ...times, asDouble: 0.1 }], aggregationTemporality: 1, isMonotonic: true },
            },
            { name: 'gauge', gauge: { dataPoints: [{ ...times, asInt: '-9223372036854775808' }] } },
            {
              name: 'histogram',
              histogram: {
                dataPoints: [
                  {
                    ...times,
                    count: '3',
                    sum: 0,
                    bucketCounts: ['1', '2'],
                    explicitBounds: [0.5],
                    exemplars,
                    min: 0,
                    max: 2,
                  },
                ],
                aggregationTemporality: 2,
              },
            },
            {
              name: 'exponential',
              exponentialHistogram: {
                dataPoints: [
                  {
                    ...times,
                    count: '1',
                    scale: -3,
                    zeroCount: '2',
                    positive: { offset: -1, bucketCounts: ['7'] },
                    zeroThreshold: 0.5,
                  },
                ],
                aggregationTemporality: 1,
              },
            },
            {
              name: 'summary',
              summary: {
                dataPoints: [{ ...times, count: '1', sum: 2.5, quantileValues: [{ quantile: 0.5, value: 1 }] }],
              },
            },
          ],
        },
      ],
    },
  ],
}
