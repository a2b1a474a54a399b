-- Metric data points as they are kept, masked once more, and telemetry_metrics: one row a data point, exactly once.
-- Exemplars are not kept: they may hold attributes that no policy has seen.

CREATE TABLE IF NOT EXISTS telemetry.metrics_raw
(
    event_id            UUID COMMENT 'Identity: hash of what tells a data point from another (docs/data-model.md)',
    kind                LowCardinality(String) COMMENT 'sum, gauge, histogram, exp_histogram, summary',
    name                LowCardinality(String),
    unit                LowCardinality(String),
    start_timestamp     DateTime64(9, 'UTC'),
    timestamp           DateTime64(9, 'UTC'),
    value               Nullable(Float64) COMMENT 'Of a sum or gauge; NULL for the other kinds, whose numbers stand in detail',
    detail              Map(LowCardinality(String), String),
    temporality         Int32 COMMENT '0 unspecified, 1 delta, 2 cumulative',
    monotonic           Bool,
    flags               UInt32,
    scope_name          LowCardinality(String),
    scope_version       LowCardinality(String),
    resource_attributes Map(LowCardinality(String), String),
    attributes          Map(LowCardinality(String), String),
    received_at         DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (toDate32(timestamp), name, timestamp);

-- The five kinds brought to one shape, unmasked as they came. Engine Null: nothing stays.
CREATE TABLE IF NOT EXISTS telemetry.landing_points
(
    kind               LowCardinality(String),
    MetricName         String,
    MetricUnit         String,
    StartTimeUnix      DateTime64(9, 'UTC'),
    TimeUnix           DateTime64(9, 'UTC'),
    Value              Nullable(Float64),
    detail             Map(LowCardinality(String), String),
    Temporality        Int32,
    Monotonic          Bool,
    Flags              UInt32,
    ScopeName          String,
    ScopeVersion       String,
    ScopeAttributes    Map(LowCardinality(String), String),
    ResourceAttributes Map(LowCardinality(String), String),
    Attributes         Map(LowCardinality(String), String)
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.metrics_raw_gauge_mv TO telemetry.landing_points DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT 'gauge' AS kind, MetricName, MetricUnit, StartTimeUnix, TimeUnix, Value AS Value,
    map() AS detail,
    0 AS Temporality, false AS Monotonic, Flags, ScopeName, ScopeVersion, ScopeAttributes, ResourceAttributes, Attributes
FROM telemetry.landing_metrics_gauge;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.metrics_raw_sum_mv TO telemetry.landing_points DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT 'sum' AS kind, MetricName, MetricUnit, StartTimeUnix, TimeUnix, Value AS Value,
    map() AS detail,
    AggregationTemporality AS Temporality, IsMonotonic AS Monotonic, Flags, ScopeName, ScopeVersion, ScopeAttributes, ResourceAttributes, Attributes
FROM telemetry.landing_metrics_sum;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.metrics_raw_histogram_mv TO telemetry.landing_points DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT 'histogram' AS kind, MetricName, MetricUnit, StartTimeUnix, TimeUnix, CAST(NULL, 'Nullable(Float64)') AS Value,
    map('count', toString(Count), 'sum', toString(Sum), 'min', toString(Min), 'max', toString(Max), 'bucket_counts', toString(BucketCounts), 'explicit_bounds', toString(ExplicitBounds)) AS detail,
    AggregationTemporality AS Temporality, false AS Monotonic, Flags, ScopeName, ScopeVersion, ScopeAttributes, ResourceAttributes, Attributes
FROM telemetry.landing_metrics_histogram;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.metrics_raw_exp_histogram_mv TO telemetry.landing_points DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT 'exp_histogram' AS kind, MetricName, MetricUnit, StartTimeUnix, TimeUnix, CAST(NULL, 'Nullable(Float64)') AS Value,
    map('count', toString(Count), 'sum', toString(Sum), 'min', toString(Min), 'max', toString(Max), 'scale', toString(Scale), 'zero_count', toString(ZeroCount), 'positive_offset', toString(PositiveOffset), 'positive_bucket_counts', toString(PositiveBucketCounts), 'negative_offset', toString(NegativeOffset), 'negative_bucket_counts', toString(NegativeBucketCounts)) AS detail,
    AggregationTemporality AS Temporality, false AS Monotonic, Flags, ScopeName, ScopeVersion, ScopeAttributes, ResourceAttributes, Attributes
FROM telemetry.landing_metrics_exp_histogram;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.metrics_raw_summary_mv TO telemetry.landing_points DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT 'summary' AS kind, MetricName, MetricUnit, StartTimeUnix, TimeUnix, CAST(NULL, 'Nullable(Float64)') AS Value,
    map('count', toString(Count), 'sum', toString(Sum), 'quantiles', toString(ValueAtQuantiles.Quantile), 'values', toString(ValueAtQuantiles.Value)) AS detail,
    0 AS Temporality, false AS Monotonic, Flags, ScopeName, ScopeVersion, ScopeAttributes, ResourceAttributes, Attributes
FROM telemetry.landing_metrics_summary;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.metrics_raw_mv TO telemetry.metrics_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    reinterpretAsUUID(sipHash128(
        kind, MetricName, MetricUnit, toUnixTimestamp64Nano(StartTimeUnix), toUnixTimestamp64Nano(TimeUnix),
        reinterpretAsUInt64(ifNull(Value, 0)), toString(detail),
        toString(arraySort(arrayFilter(item -> item.1 NOT LIKE 'user.%', arrayZip(mapKeys(Attributes), mapValues(Attributes))))),
        ifNull(telemetry_either(Attributes, ResourceAttributes, 'session.id'), ''))) AS event_id,
    kind,
    telemetry_mask_text(MetricName) AS name,
    MetricUnit AS unit,
    StartTimeUnix AS start_timestamp,
    TimeUnix AS timestamp,
    Value AS value,
    detail,
    Temporality AS temporality,
    Monotonic AS monotonic,
    Flags AS flags,
    telemetry_mask_text(ScopeName) AS scope_name,
    ScopeVersion AS scope_version,
    telemetry_mask_map(ResourceAttributes) AS resource_attributes,
    telemetry_mask_map(Attributes) AS attributes
FROM telemetry.landing_points
WHERE NOT telemetry_excluded(telemetry_values(Attributes));

CREATE TABLE IF NOT EXISTS telemetry.telemetry_metrics_rows
(
    event_id            UUID,
    timestamp           DateTime64(9, 'UTC'),
    start_timestamp     Nullable(DateTime64(9, 'UTC')),
    metric_name         LowCardinality(String) COMMENT 'Without the prefix claude_code.',
    unit                LowCardinality(String),
    kind                LowCardinality(String),
    temporality         Int32,
    value               Nullable(Float64),
    session_id          Nullable(String),
    user_id             Nullable(String),
    organization_id     LowCardinality(Nullable(String)),
    chapter_id          LowCardinality(Nullable(String)),
    chapter_number      Nullable(Int64),
    feature_id          LowCardinality(Nullable(String)),
    git_branch          LowCardinality(Nullable(String)),
    code_version        LowCardinality(Nullable(String)),
    terminal_type       LowCardinality(Nullable(String)),
    type                LowCardinality(Nullable(String)),
    model               LowCardinality(Nullable(String)),
    query_source        LowCardinality(Nullable(String)),
    effort              LowCardinality(Nullable(String)),
    tool_name           LowCardinality(Nullable(String)),
    decision            LowCardinality(Nullable(String)),
    decision_source     LowCardinality(Nullable(String)),
    language            LowCardinality(Nullable(String)),
    start_type          LowCardinality(Nullable(String)),
    detail              Map(LowCardinality(String), String),
    attributes          Map(LowCardinality(String), String),
    resource_attributes Map(LowCardinality(String), String),
    received_at         DateTime64(3, 'UTC'),
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (metric_name, toDate32(timestamp), timestamp, event_id);

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.telemetry_metrics_mv TO telemetry.telemetry_metrics_rows DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id,
    timestamp,
    nullIf(start_timestamp, toDateTime64(0, 9, 'UTC')) AS start_timestamp,
    replaceRegexpOne(name, '^claude_code\\.', '') AS metric_name,
    unit,
    kind,
    temporality,
    if(isFinite(value), value, NULL) AS value,
    telemetry_either(attributes, resource_attributes, 'session.id') AS session_id,
    telemetry_either(resource_attributes, attributes, 'user.id') AS user_id,
    telemetry_either(resource_attributes, attributes, 'organization.id') AS organization_id,
    telemetry_either(attributes, resource_attributes, 'chapter.number') AS chapter_id,
    telemetry_int(telemetry_either(attributes, resource_attributes, 'chapter.number')) AS chapter_number,
    telemetry_either(attributes, resource_attributes, 'feature.id') AS feature_id,
    telemetry_either(attributes, resource_attributes, 'git.branch') AS git_branch,
    coalesce(telemetry_either(attributes, resource_attributes, 'code.version'),
             telemetry_text(attributes, 'app.version'),
             telemetry_text(resource_attributes, 'service.version'),
             nullIf(toString(scope_version), '')) AS code_version,
    telemetry_text(attributes, 'terminal.type') AS terminal_type,
    telemetry_text(attributes, 'type') AS type,
    telemetry_text(attributes, 'model') AS model,
    telemetry_text(attributes, 'query_source') AS query_source,
    telemetry_text(attributes, 'effort') AS effort,
    telemetry_text(attributes, 'tool_name') AS tool_name,
    telemetry_text(attributes, 'decision') AS decision,
    telemetry_text(attributes, 'source') AS decision_source,
    telemetry_text(attributes, 'language') AS language,
    telemetry_text(attributes, 'start_type') AS start_type,
    detail,
    attributes,
    resource_attributes,
    received_at
FROM telemetry.metrics_raw;

CREATE OR REPLACE VIEW telemetry.telemetry_metrics DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * FROM telemetry.telemetry_metrics_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

INSERT INTO telemetry.schema_version (version, name) VALUES (6, 'telemetry_metrics');
