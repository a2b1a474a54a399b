#!/bin/sh
# Which errors the API gave, the most frequent first, with the sessions that met them.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, top, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- Which errors the API gave, the most frequent first, with the sessions that met them.
-- An error is a failed attempt: a request that was tried three times in vain is three errors.
SELECT
    e.error_type AS error_type,
    telemetry_scaled(1, e.weight) AS occurrences,
    arraySort(groupUniqArray(e.model)) AS models,
    uniqExact(e.session_id) AS sessions,
    arraySlice(arraySort(groupUniqArray(e.session_id)), 1, 10) AS affected_sessions,
    min(e.timestamp) AS first_seen,
    max(e.timestamp) AS last_seen
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'api_error'
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY error_type
ORDER BY occurrences DESC, error_type NULLS LAST
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
