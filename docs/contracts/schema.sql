-- The schema as the database has it: tables, then views, then functions. Made by suites/contracts.test.ts from a stack that runs.
-- Not here is what is compiled from the policy: the materialized views, telemetry_mask, telemetry_may_match, telemetry_excluded.

CREATE TABLE telemetry.forgotten
(
    `mark` FixedString(32) COMMENT 'SHA-256 of a kind and of a value as it would be stored; never the value itself',
    `kind` Enum8('person' = 1, 'session' = 2) COMMENT 'session: one of a forgotten person; left out is what names nobody there',
    `forgotten_at` DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY mark
SETTINGS index_granularity = 8192;

CREATE TABLE telemetry.landing_logs
(
    `Timestamp` DateTime64(9, 'UTC'),
    `TraceId` String,
    `SpanId` String,
    `TraceFlags` UInt8,
    `SeverityText` String,
    `SeverityNumber` UInt8,
    `ServiceName` String,
    `Body` String,
    `ResourceSchemaUrl` String,
    `ResourceAttributes` Map(LowCardinality(String), String),
    `ScopeSchemaUrl` String,
    `ScopeName` String,
    `ScopeVersion` String,
    `ScopeAttributes` Map(LowCardinality(String), String),
    `LogAttributes` Map(LowCardinality(String), String),
    `EventName` String
)
ENGINE = `Null`;

CREATE TABLE telemetry.landing_metrics_exp_histogram
(
    `ResourceAttributes` Map(LowCardinality(String), String),
    `ResourceSchemaUrl` String,
    `ScopeName` String,
    `ScopeVersion` String,
    `ScopeAttributes` Map(LowCardinality(String), String),
    `ScopeDroppedAttrCount` UInt32,
    `ScopeSchemaUrl` String,
    `ServiceName` String,
    `MetricName` String,
    `MetricDescription` String,
    `MetricUnit` String,
    `Attributes` Map(LowCardinality(String), String),
    `StartTimeUnix` DateTime64(9, 'UTC'),
    `TimeUnix` DateTime64(9, 'UTC'),
    `Count` UInt64,
    `Sum` Float64,
    `Scale` Int32,
    `ZeroCount` UInt64,
    `PositiveOffset` Int32,
    `PositiveBucketCounts` Array(UInt64),
    `NegativeOffset` Int32,
    `NegativeBucketCounts` Array(UInt64),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)),
    `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC')),
    `Exemplars.Value` Array(Float64),
    `Exemplars.SpanId` Array(String),
    `Exemplars.TraceId` Array(String),
    `Flags` UInt32,
    `Min` Float64,
    `Max` Float64,
    `AggregationTemporality` Int32
)
ENGINE = `Null`;

CREATE TABLE telemetry.landing_metrics_gauge
(
    `ResourceAttributes` Map(LowCardinality(String), String),
    `ResourceSchemaUrl` String,
    `ScopeName` String,
    `ScopeVersion` String,
    `ScopeAttributes` Map(LowCardinality(String), String),
    `ScopeDroppedAttrCount` UInt32,
    `ScopeSchemaUrl` String,
    `ServiceName` String,
    `MetricName` String,
    `MetricDescription` String,
    `MetricUnit` String,
    `Attributes` Map(LowCardinality(String), String),
    `StartTimeUnix` DateTime64(9, 'UTC'),
    `TimeUnix` DateTime64(9, 'UTC'),
    `Value` Float64,
    `Flags` UInt32,
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)),
    `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC')),
    `Exemplars.Value` Array(Float64),
    `Exemplars.SpanId` Array(String),
    `Exemplars.TraceId` Array(String)
)
ENGINE = `Null`;

CREATE TABLE telemetry.landing_metrics_histogram
(
    `ResourceAttributes` Map(LowCardinality(String), String),
    `ResourceSchemaUrl` String,
    `ScopeName` String,
    `ScopeVersion` String,
    `ScopeAttributes` Map(LowCardinality(String), String),
    `ScopeDroppedAttrCount` UInt32,
    `ScopeSchemaUrl` String,
    `ServiceName` String,
    `MetricName` String,
    `MetricDescription` String,
    `MetricUnit` String,
    `Attributes` Map(LowCardinality(String), String),
    `StartTimeUnix` DateTime64(9, 'UTC'),
    `TimeUnix` DateTime64(9, 'UTC'),
    `Count` UInt64,
    `Sum` Float64,
    `BucketCounts` Array(UInt64),
    `ExplicitBounds` Array(Float64),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)),
    `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC')),
    `Exemplars.Value` Array(Float64),
    `Exemplars.SpanId` Array(String),
    `Exemplars.TraceId` Array(String),
    `Flags` UInt32,
    `Min` Float64,
    `Max` Float64,
    `AggregationTemporality` Int32
)
ENGINE = `Null`;

CREATE TABLE telemetry.landing_metrics_sum
(
    `ResourceAttributes` Map(LowCardinality(String), String),
    `ResourceSchemaUrl` String,
    `ScopeName` String,
    `ScopeVersion` String,
    `ScopeAttributes` Map(LowCardinality(String), String),
    `ScopeDroppedAttrCount` UInt32,
    `ScopeSchemaUrl` String,
    `ServiceName` String,
    `MetricName` String,
    `MetricDescription` String,
    `MetricUnit` String,
    `Attributes` Map(LowCardinality(String), String),
    `StartTimeUnix` DateTime64(9, 'UTC'),
    `TimeUnix` DateTime64(9, 'UTC'),
    `Value` Float64,
    `Flags` UInt32,
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)),
    `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC')),
    `Exemplars.Value` Array(Float64),
    `Exemplars.SpanId` Array(String),
    `Exemplars.TraceId` Array(String),
    `AggregationTemporality` Int32,
    `IsMonotonic` Bool
)
ENGINE = `Null`;

