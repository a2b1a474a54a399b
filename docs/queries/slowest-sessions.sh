#!/bin/sh
# Which sessions took the longest, from their first event to their last.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, top, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- Which sessions took the longest, from their first event to their last.
-- Only what lies in the window counts: of a session that began before it, the part in it.
SELECT
    e.session_id AS session_id,
    min(e.user_id) AS user_id,
    min(e.timestamp) AS started,
    max(e.timestamp) AS ended,
    intDiv(toUnixTimestamp64Nano(ended) - toUnixTimestamp64Nano(started), 1000000000) AS seconds,
    round(sumIf(ifNull(e.cost_usd, 0), e.event_type = 'api_request'), 6) AS cost_usd,
    countIf(e.event_type = 'api_request') AS requests,
    countIf(e.event_type = 'api_error') AS errors,
    countIf(e.event_type = 'tool_result') AS tool_calls
FROM telemetry.telemetry_events AS e
WHERE e.session_id IS NOT NULL
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY session_id
ORDER BY seconds DESC, session_id
LIMIT {top:UInt32}
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
  --data-urlencode "param_top=${top:-20}" \
  --data-urlencode "default_format=${FORMAT:-PrettyCompactMonoBlock}" ${dataset:+--data-urlencode "log_comment=dataset:$dataset"} \
  --data-urlencode "query=$sql"
