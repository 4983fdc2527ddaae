-- Trial balance: what stood before `first`, what moved in the span, what stands after `last`.
-- name: balances
WITH opened AS (
    SELECT * FROM p_general_ledger.sums_before(%(units)s::text[], %(first)s::date,
        %(position)s::bigint)
),
closed AS (
    SELECT * FROM p_general_ledger.sums_before(%(units)s::text[], %(last)s::date + 1,
        %(position)s::bigint)
)
SELECT c.unit_id, c.book, c.account,
    (coalesce(o.debit_fen, 0) - coalesce(o.credit_fen, 0))::bigint AS opening_fen,
    (c.debit_fen - coalesce(o.debit_fen, 0))::bigint AS debit_fen,
    (c.credit_fen - coalesce(o.credit_fen, 0))::bigint AS credit_fen,
    (c.debit_fen - c.credit_fen)::bigint AS closing_fen
FROM closed AS c
LEFT JOIN opened AS o USING (unit_id, book, account)
WHERE (%(book)s::text IS NULL OR c.book = %(book)s::text)
    AND (%(account)s::text IS NULL OR starts_with(c.account, %(account)s::text))
ORDER BY c.unit_id, c.book DESC, c.account;

-- The journal: one row a line, in the order of booking.
-- name: journal
SELECT l.booked_on, l.position, l.line_no, l.unit_id, l.book, l.account, l.side, l.fen,
    l.period, l.occurred_on, l.asset_id, l.voucher_id, l.voucher_no, v.kind, v.summary, v.rule,
    v.reverses, v.process_id, v.approval_no, v.actor_id, v.recorded_at
FROM p_general_ledger.line AS l
JOIN p_general_ledger.voucher AS v ON v.position = l.position
WHERE l.position <= %(known)s::bigint
    AND l.booked_on BETWEEN %(first)s::date AND %(last)s::date
    AND (%(units)s::text[] IS NULL OR l.unit_id = ANY(%(units)s::text[]))
    AND (%(book)s::text IS NULL OR l.book = %(book)s::text)
    AND (%(account)s::text IS NULL OR starts_with(l.account, %(account)s::text))
    AND (%(asset)s::text IS NULL OR l.asset_id = %(asset)s::text)
    AND (%(voucher)s::text IS NULL OR l.voucher_id = %(voucher)s::text)
    {kind}
    AND (%(after_day)s::date IS NULL OR (l.booked_on, l.position, l.line_no)
        > (%(after_day)s::date, %(after_position)s::bigint, %(after_line)s::integer))
ORDER BY l.booked_on, l.position, l.line_no
LIMIT %(limit)s::bigint;

-- Sums and number of the lines of a span, by the same filters.
-- name: journal_totals
SELECT count(*) AS lines,
    coalesce(sum(l.fen) FILTER (WHERE l.side = 'D'), 0)::bigint AS debit_fen,
    coalesce(sum(l.fen) FILTER (WHERE l.side = 'C'), 0)::bigint AS credit_fen
FROM p_general_ledger.line AS l
WHERE l.position <= %(known)s::bigint
    AND l.booked_on BETWEEN %(first)s::date AND %(last)s::date
    AND (%(units)s::text[] IS NULL OR l.unit_id = ANY(%(units)s::text[]))
    AND (%(book)s::text IS NULL OR l.book = %(book)s::text)
    AND (%(account)s::text IS NULL OR starts_with(l.account, %(account)s::text))
    AND (%(asset)s::text IS NULL OR l.asset_id = %(asset)s::text)
    AND (%(voucher)s::text IS NULL OR l.voucher_id = %(voucher)s::text)
    {kind};

-- A run has no number in its unit's ledger stream, a voucher always has one; as plain text in the
-- statement this matches the index of the lines of runs.
-- name: of_voucher
AND l.voucher_no IS NOT NULL;

-- name: of_run
AND l.voucher_no IS NULL;

-- The same from the sums of the months, where no filter goes below the account.
-- name: journal_sums
SELECT coalesce(sum(s.lines), 0)::bigint AS lines,
    coalesce(sum(s.debit_fen), 0)::bigint AS debit_fen,
    coalesce(sum(s.credit_fen), 0)::bigint AS credit_fen
FROM (
    SELECT book, account, lines, debit_fen, credit_fen
    FROM p_general_ledger.sums_before(%(units)s::text[], %(last)s::date + 1, %(known)s::bigint)
    UNION ALL
    SELECT book, account, -lines, -debit_fen, -credit_fen
    FROM p_general_ledger.sums_before(%(units)s::text[], %(first)s::date, %(known)s::bigint)
) AS s
WHERE (%(book)s::text IS NULL OR s.book = %(book)s::text)
    AND (%(account)s::text IS NULL OR starts_with(s.account, %(account)s::text));

