-- Who has been forgotten (npm run forget), as marks, and how a record is held against them. The views of 004 and 005 read the table as their
-- definer and are made with it, so it stands before them. Neither the collector nor the analyst may read it (users.xml).

CREATE TABLE IF NOT EXISTS telemetry.forgotten
(
    mark         FixedString(32) COMMENT 'SHA-256 of a kind and of a value as it would be stored; never the value itself',
    kind         Enum8('person' = 1, 'session' = 2) COMMENT 'session: one of a forgotten person; left out is what names nobody there',
    forgotten_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY mark;

-- Made of a value as it is stored. stack/forget/person.ts makes the same.
CREATE OR REPLACE FUNCTION telemetry_person_mark AS (value) -> SHA256(concat('telemetry person ', telemetry_valid(value)));

CREATE OR REPLACE FUNCTION telemetry_session_mark AS (value) -> SHA256(concat('telemetry session ', telemetry_valid(value)));

-- What stands in the place of something that was removed stands for anybody, and so does nothing.
CREATE OR REPLACE FUNCTION telemetry_tells AS (value) -> value != '' AND NOT startsWith(value, '[REDACTED_');

-- Who is named in a map. What the last line is going to remove names nobody: kept is what stands in its place.
CREATE OR REPLACE FUNCTION telemetry_people AS (attributes) ->
    arrayFilter((value, name) -> name IN ('user.email', 'user.name', 'user.full_name', 'user.id', 'user.account_uuid', 'user.account_id')
        AND telemetry_tells(value) AND telemetry_identity(name, value) = value, mapValues(attributes), mapKeys(attributes));

CREATE OR REPLACE FUNCTION telemetry_named AS (record, resource) ->
    arrayConcat(telemetry_people(record), telemetry_people(resource));

CREATE OR REPLACE FUNCTION telemetry_session AS (record, resource) -> ifNull(telemetry_either(record, resource, 'session.id'), '');

-- Whether a record is a forgotten person's: it names one, or it names nobody and is of a session of one. Where nobody has been forgotten, nothing
-- is computed. What the record names is bound to a parameter: written out at each use it would take the views a quarter of a second an insert.
CREATE OR REPLACE FUNCTION telemetry_forgotten AS (record, resource) ->
    (SELECT count() > 0 FROM telemetry.forgotten) AND arrayExists(people -> if(notEmpty(people),
        arrayExists(value -> telemetry_person_mark(value) IN (SELECT mark FROM telemetry.forgotten), people),
        telemetry_session_mark(telemetry_session(record, resource)) IN (SELECT mark FROM telemetry.forgotten)),
        [telemetry_named(record, resource)]);
