#!/bin/sh
# How long people worked with the client, and how long it worked by itself.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- How long people worked with the client, and how long it worked by itself.
-- From the client's counter of active time.
SELECT
    c.user_id AS user_id,
    round(sumIf(c.increment, c.type = 'user'), 6) AS user_seconds,
    round(sumIf(c.increment, c.type = 'cli'), 6) AS cli_seconds,
    round(sum(c.increment), 6) AS seconds
FROM telemetry.telemetry_counters AS c
WHERE c.metric_name = 'active_time.total'
  AND c.timestamp >= {from:DateTime64(3, 'UTC')}
  AND c.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(c.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR c.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR c.git_branch = {branch:String})
GROUP BY user_id
ORDER BY seconds DESC, user_id NULLS LAST
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
