#!/bin/sh
# What the month cost so far, and what it will cost if it goes on like this.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: to, tz, limit, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- What the month cost so far, and what it will cost if it goes on like this.
-- The month is that of `to` by the calendar of the time zone; the forecast is what was spent, times the month's length over the time that passed.
WITH
    toStartOfMonth(toDate32({to:DateTime64(3, 'UTC')}, {tz:String})) AS first_day,
    toUnixTimestamp(toDateTime(toString(first_day), {tz:String})) AS began,
    toUnixTimestamp(toDateTime(toString(addMonths(first_day, 1)), {tz:String})) AS ends,
    toFloat64(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})) / 1000 AS now_at
SELECT
    first_day AS month,
    round(sum(ifNull(e.cost_usd, 0) * e.weight), 6) AS spent_usd,
    if(now_at <= began, NULL, round(sum(ifNull(e.cost_usd, 0) * e.weight) * (ends - began) / (now_at - began), 6)) AS forecast_usd,
    {limit:Float64} AS limit_usd,
    if({limit:Float64} = 0, NULL, round(100 * sum(ifNull(e.cost_usd, 0) * e.weight) / {limit:Float64}, 1)) AS used_percent
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'api_request'
  AND e.timestamp >= toDateTime64(toString(first_day), 3, {tz:String})
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
SQL
)
# The password goes in by standard input, so that no list of processes shows it.
printf 'user = "analyst:%s"\n' "$CLICKHOUSE_PASSWORD" | curl --config - --silent --show-error --fail-with-body \
  --get "${url%/}/" \
  --data-urlencode "param_to=${to:-$(date -u '+%Y-%m-%d %H:%M:%S')}" \
  --data-urlencode "param_tz=${tz:-UTC}" \
  --data-urlencode "param_limit=${limit:-0}" \
  --data-urlencode "param_user=${user:-}" \
  --data-urlencode "param_chapter=${chapter:-}" \
  --data-urlencode "param_branch=${branch:-}" \
  --data-urlencode "default_format=${FORMAT:-PrettyCompactMonoBlock}" ${dataset:+--data-urlencode "log_comment=dataset:$dataset"} \
  --data-urlencode "query=$sql"
