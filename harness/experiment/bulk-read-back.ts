// Reads back what is stored of a bulk load: counts and sums of hashes by session.
import type { Database } from '../../stack/clickhouse/database.ts'
import type { SessionSums } from '../judge/judge-bulk.ts'
import { type BulkLedger, ROW_HASH } from './bulk-ledger.ts'

/** What is stored of each session of the load. @throws UserError when ClickHouse does not answer */
export async function readBulk(ledger: BulkLedger, database: Database): Promise<SessionSums[]> {
  return database.rows<SessionSums>(
    `SELECT session_id AS session, count() AS rows,
            toString(sum(reinterpretAsUInt64(substring(hash, 1, 8)))) AS low,
            toString(sum(reinterpretAsUInt64(substring(hash, 9, 8)))) AS high
     FROM (SELECT session_id, ${ROW_HASH} AS hash FROM telemetry_events WHERE ${OF_THE_LOAD})
     GROUP BY session_id`,
    { prefixes: ledger.templates.map(({ sessionPrefix }) => sessionPrefix) },
  )
}

/** Rows of the load's sessions that a query sees by now. */
export async function countBulk(ledger: BulkLedger, database: Database): Promise<number> {
  const [row] = await database.rows<{ rows: number }>(
    `SELECT count() AS rows FROM telemetry_events WHERE ${OF_THE_LOAD}`,
    { prefixes: ledger.templates.map(({ sessionPrefix }) => sessionPrefix) },
  )
  return row?.rows ?? 0
}

const OF_THE_LOAD = "arrayExists(p -> startsWith(ifNull(session_id, ''), p), {prefixes:Array(String)})"
