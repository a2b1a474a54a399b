-- What the client's counters counted, by the time at which they did: deltas as they are, cumulative points as their difference from the one
-- before in the same series with the same start. A cumulative point that is less than the one before began again without saying so.

CREATE OR REPLACE VIEW telemetry.telemetry_counters DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    timestamp, metric_name, session_id, user_id, chapter_id, git_branch, type, model, tool_name, decision, language,
    assumeNotNull(value) AS increment
FROM telemetry.telemetry_metrics
WHERE kind = 'sum' AND temporality != 2 AND value IS NOT NULL
UNION ALL
SELECT
    timestamp, metric_name, session_id, user_id, chapter_id, git_branch, type, model, tool_name, decision, language,
    if(row_number() OVER series = 1 OR total < lagInFrame(total) OVER series, total, total - lagInFrame(total) OVER series) AS increment
FROM
(
    SELECT *, assumeNotNull(value) AS total
    FROM telemetry.telemetry_metrics
    WHERE kind = 'sum' AND temporality = 2 AND value IS NOT NULL
)
WINDOW series AS (
    PARTITION BY metric_name, session_id, start_timestamp, toString(mapSort(attributes)), toString(mapSort(resource_attributes))
    ORDER BY timestamp, total ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

INSERT INTO telemetry.schema_version (version, name) VALUES (10, 'counters');
