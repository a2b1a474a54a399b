-- The database and the record of which schema files have been applied. Every file can be applied again at any time.

CREATE DATABASE IF NOT EXISTS telemetry;

CREATE TABLE IF NOT EXISTS telemetry.schema_version
(
    version    UInt32 COMMENT 'Number of the schema file',
    name       String COMMENT 'What the file brought',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version;

INSERT INTO telemetry.schema_version (version, name) VALUES (1, 'database');
