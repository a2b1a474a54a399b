#!/bin/sh
# What it cost, who worked, and what came of it: one row.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- What it cost, who worked, and what came of it: one row.
-- Cost and tokens are of answered requests only; commits, pull requests and time are of the client's counters.
SELECT
    events.*,
    counters.*
FROM
(
    SELECT
        round(sumIf(ifNull(e.cost_usd, 0) * e.weight, e.event_type = 'api_request'), 6) AS cost_usd,
        telemetry_scaled(e.event_type = 'api_request', e.weight) AS requests,
        telemetry_scaled(e.event_type = 'api_request' AND e.cost_usd IS NULL, e.weight) AS unpriced,
        length(groupUniqArray(e.session_id)) AS sessions,
        length(groupUniqArray(e.user_id)) AS users,
        telemetry_scaled(if(e.event_type = 'api_request', e.input_tokens, 0), e.weight) AS input_tokens,
        telemetry_scaled(if(e.event_type = 'api_request', e.output_tokens, 0), e.weight) AS output_tokens,
        telemetry_scaled(if(e.event_type = 'api_request', e.cache_read_tokens, 0), e.weight) AS cache_read_tokens,
        telemetry_scaled(if(e.event_type = 'api_request', e.cache_creation_tokens, 0), e.weight) AS cache_creation_tokens,
        telemetry_scaled(e.event_type = 'api_error', e.weight) AS errors,
        telemetry_scaled(e.event_type = 'tool_result', e.weight) AS tool_calls,
        telemetry_scaled(e.event_type = 'tool_result' AND e.success = false, e.weight) AS tool_failures
    FROM telemetry.telemetry_events AS e
    WHERE true
      AND e.timestamp >= {from:DateTime64(3, 'UTC')}
      AND e.timestamp < {to:DateTime64(3, 'UTC')}
      AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
      AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
      AND ({branch:String} = '' OR e.git_branch = {branch:String})
) AS events
CROSS JOIN
(
    SELECT
        round(sumIf(c.increment, c.metric_name = 'commit.count'), 6) AS commits,
        round(sumIf(c.increment, c.metric_name = 'pull_request.count'), 6) AS pull_requests,
        round(sumIf(c.increment, c.metric_name = 'active_time.total'), 6) AS active_seconds
    FROM telemetry.telemetry_counters AS c
    WHERE c.metric_name IN ('commit.count', 'pull_request.count', 'active_time.total')
      AND c.timestamp >= {from:DateTime64(3, 'UTC')}
      AND c.timestamp < {to:DateTime64(3, 'UTC')}
      AND startsWith(replaceOne(ifNull(c.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
      AND ({chapter:String} = '' OR c.chapter_id = {chapter:String})
      AND ({branch:String} = '' OR c.git_branch = {branch:String})
) AS counters
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
