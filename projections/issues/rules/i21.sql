-- A warehouse loan that was not back on its due day; it weighs more when 30 days have gone by.
SELECT asset_id || '|' || card_no || '|' || due_on AS case_key, asset_id AS subject, unit_id,
       asset_id, card_no, NULL::text AS process_id,
       greatest(due_on + 1, effective_from) AS true_on,
       nullif(effective_to, '9999-12-31'::date) AS ended_on,
       greatest(due_on + 1, effective_from) AS shows_on, due_on + 31 AS grave_on,
       jsonb_build_object('due_on', due_on, 'borrower_unit', borrower_unit,
                          'warehouse_id', warehouse_id) AS facts,
       ARRAY[due_at] AS positions, position_from, position_to
FROM loan
WHERE asset_id = ANY(%(subjects)s::text[])
  AND greatest(due_on + 1, effective_from) < effective_to