CREATE TABLE telemetry.landing_metrics_summary
(
    `ResourceAttributes` Map(LowCardinality(String), String),
    `ResourceSchemaUrl` String,
    `ScopeName` String,
    `ScopeVersion` String,
    `ScopeAttributes` Map(LowCardinality(String), String),
    `ScopeDroppedAttrCount` UInt32,
    `ScopeSchemaUrl` String,
    `ServiceName` String,
    `MetricName` String,
    `MetricDescription` String,
    `MetricUnit` String,
    `Attributes` Map(LowCardinality(String), String),
    `StartTimeUnix` DateTime64(9, 'UTC'),
    `TimeUnix` DateTime64(9, 'UTC'),
    `Count` UInt64,
    `Sum` Float64,
    `ValueAtQuantiles.Quantile` Array(Float64),
    `ValueAtQuantiles.Value` Array(Float64),
    `Flags` UInt32
)
ENGINE = `Null`;

CREATE TABLE telemetry.landing_points
(
    `kind` LowCardinality(String),
    `MetricName` String,
    `MetricUnit` String,
    `StartTimeUnix` DateTime64(9, 'UTC'),
    `TimeUnix` DateTime64(9, 'UTC'),
    `Value` Nullable(Float64),
    `detail` Map(LowCardinality(String), String),
    `Temporality` Int32,
    `Monotonic` Bool,
    `Flags` UInt32,
    `ScopeName` String,
    `ScopeVersion` String,
    `ScopeAttributes` Map(LowCardinality(String), String),
    `ResourceAttributes` Map(LowCardinality(String), String),
    `Attributes` Map(LowCardinality(String), String)
)
ENGINE = `Null`;