-- One voucher with its lines.
-- name: voucher
SELECT v.voucher_id, v.voucher_no, v.unit_id, v.kind, v.booked_on, v.occurred_on, v.period,
    v.summary, v.rule, v.reverses, v.process_id, v.approval_no, v.actor_id, v.actor_role,
    v.recorded_at, v.event_id, v.position, l.line_no, l.book, l.account, l.side, l.fen, l.asset_id
FROM p_general_ledger.voucher AS v
LEFT JOIN p_general_ledger.line AS l USING (position)
WHERE v.voucher_id = %(voucher_id)s::text AND v.position <= %(position)s::bigint
    AND (%(units)s::text[] IS NULL OR v.unit_id = ANY(%(units)s::text[]))
ORDER BY v.position, l.line_no;

-- The lines of one run, card by card, derived from the bases as its inputs had them.
-- name: depreciation
SELECT row.*, c.name, c.class_code, h.gross_fen
FROM (
    SELECT n.asset_id, n.card_no, n.unit_id, %(period)s::text AS period,
        n.done + n.runs + 1 AS nth,
        n.amount_fen, n.months, n.opening_fen, n.expense_account, n.accum_account,
        p_general_ledger.charged(n.amount_fen, n.months, n.done + n.runs + 1)
            - p_general_ledger.charged(n.amount_fen, n.months, n.done + n.runs) AS fen,
        n.opening_fen + p_general_ledger.charged(n.amount_fen, n.months, n.done + n.runs + 1)
            - p_general_ledger.charged(n.amount_fen, n.months, n.done) AS accum_fen
    FROM (
        SELECT b.*, (
            SELECT count(*) FROM p_general_ledger.run AS past
            WHERE past.unit_id = b.unit_id AND past.period >= b.start_period
                AND past.period < r.period AND past.inputs_position >= b.position_from
                AND NOT (b.ended_by <= past.inputs_position AND b.ends_period <= past.period)
        ) - (
            SELECT count(*) FROM p_general_ledger.late_skip AS s
            JOIN p_general_ledger.run AS past USING (unit_id, period)
            WHERE s.asset_id = b.asset_id AND s.unit_id = b.unit_id
                AND past.period >= b.start_period AND past.period < r.period
                AND past.inputs_position >= b.position_from
                AND NOT (b.ended_by <= past.inputs_position AND b.ends_period <= past.period)
        ) AS runs
        FROM p_general_ledger.run AS r
        JOIN p_general_ledger.basis AS b ON b.unit_id = r.unit_id
            AND b.start_period <= r.period AND b.position_from <= r.inputs_position
            AND NOT (b.ended_by <= r.inputs_position AND b.ends_period <= r.period)
            AND NOT EXISTS (
                SELECT FROM p_general_ledger.late_skip AS s
                WHERE s.unit_id = r.unit_id AND s.period = r.period AND s.asset_id = b.asset_id
            )
        WHERE r.unit_id = %(unit)s::text AND r.period = %(period)s::text
            AND r.position <= %(position)s::bigint
            AND (%(after)s::text IS NULL OR b.card_no > %(after)s::text)
    ) AS n
    WHERE p_general_ledger.charged(n.amount_fen, n.months, n.done + n.runs + 1)
        <> p_general_ledger.charged(n.amount_fen, n.months, n.done + n.runs)
    ORDER BY n.card_no
    LIMIT %(limit)s::bigint
) AS row
LEFT JOIN p_register.card_at(%(day)s::date, %(position)s::bigint) AS c
    ON c.asset_id = row.asset_id AND c.card_no = row.card_no
LEFT JOIN p_register.holding_at(%(day)s::date, %(position)s::bigint) AS h
    ON h.asset_id = row.asset_id AND h.card_no = row.card_no
ORDER BY row.card_no;

-- The run itself, for the totals of its table.
-- name: run
SELECT r.unit_id, r.period, r.position, r.booked_on, r.inputs_position, r.cards, r.digest,
    coalesce(sum(l.fen) FILTER (WHERE l.side = 'D'), 0)::bigint AS fen
FROM p_general_ledger.run AS r
LEFT JOIN p_general_ledger.line AS l ON l.position = r.position
WHERE r.unit_id = %(unit)s::text AND r.period = %(period)s::text
    AND r.position <= %(position)s::bigint
