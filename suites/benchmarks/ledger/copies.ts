// Copies of requests that are stored already, made in ClickHouse: as if each had been sent, in a fraction of the time.
import { stopSignal } from '../../../core/cleanup.ts'
import type { Database } from '../../../stack/clickhouse/database.ts'

/** Copies of an insert: ClickHouse has a GiB here. */
const AT_ONCE = 60

const OWN = "right(ifNull(session_id, ''), 12)"
const NUMBER = `reinterpretAsUInt64(reverse(unhex(leftPad(right(${OWN}, 11), 16, '0'))))`
const text = "CAST(mapKeys(attributes), 'Array(String)')"

/**
 * Of `templates` requests, numbered from 0, which the table of log records has, `copies` with their numbers, times and ids.
 * @param copies of each template, the first included
 */
export async function storeCopies(admin: Database, templates: number, copies: number): Promise<void> {
  await admin.run('CREATE TABLE default.first ENGINE = Memory AS SELECT * FROM telemetry.log_records')
  const later = `(n.number * ${templates})`
  const ms = `toIntervalMillisecond(${later})`
  const own = `concat('e', leftPad(lower(hex(${NUMBER} + ${later})), 11, '0'))`
  const stamp = `concat(replaceOne(toString(parseDateTime64BestEffort(v, 3, 'UTC') + ${ms}), ' ', 'T'), 'Z')`
  const value = `if(k = 'event.timestamp', ${stamp}, replaceAll(v, ${OWN}, ${own}))`
  const attributes = `mapFromArrays(${text}, arrayMap((k, v) -> ${value}, ${text}, mapValues(attributes)))`
  for (let from = 1; from < copies; from += AT_ONCE) {
    stopSignal.throwIfAborted()
    await admin.run(
      `INSERT INTO telemetry.log_records
       SELECT first.* REPLACE(
         reinterpretAsUUID(sipHash128(event_id, n.number)) AS event_id,
         timestamp + ${ms} AS timestamp,
         sent_time + ${ms} AS sent_time,
         replaceAll(session_id, ${OWN}, ${own}) AS session_id,
         CAST(${attributes}, 'Map(LowCardinality(String), String)') AS attributes)
       FROM numbers(${from}, ${Math.min(AT_ONCE, copies - from)}) AS n CROSS JOIN default.first AS first
       SETTINGS max_threads = 1, max_insert_threads = 1, max_joined_block_size_rows = 8192, max_block_size = 8192,
         min_insert_block_size_rows = 60000, min_insert_block_size_bytes = 60000000`,
    )
  }
}
