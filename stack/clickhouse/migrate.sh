#!/bin/sh
# Waits until ClickHouse answers, then applies every schema file in order. Each can be applied again at any time, so this runs at
# every start of the stack. clickhouse-client reads CLICKHOUSE_HOST, CLICKHOUSE_USER and CLICKHOUSE_PASSWORD from the environment.
set -eu
left=120
until wget --quiet --tries=1 --timeout=1 --output-document=/dev/null "http://$CLICKHOUSE_HOST:8123/ping"; do
  left=$((left - 1))
  [ "$left" -gt 0 ] || { echo "ClickHouse does not answer after 60 s"; exit 1; }
  sleep 0.5
done
wanted=$(for file in /schema/*.sql; do basename "$file" | sed 's/^0*\([0-9]*\)-.*/\1/'; done | sort -n | tail -n 1)
if [ "$(clickhouse-client --query "EXISTS TABLE telemetry.schema_version")" = 1 ]; then
  found=$(clickhouse-client --query "SELECT max(version) FROM telemetry.schema_version")
  [ "$found" -le "$wanted" ] || {
    echo "the data is of schema version $found, newer than these files ($wanted): use the newer stack, or other volumes"
    exit 1
  }
fi
for file in /schema/*.sql; do
  echo "applying ${file##*/}"
  clickhouse-client --multiquery < "$file"
done
echo "the schema is at version $wanted"
