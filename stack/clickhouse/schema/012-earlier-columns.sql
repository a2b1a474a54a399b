-- only where: SELECT max(version) < 12 FROM telemetry.schema_version
-- Columns of tables from before version 12: of people and sessions there are few beside their events, so each name is written once a block, and
-- read once; and the index of sessions names a block without the session once in ten thousand. In the background; until then answers
-- are right, and slower.

ALTER TABLE telemetry.log_records DROP INDEX IF EXISTS by_session;
ALTER TABLE telemetry.log_records
    MODIFY COLUMN session_id LowCardinality(Nullable(String)), MODIFY COLUMN user_id LowCardinality(Nullable(String)),
    ADD INDEX IF NOT EXISTS by_session session_id TYPE bloom_filter(0.0001) GRANULARITY 1;
ALTER TABLE telemetry.log_records MATERIALIZE INDEX by_session;
ALTER TABLE telemetry.metric_points DROP INDEX IF EXISTS by_session;
ALTER TABLE telemetry.metric_points
    MODIFY COLUMN session_id LowCardinality(Nullable(String)), MODIFY COLUMN user_id LowCardinality(Nullable(String)),
    ADD INDEX IF NOT EXISTS by_session session_id TYPE bloom_filter(0.0001) GRANULARITY 1;
ALTER TABLE telemetry.metric_points MATERIALIZE INDEX by_session;
