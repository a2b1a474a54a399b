-- Log records: one table, a row a record, the masked record beside its typed columns. One view writes it, so an insert is there whole or
-- not at all. A missing attribute is NULL, never 0; what has no column stays in `attributes`.
-- Which value wins where the record and its resource disagree, what identity is, and how error_type is derived: docs/data-model.md.

CREATE TABLE IF NOT EXISTS telemetry.log_records
(
    event_id                UUID COMMENT 'Identity: hash of what tells an event from another (docs/data-model.md)',
    timestamp               DateTime64(9, 'UTC'),
    event_type              LowCardinality(String),
    session_id              LowCardinality(Nullable(String)),
    user_id                 LowCardinality(Nullable(String)),
    organization_id         LowCardinality(Nullable(String)),
    chapter_id              LowCardinality(Nullable(String)),
    chapter_number          Nullable(Int64),
    feature_id              LowCardinality(Nullable(String)),
    git_branch              LowCardinality(Nullable(String)),
    code_version            LowCardinality(Nullable(String)),
    terminal_type           LowCardinality(Nullable(String)),
    sequence                Nullable(Int64),
    prompt_id               Nullable(String),
    prompt_length           Nullable(Int64),
    prompt_tokens_estimated Nullable(Int64) COMMENT 'An estimate: characters / 4, rounded up; the client does not send it',
    response_length         Nullable(Int64),
    model                   LowCardinality(Nullable(String)),
    query_source            LowCardinality(Nullable(String)),
    effort                  LowCardinality(Nullable(String)),
    speed                   LowCardinality(Nullable(String)),
    request_id              Nullable(String),
    tokens                  Nullable(Int64) COMMENT 'Input + output + cache read + cache creation; NULL when none was sent',
    input_tokens            Nullable(Int64),
    output_tokens           Nullable(Int64),
    cache_read_tokens       Nullable(Int64),
    cache_creation_tokens   Nullable(Int64),
    cost_usd                Nullable(Float64),
    duration_ms             Nullable(Int64),
    ttft_ms                 Nullable(Int64),
    attempt                 Nullable(Int64),
    status_code             Nullable(Int64),
    error                   Nullable(String),
    error_type              LowCardinality(Nullable(String)),
    tool_name               LowCardinality(Nullable(String)),
    tool_use_id             Nullable(String),
    success                 Nullable(Bool),
    decision                LowCardinality(Nullable(String)),
    decision_source         LowCardinality(Nullable(String)),
    tool_input_size_bytes   Nullable(Int64),
    tool_result_size_bytes  Nullable(Int64),
    attributes              Map(LowCardinality(String), String) COMMENT 'Every attribute of the record, as text',
    resource_attributes     Map(LowCardinality(String), String),
    received_at             DateTime64(3, 'UTC'),
    sampling_percentage     Float64 DEFAULT 100 COMMENT 'The share of sessions that was stored when it came; 100 for a record without a session',
    weight                  Float64 ALIAS 100 / sampling_percentage COMMENT 'For how many events it stands',
    impossible_time         Bool DEFAULT timestamp < toDateTime64('2020-01-01', 9, 'UTC') OR timestamp > received_at + INTERVAL 1 DAY COMMENT 'From before 2020, or later than its arrival by more than a day',
    sent_time               DateTime64(9, 'UTC') COMMENT 'The record''s own time; 1970 when it has none, so that a retry of it sorts beside it',
    body                    String,
    event_name              String COMMENT 'OTLP EventName; the client leaves it empty',
    severity_text           LowCardinality(String),
    severity_number         UInt8,
    trace_id                String,
    span_id                 String,
    trace_flags             UInt8,
    scope_name              LowCardinality(String),
    scope_version           LowCardinality(String),
    scope_attributes        Map(LowCardinality(String), String),
    excluded                Bool COMMENT 'Nothing of the record is kept but that there was one; no query shows it',
    last_line               Array(LowCardinality(String)) COMMENT 'What the view below had to do: path, identity, pattern, forgotten',
    earliness               UInt64 DEFAULT 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Of the copies of a record the first to arrive stays',
    of_client               Bool DEFAULT startsWith(scope_name, 'com.anthropic.claude_code') OR (scope_name = '' AND resource_attributes['service.name'] IN ('claude-code', '')) COMMENT 'Whether the client sent it, not another program',
    dataset                 LowCardinality(String) COMMENT 'The sample that it is of (npm run dataset -- load); empty for what is no sample',
    INDEX by_time timestamp TYPE minmax GRANULARITY 1,
    INDEX by_impossible_time impossible_time TYPE minmax GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.0001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(earliness)
PARTITION BY toYYYYMM(sent_time)
ORDER BY (event_type, toDate32(sent_time), sent_time, event_id);

-- Of tables from before version 11, and 13 (dataset). Rows that are there already get them when they are read, and keep them when they are merged.
-- Whose a record is, its scope says; where there is none, the name of the service; where there is neither, nothing says that another program sent it.
ALTER TABLE telemetry.log_records
    ADD COLUMN IF NOT EXISTS of_client Bool DEFAULT startsWith(scope_name, 'com.anthropic.claude_code') OR (scope_name = '' AND resource_attributes['service.name'] IN ('claude-code', '')) COMMENT 'Whether the client sent it, not another program',
    ADD COLUMN IF NOT EXISTS sampling_percentage Float64 DEFAULT 100 COMMENT 'The share of sessions that was stored when it came; 100 for a record without a session' AFTER received_at,
    ADD COLUMN IF NOT EXISTS weight Float64 ALIAS 100 / sampling_percentage COMMENT 'For how many events it stands' AFTER sampling_percentage,
    ADD COLUMN IF NOT EXISTS impossible_time Bool DEFAULT timestamp < toDateTime64('2020-01-01', 9, 'UTC') OR timestamp > received_at + INTERVAL 1 DAY COMMENT 'From before 2020, or later than its arrival by more than a day' AFTER weight,
    ADD COLUMN IF NOT EXISTS dataset LowCardinality(String) COMMENT 'The sample that it is of (npm run dataset -- load); empty for what is no sample',
    ADD INDEX IF NOT EXISTS by_impossible_time impossible_time TYPE minmax GRANULARITY 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.log_records_mv TO telemetry.log_records DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    replaceRegexpOne(if(attributes['event.name'] != '', attributes['event.name'], event_name), '^claude_code\\.', '') AS name,
    if(name != '', name, replaceRegexpOne(body, '^claude_code\\.', '')) AS type,
    telemetry_int(telemetry_text(attributes, 'status_code')) AS status,
    lower(ifNull(telemetry_text(attributes, 'error'), '')) AS error_text,
    telemetry_int(telemetry_text(attributes, 'input_tokens')) AS tokens_in,
    telemetry_int(telemetry_text(attributes, 'output_tokens')) AS tokens_out,
    telemetry_int(telemetry_text(attributes, 'cache_read_tokens')) AS tokens_read,
    telemetry_int(telemetry_text(attributes, 'cache_creation_tokens')) AS tokens_created
SELECT
    reinterpretAsUUID(sipHash128(
        ifNull(telemetry_either(attributes, resource_attributes, 'session.id'), ''),
        attributes['event.sequence'],
        toUnixTimestamp64Nano(sent_time),
        name,
        attributes['prompt.id'],
        attributes['tool_use_id'],
        attributes['request_id'],
        attributes['client_request_id'],
        attributes['message.uuid'],
        telemetry_plain_names(if(rewritten, telemetry_nothing(), attributes)),
        if(attributes['event.sequence'] != '', '', concat(
            body, '\n', severity_text, '\n', trace_id, span_id, '\n', scope_name, '\n',
            telemetry_everything(attributes), telemetry_everything(resource_attributes))),
        -- A sample never takes the place of a record that is equal to one of its own.
        if(dataset = '', counted, cityHash64(counted, dataset)))) AS event_id,
    timestamp,
    if(excluded, '', type) AS event_type,
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
    telemetry_int(telemetry_text(attributes, 'event.sequence')) AS sequence,
    telemetry_text(attributes, 'prompt.id') AS prompt_id,
    telemetry_int(telemetry_text(attributes, 'prompt_length')) AS prompt_length,
    if(prompt_length >= 0, intDiv(prompt_length, 4) + (prompt_length % 4 > 0), NULL) AS prompt_tokens_estimated,
    telemetry_int(telemetry_text(attributes, 'response_length')) AS response_length,
    telemetry_text(attributes, 'model') AS model,
    telemetry_text(attributes, 'query_source') AS query_source,
    telemetry_text(attributes, 'effort') AS effort,
    telemetry_text(attributes, 'speed') AS speed,
    telemetry_text(attributes, 'request_id') AS request_id,
    if(coalesce(tokens_in, tokens_out, tokens_read, tokens_created) IS NULL, NULL,
       ifNull(tokens_in, 0) + ifNull(tokens_out, 0) + ifNull(tokens_read, 0) + ifNull(tokens_created, 0)) AS tokens,
    tokens_in AS input_tokens,
    tokens_out AS output_tokens,
    tokens_read AS cache_read_tokens,
    tokens_created AS cache_creation_tokens,
    telemetry_float(telemetry_text(attributes, 'cost_usd')) AS cost_usd,
    telemetry_int(telemetry_text(attributes, 'duration_ms')) AS duration_ms,
    telemetry_int(telemetry_text(attributes, 'ttft_ms')) AS ttft_ms,
    telemetry_int(telemetry_text(attributes, 'attempt')) AS attempt,
    status AS status_code,
    telemetry_text(attributes, 'error') AS error,
    multiIf(
        mapContains(attributes, 'error_type'), attributes['error_type'],
        type NOT IN ('api_error', 'api_retries_exhausted'), NULL,
        status = 400, 'invalid_request',
        status = 401, 'authentication',
        status = 403, 'permission',
        status = 404, 'not_found',
        status = 408, 'timeout',
        status = 413, 'request_too_large',
        status = 429, 'rate_limit',
        status = 529, 'overloaded',
        status >= 500 AND status < 600, 'server_error',
        status >= 400 AND status < 500, 'client_error',
        match(error_text, 'time[d]?[ -]?out'), 'timeout',
        match(error_text, 'abort|cancel'), 'aborted',
        match(error_text, 'overloaded'), 'overloaded',
        match(error_text, 'rate.?limit'), 'rate_limit',
        match(error_text, 'connect|econn|enotfound|network|socket|fetch failed|tls|certificate'), 'connection',
        'unknown') AS error_type,
    telemetry_text(attributes, 'tool_name') AS tool_name,
    telemetry_text(attributes, 'tool_use_id') AS tool_use_id,
    telemetry_bool(telemetry_text(attributes, 'success')) AS success,
    coalesce(telemetry_text(attributes, 'decision'), telemetry_text(attributes, 'decision_type')) AS decision,
    if(type = 'tool_decision', telemetry_text(attributes, 'source'), telemetry_text(attributes, 'decision_source')) AS decision_source,
    telemetry_int(telemetry_text(attributes, 'tool_input_size_bytes')) AS tool_input_size_bytes,
    telemetry_int(telemetry_text(attributes, 'tool_result_size_bytes')) AS tool_result_size_bytes,
    attributes,
    resource_attributes,
    received_at,
    sent_time,
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
    excluded,
    last_line,
    sampling_percentage,
    dataset
FROM
(
    SELECT
        excluded,
        counted,
        rewritten,
        sampling_percentage,
        sent_time,
        if(sent_time = toDateTime64(0, 9, 'UTC'), fromUnixTimestamp64Nano(arrival, 'UTC'), sent_time) AS timestamp,
        toDateTime64(fromUnixTimestamp64Nano(arrival, 'UTC'), 3, 'UTC') AS received_at,
        texts[1] AS body,
        texts[2] AS event_name,
        texts[3] AS severity_text,
        SeverityNumber AS severity_number,
        raw_trace_id AS trace_id,
        raw_span_id AS span_id,
        TraceFlags AS trace_flags,
        texts[4] AS scope_name,
        texts[5] AS scope_version,
        texts[6] AS dataset,
        telemetry_map(texts, 7, size) AS attributes,
        telemetry_map(texts, 7 + 2 * size, resource_size) AS resource_attributes,
        telemetry_map(texts, 7 + 2 * (size + resource_size), scope_size) AS scope_attributes,
        if(forgotten, ['forgotten'],
           telemetry_rules(excluded, telemetry_unhashed(names, raw_texts, texts), telemetry_unmasked(names, raw_texts, texts))) AS last_line
    FROM
    (
    SELECT *, telemetry_masked(names, raw_texts) AS masked, telemetry_mask_all(masked, names, raw_texts) AS texts
    FROM
    (
    SELECT
        excluded, forgotten, counted, rewritten, sampling_percentage, sent_time, arrival, SeverityNumber, raw_trace_id, raw_span_id, TraceFlags,
        length(raw_attributes) AS size, length(raw_resource_attributes) AS resource_size, length(raw_scope_attributes) AS scope_size,
        arrayConcat(['', '', '', '', '', ''], telemetry_names(raw_attributes), telemetry_names(raw_resource_attributes),
                    telemetry_names(raw_scope_attributes)) AS names,
        arrayConcat([raw_body, raw_event_name, raw_severity_text, raw_scope_name, raw_scope_version, raw_dataset], telemetry_texts(raw_attributes),
                    telemetry_texts(raw_resource_attributes), telemetry_texts(raw_scope_attributes)) AS raw_texts
    FROM
    (
        -- Of what is left out nothing goes on but that it was there, and what tells it from others of its kind.
        SELECT
            left_out AS excluded,
            is_forgotten AS forgotten,
            if(left_out, cityHash64(Timestamp, LogAttributes['session.id'], LogAttributes['event.sequence'], LogAttributes['tool_use_id']), 0) AS counted,
            if(left_out, toDateTime64(toStartOfDay(Timestamp), 9, 'UTC'), Timestamp) AS sent_time,
            ifNull(telemetry_int(LogAttributes['telemetry.arrival_unix_nano']), toUnixTimestamp64Nano(now64(9))) AS arrival,
            mapContains(LogAttributes, 'telemetry.names_rewritten') AS rewritten,
            telemetry_percentage(LogAttributes['telemetry.sampling_percentage']) AS sampling_percentage,
            if(left_out, '', Body) AS raw_body,
            if(left_out, '', EventName) AS raw_event_name,
            if(left_out, '', ScopeName) AS raw_scope_name,
            if(left_out, '', ScopeVersion) AS raw_scope_version,
            if(left_out, '', SeverityText) AS raw_severity_text,
            multiIf(left_out, telemetry_nothing(),
                    mapContains(LogAttributes, 'telemetry.arrival_unix_nano') OR rewritten OR mapContains(LogAttributes, 'telemetry.sampling_percentage'),
                    mapFilter((k, v) -> k NOT IN ('telemetry.arrival_unix_nano', 'telemetry.names_rewritten', 'telemetry.sampling_percentage'), LogAttributes),
                    LogAttributes) AS raw_attributes,
            -- Kept of what is left out, too: a sample is removed whole.
            ResourceAttributes['telemetry.dataset'] AS raw_dataset,
            multiIf(left_out, telemetry_nothing(),
                    raw_dataset != '', mapFilter((k, v) -> k != 'telemetry.dataset', ResourceAttributes),
                    ResourceAttributes) AS raw_resource_attributes,
            if(left_out, telemetry_nothing(), ScopeAttributes) AS raw_scope_attributes,
            if(left_out, '', TraceId) AS raw_trace_id,
            if(left_out, '', SpanId) AS raw_span_id,
            SeverityNumber, TraceFlags
        FROM
        (
            SELECT
                *,
                telemetry_forgotten(LogAttributes, ResourceAttributes) AS is_forgotten,
                is_forgotten OR telemetry_excluded(concat(Body, '\n', telemetry_values(LogAttributes))) AS left_out
            FROM telemetry.landing_logs
        )
    )
    )
    )
);

INSERT INTO telemetry.schema_version (version, name) VALUES (4, 'log records');
