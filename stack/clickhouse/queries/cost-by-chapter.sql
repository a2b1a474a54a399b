-- Cost by chapter over the 30 days before `now`. Sampled stacks: the sum of what was kept, not of what was spent.
SELECT
    chapter_id,
    sum(cost_usd) AS total_cost,
    count() AS event_count
FROM telemetry.telemetry_events
WHERE timestamp > {now:DateTime64(3, 'UTC')} - INTERVAL 30 DAY
  AND timestamp <= {now:DateTime64(3, 'UTC')}
GROUP BY chapter_id
ORDER BY total_cost DESC NULLS LAST, chapter_id
