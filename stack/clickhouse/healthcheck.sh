#!/bin/sh
# Healthy: ClickHouse answers a query, and the schema it has is the one of the files in /schema.
set -eu
newest=$(printf '%s\n' /schema/*.sql | tail -n 1)
wanted=$(expr "$newest" : '/schema/0*\([0-9]*\)')
found=$(wget --quiet --tries=1 --timeout=2 --output-document=- \
  --header='X-ClickHouse-User: analyst' --header="X-ClickHouse-Key: $CLICKHOUSE_ANALYST_PASSWORD" \
  'http://127.0.0.1:8123/?query=SELECT%20max(version)%20FROM%20telemetry.schema_version')
[ "$found" = "$wanted" ] || { echo "the schema is at version $found, the files here make $wanted"; exit 1; }
