-- A thing booked more than a calendar month after it was acquired; while it is not booked, the
-- day after that month is the day on which the rule becomes true.
WITH due AS (
    SELECT *, (acquired_on + interval '1 month')::date + 1 AS late_on
    FROM acquisition WHERE asset_id = ANY(%(subjects)s::text[])
)
SELECT asset_id || '|' || card_no AS case_key, asset_id AS subject, unit_id, asset_id, card_no,
       NULL::text AS process_id, late_on AS true_on, booked_on AS ended_on,
       CASE WHEN booked_on IS NULL THEN late_on END AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('name', name, 'acquired_on', acquired_on, 'booked_on', booked_on,
                          'gross_fen', gross_fen) AS facts,
       array_remove(ARRAY[configured_at, booked_at, changed_at], NULL) AS positions,
       position_from, position_to
FROM due
WHERE booked_on IS NULL OR booked_on >= late_on
