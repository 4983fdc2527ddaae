-- A purchase whose price per piece is above the cap of the standard in force on the day of the
-- contract, or of the acquisition where no contract day is known. The quantity is in hundredths.
SELECT asset_id || '|' || card_no AS case_key, asset_id AS subject, unit_id, asset_id, card_no,
       NULL::text AS process_id, standard_on AS true_on, NULL::date AS ended_on,
       NULL::date AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('name', name, 'class_code', class_code, 'standard_on', standard_on,
                          'gross_fen', gross_fen, 'qty_centi', qty_centi,
                          'cap_fen', cap_fen) AS facts,
       array_remove(ARRAY[configured_at, changed_at], NULL) AS positions,
       position_from, position_to
FROM acquisition
WHERE asset_id = ANY(%(subjects)s::text[])
  AND sub_kind = 'CONFIG.PURCHASE'
  AND gross_fen::numeric * 100 > cap_fen::numeric * qty_centi
