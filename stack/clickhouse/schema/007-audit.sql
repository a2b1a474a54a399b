-- What the last line had to do: counts only, by day and rule, never a text. All zero means that the collector's policy held.

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
WITH
    telemetry_mask_map(LogAttributes) AS attributes,
    telemetry_mask_map(ResourceAttributes) AS resource,
    mapFilter((k, v) -> telemetry_identifies(k), LogAttributes) AS identity,
    mapFilter((k, v) -> telemetry_identifies(k), ResourceAttributes) AS resource_identity
SELECT
    toDate(now()) AS day,
    'logs' AS signal,
    arrayJoin(arrayFilter(rule -> rule != '', [
        if(telemetry_excluded(concat(Body, '\n', telemetry_values(LogAttributes))), 'path', ''),
        if(telemetry_mask_map(identity) != identity OR telemetry_mask_map(resource_identity) != resource_identity, 'identity', ''),
        if(mapFilter((k, v) -> NOT telemetry_identifies(k), attributes) != mapFilter((k, v) -> NOT telemetry_identifies(k), LogAttributes)
           OR mapFilter((k, v) -> NOT telemetry_identifies(k), resource) != mapFilter((k, v) -> NOT telemetry_identifies(k), ResourceAttributes)
           OR telemetry_mask(Body) != Body, 'pattern', '')])) AS rule,
    count() AS records
FROM telemetry.landing_logs
GROUP BY rule;

CREATE OR REPLACE MATERIALIZED VIEW telemetry.policy_audit_metrics_mv TO telemetry.policy_audit DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    toDate(now()) AS day,
    'metrics' AS signal,
    arrayJoin(arrayFilter(rule -> rule != '', [
        if(telemetry_excluded(telemetry_values(Attributes)), 'path', ''),
        if(telemetry_mask_map(Attributes) != Attributes OR telemetry_mask_map(ResourceAttributes) != ResourceAttributes, 'pattern', '')])) AS rule,
    count() AS records
FROM telemetry.landing_metrics_sum
GROUP BY rule;

INSERT INTO telemetry.schema_version (version, name) VALUES (7, 'policy audit');
