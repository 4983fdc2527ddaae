-- The things of a list in its order, as they stood on the day: what a label or a sheet shows.
-- name: faces
SELECT h.asset_id, h.card_no, h.unit_id, h.state, h.overlays, h.keeper, h.use_dept, h.place,
    h.label_no, c.name, c.brand, c.model, c.in_service_on, c.classified
FROM unnest(%(assets)s::text[]) WITH ORDINALITY AS wanted (asset_id, place_in_list)
JOIN LATERAL (SELECT * FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = wanted.asset_id ORDER BY v.begun_on DESC, v.position_from DESC LIMIT 1)
    AS h ON true
JOIN LATERAL (SELECT * FROM p_register.card_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = wanted.asset_id AND v.card_no = h.card_no) AS c ON true
WHERE %(units)s::text[] IS NULL OR h.unit_id = ANY(%(units)s::text[])
ORDER BY wanted.place_in_list;

-- What one command did to things, for a sheet that two people sign.
-- name: done_by_command
SELECT position, type, sub_kind, asset_id, unit_id, occurred_on, recorded_at, actor_id, reason, body
FROM ledger.events
WHERE command_id = %(command_id)s::uuid AND asset_id IS NOT NULL
  AND position <= %(position)s::bigint
  AND (%(units)s::text[] IS NULL OR unit_id = ANY(%(units)s::text[]))
ORDER BY position;
