#!/bin/sh
# How often each tool was used, how often it failed, and how long it took.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- How often each tool was used, how often it failed, and how long it took.
-- A call whose result says neither success nor failure is a call, and not in the percentage.
SELECT
    e.tool_name AS tool_name,
    telemetry_scaled(1, e.weight) AS calls,
    telemetry_scaled(e.success = false, e.weight) AS failures,
    if(countIf(e.success IS NOT NULL) = 0, NULL,
       round(100. * sumIf(e.weight, e.success = true) / sumIf(e.weight, e.success IS NOT NULL), 1)) AS success_percent,
    quantileExact(0.5)(e.duration_ms) AS p50_ms,
    quantileExact(0.95)(e.duration_ms) AS p95_ms,
    max(e.duration_ms) AS max_ms,
    telemetry_scaled(e.tool_result_size_bytes, e.weight) AS result_bytes
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'tool_result'
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY tool_name
ORDER BY calls DESC, tool_name NULLS LAST
SQL
)
# The password goes in by standard input, so that no list of processes shows it.
printf 'user = "analyst:%s"\n' "$CLICKHOUSE_PASSWORD" | curl --config - --silent --show-error --fail-with-body \
  --get "${url%/}/" \
  --data-urlencode "param_from=${from:-2020-01-01 00:00:00}" \
  --data-urlencode "param_to=${to:-$(date -u '+%Y-%m-%d %H:%M:%S')}" \
  --data-urlencode "param_user=${user:-}" \
  --data-urlencode "param_chapter=${chapter:-}" \
  --data-urlencode "param_branch=${branch:-}" \
  --data-urlencode "default_format=${FORMAT:-PrettyCompactMonoBlock}" ${dataset:+--data-urlencode "log_comment=dataset:$dataset"} \
  --data-urlencode "query=$sql"
