-- What each chapter cost.
-- What was sent without one is in a row of its own. Rows add up to the overview; so do two windows that meet, except for `sessions`.
SELECT
    e.chapter_id AS chapter_id,
    round(sum(ifNull(e.cost_usd, 0) * e.weight), 6) AS cost_usd,
    telemetry_scaled(1, e.weight) AS requests,
    telemetry_scaled(e.cost_usd IS NULL, e.weight) AS unpriced,
    uniqExact(e.session_id) AS sessions,
    telemetry_scaled(e.input_tokens, e.weight) AS input_tokens,
    telemetry_scaled(e.output_tokens, e.weight) AS output_tokens,
    telemetry_scaled(e.cache_read_tokens, e.weight) AS cache_read_tokens,
    telemetry_scaled(e.cache_creation_tokens, e.weight) AS cache_creation_tokens
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'api_request'
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY ALL
ORDER BY cost_usd DESC, chapter_id NULLS LAST
