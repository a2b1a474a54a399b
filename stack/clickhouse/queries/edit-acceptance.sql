-- How many proposed edits people accept, by tool and language.
-- From the client's counter of decisions.
SELECT
    c.tool_name AS tool_name,
    c.language AS language,
    round(sumIf(c.increment, c.decision = 'accept'), 6) AS accepted,
    round(sumIf(c.increment, c.decision = 'reject'), 6) AS rejected,
    if(accepted + rejected = 0, NULL, round(100 * accepted / (accepted + rejected), 1)) AS accepted_percent
FROM telemetry.telemetry_counters AS c
WHERE c.metric_name = 'code_edit_tool.decision'
  AND c.timestamp >= {from:DateTime64(3, 'UTC')}
  AND c.timestamp < {to:DateTime64(3, 'UTC')}
  AND startsWith(replaceOne(ifNull(c.user_id, ''), 'sha256:', ''), replaceOne({user:String}, 'sha256:', ''))
  AND ({chapter:String} = '' OR c.chapter_id = {chapter:String})
  AND ({branch:String} = '' OR c.git_branch = {branch:String})
GROUP BY tool_name, language
ORDER BY accepted + rejected DESC, tool_name NULLS LAST, language NULLS LAST
