-- A purchase whose day of acquisition lies before the earliest approval, or has none at all.
SELECT asset_id || '|' || card_no AS case_key, asset_id AS subject, unit_id, asset_id, card_no,
       NULL::text AS process_id, acquired_on AS true_on, NULL::date AS ended_on,
       NULL::date AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('name', name, 'acquired_on', acquired_on, 'approved_on', approved_on,
                          'approval_no', approval_no, 'gross_fen', gross_fen) AS facts,
       array_remove(ARRAY[configured_at, changed_at], NULL) AS positions,
       position_from, position_to
FROM acquisition
WHERE asset_id = ANY(%(subjects)s::text[])
  AND sub_kind = 'CONFIG.PURCHASE'
  AND (approved_on IS NULL OR acquired_on < approved_on)
