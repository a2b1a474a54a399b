-- Which errors the API gave, the most frequent first, with the sessions that met them.
-- An error is a failed attempt: a request that was tried three times in vain is three errors.
SELECT
    e.error_type AS error_type,
    telemetry_scaled(1, e.weight) AS occurrences,
    arraySort(groupUniqArray(e.model)) AS models,
    uniqExact(e.session_id) AS sessions,
    arraySlice(arraySort(groupUniqArray(e.session_id)), 1, 10) AS affected_sessions,
    min(e.timestamp) AS first_seen,
    max(e.timestamp) AS last_seen
FROM telemetry.telemetry_events AS e
WHERE e.event_type = 'api_error'
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY error_type
ORDER BY occurrences DESC, error_type NULLS LAST
LIMIT {top:UInt32}
