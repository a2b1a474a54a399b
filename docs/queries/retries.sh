#!/bin/sh
# How often requests failed, were given up or refused, by model.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- How often requests failed, were given up or refused, by model.
-- `errors` are failed attempts beside the answered `requests`; `exhausted` are requests that were given up after the last attempt.
SELECT
    e.model AS model,
    telemetry_scaled(e.event_type = 'api_request', e.weight) AS requests,
    telemetry_scaled(e.event_type = 'api_error', e.weight) AS errors,
    maxIf(e.attempt, e.event_type = 'api_error') AS highest_attempt,
    telemetry_scaled(e.event_type = 'api_retries_exhausted', e.weight) AS exhausted,
    telemetry_scaled(e.event_type = 'api_refusal', e.weight) AS refusals,
    if(requests + errors = 0, NULL, round(100. * errors / (requests + errors), 1)) AS errors_percent
FROM telemetry.telemetry_events AS e
WHERE e.event_type IN ('api_request', 'api_error', 'api_retries_exhausted', 'api_refusal')
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY model
ORDER BY errors DESC, model NULLS LAST
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
