-- Metric data points: one table, a row a data point, written by one view.
-- Exemplars are not kept: they may hold attributes that no policy has seen.

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

CREATE TABLE IF NOT EXISTS telemetry.metric_points
(
    event_id            UUID COMMENT 'Identity: hash of what tells a data point from another (docs/data-model.md)',
    timestamp           DateTime64(9, 'UTC'),
    start_timestamp     Nullable(DateTime64(9, 'UTC')),
    metric_name         LowCardinality(String) COMMENT 'Without the prefix claude_code.',
    unit                LowCardinality(String),
    kind                LowCardinality(String) COMMENT 'sum, gauge, histogram, exp_histogram, summary',
    temporality         Int32 COMMENT '0 unspecified, 1 delta, 2 cumulative',
    value               Nullable(Float64),
    session_id          LowCardinality(Nullable(String)),
    user_id             LowCardinality(Nullable(String)),
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
    sent_time           DateTime64(9, 'UTC') COMMENT 'The data point''s own time; 1970 when it has none, so that a retry of it sorts beside it',
    name                LowCardinality(String),
    monotonic           Bool,
    flags               UInt32,
    scope_name          LowCardinality(String),
    scope_version       LowCardinality(String),
    excluded            Bool COMMENT 'Nothing of the data point is kept but that there was one; no query shows it',
    last_line           Array(LowCardinality(String)) COMMENT 'What the view below had to do: path, identity, pattern, forgotten',
    earliness           UInt64 DEFAULT 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Of the copies of a data point the first to arrive stays',
    of_client           Bool DEFAULT startsWith(scope_name, 'com.anthropic.claude_code') OR (scope_name = '' AND resource_attributes['service.name'] IN ('claude-code', '')) COMMENT 'Whether the client sent it, not another program',
    dataset             LowCardinality(String) COMMENT 'The sample that it is of (npm run dataset -- load); empty for what is no sample',
    INDEX by_time timestamp TYPE minmax GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.0001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(earliness)
PARTITION BY toYYYYMM(sent_time)
ORDER BY (metric_name, toDate32(sent_time), sent_time, event_id);

-- As in log_records.
ALTER TABLE telemetry.metric_points
    ADD COLUMN IF NOT EXISTS of_client Bool DEFAULT startsWith(scope_name, 'com.anthropic.claude_code') OR (scope_name = '' AND resource_attributes['service.name'] IN ('claude-code', '')) COMMENT 'Whether the client sent it, not another program',
    ADD COLUMN IF NOT EXISTS dataset LowCardinality(String) COMMENT 'The sample that it is of (npm run dataset -- load); empty for what is no sample';

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.metric_points_mv TO telemetry.metric_points DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    reinterpretAsUUID(sipHash128(
        kind, name, unit, toUnixTimestamp64Nano(start_time), toUnixTimestamp64Nano(sent_time),
        reinterpretAsUInt64(ifNull(sent_value, 0)), isNull(sent_value), toString(detail),
        telemetry_everything(attributes),
        ifNull(telemetry_either(attributes, resource_attributes, 'session.id'), ''),
        if(dataset = '', counted, cityHash64(counted, dataset)))) AS event_id,
    timestamp,
    nullIf(start_time, toDateTime64(0, 9, 'UTC')) AS start_timestamp,
    replaceRegexpOne(name, '^claude_code\\.', '') AS metric_name,
    unit,
    kind,
    temporality,
    if(isFinite(sent_value), sent_value, NULL) AS value,
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
    received_at,
    sent_time,
    name,
    monotonic,
    flags,
    scope_name,
    scope_version,
    excluded,
    last_line,
    dataset
FROM
(
    SELECT
        excluded,
        counted,
        kind,
        raw_detail AS detail,
        start_time,
        sent_time,
        if(sent_time = toDateTime64(0, 9, 'UTC'), fromUnixTimestamp64Nano(arrival, 'UTC'), sent_time) AS timestamp,
        toDateTime64(fromUnixTimestamp64Nano(arrival, 'UTC'), 3, 'UTC') AS received_at,
        sent_value,
        Temporality AS temporality,
        Monotonic AS monotonic,
        Flags AS flags,
        texts[1] AS name,
        texts[2] AS unit,
        texts[3] AS scope_name,
        texts[4] AS scope_version,
        texts[5] AS dataset,
        telemetry_map(texts, 6, size) AS attributes,
        telemetry_map(texts, 6 + 2 * size, resource_size) AS resource_attributes,
        if(forgotten, ['forgotten'],
           telemetry_rules(excluded, telemetry_unhashed(names, raw_texts, texts), telemetry_unmasked(names, raw_texts, texts))) AS last_line
    FROM
    (
    SELECT *, telemetry_masked(names, raw_texts) AS masked, telemetry_mask_all(masked, names, raw_texts) AS texts
    FROM
    (
    SELECT
        excluded, forgotten, counted, kind, raw_detail, start_time, sent_time, arrival, sent_value, Temporality, Monotonic, Flags,
        length(raw_attributes) AS size, length(raw_resource_attributes) AS resource_size,
        arrayConcat(['', '', '', '', ''], telemetry_names(raw_attributes), telemetry_names(raw_resource_attributes)) AS names,
        arrayConcat([raw_name, raw_unit, raw_scope_name, raw_scope_version, raw_dataset], telemetry_texts(raw_attributes),
                    telemetry_texts(raw_resource_attributes)) AS raw_texts
    FROM
    (
        -- Of what is left out nothing goes on but that it was there, and what tells it from others of its kind.
        SELECT
            left_out AS excluded,
            is_forgotten AS forgotten,
            if(left_out, cityHash64(MetricName, TimeUnix, Value, toString(mapFilter((k, v) -> k != 'telemetry.arrival_unix_nano', Attributes))), 0) AS counted,
            kind,
            if(left_out, telemetry_nothing(), detail) AS raw_detail,
            if(left_out, toDateTime64(0, 9, 'UTC'), StartTimeUnix) AS start_time,
            if(left_out, toDateTime64(toStartOfDay(TimeUnix), 9, 'UTC'), TimeUnix) AS sent_time,
            ifNull(telemetry_int(Attributes['telemetry.arrival_unix_nano']), toUnixTimestamp64Nano(now64(9))) AS arrival,
            -- 1: the point says that it has no value.
            if(left_out OR bitAnd(Flags, 1) = 1, NULL, Value) AS sent_value,
            Temporality, Monotonic, Flags,
            if(left_out, '', MetricName) AS raw_name,
            if(left_out, '', MetricUnit) AS raw_unit,
            if(left_out, '', ScopeName) AS raw_scope_name,
            if(left_out, '', ScopeVersion) AS raw_scope_version,
            multiIf(left_out, telemetry_nothing(),
                    mapContains(Attributes, 'telemetry.arrival_unix_nano'), mapFilter((k, v) -> k != 'telemetry.arrival_unix_nano', Attributes),
                    Attributes) AS raw_attributes,
            ResourceAttributes['telemetry.dataset'] AS raw_dataset,
            multiIf(left_out, telemetry_nothing(),
                    raw_dataset != '', mapFilter((k, v) -> k != 'telemetry.dataset', ResourceAttributes),
                    ResourceAttributes) AS raw_resource_attributes
        FROM
        (
            SELECT
                *,
                telemetry_forgotten(Attributes, ResourceAttributes) AS is_forgotten,
                is_forgotten OR telemetry_excluded(telemetry_values(Attributes)) AS left_out
            FROM telemetry.landing_points
        )
    )
    )
    )
);

INSERT INTO telemetry.schema_version (version, name) VALUES (5, 'metric data points');
