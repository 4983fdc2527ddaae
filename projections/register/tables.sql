-- The register: what each holding and its card were, on the business clock and by what was known.
--
-- A version is visible as of (day, position) when
--     effective_from <= day AND position_from <= position AND position < position_to
--     AND (effective_to > day OR closed_by > position)
-- Its end on the business clock became known at position `closed_by`; before that it had none.
-- So the common event, later than all before it, closes one row and adds one. An event that comes
-- late rewrites the rows it changes: they end at its position, and their successors begin there.
-- What stands now: effective_to = '9999-12-31' AND position_to = 9223372036854775807.

CREATE TABLE holding (
    asset_id text NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    state text NOT NULL,
    overlays text[] NOT NULL,
    manage_dept text,
    use_dept text,
    keeper text,
    user_id text,
    place text,
    label_no text,
    process_id text,
    warehouse_id text,
    borrower_unit text,
    due_on date,
    reserved_by text,
    reserved_until date,
    gross_fen bigint NOT NULL,
    booked_on date,
    original_gross_fen bigint NOT NULL,
    begun_on date NOT NULL,
    from_card_no text,
    -- The last event, on the business clock, that made this version.
    event_position bigint NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    closed_by bigint,
    CHECK (effective_from < effective_to AND position_from < position_to),
    CHECK ((closed_by IS NULL) = (effective_to = '9999-12-31'))
);

CREATE TABLE card (
    asset_id text NOT NULL,
    card_no text NOT NULL,
    name text NOT NULL,
    class_std text NOT NULL,
    class_code text NOT NULL,
    card_type text NOT NULL,
    account_code text NOT NULL,
    acq_way text NOT NULL,
    acquired_on date NOT NULL,
    in_service_on date,
    contract_on date,
    brand text,
    model text,
    serial_no text,
    legacy_no text,
    label_no text,
    qty_centi bigint NOT NULL,
    unit_of_measure text,
    value_type text NOT NULL,
    dep_status text NOT NULL,
    life_months integer,
    classified boolean NOT NULL,
    -- The whole card as JSON, traits included.
    card text NOT NULL,
    -- Name, pinyin, initials and numbers in small letters, for search by any part of three signs.
    search text NOT NULL,
    -- Parts of one and two signs, which trigrams cannot find, with spaces between them.
    parts text NOT NULL,
    event_position bigint NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    closed_by bigint,
    CHECK (effective_from < effective_to AND position_from < position_to),
    CHECK ((closed_by IS NULL) = (effective_to = '9999-12-31'))
);

-- While tables are filled a hash finds an asset's versions for half of what a key costs.
CREATE INDEX holding_asset ON holding USING hash (asset_id);
CREATE INDEX card_asset ON card USING hash (asset_id);

-- How many open holdings each unit has in each state; the register's counts without a count.
CREATE TABLE tally (
    unit_id text NOT NULL,
    state text NOT NULL,
    pieces bigint NOT NULL,
    PRIMARY KEY (unit_id, state)
);

CREATE FUNCTION holding_at(day date, known bigint) RETURNS SETOF holding
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT * FROM holding
    WHERE effective_from <= day AND position_from <= known AND position_to > known
        AND (effective_to > day OR closed_by > known);
END;

CREATE FUNCTION card_at(day date, known bigint) RETURNS SETOF card
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT * FROM card
    WHERE effective_from <= day AND position_from <= known AND position_to > known
        AND (effective_to > day OR closed_by > known);
END;
