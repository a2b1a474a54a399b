// How long rows are kept: what TELEMETRY_RETENTION_DAYS says, and what a running ClickHouse does.
import { ExitCode, UserError } from '../../core/errors.ts'

const VARIABLE = 'TELEMETRY_RETENTION_DAYS'
/** ClickHouse would count further than its times reach, and delete everything. */
const MOST_DAYS = 10_000

/** Days after a row came; 0 means for ever. @throws UserError for anything but a whole number up to 10000; exit code 2 */
export function retentionDaysOf(value: string | undefined): number {
  if (value === undefined || value === '') return 0
  if (!/^(?:0|[1-9]\d{0,4})$/.test(value) || Number(value) > MOST_DAYS)
    throw new UserError(
      `${VARIABLE}=${value}: must be a whole number of days from 0 (for ever) to ${MOST_DAYS}`,
      ExitCode.unknown,
    )
  return Number(value)
}

/** An expression of SQL over the rows of `system.tables`: the days, or 0. Of what stack/clickhouse/retention.sql sets. */
export const RETENTION_IN_FORCE = String.raw`toUInt32OrZero(extract(engine_full, ' TTL received_at \\+ toIntervalDay\\((\\d+)\\)'))`

/** `for ever`, `for 30 days` */
export function renderRetention(days: number): string {
  return days === 0 ? 'for ever' : `for ${days} day${days === 1 ? '' : 's'} after they came`
}
