-- The statements after which rows are kept for so many days after they came (0: for ever); none where that is so already.
-- It is not the record's own time that counts: one that says 1970, or comes late, would go at once, and one that says 2262 would never go.
SELECT concat('ALTER TABLE telemetry.', name, if({days:UInt32} = 0, ' REMOVE TTL',
    concat(' MODIFY TTL ', wanted, ' SETTINGS materialize_ttl_after_modify = 1, mutations_sync = 0')))
FROM
(
    SELECT
        name,
        extract(engine_full, ' TTL (.*?)(?: SETTINGS .*)?$') AS found,
        if({days:UInt32} = 0, '', concat('received_at + toIntervalDay(', toString({days:UInt32}), ')')) AS wanted
    FROM system.tables
    WHERE database = 'telemetry' AND name IN ('log_records', 'metric_points')
)
WHERE found != wanted
ORDER BY name
FORMAT TSVRaw
