#!/bin/sh
# Commits and pull requests by branch, and what their branch cost.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- Commits and pull requests by branch, and what their branch cost.
-- A branch without commits has its cost, and no cost for each. What merged branches cost does not move to where they went.
SELECT
    git_branch,
    round(sum(new_commits), 6) AS commits,
    round(sum(new_pull_requests), 6) AS pull_requests,
    round(sum(cost), 6) AS cost_usd,
    if(commits = 0, NULL, round(sum(cost) / commits, 6)) AS usd_per_commit,
    if(pull_requests = 0, NULL, round(sum(cost) / pull_requests, 6)) AS usd_per_pull_request
FROM
(
    SELECT
        c.git_branch AS git_branch,
        if(c.metric_name = 'commit.count', c.increment, 0) AS new_commits,
        if(c.metric_name = 'pull_request.count', c.increment, 0) AS new_pull_requests,
        0. AS cost
    FROM telemetry.telemetry_counters AS c
    WHERE c.metric_name IN ('commit.count', 'pull_request.count')
      AND c.timestamp >= {from:DateTime64(3, 'UTC')}
      AND c.timestamp < {to:DateTime64(3, 'UTC')}
      AND startsWith(replaceOne(ifNull(c.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
      AND ({chapter:String} = '' OR c.chapter_id = {chapter:String})
      AND ({branch:String} = '' OR c.git_branch = {branch:String})
    UNION ALL
    SELECT e.git_branch, 0., 0., ifNull(e.cost_usd, 0) * e.weight
    FROM telemetry.telemetry_events AS e
    WHERE e.event_type = 'api_request'
      AND e.timestamp >= {from:DateTime64(3, 'UTC')}
      AND e.timestamp < {to:DateTime64(3, 'UTC')}
      AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
      AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
      AND ({branch:String} = '' OR e.git_branch = {branch:String})
)
GROUP BY git_branch
ORDER BY cost_usd DESC, git_branch NULLS LAST
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
