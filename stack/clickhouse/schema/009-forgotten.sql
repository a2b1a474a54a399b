-- Since version 9 the views of 004 and 005 leave out who has been forgotten (003-forgotten.sql). Older files would store them again, so they are
-- refused over data of this version.

INSERT INTO telemetry.schema_version (version, name) VALUES (9, 'forgotten people');
