-- What happened in one session, in order, and how long nothing happened.
-- Two processes may share a session: time decides, then their own count. A resumed session is one session.
SELECT
    e.timestamp AS timestamp,
    intDiv(toUnixTimestamp64Nano(e.timestamp) - min(toUnixTimestamp64Nano(e.timestamp)) OVER (), 1000000) AS offset_ms,
    if(row_number() OVER steps = 1, NULL,
       intDiv(toUnixTimestamp64Nano(e.timestamp) - lagInFrame(toUnixTimestamp64Nano(e.timestamp)) OVER steps, 1000000)) AS gap_ms,
    e.sequence AS sequence,
    e.event_type AS event_type,
    e.tool_name AS tool_name,
    e.success AS success,
    e.duration_ms AS duration_ms,
    e.model AS model,
    round(e.cost_usd, 6) AS cost_usd,
    e.error_type AS error_type
FROM telemetry.telemetry_events AS e
WHERE e.session_id = {session:String}
WINDOW steps AS (ORDER BY e.timestamp, e.sequence NULLS LAST, e.event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
ORDER BY e.timestamp, e.sequence NULLS LAST, e.event_id
