#!/bin/sh
# How much of what the models read came from the cache.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- How much of what the models read came from the cache.
-- Read from the cache, divided by all that was read: input, cache read and cache creation are disjoint.
SELECT
    e.model AS model,
    telemetry_scaled(1, e.weight) AS requests,
    telemetry_scaled(e.input_tokens, e.weight) AS input_tokens,
    telemetry_scaled(e.cache_read_tokens, e.weight) AS cache_read_tokens,
    telemetry_scaled(e.cache_creation_tokens, e.weight) AS cache_creation_tokens,
    if(input_tokens + cache_read_tokens + cache_creation_tokens = 0, NULL,
       round(100. * cache_read_tokens / (toFloat64(input_tokens) + cache_read_tokens + cache_creation_tokens), 1)) AS read_percent
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'api_request'
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY model
ORDER BY cache_read_tokens DESC, model NULLS LAST
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
