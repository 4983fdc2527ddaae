-- What stands now: the open slice, found by its own indexes.
-- name: now
FROM p_register.holding AS h {card}
WHERE h.position_to = 9223372036854775807 AND h.effective_to = '9999-12-31';

-- The cards of it, where a filter or the order asks for more than the holding knows. A card
-- number is never used twice, so it joins alone; with the asset's id beside it the planner
-- expects one row in all.
-- name: now_card
JOIN p_register.card AS c ON c.card_no = {of}.card_no
    AND c.position_to = 9223372036854775807 AND c.effective_to = '9999-12-31';

-- name: now_holding
JOIN p_register.holding AS h ON h.card_no = page.card_no
    AND h.position_to = 9223372036854775807 AND h.effective_to = '9999-12-31';

-- What stood on a day, as known at a position.
-- name: then
FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS h {card}
WHERE true;

-- name: then_card
JOIN p_register.card_at(%(day)s::date, %(position)s::bigint) AS c ON c.card_no = {of}.card_no;

-- name: then_holding
JOIN p_register.holding_at(%(day)s::date, %(position)s::bigint) AS h ON h.card_no = page.card_no;

-- A page whose filters only ask the holding: an index gives the order, reading stops when it is full.
-- name: page
page AS MATERIALIZED (
    SELECT h.card_no, {key} AS sort_key
    {source} {filters}
    ORDER BY {key} {direction}, h.card_no {direction}
    LIMIT %(limit)s::bigint
);

-- A page whose filters ask the card: all that match are found first, and so are counted too. To
-- stop early the planner would walk the cards in order and hope; but card numbers begin with the
-- kind of the thing, and old cards are mostly disposed of: the first match may come late.
-- name: page_of_found
found AS MATERIALIZED (
    SELECT h.card_no, {key} AS sort_key
    {source} {filters}
),
page AS MATERIALIZED (
    SELECT card_no, sort_key FROM found
    ORDER BY sort_key {direction}, card_no {direction}
    LIMIT %(limit)s::bigint
);

-- One page of the register: its card numbers out of narrow indexes, then all about these only.
-- name: register
WITH {page},
shown AS MATERIALIZED (
    SELECT h.asset_id, h.card_no, h.unit_id, h.label_no, h.state, h.overlays,
        h.manage_dept, h.use_dept, h.keeper, h.user_id, h.place, h.warehouse_id, h.borrower_unit,
        h.due_on, h.process_id, h.booked_on, h.original_gross_fen, h.begun_on, page.sort_key
    FROM page {holding_of_page}
)
SELECT shown.*, c.name, c.class_std, c.class_code, c.card_type, c.account_code, c.acq_way,
    c.acquired_on, c.in_service_on, c.brand, c.model, c.serial_no, c.qty_centi,
    c.unit_of_measure, c.classified,
    coalesce(m.gross_fen, 0) AS gross_fen, coalesce(m.accum_fen, 0) AS accum_fen,
    coalesce(m.gross_fen - m.accum_fen, 0) AS net_fen,
    coalesce(m.timing_difference, false) AS timing_difference, {found} AS found
FROM shown {card_of_page}
LEFT JOIN p_general_ledger.card_money(
    ARRAY(SELECT asset_id FROM shown), %(day)s::date, %(position)s::bigint
) AS m ON m.asset_id = shown.asset_id AND m.unit_id = shown.unit_id
ORDER BY shown.sort_key {direction}, shown.card_no {direction};

-- How many cards the filters find, counted to a bound only. The order of an index keeps the
-- planner from reading the whole table in the hope to meet the unit's rows early.
-- name: count
SELECT count(*) FROM (SELECT 1 {source} {filters} {order} LIMIT %(bound)s::bigint) AS found;

-- Pieces of whole units, from the tally.
-- name: tally
SELECT coalesce(sum(pieces), 0)::bigint FROM p_register.tally
WHERE (%(units)s::text[] IS NULL OR unit_id = ANY(%(units)s::text[]))
    AND (%(states)s::text[] IS NULL OR state = ANY(%(states)s::text[]))
    AND (%(states)s::text[] IS NOT NULL OR NOT %(live)s OR state NOT IN ('DISPOSED', 'VOIDED'));

-- The value of all cards of whole units, from the books.
-- name: books
SELECT coalesce(sum(s.debit_fen - s.credit_fen) FILTER (WHERE a.kind = 'gross'), 0)::bigint,
    coalesce(sum(s.credit_fen - s.debit_fen) FILTER (WHERE a.kind = 'accum'), 0)::bigint
FROM p_general_ledger.sums_before(%(units)s::text[], %(day)s::date + 1, %(position)s::bigint) AS s
JOIN p_general_ledger.card_account AS a ON a.account = left(s.account, 4)
WHERE s.book = 'FA';

-- The value of all cards that the filters find, card by card.
-- name: money
WITH found AS MATERIALIZED (SELECT h.asset_id, h.unit_id {source} {filters})
SELECT (SELECT count(*) FROM found), coalesce(sum(m.gross_fen), 0)::bigint,
    coalesce(sum(m.accum_fen), 0)::bigint
FROM p_general_ledger.card_money(
    ARRAY(SELECT asset_id FROM found), %(day)s::date, %(position)s::bigint
) AS m
JOIN (SELECT DISTINCT asset_id, unit_id FROM found) AS f USING (asset_id, unit_id);

