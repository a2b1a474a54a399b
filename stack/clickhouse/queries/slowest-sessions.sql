-- Which sessions took the longest, from their first event to their last.
-- Only what lies in the window counts: of a session that began before it, the part in it.
SELECT
    e.session_id AS session_id,
    min(e.user_id) AS user_id,
    min(e.timestamp) AS started,
    max(e.timestamp) AS ended,
    intDiv(toUnixTimestamp64Nano(ended) - toUnixTimestamp64Nano(started), 1000000000) AS seconds,
    round(sumIf(ifNull(e.cost_usd, 0), e.event_type = 'api_request'), 6) AS cost_usd,
    countIf(e.event_type = 'api_request') AS requests,
    countIf(e.event_type = 'api_error') AS errors,
    countIf(e.event_type = 'tool_result') AS tool_calls
FROM telemetry.telemetry_events AS e
WHERE e.session_id IS NOT NULL
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY session_id
ORDER BY seconds DESC, session_id
LIMIT {top:UInt32}
