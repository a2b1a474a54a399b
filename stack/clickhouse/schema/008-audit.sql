-- What the last line had to do: counts only, by day and rule, never a text. All zero but `forgotten` means that every text the database
-- keeps of a record came masked and every identity hashed, as far as the patterns of 002-functions.sql can tell.

-- What was counted until version 7, by insert.
CREATE TABLE IF NOT EXISTS telemetry.policy_audit_before
(
    day     Date,
    signal  LowCardinality(String),
    rule    LowCardinality(String),
    records UInt64
)
ENGINE = SummingMergeTree
ORDER BY (day, signal, rule);

-- Rules: path: not stored; identity: an unhashed one was removed; pattern: a text was masked; forgotten: not stored, of a forgotten person.
CREATE OR REPLACE VIEW telemetry.policy_audit DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT day, signal, rule, sum(counted) AS records
FROM
(
    SELECT toDate(received_at) AS day, 'logs' AS signal, arrayJoin(last_line) AS rule, uniqExact(event_id) AS counted
    FROM telemetry.log_records WHERE notEmpty(last_line) AND telemetry_shown(dataset) GROUP BY ALL
    UNION ALL
    SELECT toDate(received_at) AS day, 'metrics' AS signal, arrayJoin(last_line) AS rule, uniqExact(event_id) AS counted
    FROM telemetry.metric_points WHERE notEmpty(last_line) AND telemetry_shown(dataset) GROUP BY ALL
    UNION ALL
    SELECT day, signal, rule, records AS counted FROM telemetry.policy_audit_before WHERE telemetry_shown('')
)
GROUP BY ALL;

INSERT INTO telemetry.schema_version (version, name) VALUES (8, 'policy audit');
