-- What was said of things that have ever been in a warehouse, replayed when something late comes.
CREATE TABLE patch (
    subject text NOT NULL,
    day date NOT NULL,
    position bigint NOT NULL,
    -- JSON as text: Python alone reads it.
    facts text NOT NULL
);
-- While tables are filled a hash finds a subject's patches for half of what a key costs.
CREATE INDEX patch_subject ON patch USING hash (subject);

-- A thing in a warehouse or lent by it, on both clocks. `unit_id` holds the card, which may be the
-- giver's or the warehouse's own, by the title mode.
CREATE TABLE stock (
    asset_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    warehouse_id text NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    name text NOT NULL,
    class_code text NOT NULL,
    model text,
    state text NOT NULL,
    grade text,
    place text,
    in_since date NOT NULL,
    listed_since date,
    description text,
    photo text,
    reserved_by text,
    reserved_until date,
    borrower_unit text,
    lent_on date,
    due_on date,
    PRIMARY KEY (asset_id, position_from, effective_from)
);
