-- The books of every unit. Lines are never changed: a question names a day and a position and
-- takes the lines with booked_on <= day and position <= known.

-- One voucher, or the entry of one depreciation run.
CREATE TABLE voucher (
    position bigint PRIMARY KEY,
    unit_id text NOT NULL,
    voucher_id text NOT NULL,
    -- The version of the unit's ledger stream; a run has none, it is told by its period.
    voucher_no bigint,
    kind text NOT NULL CHECK (kind IN ('voucher', 'run')),
    booked_on date NOT NULL,
    occurred_on date NOT NULL,
    period text NOT NULL,
    summary text NOT NULL,
    rule text NOT NULL,
    reverses text,
    process_id text,
    approval_no text,
    actor_id text NOT NULL,
    actor_role text NOT NULL,
    recorded_at timestamptz NOT NULL,
    event_id text NOT NULL
);

-- `fen` is negative in reversals only; debits less credits of a voucher are 0 in each book.
CREATE TABLE line (
    position bigint NOT NULL,
    line_no integer NOT NULL,
    unit_id text NOT NULL,
    book text NOT NULL,
    account text NOT NULL,
    side text NOT NULL CHECK (side IN ('D', 'C')),
    fen bigint NOT NULL,
    booked_on date NOT NULL,
    occurred_on date NOT NULL,
    period text NOT NULL,
    asset_id text,
    voucher_id text NOT NULL,
    voucher_no bigint
);

-- Sums of the lines by month: an accelerator, always equal to the lines at this position.
CREATE TABLE month_sum (
    unit_id text NOT NULL,
    book text NOT NULL,
    account text NOT NULL,
    period text NOT NULL,
    debit_fen bigint NOT NULL,
    credit_fen bigint NOT NULL,
    lines bigint NOT NULL,
    PRIMARY KEY (unit_id, book, account, period)
);

-- What is spread over a holding. A run of `period` charges it when it starts by then, was known
-- at the run's inputs, and had not ended for that period as far as was known there.
CREATE TABLE basis (
    asset_id text NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    position_from bigint NOT NULL,
    start_period text NOT NULL,
    amount_fen bigint NOT NULL,
    months integer NOT NULL,
    opening_fen bigint NOT NULL,
    -- Months of the plan that lie behind `start_period`.
    done integer NOT NULL,
    expense_account text NOT NULL,
    accum_account text NOT NULL,
    -- The first period without a charge, known from position `ended_by` on.
    ends_period text NOT NULL DEFAULT '9999-12',
    ended_by bigint NOT NULL DEFAULT 9223372036854775807,
    PRIMARY KEY (asset_id, card_no, position_from)
);

-- One depreciation run; its lines per card follow from `basis` (see `charge`).
CREATE TABLE run (
    unit_id text NOT NULL,
    period text NOT NULL,
    position bigint NOT NULL,
    booked_on date NOT NULL,
    inputs_position bigint NOT NULL,
    cards integer NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (unit_id, period)
);

-- Cards that a run left out though they should have been charged.
CREATE TABLE late_skip (
    unit_id text NOT NULL,
    period text NOT NULL,
    asset_id text NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (unit_id, period, asset_id)
);

-- Periods as their stream tells: opened from, closed.
CREATE TABLE period (
    unit_id text NOT NULL,
    period text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('opened', 'closed')),
    position bigint NOT NULL,
    occurred_on date NOT NULL,
    PRIMARY KEY (unit_id, period, kind)
);

-- Accounts that carry the value of cards (handbook 5.1): gross, or what is taken off it.
CREATE TABLE card_account (
    account text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('gross', 'accum'))
);
INSERT INTO card_account VALUES
('1601', 'gross'), ('1611', 'gross'), ('1613', 'gross'), ('1701', 'gross'), ('1703', 'gross'),
('1801', 'gross'), ('1811', 'gross'), ('1821', 'gross'), ('1831', 'gross'),
('1602', 'accum'), ('1702', 'accum'), ('1802', 'accum'), ('1832', 'accum');

