-- What people query: telemetry_events and telemetry_metrics, each record of the client once. A retry can deliver a record again; FINAL shows it once, so no
-- query has to take care. Copies of a record with a time of its own agree in all that is indexed, so an index may leave out what a query does
-- not ask for before FINAL looks at it; without that, each query reads the whole table. Of a record without a time the copies have the times
-- of their arrivals, so there FINAL comes first.
-- Of samples (npm run dataset -- load) these views show the one that the setting log_comment names (dataset:week), and nothing else
-- then; without it, none.

CREATE OR REPLACE VIEW telemetry.telemetry_events DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, timestamp, event_type, session_id, user_id, organization_id, chapter_id, chapter_number, feature_id,
    git_branch, code_version, terminal_type, sequence, prompt_id, prompt_length, prompt_tokens_estimated, response_length,
    model, query_source, effort, speed, request_id, tokens, input_tokens, output_tokens, cache_read_tokens,
    cache_creation_tokens, cost_usd, duration_ms, ttft_ms, attempt, status_code, error, error_type, tool_name, tool_use_id,
    success, decision, decision_source, tool_input_size_bytes, tool_result_size_bytes, attributes, resource_attributes,
    received_at, sampling_percentage, weight, impossible_time
FROM
(
    SELECT *, weight FROM telemetry.log_records FINAL WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT *, weight FROM telemetry.log_records FINAL WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE NOT excluded AND of_client AND telemetry_shown(dataset);

CREATE OR REPLACE VIEW telemetry.telemetry_metrics DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, timestamp, start_timestamp, metric_name, unit, kind, temporality, value, session_id, user_id, organization_id,
    chapter_id, chapter_number, feature_id, git_branch, code_version, terminal_type, type, model, query_source, effort,
    tool_name, decision, decision_source, language, start_type, detail, attributes, resource_attributes, received_at
FROM
(
    SELECT * FROM telemetry.metric_points FINAL WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT * FROM telemetry.metric_points FINAL WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE NOT excluded AND of_client AND telemetry_shown(dataset);

-- The rows behind them: of a record that came twice, also its copies, until ClickHouse merges them.
CREATE OR REPLACE VIEW telemetry.telemetry_events_rows DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, timestamp, event_type, session_id, user_id, organization_id, chapter_id, chapter_number, feature_id,
    git_branch, code_version, terminal_type, sequence, prompt_id, prompt_length, prompt_tokens_estimated, response_length,
    model, query_source, effort, speed, request_id, tokens, input_tokens, output_tokens, cache_read_tokens,
    cache_creation_tokens, cost_usd, duration_ms, ttft_ms, attempt, status_code, error, error_type, tool_name, tool_use_id,
    success, decision, decision_source, tool_input_size_bytes, tool_result_size_bytes, attributes, resource_attributes,
    received_at, sampling_percentage, weight, impossible_time
FROM telemetry.log_records
WHERE NOT excluded AND of_client AND telemetry_shown(dataset);

CREATE OR REPLACE VIEW telemetry.telemetry_metrics_rows DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, timestamp, start_timestamp, metric_name, unit, kind, temporality, value, session_id, user_id, organization_id,
    chapter_id, chapter_number, feature_id, git_branch, code_version, terminal_type, type, model, query_source, effort,
    tool_name, decision, decision_source, language, start_type, detail, attributes, resource_attributes, received_at
FROM telemetry.metric_points
WHERE NOT excluded AND of_client AND telemetry_shown(dataset);

-- The same rows as the records that they are, without types.
CREATE OR REPLACE VIEW telemetry.logs_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, timestamp, body, event_name, severity_text, severity_number, trace_id, span_id, trace_flags, scope_name, scope_version,
    scope_attributes, resource_attributes, attributes, received_at
FROM telemetry.log_records
WHERE NOT excluded AND telemetry_shown(dataset);

CREATE OR REPLACE VIEW telemetry.metrics_raw DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, kind, name, unit, start_timestamp, timestamp, value, detail, temporality, monotonic, flags, scope_name, scope_version,
    resource_attributes, attributes, received_at
FROM telemetry.metric_points
WHERE NOT excluded AND telemetry_shown(dataset);

-- What other programs sent to the same collector: kept, and never counted as the client's.
CREATE OR REPLACE VIEW telemetry.other_records DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, timestamp, resource_attributes['service.name'] AS service_name, scope_name, event_name, severity_text, body, attributes,
    resource_attributes, received_at
FROM
(
    SELECT * FROM telemetry.log_records FINAL WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT * FROM telemetry.log_records FINAL WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE NOT excluded AND NOT of_client AND telemetry_shown(dataset);

CREATE OR REPLACE VIEW telemetry.other_points DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    event_id, timestamp, resource_attributes['service.name'] AS service_name, scope_name, name, unit, kind, temporality, value, attributes,
    resource_attributes, received_at
FROM
(
    SELECT * FROM telemetry.metric_points FINAL WHERE sent_time != toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0
    UNION ALL
    SELECT * FROM telemetry.metric_points FINAL WHERE sent_time = toDateTime64(0, 9, 'UTC')
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
WHERE NOT excluded AND NOT of_client AND telemetry_shown(dataset);

-- Which samples there are. Copies of a record are of the same sample, so the others need not be read to leave copies out.
CREATE OR REPLACE VIEW telemetry.datasets DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    dataset, sum(logs) AS log_records, sum(points) AS data_points, min(first_time) AS first, max(last_time) AS last,
    max(last_arrival) AS loaded_at
FROM
(
    SELECT dataset, count() AS logs, 0 AS points, min(timestamp) AS first_time, max(timestamp) AS last_time, max(received_at) AS last_arrival
    FROM telemetry.log_records FINAL PREWHERE dataset != '' GROUP BY dataset
    UNION ALL
    SELECT dataset, 0 AS logs, count() AS points, min(timestamp) AS first_time, max(timestamp) AS last_time, max(received_at) AS last_arrival
    FROM telemetry.metric_points FINAL PREWHERE dataset != '' GROUP BY dataset
)
GROUP BY dataset
ORDER BY dataset;

-- Events without a sequence that agree in what no policy rewrites and in the names of their attributes: where the policy changed between
-- a send and its retry, one event may be two here. Events that only differ in such a text are in it as well.
CREATE OR REPLACE VIEW telemetry.possible_doubles DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT event_type, session_id, timestamp, count() AS events
FROM telemetry.telemetry_events
WHERE sequence IS NULL
GROUP BY event_type, session_id, timestamp, prompt_id, tool_use_id, request_id, telemetry_plain_names(attributes), arraySort(mapKeys(attributes))
HAVING events > 1;

INSERT INTO telemetry.schema_version (version, name) VALUES (7, 'queries');
