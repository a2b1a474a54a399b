// Data points without a value: flagged, and nothing else of a request changes.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest, encodeRequest } from './codec.ts'
import { flagPointsWithoutValue, hasPointWithoutValue } from './no-value.ts'

const point = fc.record(
  {
    timeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
    asInt: fc.integer().map(String),
    attributes: fc.constant([{ key: 'a', value: { stringValue: 'b' } }]),
  },
  { requiredKeys: ['timeUnixNano'] },
)
const dataPoints = fc.array(point, { maxLength: 4 })
const metric = fc.oneof(
  fc.record({ name: fc.string(), gauge: fc.record({ dataPoints }) }),
  fc.record({ name: fc.string(), sum: fc.record({ dataPoints, isMonotonic: fc.boolean() }) }),
  fc.record({
    name: fc.string(),
    summary: fc.record({ dataPoints: fc.constant([{ timeUnixNano: '1', count: '3' }]) }),
  }),
)
const request = fc
  .array(metric, { maxLength: 4 })
  .map((metrics) => ({ resourceMetrics: [{ scopeMetrics: [{ scope: { name: 's' }, metrics }] }] }))

test('every number point without a value has the flag, and all else is as it was', () => {
  fc.assert(
    fc.property(request, (each) => {
      const bytes = encodeRequest(each as Parameters<typeof encodeRequest>[0])
      const flagged = flagPointsWithoutValue(bytes)
      const expected = JSON.parse(JSON.stringify(decodeRequest('metrics', bytes)), (_key, value: unknown) =>
        isEmptyPoint(value) ? { ...value, flags: 1 } : value,
      )
      expect(decodeRequest('metrics', flagged)).toEqual(expected)
      expect(flagged === bytes).toBe(!hasPointWithoutValue(each))
    }),
  )
})

function isEmptyPoint(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && 'timeUnixNano' in value && !('asInt' in value) && !('count' in value)
  )
}
