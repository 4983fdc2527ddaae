-- The findings believed at the position, of each the version that stands last. One that time
-- itself makes true is shown once its day has been recorded as passed.
-- name: known
WITH passed AS (
    SELECT max(day) AS day FROM p_calendar.passed WHERE position <= %(position)s
), believed AS (
    SELECT DISTINCT ON (f.key) f.*
    FROM p_issues.finding f
    WHERE f.position_from <= %(position)s AND f.true_on <= %(day)s::date
      AND (f.shows_on IS NULL OR f.shows_on <= (SELECT day FROM passed))
      AND (%(units)s::text[] IS NULL OR f.unit_id = ANY(%(units)s::text[]))
      AND (%(rule)s::text IS NULL OR f.rule = %(rule)s)
      AND (%(asset_id)s::text IS NULL OR f.asset_id = %(asset_id)s)
      AND (%(process_id)s::text IS NULL OR f.process_id = %(process_id)s)
      AND (%(key)s::text IS NULL OR f.key = %(key)s)
      AND (%(true_from)s::date IS NULL OR f.true_on >= %(true_from)s)
      AND (%(true_to)s::date IS NULL OR f.true_on <= %(true_to)s)
    ORDER BY f.key, f.position_from DESC
), judged AS (
    SELECT key, rule, rule_version, unit_id, asset_id, card_no, process_id, true_on,
           CASE WHEN ended_on <= %(day)s::date THEN ended_on END AS ended_on,
           CASE WHEN position_to <= %(position)s THEN 'withdrawn'
                WHEN ended_on <= %(day)s::date THEN 'ended' ELSE 'open' END AS status,
           CASE WHEN grave_on <= %(day)s::date AND (ended_on IS NULL OR grave_on < ended_on)
                THEN severity_grave ELSE severity END AS severity,
           facts, positions, position_from,
           CASE WHEN position_to <= %(position)s THEN position_to END AS withdrawn_at
    FROM believed
), known AS (
    SELECT * FROM judged
    WHERE (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(severity)s::integer IS NULL OR severity = %(severity)s)
)

-- One page, the newest first.
-- name: page
SELECT known.* FROM known
WHERE %(after_day)s::date IS NULL OR (true_on, key) < (%(after_day)s::date, %(after_key)s::text)
ORDER BY true_on DESC, key DESC
LIMIT %(limit)s

-- How many there are by rule, unit and status.
-- name: counts
SELECT rule, unit_id, status, count(*) AS count, max(severity) AS severity FROM known
GROUP BY rule, unit_id, status
ORDER BY rule, unit_id, status

-- The events behind one finding, as recorded.
-- name: events
SELECT position, event_id, type, sub_kind, unit_id, asset_id, process_id, occurred_on, booked_on,
       recorded_at, actor_id, actor_role, approval_no, reason, corrects
FROM ledger.events
WHERE position = ANY(%(positions)s::bigint[])
ORDER BY position
