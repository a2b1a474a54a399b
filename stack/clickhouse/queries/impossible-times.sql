-- Events from before 2020, or from more than a day after they arrived: clocks that are wrong.
-- No window: such events are in none that anybody asks for.
SELECT
    e.event_type AS event_type,
    countIf(e.timestamp < toDateTime64('2020-01-01', 9, 'UTC')) AS before_2020,
    countIf(e.timestamp > e.received_at + INTERVAL 1 DAY) AS in_the_future,
    min(e.timestamp) AS earliest,
    max(e.timestamp) AS latest
FROM telemetry.telemetry_events AS e
WHERE e.impossible_time
GROUP BY event_type
ORDER BY event_type