GROUP BY r.unit_id, r.period, r.position, r.booked_on, r.inputs_position, r.cards, r.digest;

-- The books of each unit: where they begin, the last month run and closed, the first one open.
-- name: periods
SELECT p.unit_id, min(p.period) FILTER (WHERE p.kind = 'opened') AS opened_from,
    max(p.period) FILTER (WHERE p.kind = 'closed') AS last_closed,
    (SELECT max(r.period) FROM p_general_ledger.run AS r
        WHERE r.unit_id = p.unit_id AND r.position <= %(position)s::bigint) AS last_run,
    coalesce(
        to_char(to_date(max(p.period) FILTER (WHERE p.kind = 'closed'), 'YYYY-MM')
            + interval '1 month', 'YYYY-MM'),
        min(p.period) FILTER (WHERE p.kind = 'opened')
    ) AS first_open
FROM p_general_ledger.period AS p
WHERE p.position <= %(position)s::bigint
    AND (%(units)s::text[] IS NULL OR p.unit_id = ANY(%(units)s::text[]))
GROUP BY p.unit_id
ORDER BY p.unit_id;

-- Gross, accumulated and net of some assets in each unit's books.
-- name: card_money
SELECT asset_id, unit_id, gross_fen, accum_fen, gross_fen - accum_fen AS net_fen,
    timing_difference
FROM p_general_ledger.card_money(%(assets)s::text[], %(day)s::date, %(position)s::bigint)
WHERE %(units)s::text[] IS NULL OR unit_id = ANY(%(units)s::text[])
ORDER BY asset_id, unit_id;

-- An asset's lines, those that a run derived among them, in the order of booking.
-- name: card_journal
SELECT l.booked_on, l.position, l.line_no, l.unit_id, l.book, l.account, l.side, l.fen, l.period,
    l.voucher_id, l.voucher_no, v.kind, v.summary, v.rule, v.recorded_at
FROM p_general_ledger.line AS l
JOIN p_general_ledger.voucher AS v ON v.position = l.position
WHERE l.asset_id = %(asset_id)s::text AND l.position <= %(position)s::bigint
    AND l.booked_on <= %(day)s::date
    AND (%(units)s::text[] IS NULL OR l.unit_id = ANY(%(units)s::text[]))
UNION ALL
SELECT c.booked_on, c.run_position, side.line_no, c.unit_id, 'FA', side.account, side.side, c.fen,
    c.period, v.voucher_id, v.voucher_no, v.kind, v.summary, v.rule, v.recorded_at
FROM (
    SELECT made.*, p_general_ledger.charged(made.amount_fen, made.months, made.nth)
        - p_general_ledger.charged(made.amount_fen, made.months, made.nth - 1) AS fen
    FROM p_general_ledger.charges(ARRAY[%(asset_id)s::text], %(day)s::date, %(position)s::bigint)
        AS made
) AS c
JOIN p_general_ledger.voucher AS v ON v.position = c.run_position
CROSS JOIN LATERAL (VALUES (1, c.expense_account, 'D'), (2, c.accum_account, 'C'))
    AS side (line_no, account, side)
WHERE c.fen <> 0 AND (%(units)s::text[] IS NULL OR c.unit_id = ANY(%(units)s::text[]))
ORDER BY booked_on, position, line_no;

-- The live booked cards of a unit as a run of `period` finds them at `position`.
-- name: depreciables
SELECT h.asset_id, h.card_no, h.state, c.dep_status, b.start_period, b.amount_fen, b.months,
    b.expense_account, b.accum_account, b.opening_fen, coalesce(b.runs, 0), b.done,
    EXISTS (
        SELECT FROM p_general_ledger.basis AS later
        WHERE later.asset_id = h.asset_id AND later.card_no = h.card_no
            AND later.start_period > %(period)s::text
            AND later.position_from <= %(position)s::bigint
    )
FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS h
JOIN p_register.card_at(%(day)s::date, %(position)s::bigint) AS c ON c.card_no = h.card_no
LEFT JOIN LATERAL (
    SELECT basis.*, (
        SELECT count(*) FROM p_general_ledger.run AS past
        WHERE past.unit_id = basis.unit_id AND past.period >= basis.start_period
            AND past.period < %(period)s::text AND past.position <= %(position)s::bigint
            AND past.inputs_position >= basis.position_from
            AND NOT (basis.ended_by <= past.inputs_position
                AND basis.ends_period <= past.period)
    ) - (
        SELECT count(*) FROM p_general_ledger.late_skip AS s
        JOIN p_general_ledger.run AS past USING (unit_id, period)
        WHERE s.asset_id = basis.asset_id AND s.unit_id = basis.unit_id
            AND past.period >= basis.start_period AND past.period < %(period)s::text
            AND past.position <= %(position)s::bigint
            AND past.inputs_position >= basis.position_from
            AND NOT (basis.ended_by <= past.inputs_position
                AND basis.ends_period <= past.period)
    ) AS runs
    FROM p_general_ledger.basis
    WHERE basis.asset_id = h.asset_id AND basis.card_no = h.card_no
        AND basis.start_period <= %(period)s::text
        AND basis.position_from <= %(position)s::bigint
        AND NOT (basis.ended_by <= %(position)s::bigint
            AND basis.ends_period <= %(period)s::text)
    ORDER BY basis.position_from DESC
    LIMIT 1
) AS b ON true
WHERE h.unit_id = %(unit)s::text AND h.booked_on <= %(day)s::date
    AND (%(asset)s::text IS NULL OR h.asset_id = %(asset)s::text)
    AND h.state NOT IN ('DISPOSED', 'VOIDED', 'ACCEPTED', 'INVESTED')
ORDER BY h.asset_id, h.card_no;

-- The rule of 2026-1 (domain.depreciation.RULES) over all cards of a unit at once: totals by
-- account, number and digest of the lines, and who gets none and why. Runs are counted by their
-- place: periods and inputs grow together, so those that charged a basis are the last of them;
-- 'a' makes a bound that lies just after its month.
-- name: run_totals_2026_1
WITH past AS (
    SELECT count(*) AS runs,
        coalesce(array_agg((period || 'a') COLLATE "C" ORDER BY period), '{}') AS periods,
        coalesce(array_agg(inputs_position ORDER BY period), '{}') AS known
    FROM p_general_ledger.run
    WHERE unit_id = %(unit)s::text AND period < %(period)s::text
        AND position <= %(position)s::bigint
),
late AS (
    SELECT s.asset_id, b.card_no, b.position_from, count(*) AS runs
    FROM p_general_ledger.late_skip AS s
    JOIN p_general_ledger.run AS r USING (unit_id, period)
    JOIN p_general_ledger.basis AS b ON b.unit_id = s.unit_id AND b.asset_id = s.asset_id
        AND r.period >= b.start_period AND r.inputs_position >= b.position_from
    WHERE s.unit_id = %(unit)s::text AND r.period < %(period)s::text
        AND r.position <= %(position)s::bigint
    GROUP BY s.asset_id, b.card_no, b.position_from
),
spread AS MATERIALIZED (
    SELECT h.asset_id, h.card_no, h.state, b.amount_fen, b.months, b.expense_account,
        b.accum_account,
        CASE WHEN b.months > 0 THEN (2 * b.amount_fen + b.months) / (2 * b.months) END AS regular,
        b.done + past.runs - coalesce(late.runs, 0) - greatest(
            width_bucket(b.start_period COLLATE "C", past.periods),
            width_bucket(b.position_from - 1, past.known)
        ) AS behind
    FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS h
    CROSS JOIN past
    LEFT JOIN p_general_ledger.basis AS b ON b.unit_id = %(unit)s::text
        AND b.asset_id = h.asset_id AND b.card_no = h.card_no
        AND b.start_period <= %(period)s::text AND b.position_from <= %(position)s::bigint
        AND NOT (b.ended_by <= %(position)s::bigint AND b.ends_period <= %(period)s::text)
    LEFT JOIN late ON late.asset_id = b.asset_id AND late.card_no = b.card_no
        AND late.position_from = b.position_from
    WHERE h.unit_id = %(unit)s::text AND h.booked_on <= %(day)s::date
        AND h.state NOT IN ('DISPOSED', 'VOIDED', 'ACCEPTED', 'INVESTED')
),
charge AS MATERIALIZED (
    -- Most months charge the regular sum; the whole rule is asked for the others.
    SELECT *, CASE
        WHEN amount_fen >= 0 AND behind >= 0 AND behind + 1 < months
            AND (behind + 1) * regular <= amount_fen THEN regular
        ELSE coalesce(
            p_general_ledger.charged(amount_fen, months, behind + 1)
                - p_general_ledger.charged(amount_fen, months, behind), 0
        )
    END AS fen
    FROM spread
),
line AS MATERIALIZED (
    SELECT expense_account, accum_account, fen, (asset_id || ':' || fen) COLLATE "C" AS text
    FROM charge WHERE fen <> 0
)
SELECT (SELECT count(*) FROM line),
    (SELECT encode(sha256(convert_to(coalesce(string_agg(text, E'\n' ORDER BY text), ''), 'UTF8')),
        'hex') FROM line),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(expense_account, accum_account, fen)), '[]')
        FROM (
            SELECT expense_account, accum_account, sum(fen)::bigint AS fen
            FROM line GROUP BY expense_account, accum_account
        ) AS total),
    (SELECT coalesce(jsonb_object_agg(reason, ids), '{}') FROM (
        SELECT reason, jsonb_agg(asset_id ORDER BY asset_id COLLATE "C") AS ids
        FROM (
            SELECT c.asset_id, CASE
                WHEN c.months IS NOT NULL THEN 'EXHAUSTED'
                WHEN c.state IN (
                    'PENDING_BOOKING', 'UNDER_IMPROVEMENT', 'UNDER_CONSTRUCTION', 'LOSS_PENDING'
                ) THEN c.state
                WHEN EXISTS (
                    SELECT FROM p_general_ledger.basis AS later
                    WHERE later.asset_id = c.asset_id AND later.card_no = c.card_no
                        AND later.start_period > %(period)s::text
                        AND later.position_from <= %(position)s::bigint
                ) THEN 'CAUGHT_UP'
                WHEN (
                    SELECT card.dep_status
                    FROM p_register.card_at(%(day)s::date, %(position)s::bigint) AS card
                    WHERE card.card_no = c.card_no LIMIT 1
                ) = 'COMPLETED' THEN 'EXHAUSTED'
                ELSE 'EXEMPT'
            END AS reason
            FROM charge AS c WHERE c.fen = 0
        ) AS skipped
        GROUP BY reason
    ) AS reasons);