-- All holdings of the assets that are named, or that a number means, whenever the number was in use, and the version
-- of the asset's stream at that position: what a command written from this card may rely on.
-- name: card
WITH meant AS MATERIALIZED (
    SELECT %(asset_id)s::text AS asset_id WHERE %(asset_id)s::text IS NOT NULL
    UNION
    SELECT unnest(%(asset_ids)s::text[])
    UNION
    SELECT asset_id FROM p_register.card
    WHERE card_no = %(card_no)s::text AND position_from <= %(position)s::bigint
    UNION
    SELECT asset_id FROM p_register.card
    WHERE label_no = %(label_no)s::text AND position_from <= %(position)s::bigint
)
SELECT h.asset_id, h.card_no, h.unit_id, h.state, h.overlays, h.manage_dept, h.use_dept, h.keeper,
    h.user_id, h.place, h.label_no, h.process_id, h.warehouse_id, h.borrower_unit, h.due_on,
    h.reserved_by, h.reserved_until, h.booked_on, h.original_gross_fen, h.begun_on,
    h.from_card_no, h.effective_from, c.name, c.class_code, c.contract_on, c.card,
    coalesce(m.gross_fen, 0) AS gross_fen, coalesce(m.accum_fen, 0) AS accum_fen,
    coalesce(m.gross_fen - m.accum_fen, 0) AS net_fen,
    coalesce(m.timing_difference, false) AS timing_difference,
    'asset:' || h.asset_id AS stream, (
        SELECT e.version FROM ledger.events AS e
        WHERE e.stream = 'asset:' || h.asset_id AND e.position <= %(position)s::bigint
        ORDER BY e.version DESC LIMIT 1
    ) AS version
FROM meant
JOIN LATERAL (SELECT * FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = meant.asset_id) AS h ON true
JOIN LATERAL (SELECT * FROM p_register.card_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = meant.asset_id AND v.card_no = h.card_no) AS c ON true
LEFT JOIN p_general_ledger.card_money(
    ARRAY(SELECT asset_id FROM meant), %(day)s::date, %(position)s::bigint
) AS m ON m.asset_id = h.asset_id AND m.unit_id = h.unit_id
WHERE (%(units)s::text[] IS NULL OR h.unit_id = ANY(%(units)s::text[]))
    AND (%(keeper)s::text IS NULL OR h.keeper = %(keeper)s::text)
ORDER BY h.begun_on DESC, h.card_no DESC;

-- What was recorded about an asset, the correcting events named beside those they correct.
-- name: history
SELECT e.position, e.event_id::text, e.type, e.sub_kind, e.unit_id, e.process_id, e.occurred_on,
    e.booked_on, e.recorded_at, e.actor_id, e.actor_role, e.on_behalf_of, e.approval_no, e.reason,
    e.corrects::text, e.attachments, e.body,
    ARRAY(SELECT later.event_id::text FROM ledger.events AS later
        WHERE later.corrects = e.event_id AND later.position <= %(position)s::bigint
        ORDER BY later.position) AS corrected_by
FROM ledger.events AS e
WHERE e.asset_id = %(asset_id)s::text AND e.type LIKE 'asset.%%'
    AND e.position <= %(position)s::bigint AND e.occurred_on <= %(day)s::date
    AND (%(units)s::text[] IS NULL OR e.unit_id = ANY(%(units)s::text[])
        OR e.body::jsonb ->> 'from_unit' = ANY(%(units)s::text[]))
ORDER BY e.occurred_on, e.position;

-- Assets by an exact number: card, label, serial or old number, whenever it was in use.
-- name: find
SELECT DISTINCT h.asset_id, h.card_no, h.unit_id, c.name, h.state, hit.matched
FROM (
    SELECT asset_id, card_no, 'card_no' AS matched FROM p_register.card
    WHERE card_no = ANY(%(numbers)s::text[]) AND position_from <= %(position)s::bigint
    UNION
    SELECT asset_id, card_no, 'label_no' FROM p_register.card
    WHERE label_no = ANY(%(numbers)s::text[]) AND position_from <= %(position)s::bigint
    UNION
    SELECT asset_id, card_no, 'serial_no' FROM p_register.card
    WHERE serial_no = ANY(%(numbers)s::text[]) AND position_from <= %(position)s::bigint
    UNION
    SELECT asset_id, card_no, 'legacy_no' FROM p_register.card
    WHERE legacy_no = ANY(%(numbers)s::text[]) AND position_from <= %(position)s::bigint
) AS hit
JOIN LATERAL (SELECT * FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = hit.asset_id AND v.card_no = hit.card_no) AS h ON true
JOIN LATERAL (SELECT * FROM p_register.card_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = hit.asset_id AND v.card_no = hit.card_no) AS c ON true
WHERE (%(units)s::text[] IS NULL OR h.unit_id = ANY(%(units)s::text[]))
    AND (%(keeper)s::text IS NULL OR h.keeper = %(keeper)s::text)
ORDER BY h.card_no, hit.matched
LIMIT 100;

-- Whose thing carries which label now; a label that was replaced is told apart.
-- name: labels
SELECT hit.label_no, hit.label_no = h.label_no AS current, h.asset_id, h.card_no, h.unit_id,
    c.name, c.model, c.class_code, c.classified, h.state, h.overlays, h.keeper, h.user_id,
    h.use_dept, h.place
FROM (
    SELECT DISTINCT label_no, asset_id FROM p_register.card
    WHERE label_no = ANY(%(label_nos)s::text[]) AND position_from <= %(position)s::bigint
) AS hit
JOIN LATERAL (SELECT * FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = hit.asset_id ORDER BY v.begun_on DESC, v.position_from DESC LIMIT 1)
    AS h ON true
JOIN LATERAL (SELECT * FROM p_register.card_at(%(day)s::date, %(position)s::bigint) AS v
    WHERE v.asset_id = hit.asset_id AND v.card_no = h.card_no) AS c ON true
WHERE %(units)s::text[] IS NULL OR h.unit_id = ANY(%(units)s::text[])
ORDER BY hit.label_no, h.card_no;
