-- only where: SELECT count() > 0 AND max(version) < 11 FROM telemetry.schema_version
-- Rows from before version 11 get what queries would work out at each read: whose they are, and where times are impossible. In the
-- background; until then answers are right, and slower.

ALTER TABLE telemetry.log_records MATERIALIZE COLUMN of_client, MATERIALIZE COLUMN impossible_time, MATERIALIZE INDEX by_impossible_time;
ALTER TABLE telemetry.metric_points MATERIALIZE COLUMN of_client;
