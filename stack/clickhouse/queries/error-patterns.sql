-- API errors of the 30 days before `now`, the most frequent first, with the sessions that met them.
SELECT
    error_type,
    count() AS occurrences,
    arraySort(groupUniqArray(session_id)) AS affected_sessions
FROM telemetry.telemetry_events
WHERE event_type = 'api_error'
  AND timestamp > {now:DateTime64(3, 'UTC')} - INTERVAL 30 DAY
  AND timestamp <= {now:DateTime64(3, 'UTC')}
GROUP BY error_type
ORDER BY occurrences DESC, error_type
LIMIT 10
