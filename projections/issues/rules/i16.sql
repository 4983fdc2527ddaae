-- A thing idle for more than the set number of months (in force when it fell idle) and not on a
-- warehouse's list; it ends when it is used again, listed or gone.
WITH span AS (
    SELECT i.*, s.number AS months,
           (i.idle_since + make_interval(months => least(s.number, 1200)::integer))::date + 1 AS late_on,
           greatest(i.position_from, s.position_from) AS believed_from,
           least(i.position_to, s.position_to) AS believed_to
    FROM idle i
    JOIN p_organisation.setting s ON s.name = 'idle_months'
        AND s.effective_from <= i.idle_since AND i.idle_since < s.effective_to
        AND s.position_from < i.position_to AND i.position_from < s.position_to
    WHERE i.asset_id = ANY(%(subjects)s::text[])
)
SELECT asset_id || '|' || card_no || '|' || idle_since AS case_key, asset_id AS subject, unit_id,
       asset_id, card_no, NULL::text AS process_id, greatest(late_on, effective_from) AS true_on,
       nullif(effective_to, '9999-12-31'::date) AS ended_on,
       greatest(late_on, effective_from) AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('idle_since', idle_since, 'months', months) AS facts,
       ARRAY[since_at] AS positions, believed_from AS position_from, believed_to AS position_to
FROM span
WHERE greatest(late_on, effective_from) < effective_to
