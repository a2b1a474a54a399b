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

CREATE OR REPLACE MATERIALIZED VIEW telemetry.policy_audit_logs_mv TO telemetry.policy_audit DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    toDate(now()) AS day,
    'logs' AS signal,
    arrayJoin(telemetry_rules(
        telemetry_excluded(concat(Body, '\n', telemetry_values(LogAttributes))),
        telemetry_unhashed(LogAttributes) OR telemetry_unhashed(ResourceAttributes) OR telemetry_unhashed(ScopeAttributes),
        telemetry_unmasked(LogAttributes) OR telemetry_unmasked(ResourceAttributes) OR telemetry_unmasked(ScopeAttributes)
            OR telemetry_mask_text(Body) != Body OR telemetry_mask_text(EventName) != EventName OR telemetry_mask_text(ScopeName) != ScopeName)) AS rule,
    count() AS records
FROM telemetry.landing_logs
GROUP BY rule;

CREATE OR REPLACE MATERIALIZED VIEW telemetry.policy_audit_metrics_mv TO telemetry.policy_audit DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    toDate(now()) AS day,
    'metrics' AS signal,
    arrayJoin(telemetry_rules(
        telemetry_excluded(telemetry_values(Attributes)),
        telemetry_unhashed(Attributes) OR telemetry_unhashed(ResourceAttributes),
        telemetry_unmasked(Attributes) OR telemetry_unmasked(ResourceAttributes)
            OR telemetry_mask_text(MetricName) != MetricName OR telemetry_mask_text(ScopeName) != ScopeName)) AS rule,
    count() AS records
FROM telemetry.landing_points
GROUP BY rule;

INSERT INTO telemetry.schema_version (version, name) VALUES (7, 'policy audit');