CREATE TABLE telemetry.log_records
(
    `event_id` UUID COMMENT 'Identity: hash of what tells an event from another (docs/data-model.md)',
    `timestamp` DateTime64(9, 'UTC'),
    `event_type` LowCardinality(String),
    `session_id` LowCardinality(Nullable(String)),
    `user_id` LowCardinality(Nullable(String)),
    `organization_id` LowCardinality(Nullable(String)),
    `chapter_id` LowCardinality(Nullable(String)),
    `chapter_number` Nullable(Int64),
    `feature_id` LowCardinality(Nullable(String)),
    `git_branch` LowCardinality(Nullable(String)),
    `code_version` LowCardinality(Nullable(String)),
    `terminal_type` LowCardinality(Nullable(String)),
    `sequence` Nullable(Int64),
    `prompt_id` Nullable(String),
    `prompt_length` Nullable(Int64),
    `prompt_tokens_estimated` Nullable(Int64) COMMENT 'An estimate: characters / 4, rounded up; the client does not send it',
    `response_length` Nullable(Int64),
    `model` LowCardinality(Nullable(String)),
    `query_source` LowCardinality(Nullable(String)),
    `effort` LowCardinality(Nullable(String)),
    `speed` LowCardinality(Nullable(String)),
    `request_id` Nullable(String),
    `tokens` Nullable(Int64) COMMENT 'Input + output + cache read + cache creation; NULL when none was sent',
    `input_tokens` Nullable(Int64),
    `output_tokens` Nullable(Int64),
    `cache_read_tokens` Nullable(Int64),
    `cache_creation_tokens` Nullable(Int64),
    `cost_usd` Nullable(Float64),
    `duration_ms` Nullable(Int64),
    `ttft_ms` Nullable(Int64),
    `attempt` Nullable(Int64),
    `status_code` Nullable(Int64),
    `error` Nullable(String),
    `error_type` LowCardinality(Nullable(String)),
    `tool_name` LowCardinality(Nullable(String)),
    `tool_use_id` Nullable(String),
    `success` Nullable(Bool),
    `decision` LowCardinality(Nullable(String)),
    `decision_source` LowCardinality(Nullable(String)),
    `tool_input_size_bytes` Nullable(Int64),
    `tool_result_size_bytes` Nullable(Int64),
    `attributes` Map(LowCardinality(String), String) COMMENT 'Every attribute of the record, as text',
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC'),
    `sampling_percentage` Float64 DEFAULT 100 COMMENT 'The share of sessions that was stored when it came; 100 for a record without a session',
    `weight` Float64 ALIAS 100 / sampling_percentage COMMENT 'For how many events it stands',
    `impossible_time` Bool DEFAULT (timestamp < toDateTime64('2020-01-01', 9, 'UTC')) OR (timestamp > (received_at + toIntervalDay(1))) COMMENT 'From before 2020, or later than its arrival by more than a day',
    `sent_time` DateTime64(9, 'UTC') COMMENT 'The record\'s own time; 1970 when it has none, so that a retry of it sorts beside it',
    `body` String,
    `event_name` String COMMENT 'OTLP EventName; the client leaves it empty',
    `severity_text` LowCardinality(String),
    `severity_number` UInt8,
    `trace_id` String,
    `span_id` String,
    `trace_flags` UInt8,
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_attributes` Map(LowCardinality(String), String),
    `excluded` Bool COMMENT 'Nothing of the record is kept but that there was one; no query shows it',
    `last_line` Array(LowCardinality(String)) COMMENT 'What the view below had to do: path, identity, pattern, forgotten',
    `earliness` UInt64 DEFAULT 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Of the copies of a record the first to arrive stays',
    `of_client` Bool DEFAULT startsWith(scope_name, 'com.anthropic.claude_code') OR ((scope_name = '') AND ((resource_attributes['service.name']) IN ('claude-code', ''))) COMMENT 'Whether the client sent it, not another program',
    `dataset` LowCardinality(String) COMMENT 'The sample that it is of (npm run dataset -- load); empty for what is no sample',
    INDEX by_time timestamp TYPE minmax GRANULARITY 1,
    INDEX by_impossible_time impossible_time TYPE minmax GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.0001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(earliness)
PARTITION BY toYYYYMM(sent_time)
ORDER BY (event_type, toDate32(sent_time), sent_time, event_id)
SETTINGS index_granularity = 8192;

CREATE TABLE telemetry.metric_points
(
    `event_id` UUID COMMENT 'Identity: hash of what tells a data point from another (docs/data-model.md)',
    `timestamp` DateTime64(9, 'UTC'),
    `start_timestamp` Nullable(DateTime64(9, 'UTC')),
    `metric_name` LowCardinality(String) COMMENT 'Without the prefix claude_code.',
    `unit` LowCardinality(String),
    `kind` LowCardinality(String) COMMENT 'sum, gauge, histogram, exp_histogram, summary',
    `temporality` Int32 COMMENT '0 unspecified, 1 delta, 2 cumulative',
    `value` Nullable(Float64),
    `session_id` LowCardinality(Nullable(String)),
    `user_id` LowCardinality(Nullable(String)),
    `organization_id` LowCardinality(Nullable(String)),
    `chapter_id` LowCardinality(Nullable(String)),
    `chapter_number` Nullable(Int64),
    `feature_id` LowCardinality(Nullable(String)),
    `git_branch` LowCardinality(Nullable(String)),
    `code_version` LowCardinality(Nullable(String)),
    `terminal_type` LowCardinality(Nullable(String)),
    `type` LowCardinality(Nullable(String)),
    `model` LowCardinality(Nullable(String)),
    `query_source` LowCardinality(Nullable(String)),
    `effort` LowCardinality(Nullable(String)),
    `tool_name` LowCardinality(Nullable(String)),
    `decision` LowCardinality(Nullable(String)),
    `decision_source` LowCardinality(Nullable(String)),
    `language` LowCardinality(Nullable(String)),
    `start_type` LowCardinality(Nullable(String)),
    `detail` Map(LowCardinality(String), String),
    `attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC'),
    `sent_time` DateTime64(9, 'UTC') COMMENT 'The data point\'s own time; 1970 when it has none, so that a retry of it sorts beside it',
    `name` LowCardinality(String),
    `monotonic` Bool,
    `flags` UInt32,
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `excluded` Bool COMMENT 'Nothing of the data point is kept but that there was one; no query shows it',
    `last_line` Array(LowCardinality(String)) COMMENT 'What the view below had to do: path, identity, pattern, forgotten',
    `earliness` UInt64 DEFAULT 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Of the copies of a data point the first to arrive stays',
    `of_client` Bool DEFAULT startsWith(scope_name, 'com.anthropic.claude_code') OR ((scope_name = '') AND ((resource_attributes['service.name']) IN ('claude-code', ''))) COMMENT 'Whether the client sent it, not another program',
    `dataset` LowCardinality(String) COMMENT 'The sample that it is of (npm run dataset -- load); empty for what is no sample',
    INDEX by_time timestamp TYPE minmax GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.0001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(earliness)
PARTITION BY toYYYYMM(sent_time)
ORDER BY (metric_name, toDate32(sent_time), sent_time, event_id)
SETTINGS index_granularity = 8192;

CREATE TABLE telemetry.policy_audit_before
(
    `day` Date,
    `signal` LowCardinality(String),
    `rule` LowCardinality(String),
    `records` UInt64
)
ENGINE = SummingMergeTree
ORDER BY (day, signal, rule)
SETTINGS index_granularity = 8192;

CREATE TABLE telemetry.schema_version
(
    `version` UInt32 COMMENT 'Number of the schema file',
    `name` String COMMENT 'What the file brought',
    `applied_at` DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version
SETTINGS index_granularity = 8192;

CREATE VIEW telemetry.datasets
(
    `dataset` LowCardinality(String),
    `log_records` UInt64,
    `data_points` UInt64,
    `first` DateTime64(9, 'UTC'),
    `last` DateTime64(9, 'UTC'),
    `loaded_at` DateTime64(3, 'UTC')
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    dataset,
    sum(logs) AS log_records,
    sum(points) AS data_points,
    min(first_time) AS first,
    max(last_time) AS last,
    max(last_arrival) AS loaded_at
FROM
(
    SELECT
        dataset,
        count() AS logs,
        0 AS points,
        min(timestamp) AS first_time,
        max(timestamp) AS last_time,
        max(received_at) AS last_arrival
    FROM telemetry.log_records
    FINAL
    PREWHERE dataset != ''
    GROUP BY dataset
    UNION ALL
    SELECT
        dataset,
        0 AS logs,
        count() AS points,
        min(timestamp) AS first_time,
        max(timestamp) AS last_time,
        max(received_at) AS last_arrival
    FROM telemetry.metric_points
    FINAL
    PREWHERE dataset != ''
    GROUP BY dataset
)
GROUP BY dataset
ORDER BY dataset ASC;

CREATE VIEW telemetry.logs_raw
(
    `event_id` UUID,
    `timestamp` DateTime64(9, 'UTC'),
    `body` String,
    `event_name` String,
    `severity_text` LowCardinality(String),
    `severity_number` UInt8,
    `trace_id` String,
    `span_id` String,
    `trace_flags` UInt8,
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC')
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    timestamp,
    body,
    event_name,
    severity_text,
    severity_number,
    trace_id,
    span_id,
    trace_flags,
    scope_name,
    scope_version,
    scope_attributes,
    resource_attributes,
    attributes,
    received_at
FROM telemetry.log_records
WHERE (NOT excluded) AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE VIEW telemetry.metrics_raw
(
    `event_id` UUID,
    `kind` LowCardinality(String),
    `name` LowCardinality(String),
    `unit` LowCardinality(String),
    `start_timestamp` Nullable(DateTime64(9, 'UTC')),
    `timestamp` DateTime64(9, 'UTC'),
    `value` Nullable(Float64),
    `detail` Map(LowCardinality(String), String),
    `temporality` Int32,
    `monotonic` Bool,
    `flags` UInt32,
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `resource_attributes` Map(LowCardinality(String), String),
    `attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC')
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    kind,
    name,
    unit,
    start_timestamp,
    timestamp,
    value,
    detail,
    temporality,
    monotonic,
    flags,
    scope_name,
    scope_version,
    resource_attributes,
    attributes,
    received_at
FROM telemetry.metric_points
WHERE (NOT excluded) AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE VIEW telemetry.other_points
(
    `event_id` UUID,
    `timestamp` DateTime64(9, 'UTC'),
    `service_name` String,
    `scope_name` LowCardinality(String),
    `name` LowCardinality(String),
    `unit` LowCardinality(String),
    `kind` LowCardinality(String),
    `temporality` Int32,
    `value` Nullable(Float64),
    `attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC')
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    timestamp,
    resource_attributes['service.name'] AS service_name,
    scope_name,
    name,
    unit,
    kind,
    temporality,
    value,
    attributes,
    resource_attributes,
    received_at
FROM
(
    SELECT *
    FROM telemetry.metric_points
    FINAL
    WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT *
    FROM telemetry.metric_points
    FINAL
    WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE (NOT excluded) AND (NOT of_client) AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE VIEW telemetry.other_records
(
    `event_id` UUID,
    `timestamp` DateTime64(9, 'UTC'),
    `service_name` String,
    `scope_name` LowCardinality(String),
    `event_name` String,
    `severity_text` LowCardinality(String),
    `body` String,
    `attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC')
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    timestamp,
    resource_attributes['service.name'] AS service_name,
    scope_name,
    event_name,
    severity_text,
    body,
    attributes,
    resource_attributes,
    received_at
FROM
(
    SELECT *
    FROM telemetry.log_records
    FINAL
    WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT *
    FROM telemetry.log_records
    FINAL
    WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE (NOT excluded) AND (NOT of_client) AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE VIEW telemetry.policy_audit
(
    `day` Date,
    `signal` String,
    `rule` LowCardinality(String),
    `records` UInt64
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    day,
    signal,
    rule,
    sum(counted) AS records
FROM
(
    SELECT
        toDate(received_at) AS day,
        'logs' AS signal,
        arrayJoin(last_line) AS rule,
        uniqExact(event_id) AS counted
    FROM telemetry.log_records
    WHERE notEmpty(last_line) AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'))
    GROUP BY ALL
    UNION ALL
    SELECT
        toDate(received_at) AS day,
        'metrics' AS signal,
        arrayJoin(last_line) AS rule,
        uniqExact(event_id) AS counted
    FROM telemetry.metric_points
    WHERE notEmpty(last_line) AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'))
    GROUP BY ALL
    UNION ALL
    SELECT
        day,
        signal,
        rule,
        records AS counted
    FROM telemetry.policy_audit_before
    WHERE '' = extract(getSetting('log_comment'), '^dataset:(.*)$')
)
GROUP BY ALL;

CREATE VIEW telemetry.possible_doubles
(
    `event_type` LowCardinality(String),
    `session_id` LowCardinality(Nullable(String)),
    `timestamp` DateTime64(9, 'UTC'),
    `events` UInt64
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_type,
    session_id,
    timestamp,
    count() AS events
FROM telemetry.telemetry_events
WHERE sequence IS NULL
GROUP BY
    event_type,
    session_id,
    timestamp,
    prompt_id,
    tool_use_id,
    request_id,
    toString(arraySort(if(arrayAll(item -> (match(item.2, '^[A-Za-z0-9_.:-]*(?:\\[[0-9]+[a-z]\\])?$') AND (NOT match(item.2, '(?i)@|token|secret|passw|authorization|api[_-]?key|bearer|sk-|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|akia|aiza|eyj|\\+\\d|\\(\\d{3}\\)|\\d{3}[-.]\\d{3}[-.]\\d{4}'))), arrayFilter(item -> ((item.1) IN ('model', 'speed', 'effort', 'query_source', 'tool_name', 'decision', 'source', 'decision_type', 'decision_source', 'success', 'error_type', 'status_code', 'attempt', 'total_attempts', 'total_retry_duration_ms', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens', 'cost_usd', 'cost_usd_micros', 'duration_ms', 'ttft_ms', 'total_duration_ms', 'prompt_length', 'response_length', 'tool_input_size_bytes', 'tool_result_size_bytes', 'command_name', 'command_source', 'from_mode', 'to_mode', 'trigger', 'action', 'auth_method', 'status', 'transport_type', 'server_scope', 'mcp_server_scope', 'hook_event', 'hook_name', 'hook_source', 'num_hooks', 'num_success', 'num_blocking', 'pre_tokens', 'post_tokens', 'agent_type', 'total_tokens', 'total_tool_uses')), arrayZip(mapKeys(attributes), mapValues(attributes)))), arrayFilter(item -> ((item.1) IN ('model', 'speed', 'effort', 'query_source', 'tool_name', 'decision', 'source', 'decision_type', 'decision_source', 'success', 'error_type', 'status_code', 'attempt', 'total_attempts', 'total_retry_duration_ms', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens', 'cost_usd', 'cost_usd_micros', 'duration_ms', 'ttft_ms', 'total_duration_ms', 'prompt_length', 'response_length', 'tool_input_size_bytes', 'tool_result_size_bytes', 'command_name', 'command_source', 'from_mode', 'to_mode', 'trigger', 'action', 'auth_method', 'status', 'transport_type', 'server_scope', 'mcp_server_scope', 'hook_event', 'hook_name', 'hook_source', 'num_hooks', 'num_success', 'num_blocking', 'pre_tokens', 'post_tokens', 'agent_type', 'total_tokens', 'total_tool_uses')), arrayZip(mapKeys(attributes), mapValues(attributes))), []))),
    arraySort(mapKeys(attributes))
HAVING events > 1;

CREATE VIEW telemetry.telemetry_counters
(
    `timestamp` DateTime64(9, 'UTC'),
    `metric_name` LowCardinality(String),
    `session_id` LowCardinality(Nullable(String)),
    `user_id` LowCardinality(Nullable(String)),
    `chapter_id` LowCardinality(Nullable(String)),
    `git_branch` LowCardinality(Nullable(String)),
    `type` LowCardinality(Nullable(String)),
    `model` LowCardinality(Nullable(String)),
    `tool_name` LowCardinality(Nullable(String)),
    `decision` LowCardinality(Nullable(String)),
    `language` LowCardinality(Nullable(String)),
    `increment` Float64
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    timestamp,
    metric_name,
    session_id,
    user_id,
    chapter_id,
    git_branch,
    type,
    model,
    tool_name,
    decision,
    language,
    assumeNotNull(value) AS increment
FROM telemetry.telemetry_metrics
WHERE (kind = 'sum') AND (temporality != 2) AND (value IS NOT NULL)
UNION ALL
SELECT
    timestamp,
    metric_name,
    session_id,
    user_id,
    chapter_id,
    git_branch,
    type,
    model,
    tool_name,
    decision,
    language,
    if((row_number() OVER series = 1) OR (total < lagInFrame(total) OVER series), total, total - lagInFrame(total) OVER series) AS increment
FROM
(
    SELECT
        *,
        assumeNotNull(value) AS total
    FROM telemetry.telemetry_metrics
    WHERE (kind = 'sum') AND (temporality = 2) AND (value IS NOT NULL)
)
WINDOW series AS (PARTITION BY metric_name, session_id, start_timestamp, toString(mapSort(attributes)), toString(mapSort(resource_attributes)) ORDER BY timestamp ASC, total ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

CREATE VIEW telemetry.telemetry_events
(
    `event_id` UUID,
    `timestamp` DateTime64(9, 'UTC'),
    `event_type` LowCardinality(String),
    `session_id` LowCardinality(Nullable(String)),
    `user_id` LowCardinality(Nullable(String)),
    `organization_id` LowCardinality(Nullable(String)),
    `chapter_id` LowCardinality(Nullable(String)),
    `chapter_number` Nullable(Int64),
    `feature_id` LowCardinality(Nullable(String)),
    `git_branch` LowCardinality(Nullable(String)),
    `code_version` LowCardinality(Nullable(String)),
    `terminal_type` LowCardinality(Nullable(String)),
    `sequence` Nullable(Int64),
    `prompt_id` Nullable(String),
    `prompt_length` Nullable(Int64),
    `prompt_tokens_estimated` Nullable(Int64),
    `response_length` Nullable(Int64),
    `model` LowCardinality(Nullable(String)),
    `query_source` LowCardinality(Nullable(String)),
    `effort` LowCardinality(Nullable(String)),
    `speed` LowCardinality(Nullable(String)),
    `request_id` Nullable(String),
    `tokens` Nullable(Int64),
    `input_tokens` Nullable(Int64),
    `output_tokens` Nullable(Int64),
    `cache_read_tokens` Nullable(Int64),
    `cache_creation_tokens` Nullable(Int64),
    `cost_usd` Nullable(Float64),
    `duration_ms` Nullable(Int64),
    `ttft_ms` Nullable(Int64),
    `attempt` Nullable(Int64),
    `status_code` Nullable(Int64),
    `error` Nullable(String),
    `error_type` LowCardinality(Nullable(String)),
    `tool_name` LowCardinality(Nullable(String)),
    `tool_use_id` Nullable(String),
    `success` Nullable(Bool),
    `decision` LowCardinality(Nullable(String)),
    `decision_source` LowCardinality(Nullable(String)),
    `tool_input_size_bytes` Nullable(Int64),
    `tool_result_size_bytes` Nullable(Int64),
    `attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC'),
    `sampling_percentage` Float64,
    `weight` Float64,
    `impossible_time` Bool
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    timestamp,
    event_type,
    session_id,
    user_id,
    organization_id,
    chapter_id,
    chapter_number,
    feature_id,
    git_branch,
    code_version,
    terminal_type,
    sequence,
    prompt_id,
    prompt_length,
    prompt_tokens_estimated,
    response_length,
    model,
    query_source,
    effort,
    speed,
    request_id,
    tokens,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_creation_tokens,
    cost_usd,
    duration_ms,
    ttft_ms,
    attempt,
    status_code,
    error,
    error_type,
    tool_name,
    tool_use_id,
    success,
    decision,
    decision_source,
    tool_input_size_bytes,
    tool_result_size_bytes,
    attributes,
    resource_attributes,
    received_at,
    sampling_percentage,
    weight,
    impossible_time
FROM
(
    SELECT
        *,
        weight
    FROM telemetry.log_records
    FINAL
    WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT
        *,
        weight
    FROM telemetry.log_records
    FINAL
    WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE (NOT excluded) AND of_client AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE VIEW telemetry.telemetry_events_rows
(
    `event_id` UUID,
    `timestamp` DateTime64(9, 'UTC'),
    `event_type` LowCardinality(String),
    `session_id` LowCardinality(Nullable(String)),
    `user_id` LowCardinality(Nullable(String)),
    `organization_id` LowCardinality(Nullable(String)),
    `chapter_id` LowCardinality(Nullable(String)),
    `chapter_number` Nullable(Int64),
    `feature_id` LowCardinality(Nullable(String)),
    `git_branch` LowCardinality(Nullable(String)),
    `code_version` LowCardinality(Nullable(String)),
    `terminal_type` LowCardinality(Nullable(String)),
    `sequence` Nullable(Int64),
    `prompt_id` Nullable(String),
    `prompt_length` Nullable(Int64),
    `prompt_tokens_estimated` Nullable(Int64),
    `response_length` Nullable(Int64),
    `model` LowCardinality(Nullable(String)),
    `query_source` LowCardinality(Nullable(String)),
    `effort` LowCardinality(Nullable(String)),
    `speed` LowCardinality(Nullable(String)),
    `request_id` Nullable(String),
    `tokens` Nullable(Int64),
    `input_tokens` Nullable(Int64),
    `output_tokens` Nullable(Int64),
    `cache_read_tokens` Nullable(Int64),
    `cache_creation_tokens` Nullable(Int64),
    `cost_usd` Nullable(Float64),
    `duration_ms` Nullable(Int64),
    `ttft_ms` Nullable(Int64),
    `attempt` Nullable(Int64),
    `status_code` Nullable(Int64),
    `error` Nullable(String),
    `error_type` LowCardinality(Nullable(String)),
    `tool_name` LowCardinality(Nullable(String)),
    `tool_use_id` Nullable(String),
    `success` Nullable(Bool),
    `decision` LowCardinality(Nullable(String)),
    `decision_source` LowCardinality(Nullable(String)),
    `tool_input_size_bytes` Nullable(Int64),
    `tool_result_size_bytes` Nullable(Int64),
    `attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC'),
    `sampling_percentage` Float64,
    `weight` Float64,
    `impossible_time` Bool
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    timestamp,
    event_type,
    session_id,
    user_id,
    organization_id,
    chapter_id,
    chapter_number,
    feature_id,
    git_branch,
    code_version,
    terminal_type,
    sequence,
    prompt_id,
    prompt_length,
    prompt_tokens_estimated,
    response_length,
    model,
    query_source,
    effort,
    speed,
    request_id,
    tokens,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_creation_tokens,
    cost_usd,
    duration_ms,
    ttft_ms,
    attempt,
    status_code,
    error,
    error_type,
    tool_name,
    tool_use_id,
    success,
    decision,
    decision_source,
    tool_input_size_bytes,
    tool_result_size_bytes,
    attributes,
    resource_attributes,
    received_at,
    sampling_percentage,
    weight,
    impossible_time
FROM telemetry.log_records
WHERE (NOT excluded) AND of_client AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE VIEW telemetry.telemetry_metrics
(
    `event_id` UUID,
    `timestamp` DateTime64(9, 'UTC'),
    `start_timestamp` Nullable(DateTime64(9, 'UTC')),
    `metric_name` LowCardinality(String),
    `unit` LowCardinality(String),
    `kind` LowCardinality(String),
    `temporality` Int32,
    `value` Nullable(Float64),
    `session_id` LowCardinality(Nullable(String)),
    `user_id` LowCardinality(Nullable(String)),
    `organization_id` LowCardinality(Nullable(String)),
    `chapter_id` LowCardinality(Nullable(String)),
    `chapter_number` Nullable(Int64),
    `feature_id` LowCardinality(Nullable(String)),
    `git_branch` LowCardinality(Nullable(String)),
    `code_version` LowCardinality(Nullable(String)),
    `terminal_type` LowCardinality(Nullable(String)),
    `type` LowCardinality(Nullable(String)),
    `model` LowCardinality(Nullable(String)),
    `query_source` LowCardinality(Nullable(String)),
    `effort` LowCardinality(Nullable(String)),
    `tool_name` LowCardinality(Nullable(String)),
    `decision` LowCardinality(Nullable(String)),
    `decision_source` LowCardinality(Nullable(String)),
    `language` LowCardinality(Nullable(String)),
    `start_type` LowCardinality(Nullable(String)),
    `detail` Map(LowCardinality(String), String),
    `attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC')
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    timestamp,
    start_timestamp,
    metric_name,
    unit,
    kind,
    temporality,
    value,
    session_id,
    user_id,
    organization_id,
    chapter_id,
    chapter_number,
    feature_id,
    git_branch,
    code_version,
    terminal_type,
    type,
    model,
    query_source,
    effort,
    tool_name,
    decision,
    decision_source,
    language,
    start_type,
    detail,
    attributes,
    resource_attributes,
    received_at
FROM
(
    SELECT *
    FROM telemetry.metric_points
    FINAL
    WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT *
    FROM telemetry.metric_points
    FINAL
    WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE (NOT excluded) AND of_client AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE VIEW telemetry.telemetry_metrics_rows
(
    `event_id` UUID,
    `timestamp` DateTime64(9, 'UTC'),
    `start_timestamp` Nullable(DateTime64(9, 'UTC')),
    `metric_name` LowCardinality(String),
    `unit` LowCardinality(String),
    `kind` LowCardinality(String),
    `temporality` Int32,
    `value` Nullable(Float64),
    `session_id` LowCardinality(Nullable(String)),
    `user_id` LowCardinality(Nullable(String)),
    `organization_id` LowCardinality(Nullable(String)),
    `chapter_id` LowCardinality(Nullable(String)),
    `chapter_number` Nullable(Int64),
    `feature_id` LowCardinality(Nullable(String)),
    `git_branch` LowCardinality(Nullable(String)),
    `code_version` LowCardinality(Nullable(String)),
    `terminal_type` LowCardinality(Nullable(String)),
    `type` LowCardinality(Nullable(String)),
    `model` LowCardinality(Nullable(String)),
    `query_source` LowCardinality(Nullable(String)),
    `effort` LowCardinality(Nullable(String)),
    `tool_name` LowCardinality(Nullable(String)),
    `decision` LowCardinality(Nullable(String)),
    `decision_source` LowCardinality(Nullable(String)),
    `language` LowCardinality(Nullable(String)),
    `start_type` LowCardinality(Nullable(String)),
    `detail` Map(LowCardinality(String), String),
    `attributes` Map(LowCardinality(String), String),
    `resource_attributes` Map(LowCardinality(String), String),
    `received_at` DateTime64(3, 'UTC')
)
DEFINER = admin SQL SECURITY DEFINER
AS SELECT
    event_id,
    timestamp,
    start_timestamp,
    metric_name,
    unit,
    kind,
    temporality,
    value,
    session_id,
    user_id,
    organization_id,
    chapter_id,
    chapter_number,
    feature_id,
    git_branch,
    code_version,
    terminal_type,
    type,
    model,
    query_source,
    effort,
    tool_name,
    decision,
    decision_source,
    language,
    start_type,
    detail,
    attributes,
    resource_attributes,
    received_at
FROM telemetry.metric_points
WHERE (NOT excluded) AND of_client AND (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE FUNCTION telemetry_bool AS text -> multiIf(lower(text) = 'true', true, lower(text) = 'false', false, NULL);

CREATE FUNCTION telemetry_either AS (first, second, name) -> multiIf(mapContains(first, name), first[name], mapContains(second, name), second[name], NULL);

CREATE FUNCTION telemetry_everything AS attributes -> toString(arraySort(arrayFilter(item -> ((item.1) NOT LIKE 'user.%'), arrayZip(mapKeys(attributes), mapValues(attributes)))));

CREATE FUNCTION telemetry_float AS text -> if(isFinite(toFloat64OrNull(text)), toFloat64OrNull(text), NULL);

CREATE FUNCTION telemetry_forgotten AS (record, resource) -> ((
    SELECT count() > 0
    FROM telemetry.forgotten
) AND arrayExists(people -> if(notEmpty(people), arrayExists(value -> (telemetry_person_mark(value) IN (
    SELECT mark
    FROM telemetry.forgotten
)), people), (telemetry_session_mark(telemetry_session(record, resource)) IN (
    SELECT mark
    FROM telemetry.forgotten
))), [telemetry_named(record, resource)]));

CREATE FUNCTION telemetry_identifies AS name -> (name IN ('user.email', 'user.name', 'user.full_name', 'user.id', 'user.account_uuid', 'user.account_id', 'organization.id', 'session.id', 'event.name', 'event.sequence', 'prompt.id', 'tool_use_id', 'request_id', 'client_request_id', 'message.uuid'));

CREATE FUNCTION telemetry_identity AS (name, value) -> multiIf(match(value, '^(?:sha256:[0-9a-f]{64}|\\[REDACTED_[A-Z_]{2,20}\\])$'), value, name = 'user.email', '[REDACTED_EMAIL]', name = 'user.name', '[REDACTED_NAME]', name = 'user.full_name', '[REDACTED_NAME]', position(value, '@') > 0, '[REDACTED_EMAIL]', match(value, '^(?:[^@=%"\'`\\\\]*={0,2}|[\\[\\]{}":,a-z0-9]{1,16})$'), value, '[REDACTED_ID]');

CREATE FUNCTION telemetry_if_plain AS items -> if(arrayAll(item -> telemetry_plain(item.2), items), items, []);

CREATE FUNCTION telemetry_int AS text -> coalesce(toInt64OrNull(text), accurateCastOrNull(round(toFloat64OrNull(trimBoth(text))), 'Int64'));

CREATE FUNCTION telemetry_map AS (texts, first, size) -> CAST((arraySlice(texts, first, size), arraySlice(texts, first + size, size)), 'Map(LowCardinality(String), String)');

CREATE FUNCTION telemetry_mask_all AS (masked, names, texts) -> arraySort((text, place) -> place, arrayConcat(telemetry_mask(arrayMap(text -> telemetry_valid(text), arrayFilter((text, one) -> one, texts, masked))), arrayMap((name, text) -> multiIf(telemetry_identifies(name), telemetry_identity(name, telemetry_valid(text)), telemetry_told(name), telemetry_told_value(telemetry_valid(text)), telemetry_valid(text)), arrayFilter((name, one) -> (NOT one), names, masked), arrayFilter((text, one) -> (NOT one), texts, masked))), arrayConcat(arrayFilter((place, one) -> one, arrayEnumerate(masked), masked), arrayFilter((place, one) -> (NOT one), arrayEnumerate(masked), masked)));

CREATE FUNCTION telemetry_masked AS (names, texts) -> arrayMap((name, text) -> ((NOT telemetry_identifies(name)) AND (NOT telemetry_told(name)) AND telemetry_may_match(text)), names, texts);

CREATE FUNCTION telemetry_named AS (record, resource) -> arrayConcat(telemetry_people(record), telemetry_people(resource));

CREATE FUNCTION telemetry_names AS attributes -> arrayConcat(arrayWithConstant(length(attributes), ''), mapKeys(attributes));

CREATE FUNCTION telemetry_nothing AS () -> CAST(map(), 'Map(LowCardinality(String), String)');

CREATE FUNCTION telemetry_people AS attributes -> arrayFilter((value, name) -> ((name IN ('user.email', 'user.name', 'user.full_name', 'user.id', 'user.account_uuid', 'user.account_id')) AND telemetry_tells(value) AND (telemetry_identity(name, value) = value)), mapValues(attributes), mapKeys(attributes));

CREATE FUNCTION telemetry_percentage AS text -> if((toFloat64OrZero(text) > 0) AND (toFloat64OrZero(text) < 100), toFloat64OrZero(text), 100);

CREATE FUNCTION telemetry_person_mark AS value -> SHA256(concat('telemetry person ', telemetry_valid(value)));

CREATE FUNCTION telemetry_plain AS text -> (match(text, '^[A-Za-z0-9_.:-]*(?:\\[[0-9]+[a-z]\\])?$') AND (NOT telemetry_suspect(text)));

CREATE FUNCTION telemetry_plain_names AS attributes -> toString(arraySort(telemetry_if_plain(arrayFilter(item -> ((item.1) IN ('model', 'speed', 'effort', 'query_source', 'tool_name', 'decision', 'source', 'decision_type', 'decision_source', 'success', 'error_type', 'status_code', 'attempt', 'total_attempts', 'total_retry_duration_ms', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens', 'cost_usd', 'cost_usd_micros', 'duration_ms', 'ttft_ms', 'total_duration_ms', 'prompt_length', 'response_length', 'tool_input_size_bytes', 'tool_result_size_bytes', 'command_name', 'command_source', 'from_mode', 'to_mode', 'trigger', 'action', 'auth_method', 'status', 'transport_type', 'server_scope', 'mcp_server_scope', 'hook_event', 'hook_name', 'hook_source', 'num_hooks', 'num_success', 'num_blocking', 'pre_tokens', 'post_tokens', 'agent_type', 'total_tokens', 'total_tool_uses')), arrayZip(mapKeys(attributes), mapValues(attributes))))));

CREATE FUNCTION telemetry_rules AS (excluded, unhashed, unmasked) -> arrayFilter(rule -> (rule != ''), [if(excluded, 'path', ''), if(unhashed, 'identity', ''), if(unmasked, 'pattern', '')]);

CREATE FUNCTION telemetry_scaled AS (number, weight) -> if(max(weight) = 1, toInt64(ifNull(sum(number), 0)), toInt64(round(ifNull(sum(number * weight), 0))));

CREATE FUNCTION telemetry_session AS (record, resource) -> ifNull(telemetry_either(record, resource, 'session.id'), '');

CREATE FUNCTION telemetry_session_mark AS value -> SHA256(concat('telemetry session ', telemetry_valid(value)));

CREATE FUNCTION telemetry_shown AS dataset -> (dataset = extract(getSetting('log_comment'), '^dataset:(.*)$'));

CREATE FUNCTION telemetry_suspect AS text -> match(text, '(?i)@|token|secret|passw|authorization|api[_-]?key|bearer|sk-|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|akia|aiza|eyj|\\+\\d|\\(\\d{3}\\)|\\d{3}[-.]\\d{3}[-.]\\d{4}');

CREATE FUNCTION telemetry_tells AS value -> ((value != '') AND (NOT startsWith(value, '[REDACTED_')));

CREATE FUNCTION telemetry_text AS (attributes, name) -> if(mapContains(attributes, name), attributes[name], NULL);

CREATE FUNCTION telemetry_texts AS attributes -> arrayConcat(mapKeys(attributes), mapValues(attributes));

CREATE FUNCTION telemetry_told AS name -> match(name, '(?:(?:(?i:(?:(?:\\b|\\\\[nrtbf]|%[0-9A-Fa-f]{2})|[_-])pass(?:word|wd|phrase|code|wort)?|pass(?:word|wd|phrase|code|wort)|kennwort|contrase(?:ñ|n)a|(?:(?:\\b|\\\\[nrtbf]|%[0-9A-Fa-f]{2})|[_-]|db|user|admin)pwd))|(?:(?i:(?:(?i:(?:api|app|application|access|account|admin|auth|client|consumer|crypt|cipher|data|deploy|encryption|host|ingest|ingestion|integration|licen[cs]e|management|master|personal|private|project|publish|push|read|rest|root|sas|secret|security|sender|server|service|session|shared|sign|signing|ssh|storage|subscription|team|user|webhook|write)(?:[_. -]|%20)?key(?:[_-]?id)?))|secret|token|credentials?|creds|jwt|(?:(?:\\b|\\\\[nrtbf]|%[0-9A-Fa-f]{2})|[_.-])auth(?:orization)?|authorization|[_-]pat|[_-]sas|(?:(?:\\b|\\\\[nrtbf]|%[0-9A-Fa-f]{2}))sig(?:n(?:ature|(?:ing)?[_. -]?key))?|signature))|(?i:cookie))$');

CREATE FUNCTION telemetry_told_value AS value -> replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(value, '[﷐﷑﷒]', ''), '(\\[(?:REDACTED_API_KEY|REDACTED_EMAIL|REDACTED_PHONE)\\])', '﷐\\1﷐'), '^([0-9.]{1,12}|true|false)$', '﷑\\1'), '^[^﷑]+$', '﷐[REDACTED_API_KEY]﷐'), '﷑', ''), '﷐', '');

CREATE FUNCTION telemetry_unhashed AS (names, raw, kept) -> arrayExists((name, before, after) -> ((before != after) AND telemetry_identifies(name) AND (telemetry_valid(before) != after)), names, raw, kept);

CREATE FUNCTION telemetry_unmasked AS (names, raw, kept) -> arrayExists((name, before, after) -> ((before != after) AND (NOT telemetry_identifies(name)) AND (telemetry_valid(before) != after)), names, raw, kept);

CREATE FUNCTION telemetry_valid AS text -> if(isValidUTF8(text) AND (position(text, '�') = 0), toString(text), replaceRegexpAll(toValidUTF8(toString(text)), '(?:�)+', '�'));

CREATE FUNCTION telemetry_values AS attributes -> arrayStringConcat(mapValues(attributes), '\n');
