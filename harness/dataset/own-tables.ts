// What a directory brings for a ClickHouse without this project: tables of its own, and a script that fills them. curl is all it needs.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { columnsOf, type Table } from './columns.ts'
import { formatNames, formats } from './formats.ts'
import type { FileEntry } from './manifest.ts'

const TABLES: Readonly<Record<Table, string>> = { events: 'telemetry_events', metrics: 'telemetry_metrics' }
/** Names of the columns that only a database can fill, as in the stack. */
const OF_DATABASE: Readonly<Record<Table, readonly string[]>> = {
  events: [
    "received_at DateTime64(3, 'UTC') DEFAULT now64(3)",
    'sampling_percentage Float64 DEFAULT 100',
    'weight Float64 ALIAS 100 / sampling_percentage',
    "impossible_time Bool DEFAULT timestamp < toDateTime64('2020-01-01', 9, 'UTC') OR timestamp > received_at + INTERVAL 1 DAY",
  ],
  metrics: ["received_at DateTime64(3, 'UTC') DEFAULT now64(3)"],
}
const SORTED: Readonly<Record<Table, string>> = {
  events: 'event_type, timestamp',
  metrics: 'metric_name, timestamp',
}

/** The tables, and what the stack's own queries need beside them. A statement ends with the line. */
export async function schemaSql(stackDirectory: string): Promise<string> {
  const read = (file: string) => readFile(join(stackDirectory, 'clickhouse/schema', file), 'utf8')
  const scaled = statementIn(await read('002-functions.sql'), 'CREATE OR REPLACE FUNCTION telemetry_scaled')
  const counters = statementIn(await read('010-counters.sql'), 'CREATE OR REPLACE VIEW telemetry.telemetry_counters')
    .replaceAll('telemetry.', '')
    .replace(' DEFINER = CURRENT_USER SQL SECURITY DEFINER', '')
  return `-- Tables for the rows of this dataset, with the names and types that docs/data-model.md has for the views of the stack.
-- A file that is loaded again is left out by its checksum, as the last ${DEDUPLICATED} blocks are remembered.
${tableSql('events')}
${tableSql('metrics')}
${scaled}
${counters}
CREATE TABLE IF NOT EXISTS policy_audit (day Date, signal String, rule String, records UInt64) ENGINE = MergeTree ORDER BY day;
`
}

const DEDUPLICATED = 100_000

function tableSql(table: Table): string {
  const own = columnsOf[table].map(({ name, type }) => `${name} ${type}`)
  // Not the identity that the stack would give it: two of them in one dataset are never equal.
  const id = `event_id UUID DEFAULT reinterpretAsUUID(sipHash128(toString(timestamp), ${SORTED[table].split(',')[0]}, toString(attributes), toString(resource_attributes)))`
  const columns = [id, ...own, ...OF_DATABASE[table]].map((column) => `    ${column}`).join(',\n')
  return `CREATE TABLE IF NOT EXISTS ${TABLES[table]}
(
${columns}
)
ENGINE = MergeTree ORDER BY (${SORTED[table]}) SETTINGS non_replicated_deduplication_window = ${DEDUPLICATED};
`
}

function statementIn(sql: string, begin: string): string {
  const at = sql.indexOf(begin)
  const end = sql.indexOf(';', at)
  if (at === -1 || end === -1) throw new Error(`the schema has no statement ${begin}`)
  return `${sql.slice(at, end + 1)}\n`
}

/** @param files those of the manifest */
export function loadScript(files: readonly FileEntry[]): string {
  const flat = files.filter(({ format }) => formats[format].clickhouse !== undefined)
  const usual = formatNames.find((name) => flat.some(({ format }) => format === name))
  const puts = flat.map(
    ({ format, path, holds, compression, sha256 }) =>
      `put ${format} ${holds === 'events' ? TABLES.events : TABLES.metrics} ${formats[format].clickhouse} ${compression} ${path} ${sha256}`,
  )
  return `#!/bin/sh
# Loads this dataset into tables of its own, in any ClickHouse. Usage: sh load/load.sh [FORMAT]; ${usual} when absent.
# Reads CLICKHOUSE_URL (http://127.0.0.1:8123), CLICKHOUSE_USER (default), CLICKHOUSE_PASSWORD (empty), CLICKHOUSE_DATABASE (telemetry_dataset).
set -eu
cd "$(dirname "$0")/.."
url=\${CLICKHOUSE_URL:-http://127.0.0.1:8123}
database=\${CLICKHOUSE_DATABASE:-telemetry_dataset}
wanted=\${1:-${usual}}
loaded=0

# The password goes in by standard input, so that no list of processes shows it.
ask() {
  printf 'user = "%s:%s"\\n' "\${CLICKHOUSE_USER:-default}" "\${CLICKHOUSE_PASSWORD:-}" |
    curl --config - --silent --show-error --fail-with-body "$@"
}

sum_of() {
  if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

put() {
  [ "$1" = "$wanted" ] || return 0
  [ "$(sum_of "$5")" = "$6" ] || { echo "$5: its checksum is not that of the manifest; nothing of it was loaded" >&2; exit 2; }
  # Sent as it is read; curl would put the name of the file behind the address.
  case $4 in none) packed='X-Packed: itself' ;; *) packed="Content-Encoding: $4" ;; esac
  ask -X POST -T "$5" -H "$packed" "\${url%/}/" --request-target \\
    "/?database=$database&async_insert=0&input_format_parallel_parsing=0&insert_deduplication_token=$6&query=INSERT%20INTO%20$2%20FORMAT%20$3"
  loaded=$((loaded + 1))
}

ask "\${url%/}/" --data-binary "CREATE DATABASE IF NOT EXISTS $database"
sql=''
while IFS= read -r line; do
  sql="$sql$line
"
  case $line in *';')
    ask "\${url%/}/?database=$database" --data-binary "$sql"
    sql='' ;;
  esac
done < load/schema.sql

${puts.join('\n')}
[ "$loaded" -gt 0 ] || { echo "there are no files of the format $wanted" >&2; exit 2; }
echo "$loaded files were loaded into the database $database"
`
}
