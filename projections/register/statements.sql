-- The current slice of some assets: its open rows, or the whole of it.
-- name: current
SELECT {columns} FROM {table}
WHERE asset_id = ANY(%s::text[]) AND position_to = 9223372036854775807
    AND (%s OR effective_to = '9999-12-31');

-- The ends of rows that are in the table already.
-- name: close
UPDATE {table} AS row
SET effective_to = ended.effective_to, position_to = ended.position_to, closed_by = ended.closed_by
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::date[], %s::date[], %s::bigint[],
    %s::bigint[]) AS ended (asset_id, card_no, position_from, effective_from, effective_to,
    position_to, closed_by)
WHERE row.asset_id = ended.asset_id AND row.card_no = ended.card_no
    AND row.position_from = ended.position_from AND row.effective_from = ended.effective_from;

-- All facts of some assets up to a position, for telling their history again.
-- name: events_of
SELECT {columns} FROM ledger.events
WHERE asset_id = ANY(%(asset_ids)s::text[]) AND position <= %(last)s::bigint
    AND type LIKE 'asset.%%'
ORDER BY position;

-- Pieces per unit and state, moved by differences.
-- name: count
INSERT INTO tally (unit_id, state, pieces)
SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])
ON CONFLICT (unit_id, state) DO UPDATE SET pieces = tally.pieces + excluded.pieces;

-- A count that fell to nothing needs no row: a rebuild would not know of it.
-- name: tidy
DELETE FROM tally WHERE pieces = 0;
