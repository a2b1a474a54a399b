-- How long people worked with the client, and how long it worked by itself.
-- From the client's counter of active time.
SELECT
    c.user_id AS user_id,
    round(sumIf(c.increment, c.type = 'user'), 6) AS user_seconds,
    round(sumIf(c.increment, c.type = 'cli'), 6) AS cli_seconds,
    round(sum(c.increment), 6) AS seconds
FROM telemetry.telemetry_counters AS c
WHERE c.metric_name = 'active_time.total'
  AND c.timestamp >= {from:DateTime64(3, 'UTC')}
  AND c.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(c.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR c.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR c.git_branch = {branch:String})
GROUP BY user_id
ORDER BY seconds DESC, user_id NULLS LAST
