-- Since version 12 the columns of people and sessions hold each name once a block (004, 005).

INSERT INTO telemetry.schema_version (version, name) VALUES (12, 'few names');