-- Who held an asset at a month's end, and the run of that month.
-- name: why
SELECT h.asset_id, h.card_no, h.unit_id, h.state, r.position AS run_position, r.inputs_position,
    EXISTS (
        SELECT FROM p_general_ledger.late_skip AS s
        WHERE s.unit_id = r.unit_id AND s.period = r.period AND s.asset_id = h.asset_id
    ) AS late
FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS h
LEFT JOIN p_general_ledger.run AS r ON r.unit_id = h.unit_id AND r.period = %(period)s::text
    AND r.position <= %(position)s::bigint
WHERE h.asset_id = %(asset)s::text;

-- Debits less credits of a unit's accounts at the end of a month, and of what of them belongs to
-- single cards: their own lines, and what the runs charged on each.
-- name: unit_balances
SELECT 'account', account, (debit_fen - credit_fen)::bigint
FROM p_general_ledger.sums_before(ARRAY[%(unit)s::text], %(day)s::date + 1, %(position)s::bigint)
WHERE book = 'FA'
UNION ALL
SELECT 'card', own.account, sum(own.fen)::bigint
FROM (
    SELECT l.account, sum(CASE l.side WHEN 'D' THEN l.fen ELSE -l.fen END) AS fen
    FROM p_general_ledger.line AS l
    WHERE l.unit_id = %(unit)s::text AND l.book = 'FA' AND l.asset_id IS NOT NULL
        AND l.booked_on <= %(day)s::date AND l.position <= %(position)s::bigint
    GROUP BY l.account
    UNION ALL
    SELECT b.accum_account, -sum(
        p_general_ledger.charged(b.amount_fen, b.months, b.done + b.runs)
        - p_general_ledger.charged(b.amount_fen, b.months, b.done)
    )
    FROM (
        SELECT basis.*, (
            SELECT count(*) FROM p_general_ledger.run AS r
            WHERE r.unit_id = basis.unit_id AND r.period >= basis.start_period
                AND r.booked_on <= %(day)s::date AND r.position <= %(position)s::bigint
                AND r.inputs_position >= basis.position_from
                AND NOT (basis.ended_by <= r.inputs_position AND basis.ends_period <= r.period)
                AND NOT EXISTS (
                    SELECT FROM p_general_ledger.late_skip AS s
                    WHERE s.unit_id = r.unit_id AND s.period = r.period
                        AND s.asset_id = basis.asset_id
                )
        ) AS runs
        FROM p_general_ledger.basis
        WHERE basis.unit_id = %(unit)s::text AND basis.position_from <= %(position)s::bigint
    ) AS b
    GROUP BY b.accum_account
) AS own
GROUP BY own.account;

-- The version of the unit's ledger stream at a position.
-- name: ledger_version
SELECT coalesce(max(voucher_no), 0) FROM p_general_ledger.voucher
WHERE unit_id = %(unit)s::text AND position <= %(position)s::bigint;
