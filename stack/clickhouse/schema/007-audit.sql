-- What the last line had to do: counts only, by day and rule, never a text. All zero means that every text the database
-- keeps of a record came masked and every identity hashed, as far as the patterns of 002-functions.sql can tell.

CREATE TABLE IF NOT EXISTS telemetry.policy_audit
(
    day     Date,
    signal  LowCardinality(String),
    rule    LowCardinality(String) COMMENT 'path: not stored; identity: an unhashed one was removed; pattern: a text was masked',
    records UInt64
)
ENGINE = SummingMergeTree
ORDER BY (day, signal, rule);

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.policy_audit_logs_mv TO telemetry.policy_audit DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    arrayConcat(mapKeys(LogAttributes), mapKeys(ResourceAttributes), mapKeys(ScopeAttributes), ['', '', '']) AS names,
    arrayConcat(mapValues(LogAttributes), mapValues(ResourceAttributes), mapValues(ScopeAttributes), [Body, EventName, ScopeName]) AS texts
SELECT
    toDate(now()) AS day,
    'logs' AS signal,
    arrayJoin(telemetry_rules(
        telemetry_excluded(concat(Body, '\n', telemetry_values(LogAttributes))),
        telemetry_unhashed(names, texts),
        telemetry_unmasked(names, texts))) AS rule,
    count() AS records
FROM telemetry.landing_logs
GROUP BY rule;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.policy_audit_metrics_mv TO telemetry.policy_audit DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    arrayConcat(mapKeys(Attributes), mapKeys(ResourceAttributes), ['', '']) AS names,
    arrayConcat(mapValues(Attributes), mapValues(ResourceAttributes), [MetricName, ScopeName]) AS texts
SELECT
    toDate(now()) AS day,
    'metrics' AS signal,
    arrayJoin(telemetry_rules(
        telemetry_excluded(telemetry_values(Attributes)),
        telemetry_unhashed(names, texts),
        telemetry_unmasked(names, texts))) AS rule,
    count() AS records
FROM telemetry.landing_points
GROUP BY rule;

INSERT INTO telemetry.schema_version (version, name) VALUES (7, 'policy audit');
