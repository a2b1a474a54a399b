#!/bin/sh
# Waits until ClickHouse answers, then applies every schema file in order, and sets how long rows are kept. All of it can be done again at any
# time, so this runs at every start of the stack. clickhouse-client reads CLICKHOUSE_HOST, CLICKHOUSE_USER and CLICKHOUSE_PASSWORD from the
# environment.
set -eu
days=${TELEMETRY_RETENTION_DAYS:-0}
case $days in
  *[!0-9]* | 0?* | ??????*) days=-1 ;;
esac
# As stack/runtime/retention.ts says it.
[ "$days" -ge 0 ] && [ "$days" -le 10000 ] || {
  echo "TELEMETRY_RETENTION_DAYS=$TELEMETRY_RETENTION_DAYS: must be a whole number of days from 0 (for ever) to 10000"
  exit 2
}
# ask SQL [PARAMETERS]
ask() {
  wget --quiet --tries=1 --timeout=5 --output-document=- --header="X-ClickHouse-User: $CLICKHOUSE_USER" \
    --header="X-ClickHouse-Key: $CLICKHOUSE_PASSWORD" --post-data="$1" "http://$CLICKHOUSE_HOST:8123/${2:-}"
}
# By the clock: where a firewall drops what is sent, each try takes its five seconds.
end=$(($(date +%s) + 60))
until ask 'SELECT 1' > /dev/null; do
  [ "$(date +%s)" -lt "$end" ] || { echo "ClickHouse on $CLICKHOUSE_HOST:8123 does not answer after 60 s"; exit 1; }
  sleep 0.2
done
newest=$(printf '%s\n' /schema/*.sql | tail -n 1)
wanted=$(expr "$newest" : '/schema/0*\([0-9]*\)')
if [ "$(ask 'EXISTS TABLE telemetry.schema_version')" = 1 ]; then
  found=$(ask 'SELECT max(version) FROM telemetry.schema_version')
  [ "$found" -le "$wanted" ] || {
    echo "the data is of schema version $found, newer than these files ($wanted): use the newer stack, or begin with new data"
    exit 1
  }
fi
for file in /schema/*.sql; do
  condition=$(sed -n 's/^-- only where: //p' "$file")
  if [ -z "$condition" ] || [ "$(ask "$condition")" = 1 ]; then set -- "$@" "$file"; fi
done
clickhouse-client --queries-file "$@"
# Materialized views that were there already get the query of their file. Replacing them would lose an insert in that moment: it finds none,
# and what a landing table of engine Null hands to no view is gone.
awk '/^CREATE MATERIALIZED VIEW IF NOT EXISTS /{ print "ALTER TABLE " $7 " MODIFY QUERY"; on = 1; next } on { print } /;[[:space:]]*$/{ on = 0 }' \
  /schema/*.sql > /tmp/views.sql
clickhouse-client --queries-file /tmp/views.sql
# Rows that came longer ago are deleted by ClickHouse in the background.
ask "$(cat /retention.sql)" "?param_days=$days" > /tmp/retention.sql
while read -r statement; do clickhouse-client --query "$statement" < /dev/null; done < /tmp/retention.sql
echo "the schema is at version $wanted"
