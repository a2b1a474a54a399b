#!/bin/sh
# Of how many records the database had to mask or leave out what the collector should have.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- Of how many records the database had to mask or leave out what the collector should have.
-- All zero but `forgotten` is well. Whole days of UTC that touch the window.
SELECT
    a.signal AS signal,
    a.rule AS rule,
    sum(a.records) AS records
FROM telemetry.policy_audit AS a
WHERE a.day >= toDate({from:DateTime64(3, 'UTC')}, 'UTC')
  AND a.day <= toDate({to:DateTime64(3, 'UTC')} - INTERVAL 1 MILLISECOND, 'UTC')
GROUP BY signal, rule
ORDER BY records DESC, signal, rule
SQL
)
# The password goes in by standard input, so that no list of processes shows it.
printf 'user = "analyst:%s"\n' "$CLICKHOUSE_PASSWORD" | curl --config - --silent --show-error --fail-with-body \
  --get "${url%/}/" \
  --data-urlencode "param_from=${from:-2020-01-01 00:00:00}" \
  --data-urlencode "param_to=${to:-$(date -u '+%Y-%m-%d %H:%M:%S')}" \
  --data-urlencode "default_format=${FORMAT:-PrettyCompactMonoBlock}" ${dataset:+--data-urlencode "log_comment=dataset:$dataset"} \
  --data-urlencode "query=$sql"
