-- Where the collector's ClickHouse exporter writes: its own column names and types (v0.161.0), but times in nanoseconds.
-- The Null engine stores nothing: what is kept is decided by the views behind it, in the same insert.

CREATE TABLE IF NOT EXISTS telemetry.landing_logs
(
    Timestamp          DateTime64(9, 'UTC'),
    TraceId            String,
    SpanId             String,
    TraceFlags         UInt8,
    SeverityText       String,
    SeverityNumber     UInt8,
    ServiceName        String,
    Body               String,
    ResourceSchemaUrl  String,
    ResourceAttributes Map(LowCardinality(String), String),
    ScopeSchemaUrl     String,
    ScopeName          String,
    ScopeVersion       String,
    ScopeAttributes    Map(LowCardinality(String), String),
    LogAttributes      Map(LowCardinality(String), String),
    EventName          String
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS telemetry.landing_metrics_gauge
(
    ResourceAttributes    Map(LowCardinality(String), String),
    ResourceSchemaUrl     String,
    ScopeName             String,
    ScopeVersion          String,
    ScopeAttributes       Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl        String,
    ServiceName           String,
    MetricName            String,
    MetricDescription     String,
    MetricUnit            String,
    Attributes            Map(LowCardinality(String), String),
    StartTimeUnix         DateTime64(9, 'UTC'),
    TimeUnix              DateTime64(9, 'UTC'),
    Value                 Float64,
    Flags                 UInt32,
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime64(9, 'UTC'),
        Value              Float64,
        SpanId             String,
        TraceId            String
    )
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS telemetry.landing_metrics_sum
(
    ResourceAttributes    Map(LowCardinality(String), String),
    ResourceSchemaUrl     String,
    ScopeName             String,
    ScopeVersion          String,
    ScopeAttributes       Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl        String,
    ServiceName           String,
    MetricName            String,
    MetricDescription     String,
    MetricUnit            String,
    Attributes            Map(LowCardinality(String), String),
    StartTimeUnix         DateTime64(9, 'UTC'),
    TimeUnix              DateTime64(9, 'UTC'),
    Value                 Float64,
    Flags                 UInt32,
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime64(9, 'UTC'),
        Value              Float64,
        SpanId             String,
        TraceId            String
    ),
    AggregationTemporality Int32,
    IsMonotonic            Bool
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS telemetry.landing_metrics_histogram
(
    ResourceAttributes    Map(LowCardinality(String), String),
    ResourceSchemaUrl     String,
    ScopeName             String,
    ScopeVersion          String,
    ScopeAttributes       Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl        String,
    ServiceName           String,
    MetricName            String,
    MetricDescription     String,
    MetricUnit            String,
    Attributes            Map(LowCardinality(String), String),
    StartTimeUnix         DateTime64(9, 'UTC'),
    TimeUnix              DateTime64(9, 'UTC'),
    Count                 UInt64,
    Sum                   Float64,
    BucketCounts          Array(UInt64),
    ExplicitBounds        Array(Float64),
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime64(9, 'UTC'),
        Value              Float64,
        SpanId             String,
        TraceId            String
    ),
    Flags                  UInt32,
    Min                    Float64,
    Max                    Float64,
    AggregationTemporality Int32
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS telemetry.landing_metrics_exp_histogram
(
    ResourceAttributes    Map(LowCardinality(String), String),
    ResourceSchemaUrl     String,
    ScopeName             String,
    ScopeVersion          String,
    ScopeAttributes       Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl        String,
    ServiceName           String,
    MetricName            String,
    MetricDescription     String,
    MetricUnit            String,
    Attributes            Map(LowCardinality(String), String),
    StartTimeUnix         DateTime64(9, 'UTC'),
    TimeUnix              DateTime64(9, 'UTC'),
    Count                 UInt64,
    Sum                   Float64,
    Scale                 Int32,
    ZeroCount             UInt64,
    PositiveOffset        Int32,
    PositiveBucketCounts  Array(UInt64),
    NegativeOffset        Int32,
    NegativeBucketCounts  Array(UInt64),
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime64(9, 'UTC'),
        Value              Float64,
        SpanId             String,
        TraceId            String
    ),
    Flags                  UInt32,
    Min                    Float64,
    Max                    Float64,
    AggregationTemporality Int32
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS telemetry.landing_metrics_summary
(
    ResourceAttributes    Map(LowCardinality(String), String),
    ResourceSchemaUrl     String,
    ScopeName             String,
    ScopeVersion          String,
    ScopeAttributes       Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl        String,
    ServiceName           String,
    MetricName            String,
    MetricDescription     String,
    MetricUnit            String,
    Attributes            Map(LowCardinality(String), String),
    StartTimeUnix         DateTime64(9, 'UTC'),
    TimeUnix              DateTime64(9, 'UTC'),
    Count                 UInt64,
    Sum                   Float64,
    ValueAtQuantiles Nested
    (
        Quantile Float64,
        Value    Float64
    ),
    Flags                 UInt32
)
ENGINE = Null;

INSERT INTO telemetry.schema_version (version, name) VALUES (3, 'landing tables');
