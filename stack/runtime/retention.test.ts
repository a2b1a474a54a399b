import { expect, test } from 'vitest'
import { renderRetention, retentionDaysOf } from './retention.ts'

test.each([
  [undefined, 0, 'for ever'],
  ['', 0, 'for ever'],
  ['0', 0, 'for ever'],
  ['1', 1, 'for 1 day after they came'],
  ['365', 365, 'for 365 days after they came'],
  ['10000', 10_000, 'for 10000 days after they came'],
])('%j days', (given, days, text) => {
  expect([retentionDaysOf(given), renderRetention(days)]).toEqual([days, text])
})

test.each(['-1', '10001', '1.5', '30d', ' 30', '1e3', '030', '00', '٣٠', '30; DROP TABLE x'])(
  '%j is refused',
  (given) => {
    expect(() => retentionDaysOf(given)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        exitCode: 2,
        message: `TELEMETRY_RETENTION_DAYS=${given}: must be a whole number of days from 0 (for ever) to 10000`,
      }),
    )
  },
)