-- What `runs` months of a plan charge, in fen: domain.depreciation.planned_fen in SQL.
-- The month's charge is rounded half up; div() rounds to zero, so it is taken on a floor.
CREATE FUNCTION charged(amount_fen bigint, months integer, runs bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN runs <= 0 OR months <= 0 THEN 0
    WHEN runs >= months THEN amount_fen
    ELSE least(
        amount_fen,
        runs * ((2 * amount_fen + months
            - (((2 * amount_fen + months) % (2 * months)) + 2 * months) % (2 * months))
            / (2 * months))
    )
END;

-- The runs that charged each basis of some cards, numbered by the months of its plan: one row a
-- month and card.
CREATE FUNCTION charges(assets text[], day date, known bigint)
RETURNS TABLE (
    asset_id text, card_no text, unit_id text, period text, run_position bigint, booked_on date,
    nth bigint, amount_fen bigint, months integer, expense_account text, accum_account text
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT b.asset_id, b.card_no, b.unit_id, r.period, r.position, r.booked_on,
        row_number() OVER (
            PARTITION BY b.asset_id, b.card_no, b.position_from ORDER BY r.period
        ) + b.done, b.amount_fen, b.months, b.expense_account, b.accum_account
    FROM basis AS b
    JOIN run AS r ON r.unit_id = b.unit_id AND r.period >= b.start_period
        AND r.inputs_position >= b.position_from
        AND NOT (b.ended_by <= r.inputs_position AND b.ends_period <= r.period)
    WHERE b.asset_id = ANY(assets) AND b.position_from <= known
        AND r.booked_on <= day AND r.position <= known
        AND NOT EXISTS (
            SELECT FROM late_skip AS s
            WHERE s.unit_id = r.unit_id AND s.period = r.period AND s.asset_id = b.asset_id
        );
END;

-- Gross value and accumulated depreciation of assets in the books of each unit, in fen.
CREATE FUNCTION card_money(assets text[], day date, known bigint)
RETURNS TABLE (
    asset_id text, unit_id text, gross_fen bigint, accum_fen bigint, timing_difference boolean
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH posted AS (
        SELECT l.asset_id, l.unit_id,
            sum(CASE WHEN a.kind = 'gross' AND l.booked_on <= day
                THEN CASE l.side WHEN 'D' THEN l.fen ELSE -l.fen END END) AS gross_fen,
            sum(CASE WHEN a.kind = 'accum' AND l.booked_on <= day
                THEN CASE l.side WHEN 'C' THEN l.fen ELSE -l.fen END END) AS accum_fen,
            bool_or(l.booked_on > day) AS timing_difference
        FROM line AS l
        JOIN card_account AS a ON a.account = left(l.account, 4)
        WHERE l.asset_id = ANY(assets) AND l.book = 'FA' AND l.position <= known
            AND (l.occurred_on <= day OR l.booked_on <= day)
        GROUP BY l.asset_id, l.unit_id
    ),
    counted AS (
        SELECT b.asset_id, b.unit_id, b.amount_fen, b.months, b.done, (
                SELECT count(*) FROM run AS r
                WHERE r.unit_id = b.unit_id AND r.period >= b.start_period
                    AND r.booked_on <= day AND r.position <= known
                    AND r.inputs_position >= b.position_from
                    AND NOT (b.ended_by <= r.inputs_position AND b.ends_period <= r.period)
            ) - (
                SELECT count(*) FROM late_skip AS s
                JOIN run AS r ON r.unit_id = s.unit_id AND r.period = s.period
                WHERE s.asset_id = b.asset_id AND s.unit_id = b.unit_id
                    AND r.period >= b.start_period
                    AND r.booked_on <= day AND r.position <= known
                    AND r.inputs_position >= b.position_from
                    AND NOT (b.ended_by <= r.inputs_position AND b.ends_period <= r.period)
            ) AS runs
        FROM basis AS b
        WHERE b.asset_id = ANY(assets) AND b.position_from <= known
    ),
    derived AS (
        SELECT c.asset_id, c.unit_id, sum(
                charged(c.amount_fen, c.months, c.done + c.runs)
                - charged(c.amount_fen, c.months, c.done)
            ) AS accum_fen
        FROM counted AS c
        WHERE c.runs > 0
        GROUP BY c.asset_id, c.unit_id
    )
    SELECT coalesce(p.asset_id, d.asset_id), coalesce(p.unit_id, d.unit_id),
        coalesce(p.gross_fen, 0)::bigint,
        (coalesce(p.accum_fen, 0) + coalesce(d.accum_fen, 0))::bigint,
        coalesce(p.timing_difference, false)
    FROM posted AS p
    FULL JOIN derived AS d ON d.asset_id = p.asset_id AND d.unit_id = p.unit_id;
END;

-- Debits and credits booked before `day` as known at `known`, by unit, book and account: whole
-- months from their sums, the month of `day` from its lines, less what was recorded later.
CREATE FUNCTION sums_before(units text[], day date, known bigint)
RETURNS TABLE (
    unit_id text, book text, account text, debit_fen bigint, credit_fen bigint, lines bigint
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT part.unit_id, part.book, part.account,
        sum(part.debit_fen)::bigint, sum(part.credit_fen)::bigint, sum(part.lines)::bigint
    FROM (
        SELECT m.unit_id, m.book, m.account, m.debit_fen, m.credit_fen, m.lines
        FROM month_sum AS m
        WHERE m.period < (SELECT to_char(day, 'YYYY-MM')) AND (units IS NULL OR m.unit_id = ANY(units))
        UNION ALL
        SELECT l.unit_id, l.book, l.account,
            CASE l.side WHEN 'D' THEN l.fen ELSE 0 END, CASE l.side WHEN 'C' THEN l.fen ELSE 0 END, 1
        FROM line AS l
        WHERE l.period = (SELECT to_char(day, 'YYYY-MM')) AND l.booked_on < day
            AND (units IS NULL OR l.unit_id = ANY(units))
        UNION ALL
        SELECT l.unit_id, l.book, l.account,
            CASE l.side WHEN 'D' THEN -l.fen ELSE 0 END,
            CASE l.side WHEN 'C' THEN -l.fen ELSE 0 END, -1
        FROM line AS l
        WHERE l.position > known AND l.booked_on < day
            AND (units IS NULL OR l.unit_id = ANY(units))
    ) AS part
    GROUP BY part.unit_id, part.book, part.account;
END;
