// What a database holds, and what its views show, as a number of rows and a sum of hashes each: equal when nothing came, went or changed.
import type { Database } from '../../stack/clickhouse/database.ts'

const TABLES = ['log_records', 'metric_points'] as const
/** When a record came is another moment each time. */
const OF_ARRIVAL = 'received_at, earliness'
const VIEWS = [
  ...[
    'telemetry_events',
    'telemetry_metrics',
    'telemetry_events_rows',
    'telemetry_metrics_rows',
    'logs_raw',
    'metrics_raw',
  ],
  ...['telemetry_counters', 'other_records', 'other_points', 'possible_doubles', 'policy_audit'],
]

type Contents = Readonly<Record<string, string>>

/** Whole rows of the tables, each record once, as the administrator reads them. */
export function contentsOfTables(admin: Database): Promise<Contents> {
  return contents(
    admin,
    TABLES.map((table) => [table, `(SELECT * EXCEPT (${OF_ARRIVAL}) FROM telemetry.${table} FINAL)`]),
  )
}

/** Whole rows of everything that an analyst is meant to read. */
export function contentsOfViews(analyst: Database): Promise<Contents> {
  return contents(
    analyst,
    VIEWS.map((view) => [view, `telemetry.${view}`]),
  )
}

/** Rows of either table in which a text stands anywhere. */
export async function rowsWith(admin: Database, text: string): Promise<number> {
  const counts = TABLES.map(
    (table) => `(SELECT countIf(position(toString(tuple(*)), {text:String}) > 0) FROM telemetry.${table})`,
  )
  const [row] = await admin.rows<{ found: number }>(`SELECT toUInt32(${counts.join(' + ')}) AS found`, { text })
  return row?.found ?? -1
}

async function contents(database: Database, sources: readonly (readonly [string, string])[]): Promise<Contents> {
  const found = sources.map(async ([name, source]) => {
    const [row] = await database.rows<{ content: string }>(
      `SELECT concat(toString(count()), ' rows, ', toString(sum(cityHash64(toString(tuple(*)))))) AS content FROM ${source}`,
    )
    return [name, row?.content ?? ''] as const
  })
  return Object.fromEntries(await Promise.all(found))
}
