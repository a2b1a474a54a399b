#!/bin/sh
# What happened in one session, in order, and how long nothing happened.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: session, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- What happened in one session, in order, and how long nothing happened.
-- Two processes may share a session: time decides, then their own count. A resumed session is one session.
SELECT
    e.timestamp AS timestamp,
    intDiv(toUnixTimestamp64Nano(e.timestamp) - min(toUnixTimestamp64Nano(e.timestamp)) OVER (), 1000000) AS offset_ms,
    if(row_number() OVER steps = 1, NULL,
       intDiv(toUnixTimestamp64Nano(e.timestamp) - lagInFrame(toUnixTimestamp64Nano(e.timestamp)) OVER steps, 1000000)) AS gap_ms,
    e.sequence AS sequence,
    e.event_type AS event_type,
    e.tool_name AS tool_name,
    e.success AS success,
    e.duration_ms AS duration_ms,
    e.model AS model,
    round(e.cost_usd, 6) AS cost_usd,
    e.error_type AS error_type
FROM telemetry.telemetry_events AS e
WHERE e.session_id = {session:String}
WINDOW steps AS (ORDER BY e.timestamp, e.sequence NULLS LAST, e.event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
ORDER BY e.timestamp, e.sequence NULLS LAST, e.event_id
SQL
)
# The password goes in by standard input, so that no list of processes shows it.
printf 'user = "analyst:%s"\n' "$CLICKHOUSE_PASSWORD" | curl --config - --silent --show-error --fail-with-body \
  --get "${url%/}/" \
  --data-urlencode "param_session=${session:?which session=…}" \
  --data-urlencode "default_format=${FORMAT:-PrettyCompactMonoBlock}" ${dataset:+--data-urlencode "log_comment=dataset:$dataset"} \
  --data-urlencode "query=$sql"
