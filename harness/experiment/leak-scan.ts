// Looks for private texts in every column of every table, and in the services' logs.

import type { Database } from '../../stack/clickhouse/database.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

// multiSearchAny takes at most 255 needles.
const NEEDLES_A_QUERY = 200
const LOG_LINES = 20_000
/** Tables whose rows say when they came. */
const KEPT = ['log_records', 'metric_points']

/**
 * One line for each place where one of the texts was found.
 * @param since the database's time when the scenario began: rows from before cannot hold what was not sent yet
 */
export async function findLeaks(
  stack: Stack,
  database: Database,
  planted: readonly string[],
  since: string,
): Promise<string[]> {
  const needles = planted.filter((text) => text.length >= 4)
  if (needles.length === 0) return []
  const leaks: string[] = []
  const columns = await database.rows<{ table: string; name: string; type: string }>(
    `SELECT table, name, type FROM system.columns
     WHERE database = 'telemetry' AND type LIKE '%String%'
       AND table IN (SELECT name FROM system.tables WHERE database = 'telemetry' AND engine LIKE '%MergeTree')
     ORDER BY table, position`,
  )
  for (const [table, group] of Map.groupBy(columns, (column) => column.table)) {
    const text = group.map(({ name, type }) => asText(name, type)).join(`, '\\n', `)
    const recent = KEPT.includes(table) ? 'AND received_at >= {since:DateTime64(3)}' : ''
    for (let from = 0; from < needles.length; from += NEEDLES_A_QUERY) {
      const some = needles.slice(from, from + NEEDLES_A_QUERY)
      const found = await database.rows<{ needle: number; rows: number }>(
        `SELECT multiSearchFirstIndex(concat('', ${text}), {needles:Array(String)}) AS needle, count() AS rows
         FROM telemetry.${table} WHERE needle > 0 ${recent} GROUP BY needle LIMIT 20`,
        { needles: some, since },
      )
      for (const { needle, rows } of found)
        leaks.push(`${table}: ${rows} rows hold ${JSON.stringify(some[needle - 1] ?? '')}`)
    }
  }
  for (const name of ['otel-collector', 'clickhouse'] as const) {
    const log = (await stack.service(name).logs(LOG_LINES)).join('\n')
    for (const needle of needles) if (log.includes(needle)) leaks.push(`log of ${name} holds ${JSON.stringify(needle)}`)
  }
  return leaks
}

function asText(name: string, type: string): string {
  if (type.startsWith('Map'))
    return `arrayStringConcat(mapKeys(${name}), '\\n'), '\\n', arrayStringConcat(mapValues(${name}), '\\n')`
  return `toString(ifNull(${name}, ''))`
}
