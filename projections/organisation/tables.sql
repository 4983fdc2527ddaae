-- What was said of a unit, a warehouse or a setting, replayed when something late arrives.
CREATE TABLE patch (
    subject text NOT NULL,
    day date NOT NULL,
    position bigint NOT NULL,
    -- JSON as text: Python alone reads it.
    facts text NOT NULL,
    PRIMARY KEY (subject, position)
);

CREATE TABLE unit (
    unit_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    level text NOT NULL,
    parent_id text,
    credit_code text,
    headcount integer NOT NULL,
    roles text[] NOT NULL,
    PRIMARY KEY (unit_id, position_from, effective_from)
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE warehouse (
    warehouse_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    unit_id text NOT NULL,
    name text NOT NULL,
    title_mode text NOT NULL,
    place text NOT NULL,
    PRIMARY KEY (warehouse_id, position_from, effective_from)
);

-- `effective_from` is the setting's valid_from; whole numbers stand in `number` as well.
CREATE TABLE setting (
    name text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    value text NOT NULL,
    number bigint,
    source text NOT NULL,
    PRIMARY KEY (name, position_from, effective_from)
);
