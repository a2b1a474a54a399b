-- How often requests failed, were given up or refused, by model.
-- `errors` are failed attempts beside the answered `requests`; `exhausted` are requests that were given up after the last attempt.
SELECT
    e.model AS model,
    telemetry_scaled(e.event_type = 'api_request', e.weight) AS requests,
    telemetry_scaled(e.event_type = 'api_error', e.weight) AS errors,
    maxIf(e.attempt, e.event_type = 'api_error') AS highest_attempt,
    telemetry_scaled(e.event_type = 'api_retries_exhausted', e.weight) AS exhausted,
    telemetry_scaled(e.event_type = 'api_refusal', e.weight) AS refusals,
    if(requests + errors = 0, NULL, round(100. * errors / (requests + errors), 1)) AS errors_percent
FROM telemetry.telemetry_events AS e
WHERE e.event_type IN ('api_request', 'api_error', 'api_retries_exhausted', 'api_refusal')
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY model
ORDER BY errors DESC, model NULLS LAST
