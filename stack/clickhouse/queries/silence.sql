-- Who was seen in the window and then sent nothing for so many days.
-- Somebody who was last seen before the window is not in it.
SELECT
    e.user_id AS user_id,
    max(e.timestamp) AS last_seen,
    intDiv(toUnixTimestamp64Nano(toDateTime64({to:DateTime64(3, 'UTC')}, 9, 'UTC')) - toUnixTimestamp64Nano(last_seen), 86400000000000) AS silent_days,
    telemetry_scaled(1, e.weight) AS events
FROM telemetry.telemetry_events AS e
WHERE true
  AND e.timestamp >= {from:DateTime64(3, 'UTC')}
  AND e.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(e.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR e.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR e.git_branch = {branch:String})
GROUP BY user_id
HAVING silent_days >= {days:UInt32}
ORDER BY silent_days DESC, user_id NULLS LAST
