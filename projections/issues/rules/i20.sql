-- Money received and owed to the treasury that was not all paid within the set number of working
-- days (a year of them at most) after the day of receipt; it ends with the payment that covers it.
WITH awaited AS (
    SELECT c.*, s.number AS days, CASE WHEN s.number < 1 THEN c.received_on ELSE (
               SELECT d::date
               FROM generate_series(c.received_on + 1, c.received_on + 40 + 2 * least(s.number, 366)::integer,
                                    interval '1 day') d
               LEFT JOIN p_calendar.exception e ON e.day = d::date
               WHERE coalesce(e.working, extract(isodow FROM d) < 6)
               ORDER BY d OFFSET greatest(least(s.number, 366), 1) - 1 LIMIT 1
           ) END AS due_on,
           greatest(c.position_from, s.position_from) AS believed_from,
           least(c.position_to, s.position_to) AS believed_to
    FROM claim c
    JOIN p_organisation.setting s ON s.name = 'treasury_days'
        AND s.effective_from <= c.received_on AND c.received_on < s.effective_to
        AND s.position_from < c.position_to AND c.position_from < s.position_to
    WHERE c.process_id = ANY(%(subjects)s::text[])
)
SELECT process_id || '|' || received_on AS case_key, process_id AS subject, unit_id,
       NULL::text AS asset_id, NULL::text AS card_no, process_id, due_on + 1 AS true_on,
       cleared_on AS ended_on, due_on + 1 AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('received_on', received_on, 'owed_fen', due_fen, 'due_on', due_on,
                          'working_days', days, 'paid_on', cleared_on) AS facts,
       positions, believed_from AS position_from, believed_to AS position_to
FROM awaited
WHERE cleared_on IS NULL OR cleared_on > due_on
