-- Log records as they are kept: masked once more, whole, and with the identity that tells a retry from a new event.

CREATE TABLE IF NOT EXISTS telemetry.logs_raw
(
    event_id            UUID COMMENT 'Identity: hash of what tells an event from another (docs/data-model.md)',
    timestamp           DateTime64(9, 'UTC'),
    body                String,
    event_name          String COMMENT 'OTLP EventName; the client leaves it empty',
    severity_text       LowCardinality(String),
    severity_number     UInt8,
    trace_id            String,
    span_id             String,
    trace_flags         UInt8,
    scope_name          LowCardinality(String),
    scope_version       LowCardinality(String),
    scope_attributes    Map(LowCardinality(String), String),
    resource_attributes Map(LowCardinality(String), String),
    attributes          Map(LowCardinality(String), String),
    received_at         DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (toDate32(timestamp), attributes['session.id'], timestamp);

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.logs_raw_mv TO telemetry.logs_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    reinterpretAsUUID(sipHash128(
        ifNull(telemetry_either(LogAttributes, ResourceAttributes, 'session.id'), ''),
        LogAttributes['event.sequence'],
        toUnixTimestamp64Nano(Timestamp),
        if(mapContains(LogAttributes, 'event.name'), LogAttributes['event.name'], Body),
        LogAttributes['prompt.id'],
        LogAttributes['tool_use_id'],
        LogAttributes['request_id'])) AS event_id,
    Timestamp AS timestamp,
    telemetry_mask_text(Body) AS body,
    telemetry_mask_text(EventName) AS event_name,
    SeverityText AS severity_text,
    SeverityNumber AS severity_number,
    TraceId AS trace_id,
    SpanId AS span_id,
    TraceFlags AS trace_flags,
    telemetry_mask_text(ScopeName) AS scope_name,
    ScopeVersion AS scope_version,
    telemetry_mask_map(ScopeAttributes) AS scope_attributes,
    telemetry_mask_map(ResourceAttributes) AS resource_attributes,
    telemetry_mask_map(LogAttributes) AS attributes
FROM telemetry.landing_logs
WHERE NOT telemetry_excluded(concat(Body, '\n', telemetry_values(LogAttributes)));

INSERT INTO telemetry.schema_version (version, name) VALUES (4, 'log records');
