// Events and data points as the oracle reads them, beside what the queries make of them: their weight, and their time where they have none.
import { expect, test } from 'vitest'
import { incrementsOf } from './counters.ts'
import { eventsOf } from './events.ts'
import type { SentLog, SentPoint } from './sent.ts'
import { scaledCount, scaledSum } from './values.ts'

const ARRIVED_MS = Date.parse('2025-03-05T00:00:00Z')
const common = { timeNs: 0n, arrivedMs: ARRIVED_MS, scope: '', resource: {} }

function request(samplingPercentage: number, sequence: number): SentLog {
  const attributes = { 'event.sequence': String(sequence), input_tokens: '3' }
  return { ...common, body: 'api_request', eventName: '', attributes, samplingPercentage }
}

test.each([
  { rates: [80, 80, 80], count: 4n, tokens: 11n },
  { rates: [99.5], count: 1n, tokens: 3n },
  { rates: [50, 12.5, 100], count: 11n, tokens: 33n },
  { rates: [0, 100, 100.5, -5], count: 4n, tokens: 12n },
])(
  'of $rates percent weights may be fractions, and only their sum is rounded; what is no rate is as none',
  (example) => {
    const events = eventsOf({ logs: example.rates.map(request) })
    expect(scaledCount(events)).toBe(example.count)
    expect(scaledSum(events, ({ input }) => input)).toBe(example.tokens)
  },
)

test('what has no time of its own has that of its arrival, and is told apart as if it had none', () => {
  const later = { arrivedMs: ARRIVED_MS + 1 }
  const point: SentPoint = { ...common, name: 'n', unit: '', startNs: 0n, temporality: 1, value: 1, attributes: {} }
  const times = [{ timeNs: BigInt(ARRIVED_MS) * 1_000_000n }]
  expect(eventsOf({ logs: [request(50, 1), { ...request(50, 1), ...later }] })).toMatchObject(times)
  expect(incrementsOf({ points: [point, { ...point, ...later }] })).toMatchObject(times)
})
