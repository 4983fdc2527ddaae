-- Bases that stood open in the table and have ended.
-- name: end_bases
UPDATE basis
SET ends_period = ended.ends_period, ended_by = ended.ended_by
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
    AS ended (asset_id, card_no, ends_period, ended_by)
WHERE basis.asset_id = ended.asset_id AND basis.card_no = ended.card_no
    AND basis.ended_by = 9223372036854775807;

-- Sums of the months move with the lines.
-- name: add_sums
INSERT INTO month_sum (unit_id, book, account, period, debit_fen, credit_fen, lines)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
    %s::bigint[])
ON CONFLICT (unit_id, book, account, period) DO UPDATE
SET debit_fen = month_sum.debit_fen + excluded.debit_fen,
    credit_fen = month_sum.credit_fen + excluded.credit_fen,
    lines = month_sum.lines + excluded.lines;
