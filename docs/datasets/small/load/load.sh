#!/bin/sh
# Loads this dataset into tables of its own, in any ClickHouse. Usage: sh load/load.sh [FORMAT]; jsonl when absent.
# Reads CLICKHOUSE_URL (http://127.0.0.1:8123), CLICKHOUSE_USER (default), CLICKHOUSE_PASSWORD (empty), CLICKHOUSE_DATABASE (telemetry_dataset).
set -eu
cd "$(dirname "$0")/.."
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
database=${CLICKHOUSE_DATABASE:-telemetry_dataset}
wanted=${1:-jsonl}
loaded=0

# The password goes in by standard input, so that no list of processes shows it.
ask() {
  printf 'user = "%s:%s"\n' "${CLICKHOUSE_USER:-default}" "${CLICKHOUSE_PASSWORD:-}" |
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
  ask -X POST -T "$5" -H "$packed" "${url%/}/" --request-target \
    "/?database=$database&async_insert=0&input_format_parallel_parsing=0&insert_deduplication_token=$6&query=INSERT%20INTO%20$2%20FORMAT%20$3"
  loaded=$((loaded + 1))
}

ask "${url%/}/" --data-binary "CREATE DATABASE IF NOT EXISTS $database"
sql=''
while IFS= read -r line; do
  sql="$sql$line
"
  case $line in *';')
    ask "${url%/}/?database=$database" --data-binary "$sql"
    sql='' ;;
  esac
done < load/schema.sql

put jsonl telemetry_events JSONEachRow none jsonl/events-00001.jsonl 5e29a793af3a4608e01c333b66423bf296a731d386da6018ac1dfd6bfd89ec74
put jsonl telemetry_metrics JSONEachRow none jsonl/metrics-00001.jsonl b13ee12bb658c2b72a70f9c0617214a2d1b380e445e0189be42789831c517ff8
[ "$loaded" -gt 0 ] || { echo "there are no files of the format $wanted" >&2; exit 2; }
echo "$loaded files were loaded into the database $database"
