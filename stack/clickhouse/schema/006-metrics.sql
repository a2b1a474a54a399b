-- Metric data points as they are kept, masked once more, and telemetry_metrics: one row a data point, exactly once.
-- Exemplars are not kept: they may hold attributes that no policy has seen.

CREATE TABLE IF NOT EXISTS telemetry.metrics_raw
(
    event_id            UUID COMMENT 'Identity: hash of name, unit, times, value and attributes (docs/data-model.md)',
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

CREATE OR REPLACE MATERIALIZED VIEW telemetry.metrics_raw_gauge_mv TO telemetry.metrics_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    reinterpretAsUUID(sipHash128(
        'gauge', MetricName, MetricUnit, toUnixTimestamp64Nano(StartTimeUnix), toUnixTimestamp64Nano(TimeUnix), reinterpretAsUInt64(Value),
        toString(arraySort(arrayFilter(item -> item.1 NOT LIKE 'user.%', arrayZip(mapKeys(Attributes), mapValues(Attributes))))),
        ifNull(telemetry_either(Attributes, ResourceAttributes, 'session.id'), ''))) AS event_id,
    'gauge' AS kind,
    if(telemetry_suspect(MetricName), telemetry_mask(MetricName), MetricName) AS name,
    MetricUnit AS unit,
    StartTimeUnix AS start_timestamp,
    TimeUnix AS timestamp,
    Value AS value,
    map() AS detail,
    0 AS temporality,
    false AS monotonic,
    Flags AS flags,
    if(telemetry_suspect(ScopeName), telemetry_mask(ScopeName), ScopeName) AS scope_name,
    ScopeVersion AS scope_version,
    telemetry_mask_map(ResourceAttributes) AS resource_attributes,
    telemetry_mask_map(Attributes) AS attributes
FROM telemetry.landing_metrics_gauge
WHERE NOT telemetry_excluded(telemetry_values(Attributes));

CREATE OR REPLACE MATERIALIZED VIEW telemetry.metrics_raw_sum_mv TO telemetry.metrics_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    reinterpretAsUUID(sipHash128(
        'sum', MetricName, MetricUnit, toUnixTimestamp64Nano(StartTimeUnix), toUnixTimestamp64Nano(TimeUnix), reinterpretAsUInt64(Value),
        toString(arraySort(arrayFilter(item -> item.1 NOT LIKE 'user.%', arrayZip(mapKeys(Attributes), mapValues(Attributes))))),
        ifNull(telemetry_either(Attributes, ResourceAttributes, 'session.id'), ''))) AS event_id,
    'sum' AS kind,
    if(telemetry_suspect(MetricName), telemetry_mask(MetricName), MetricName) AS name,
    MetricUnit AS unit,
    StartTimeUnix AS start_timestamp,
    TimeUnix AS timestamp,
    Value AS value,
    map() AS detail,
    AggregationTemporality AS temporality,
    IsMonotonic AS monotonic,
    Flags AS flags,
    if(telemetry_suspect(ScopeName), telemetry_mask(ScopeName), ScopeName) AS scope_name,
    ScopeVersion AS scope_version,
    telemetry_mask_map(ResourceAttributes) AS resource_attributes,
    telemetry_mask_map(Attributes) AS attributes
FROM telemetry.landing_metrics_sum
WHERE NOT telemetry_excluded(telemetry_values(Attributes));

CREATE OR REPLACE MATERIALIZED VIEW telemetry.metrics_raw_histogram_mv TO telemetry.metrics_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH map('count', toString(Count), 'sum', toString(Sum), 'min', toString(Min), 'max', toString(Max), 'bucket_counts', toString(BucketCounts), 'explicit_bounds', toString(ExplicitBounds)) AS _detail
SELECT
    reinterpretAsUUID(sipHash128(
        'histogram', MetricName, MetricUnit, toUnixTimestamp64Nano(StartTimeUnix), toUnixTimestamp64Nano(TimeUnix), toString(_detail),
        toString(arraySort(arrayFilter(item -> item.1 NOT LIKE 'user.%', arrayZip(mapKeys(Attributes), mapValues(Attributes))))),
        ifNull(telemetry_either(Attributes, ResourceAttributes, 'session.id'), ''))) AS event_id,
    'histogram' AS kind,
    if(telemetry_suspect(MetricName), telemetry_mask(MetricName), MetricName) AS name,
    MetricUnit AS unit,
    StartTimeUnix AS start_timestamp,
    TimeUnix AS timestamp,
    CAST(NULL, 'Nullable(Float64)') AS value,
    _detail AS detail,
    AggregationTemporality AS temporality,
    false AS monotonic,
    Flags AS flags,
    if(telemetry_suspect(ScopeName), telemetry_mask(ScopeName), ScopeName) AS scope_name,
    ScopeVersion AS scope_version,
    telemetry_mask_map(ResourceAttributes) AS resource_attributes,
    telemetry_mask_map(Attributes) AS attributes
FROM telemetry.landing_metrics_histogram
WHERE NOT telemetry_excluded(telemetry_values(Attributes));

CREATE OR REPLACE MATERIALIZED VIEW telemetry.metrics_raw_exp_histogram_mv TO telemetry.metrics_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH map('count', toString(Count), 'sum', toString(Sum), 'min', toString(Min), 'max', toString(Max), 'scale', toString(Scale), 'zero_count', toString(ZeroCount), 'positive_offset', toString(PositiveOffset), 'positive_bucket_counts', toString(PositiveBucketCounts), 'negative_offset', toString(NegativeOffset), 'negative_bucket_counts', toString(NegativeBucketCounts)) AS _detail
SELECT
    reinterpretAsUUID(sipHash128(
        'exp_histogram', MetricName, MetricUnit, toUnixTimestamp64Nano(StartTimeUnix), toUnixTimestamp64Nano(TimeUnix), toString(_detail),
        toString(arraySort(arrayFilter(item -> item.1 NOT LIKE 'user.%', arrayZip(mapKeys(Attributes), mapValues(Attributes))))),
        ifNull(telemetry_either(Attributes, ResourceAttributes, 'session.id'), ''))) AS event_id,
    'exp_histogram' AS kind,
    if(telemetry_suspect(MetricName), telemetry_mask(MetricName), MetricName) AS name,
    MetricUnit AS unit,
    StartTimeUnix AS start_timestamp,
    TimeUnix AS timestamp,
    CAST(NULL, 'Nullable(Float64)') AS value,
    _detail AS detail,
    AggregationTemporality AS temporality,
    false AS monotonic,
    Flags AS flags,
    if(telemetry_suspect(ScopeName), telemetry_mask(ScopeName), ScopeName) AS scope_name,
    ScopeVersion AS scope_version,
    telemetry_mask_map(ResourceAttributes) AS resource_attributes,
    telemetry_mask_map(Attributes) AS attributes
FROM telemetry.landing_metrics_exp_histogram
WHERE NOT telemetry_excluded(telemetry_values(Attributes));

CREATE OR REPLACE MATERIALIZED VIEW telemetry.metrics_raw_summary_mv TO telemetry.metrics_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH map('count', toString(Count), 'sum', toString(Sum), 'quantiles', toString(ValueAtQuantiles.Quantile), 'values', toString(ValueAtQuantiles.Value)) AS _detail
SELECT
    reinterpretAsUUID(sipHash128(
        'summary', MetricName, MetricUnit, toUnixTimestamp64Nano(StartTimeUnix), toUnixTimestamp64Nano(TimeUnix), toString(_detail),
        toString(arraySort(arrayFilter(item -> item.1 NOT LIKE 'user.%', arrayZip(mapKeys(Attributes), mapValues(Attributes))))),
        ifNull(telemetry_either(Attributes, ResourceAttributes, 'session.id'), ''))) AS event_id,
    'summary' AS kind,
    if(telemetry_suspect(MetricName), telemetry_mask(MetricName), MetricName) AS name,
    MetricUnit AS unit,
    StartTimeUnix AS start_timestamp,
    TimeUnix AS timestamp,
    CAST(NULL, 'Nullable(Float64)') AS value,
    _detail AS detail,
    0 AS temporality,
    false AS monotonic,
    Flags AS flags,
    if(telemetry_suspect(ScopeName), telemetry_mask(ScopeName), ScopeName) AS scope_name,
    ScopeVersion AS scope_version,
    telemetry_mask_map(ResourceAttributes) AS resource_attributes,
    telemetry_mask_map(Attributes) AS attributes
FROM telemetry.landing_metrics_summary
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

CREATE OR REPLACE MATERIALIZED VIEW telemetry.telemetry_metrics_mv TO telemetry.telemetry_metrics_rows DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id,
    timestamp,
    nullIf(start_timestamp, toDateTime64(0, 9, 'UTC')) AS start_timestamp,
    replaceRegexpOne(name, '^claude_code\\.', '') AS metric_name,
    unit,
    kind,
    temporality,
    value,
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
