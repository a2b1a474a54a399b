-- The trace of one session: what happened, in order. Two processes may share a session; time decides, then their own count.
SELECT
    timestamp,
    sequence,
    event_type,
    tool_name,
    success,
    duration_ms,
    model,
    cost_usd,
    error_type
FROM telemetry.telemetry_events
WHERE session_id = {session:String}
ORDER BY timestamp, sequence
