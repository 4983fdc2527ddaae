-- A house or a parcel of land whose card bears no certificate number, whatever its title form;
-- it ends on the day on which the number is entered or the thing leaves the unit.
SELECT asset_id || '|' || card_no AS case_key, asset_id AS subject, unit_id, asset_id, card_no,
       NULL::text AS process_id, effective_from AS true_on,
       nullif(effective_to, '9999-12-31'::date) AS ended_on,
       NULL::date AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('held_from', effective_from) AS facts,
       ARRAY[held_at] AS positions, position_from, position_to
FROM untitled
WHERE asset_id = ANY(%(subjects)s::text[])
