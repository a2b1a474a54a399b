#!/bin/sh
# How many proposed edits people accept, by tool and language.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- How many proposed edits people accept, by tool and language.
-- From the client's counter of decisions.
SELECT
    c.tool_name AS tool_name,
    c.language AS language,
    round(sumIf(c.increment, c.decision = 'accept'), 6) AS accepted,
    round(sumIf(c.increment, c.decision = 'reject'), 6) AS rejected,
    if(accepted + rejected = 0, NULL, round(100 * accepted / (accepted + rejected), 1)) AS accepted_percent
FROM telemetry.telemetry_counters AS c
WHERE c.metric_name = 'code_edit_tool.decision'
  AND c.timestamp >= {from:DateTime64(3, 'UTC')}
  AND c.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(c.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR c.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR c.git_branch = {branch:String})
GROUP BY tool_name, language
ORDER BY accepted + rejected DESC, tool_name NULLS LAST, language NULLS LAST
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
