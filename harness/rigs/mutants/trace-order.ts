// The order of a session's events of one time and sequence: that of their ids, which the oracle does not know, so the database is asked.
import type { Database } from '../../../stack/clickhouse/database.ts'
import type { Got } from '../../judge/catalogue/compare.ts'

const SHOWN = ['event_type', 'tool_name', 'success', 'duration_ms', 'model', 'error_type']

/** What tells events apart in a trace, in the order of time, sequence and id. */
export async function traceOrder(analyst: Database, session: string): Promise<string[]> {
  const rows = await analyst.rows<Got>(
    `SELECT ${SHOWN.join(', ')} FROM telemetry.telemetry_events WHERE session_id = {session:String}
     ORDER BY timestamp, sequence NULLS LAST, event_id`,
    { session },
  )
  return rows.map(shown)
}

/** The first row of a trace that is not in its place. */
export function outOfOrder(order: readonly string[], got: readonly Got[]): string | undefined {
  const at = got.findIndex((row, index) => shown(row) !== order[index])
  return at < 0 ? undefined : `row ${at} is not in the order of ids`
}

function shown(row: Got): string {
  return JSON.stringify(SHOWN.map((column) => row[column]))
}
