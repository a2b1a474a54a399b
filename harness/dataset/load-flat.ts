// Puts the flat rows of a dataset where the collector would: the database types them, and gives them the identities that they have in every format.
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { insertStream } from '../../stack/clickhouse/insert-stream.ts'
import { MARK } from '../../stack/client/load/mark-request.ts'
import type { Endpoints, Stack } from '../../stack/runtime/runtime.ts'
import { structureOf, type Table } from './columns.ts'
import { decompressor, formats } from './formats.ts'
import type { FileEntry } from './manifest.ts'

export type Target = Pick<Stack, 'passwords' | 'database'> & { readonly endpoints: Pick<Endpoints, 'clickhouseHttp'> }

const INTO: Readonly<Record<Table, string>> = {
  events: `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes, ResourceAttributes, ScopeName)
SELECT timestamp, body, attributes, {resource}, scope_name`,
  metrics: `INSERT INTO telemetry.landing_metrics_sum
  (MetricName, MetricUnit, StartTimeUnix, TimeUnix, Value, AggregationTemporality, IsMonotonic, Attributes, ResourceAttributes, ScopeName)
SELECT concat('claude_code.', metric_name), unit, ifNull(start_timestamp, toDateTime64(0, 9, 'UTC')), timestamp, ifNull(value, 0),
  temporality, throwIf(kind != 'sum', 'the stack takes sums only from a dataset') = 0, attributes, {resource}, scope_name`,
}

/** An insert is as large as one of the collector's: what the views need for it grows with it. */
const BLOCK_ROWS = 3_000
const IDLE_MS = 300_000

/** How a format's rows get into the stack; for programs and for people with curl. @param dataset the sample that they are marked as */
export function insertSql(table: Table, clickhouse: string, dataset: string | undefined): string {
  const structure = structureOf(table).replaceAll("'", "\\'")
  const resource =
    dataset === undefined ? 'resource_attributes' : `mapUpdate(resource_attributes, map('${MARK}', '${dataset}'))`
  return `${INTO[table].replace('{resource}', resource)}\nFROM input('${structure}') FORMAT ${clickhouse}`
}

/** @throws UserError when ClickHouse does not take it: what it took of it until then it takes again without a second copy */
export async function loadFlatFile(
  target: Target,
  directory: string,
  { path, format, holds, compression }: FileEntry,
  { dataset, signal }: { readonly dataset?: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const { clickhouse } = formats[format]
  if (holds === 'requests' || clickhouse === undefined) throw new Error(`${path} holds no rows`)
  await insertStream(target, 'ingest', {
    sql: insertSql(holds, clickhouse, dataset),
    rows: unpacked(createReadStream(join(directory, path)), compression),
    settings: {
      max_insert_block_size: BLOCK_ROWS,
      max_block_size: BLOCK_ROWS,
      input_format_parquet_max_block_size: BLOCK_ROWS,
      min_insert_block_size_rows: BLOCK_ROWS,
      input_format_parallel_parsing: 0,
    },
    idleMs: IDLE_MS,
    signal,
  })
}

function unpacked(file: Readable, compression: FileEntry['compression']): Readable {
  const unpacking = decompressor(compression)
  // What goes wrong with the one is told by the other.
  return unpacking === undefined ? file : pipeline(file, unpacking, () => {})
}
