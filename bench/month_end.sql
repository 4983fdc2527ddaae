-- Desktops; one of fifty is exempt.
-- name: cards
INSERT INTO p_register.card (asset_id, card_no, name, class_std, class_code, card_type,
    account_code, acq_way, acquired_on, qty_centi, value_type, dep_status, classified, card,
    search, parts, event_position, effective_from, effective_to, position_from, position_to)
SELECT 'A' || n, 'TY' || n, '台式计算机', 'GB/T 14885-2022', 'A02010105', 'equipment', '1601',
    'PURCHASE', '2022-01-05', 100, 'COST', CASE WHEN mod(n, 50) = 0 THEN 'EXEMPT' ELSE 'ACTIVE' END,
    false, '{}', '', '', 1, '2022-01-05', '9999-12-31', 1, 9223372036854775807
FROM generate_series(1, %(assets)s::int) AS n;

-- Units hold their things side by side, as they were imported.
-- name: holdings
INSERT INTO p_register.holding (asset_id, card_no, unit_id, state, overlays, gross_fen,
    booked_on, original_gross_fen, begun_on, event_position, effective_from, effective_to,
    position_from, position_to)
SELECT 'A' || n, 'TY' || n, 'U' || ((n - 1) / (%(assets)s::int / %(units)s::int) + 1), 'IN_USE',
    '{}', 100000 + n, '2022-01-05', 100000 + n, '2022-01-05', 1, '2022-01-05', '9999-12-31', 1, 9223372036854775807
FROM generate_series(1, %(assets)s::int) AS n;

-- name: bases
INSERT INTO p_general_ledger.basis (asset_id, card_no, unit_id, position_from, start_period,
    amount_fen, months, opening_fen, done, expense_account, accum_account)
SELECT 'A' || n, 'TY' || n, 'U' || ((n - 1) / (%(assets)s::int / %(units)s::int) + 1), 1,
    '202' || (2 + mod(n, 4)) || '-0' || (1 + mod(n, 9)), 100000 + n, 72 + mod(n, 3) * 24, 0, 0, '5001', '1602'
FROM generate_series(1, %(assets)s::int) AS n
WHERE mod(n, 50) <> 0;

-- Four years of months behind, so that there is something to count.
-- name: runs
INSERT INTO p_general_ledger.run (unit_id, period, position, booked_on, inputs_position, cards,
    digest)
SELECT 'U' || u, to_char(month, 'YYYY-MM'), 1, month::date, 1, 0, ''
FROM generate_series(1, %(units)s::int) AS u,
    generate_series(timestamp '2022-01-01', timestamp '2025-12-01', interval '1 month') AS month;

-- The peer: the regular charge of what is held and spread, by unit and accounts.
-- name: aggregate
SELECT b.unit_id, b.expense_account, b.accum_account, count(*),
    sum((2 * b.amount_fen + b.months) / (2 * b.months))
FROM p_register.holding AS h
JOIN p_general_ledger.basis AS b ON b.asset_id = h.asset_id AND b.card_no = h.card_no
WHERE h.position_to = 9223372036854775807 AND h.effective_to = '9999-12-31'
    AND h.state NOT IN ('DISPOSED', 'VOIDED', 'ACCEPTED', 'INVESTED')
    AND b.ended_by = 9223372036854775807 AND b.start_period <= '2026-01'
GROUP BY b.unit_id, b.expense_account, b.accum_account;

-- What the runs booked in all.
-- name: booked
SELECT sum(fen)::bigint FROM p_general_ledger.line WHERE side = 'D';
