-- What each chapter cost.
-- What was sent without one is in a row of its own. Rows add up to the overview; so do two windows that meet, except for `sessions`.
SELECT
    e.chapter_id AS chapter_id,
    round(sum(ifNull(e.cost_usd, 0)), 6) AS cost_usd,
    count() AS requests,
    countIf(e.cost_usd IS NULL) AS unpriced,
    uniqExact(e.session_id) AS sessions,
    ifNull(sum(e.input_tokens), 0) AS input_tokens,
    ifNull(sum(e.output_tokens), 0) AS output_tokens,
    ifNull(sum(e.cache_read_tokens), 0) AS cache_read_tokens,
    ifNull(sum(e.cache_creation_tokens), 0) AS cache_creation_tokens
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'api_request'
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY ALL
ORDER BY cost_usd DESC, chapter_id NULLS LAST
