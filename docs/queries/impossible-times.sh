#!/bin/sh
# Events from before 2020, or from more than a day after they arrived: clocks that are wrong.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- Events from before 2020, or from more than a day after they arrived: clocks that are wrong.
-- No window: such events are in none that anybody asks for.
SELECT
    e.event_type AS event_type,
    countIf(e.timestamp < toDateTime64('2020-01-01', 9, 'UTC')) AS before_2020,
    countIf(e.timestamp > e.received_at + INTERVAL 1 DAY) AS in_the_future,
    min(e.timestamp) AS earliest,
    max(e.timestamp) AS latest
FROM telemetry.telemetry_events AS e
WHERE e.impossible_time
GROUP BY event_type
ORDER BY event_type
SQL
)
# The password goes in by standard input, so that no list of processes shows it.
printf 'user = "analyst:%s"\n' "$CLICKHOUSE_PASSWORD" | curl --config - --silent --show-error --fail-with-body \
  --get "${url%/}/" \
  --data-urlencode "default_format=${FORMAT:-PrettyCompactMonoBlock}" ${dataset:+--data-urlencode "log_comment=dataset:$dataset"} \
  --data-urlencode "query=$sql"
