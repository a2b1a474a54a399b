-- Tables for the rows of this dataset, with the names and types that docs/data-model.md has for the views of the stack.
-- A file that is loaded again is left out by its checksum, as the last 100000 blocks are remembered.
CREATE TABLE IF NOT EXISTS telemetry_events
(
    event_id UUID DEFAULT reinterpretAsUUID(sipHash128(toString(timestamp), event_type, toString(attributes), toString(resource_attributes))),
    timestamp DateTime64(9, 'UTC'),
    event_type String,
    session_id Nullable(String),
    user_id Nullable(String),
    organization_id Nullable(String),
    chapter_id Nullable(String),
    chapter_number Nullable(Int64),
    feature_id Nullable(String),
    git_branch Nullable(String),
    code_version Nullable(String),
    terminal_type Nullable(String),
    sequence Nullable(Int64),
    prompt_id Nullable(String),
    prompt_length Nullable(Int64),
    prompt_tokens_estimated Nullable(Int64),
    response_length Nullable(Int64),
    model Nullable(String),
    query_source Nullable(String),
    effort Nullable(String),
    speed Nullable(String),
    request_id Nullable(String),
    tokens Nullable(Int64),
    input_tokens Nullable(Int64),
    output_tokens Nullable(Int64),
    cache_read_tokens Nullable(Int64),
    cache_creation_tokens Nullable(Int64),
    cost_usd Nullable(Float64),
    duration_ms Nullable(Int64),
    ttft_ms Nullable(Int64),
    attempt Nullable(Int64),
    status_code Nullable(Int64),
    error Nullable(String),
    error_type Nullable(String),
    tool_name Nullable(String),
    tool_use_id Nullable(String),
    success Nullable(Bool),
    decision Nullable(String),
    decision_source Nullable(String),
    tool_input_size_bytes Nullable(Int64),
    tool_result_size_bytes Nullable(Int64),
    attributes Map(String, String),
    resource_attributes Map(String, String),
    body String,
    scope_name String,
    received_at DateTime64(3, 'UTC') DEFAULT now64(3),
    sampling_percentage Float64 DEFAULT 100,
    weight Float64 ALIAS 100 / sampling_percentage,
    impossible_time Bool DEFAULT timestamp < toDateTime64('2020-01-01', 9, 'UTC') OR timestamp > received_at + INTERVAL 1 DAY
)
ENGINE = MergeTree ORDER BY (event_type, timestamp) SETTINGS non_replicated_deduplication_window = 100000;

CREATE TABLE IF NOT EXISTS telemetry_metrics
(
    event_id UUID DEFAULT reinterpretAsUUID(sipHash128(toString(timestamp), metric_name, toString(attributes), toString(resource_attributes))),
    timestamp DateTime64(9, 'UTC'),
    start_timestamp Nullable(DateTime64(9, 'UTC')),
    metric_name String,
    unit String,
    kind String,
    temporality Int32,
    value Nullable(Float64),
    session_id Nullable(String),
    user_id Nullable(String),
    organization_id Nullable(String),
    chapter_id Nullable(String),
    chapter_number Nullable(Int64),
    feature_id Nullable(String),
    git_branch Nullable(String),
    code_version Nullable(String),
    terminal_type Nullable(String),
    type Nullable(String),
    model Nullable(String),
    query_source Nullable(String),
    effort Nullable(String),
    tool_name Nullable(String),
    decision Nullable(String),
    decision_source Nullable(String),
    language Nullable(String),
    start_type Nullable(String),
    attributes Map(String, String),
    resource_attributes Map(String, String),
    scope_name String,
    received_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree ORDER BY (metric_name, timestamp) SETTINGS non_replicated_deduplication_window = 100000;

CREATE OR REPLACE FUNCTION telemetry_scaled AS (number, weight) ->
    if(max(weight) = 1, toInt64(ifNull(sum(number), 0)), toInt64(round(ifNull(sum(number * weight), 0))));

CREATE OR REPLACE VIEW telemetry_counters AS
SELECT
    timestamp, metric_name, session_id, user_id, chapter_id, git_branch, type, model, tool_name, decision, language,
    assumeNotNull(value) AS increment
FROM telemetry_metrics
WHERE kind = 'sum' AND temporality != 2 AND value IS NOT NULL
UNION ALL
SELECT
    timestamp, metric_name, session_id, user_id, chapter_id, git_branch, type, model, tool_name, decision, language,
    if(row_number() OVER series = 1 OR total < lagInFrame(total) OVER series, total, total - lagInFrame(total) OVER series) AS increment
FROM
(
    SELECT *, assumeNotNull(value) AS total
    FROM telemetry_metrics
    WHERE kind = 'sum' AND temporality = 2 AND value IS NOT NULL
)
WINDOW series AS (
    PARTITION BY metric_name, session_id, start_timestamp, toString(mapSort(attributes)), toString(mapSort(resource_attributes))
    ORDER BY timestamp, total ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

CREATE TABLE IF NOT EXISTS policy_audit (day Date, signal String, rule String, records UInt64) ENGINE = MergeTree ORDER BY day;
