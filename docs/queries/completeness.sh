#!/bin/sh
# Whether events and metrics of each session tell the same cost and tokens, so that a client that stops reporting one of them is seen.
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: from, to, user, chapter, branch, top, dataset. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
-- Whether events and metrics of each session tell the same cost and tokens, so that a client that stops reporting one of them is seen.
-- They agree within a cent or one in a hundred. Of a sampled session all is stored or nothing, so nothing is scaled. Metrics are sent up to a minute later than events: a window that ends now may lack them.
SELECT
    session_id, requests, request_ids, cost_usd, metric_cost_usd, difference_usd, tokens, metric_tokens, difference_tokens,
    multiIf(
        abs(difference_usd) <= usd_allowed AND abs(difference_tokens) <= tokens_allowed, 'agree',
        metric_cost_usd = 0 AND metric_tokens = 0, 'no metrics',
        cost_usd = 0 AND tokens = 0, if(max(heaviest) OVER () > 1, 'no events, perhaps sampled out', 'no events'),
        difference_usd > usd_allowed OR difference_tokens > tokens_allowed, 'metrics are less',
        'events are less') AS reading
FROM
(
    SELECT
        session_id,
        sum(is_request) AS requests,
        uniqExact(request) AS request_ids,
        max(weight) AS heaviest,
        round(sum(cost), 6) AS cost_usd,
        round(sum(metric_cost), 6) AS metric_cost_usd,
        round(sum(cost) - sum(metric_cost), 6) AS difference_usd,
        sum(event_tokens) AS tokens,
        toInt64(round(sum(counted_tokens))) AS metric_tokens,
        tokens - metric_tokens AS difference_tokens,
        greatest(0.01, 0.01 * greatest(cost_usd, metric_cost_usd)) AS usd_allowed,
        0.01 * greatest(tokens, metric_tokens) AS tokens_allowed
    FROM
    (
        SELECT
            e.session_id AS session_id,
            1 AS is_request,
            e.request_id AS request,
            ifNull(e.cost_usd, 0) AS cost,
            0. AS metric_cost,
            ifNull(e.tokens, 0) AS event_tokens,
            0. AS counted_tokens,
            e.weight AS weight
        FROM telemetry.telemetry_events AS e
        WHERE e.event_type = 'api_request'
          AND e.timestamp >= {from:DateTime64(3, 'UTC')}
          AND e.timestamp < {to:DateTime64(3, 'UTC')}
          AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
          AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
          AND ({branch:String} = '' OR e.git_branch = {branch:String})
        UNION ALL
        SELECT
            c.session_id, 0, NULL, 0.,
            if(c.metric_name = 'cost.usage', c.increment, 0),
            0,
            if(c.metric_name = 'token.usage', c.increment, 0),
            1.
        FROM telemetry.telemetry_counters AS c
        WHERE c.metric_name IN ('cost.usage', 'token.usage')
          AND c.timestamp >= {from:DateTime64(3, 'UTC')}
          AND c.timestamp < {to:DateTime64(3, 'UTC')}
          AND startsWith(replaceOne(ifNull(c.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
          AND ({chapter:String} = '' OR c.chapter_id = {chapter:String})
          AND ({branch:String} = '' OR c.git_branch = {branch:String})
    )
    GROUP BY session_id
)
ORDER BY abs(difference_usd) DESC, session_id NULLS LAST
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
