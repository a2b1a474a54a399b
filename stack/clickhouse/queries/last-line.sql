-- Of how many records the database had to mask or leave out what the collector should have.
-- All zero but `forgotten` is well. Whole days of UTC that touch the window.
SELECT
    a.signal AS signal,
    a.rule AS rule,
    sum(a.records) AS records
FROM telemetry.policy_audit AS a
WHERE a.day >= toDate({from:DateTime64(3, 'UTC')}, 'UTC')
  AND a.day <= toDate({to:DateTime64(3, 'UTC')} - INTERVAL 1 MILLISECOND, 'UTC')
GROUP BY signal, rule
ORDER BY records DESC, signal, rule
