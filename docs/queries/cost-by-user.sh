#!/bin/sh
# What each person cost.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- What each person cost.
-- What was sent without one is in a row of its own. Rows add up to the overview; so do two windows that meet, except for `sessions`.
SELECT
    e.user_id AS user_id,
    round(sum(ifNull(e.cost_usd, 0) * e.weight), 6) AS cost_usd,
    telemetry_scaled(1, e.weight) AS requests,
    telemetry_scaled(e.cost_usd IS NULL, e.weight) AS unpriced,
    uniqExact(e.session_id) AS sessions,
    telemetry_scaled(e.input_tokens, e.weight) AS input_tokens,
    telemetry_scaled(e.output_tokens, e.weight) AS output_tokens,
    telemetry_scaled(e.cache_read_tokens, e.weight) AS cache_read_tokens,
    telemetry_scaled(e.cache_creation_tokens, e.weight) AS cache_creation_tokens
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'api_request'
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY ALL
ORDER BY cost_usd DESC, user_id NULLS LAST
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
