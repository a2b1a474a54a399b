// Valid OTLP that no client sends: values of every type in every field, times beyond all columns, metrics of other kinds.
import type { AnyValue, LogRecord } from '../../core/otlp/otlp.ts'
import type { Batch } from '../../generators/batch.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import type { Context } from '../../harness/scenario.ts'

export const WILD_VALUES: readonly AnyValue[] = [
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

const KEYS = [
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

/** One record for each value, which stands in its body and in every attribute that has a type. */
export function wildRecords(context: Context, session: string): LogRecord[] {
  return WILD_VALUES.map((value, index) => ({
    timeUnixNano: `${context.dataStartMs + index}000000`,
    body: value,
    severityNumber: 24,
    severityText: 'x'.repeat(1000),
    attributes: attributes({
      'session.id': session,
      'event.sequence': { intValue: String(index) },
      ...Object.fromEntries(KEYS.map((key) => [key, value])),
    }),
  }))
}

/** A time beyond what a column holds becomes another one, so these records cannot be matched by theirs: each is sent twice. */
export function beyondAllColumns(context: Context, session: string): Batch {
  return logsBatch(
    [{}, { observedTimeUnixNano: `${context.dataStartMs}000000` }].map((observed) => ({
      ...observed,
      timeUnixNano: '9223372036854775809',
      body: { stringValue: 'beyond' },
      attributes: attributes({ 'proof.beyond': session }),
    })),
  )
}

/** One data point of each kind that the client never sends: valid OTLP that the landing tables must take. */
export function pointsOfOtherKinds(session: string): Batch {
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
    resourceMetrics: [
      { resource: { attributes: [] }, scopeMetrics: [{ scope: { name: 'com.anthropic.claude_code' }, metrics }] },
    ],
  }
  return { signal: 'metrics', request, expected: [] }
}
