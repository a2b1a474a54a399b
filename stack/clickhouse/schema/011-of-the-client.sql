-- Since version 11 rows say whether the client sent them and at which rate it was sampled (004, 005). Older views would keep the rate as an
-- attribute, so they are refused over data of this version.

INSERT INTO telemetry.schema_version (version, name) VALUES (11, 'of the client');
