-- What it cost, who worked, and what came of it: one row.
-- Cost and tokens are of answered requests only; commits, pull requests and time are of the client's counters.
SELECT
    events.*,
    counters.*
FROM
(
    SELECT
        round(sumIf(ifNull(e.cost_usd, 0), e.event_type = 'api_request'), 6) AS cost_usd,
        countIf(e.event_type = 'api_request') AS requests,
        countIf(e.event_type = 'api_request' AND e.cost_usd IS NULL) AS unpriced,
        uniqExact(e.session_id) AS sessions,
        uniqExact(e.user_id) AS users,
        ifNull(sumIf(e.input_tokens, e.event_type = 'api_request'), 0) AS input_tokens,
        ifNull(sumIf(e.output_tokens, e.event_type = 'api_request'), 0) AS output_tokens,
        ifNull(sumIf(e.cache_read_tokens, e.event_type = 'api_request'), 0) AS cache_read_tokens,
        ifNull(sumIf(e.cache_creation_tokens, e.event_type = 'api_request'), 0) AS cache_creation_tokens,
        countIf(e.event_type = 'api_error') AS errors,
        countIf(e.event_type = 'tool_result') AS tool_calls,
        countIf(e.event_type = 'tool_result' AND e.success = false) AS tool_failures
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
