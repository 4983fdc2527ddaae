-- What was said of an asset or a process that the rules look at, replayed for late facts.
CREATE TABLE patch (
    subject text NOT NULL,
    day date NOT NULL,
    position bigint NOT NULL,
    -- JSON as text: Python alone reads it.
    facts text NOT NULL
);
-- While tables are filled a hash finds a subject's patches for half of what a key costs.
CREATE INDEX patch_subject ON patch USING hash (subject);

-- How a thing was acquired. One clock: a later word on it is a correction, never a change.
-- `level` is the level of the unit when the event was recorded; `cap_fen` the price cap per piece
-- on `standard_on`, the day of the contract or else of the acquisition.
CREATE TABLE acquisition (
    asset_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    sub_kind text NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    name text NOT NULL,
    acquired_on date NOT NULL,
    standard_on date NOT NULL,
    approved_on date,
    approval_no text,
    refusal_reason text,
    class_code text NOT NULL,
    class6 text NOT NULL,
    level text,
    gross_fen bigint NOT NULL,
    qty_centi bigint NOT NULL,
    cap_fen bigint,
    booked_on date,
    configured_at bigint NOT NULL,
    booked_at bigint,
    changed_at bigint,
    PRIMARY KEY (asset_id, position_from)
);
CREATE INDEX acquisition_approved ON acquisition (class6, level, approved_on);

-- Days on which a thing lay idle (in its unit or in a warehouse) and was not listed.
CREATE TABLE idle (
    asset_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    idle_since date NOT NULL,
    since_at bigint NOT NULL,
    PRIMARY KEY (asset_id, position_from, effective_from)
);

-- Days on which a thing was lent by a warehouse and due on `due_on`.
CREATE TABLE loan (
    asset_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    warehouse_id text,
    borrower_unit text,
    due_on date NOT NULL,
    due_at bigint NOT NULL,
    PRIMARY KEY (asset_id, position_from, effective_from)
);

-- Days on which a thing stood on a warehouse's list; `level` is that of the warehouse.
CREATE TABLE listing (
    asset_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    class6 text NOT NULL,
    level text,
    warehouse_id text,
    listed_at bigint NOT NULL,
    PRIMARY KEY (asset_id, position_from, effective_from)
);
CREATE INDEX listing_class ON listing (class6, level, effective_from);

-- Days on which a house or a parcel of land was held without a certificate number.
CREATE TABLE untitled (
    asset_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    held_at bigint NOT NULL,
    PRIMARY KEY (asset_id, position_from, effective_from)
);

-- Days on which a house or a parcel of land was held under a certificate that names `owner`.
CREATE TABLE titled (
    asset_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    owner text NOT NULL,
    titled_at bigint NOT NULL,
    PRIMARY KEY (asset_id, position_from, effective_from)
);

-- Steps of disposals and counts: missing, found, applied, approved, revoked, executed.
CREATE TABLE disposal (
    asset_id text NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    process_id text,
    sub_kind text NOT NULL,
    step text NOT NULL,
    day date NOT NULL,
    approved_on date,
    approval_no text,
    position bigint NOT NULL,
    PRIMARY KEY (asset_id, position)
);

-- Money received that is owed to the treasury, and the day on which it was all paid.
CREATE TABLE claim (
    process_id text NOT NULL,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL,
    unit_id text NOT NULL,
    received_on date NOT NULL,
    due_fen bigint NOT NULL,
    cleared_on date,
    positions bigint[] NOT NULL
);
CREATE INDEX claim_process ON claim (process_id);

-- What is depreciated from `start_period` on; `end_period` is the first month without it.
CREATE TABLE basis (
    asset_id text NOT NULL,
    card_no text NOT NULL,
    unit_id text NOT NULL,
    start_period text NOT NULL,
    amount_fen bigint NOT NULL,
    months integer NOT NULL,
    position bigint NOT NULL,
    end_period text,
    end_position bigint,
    PRIMARY KEY (asset_id, position)
);
CREATE INDEX basis_unit ON basis (unit_id, position);

-- Monthly runs; `late` are the assets that the run itself names as left out.
CREATE TABLE run (
    unit_id text NOT NULL,
    period text NOT NULL,
    position bigint NOT NULL,
    inputs_position bigint NOT NULL,
    late text[] NOT NULL,
    PRIMARY KEY (unit_id, period, position)
);

CREATE TABLE closing (
    unit_id text NOT NULL,
    period text NOT NULL,
    position bigint NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (unit_id, period, position)
);

-- The findings. `shows_on` is set where time itself makes the rule true: such a finding is not
-- shown before that day has been recorded as passed. `grave_on` is the day from which it weighs
-- `severity_grave`. A range of positions that has ended without a successor was withdrawn.
CREATE TABLE finding (
    rule text NOT NULL,
    rule_version integer NOT NULL,
    key text NOT NULL,
    subject text NOT NULL,
    unit_id text NOT NULL,
    asset_id text,
    card_no text,
    process_id text,
    true_on date NOT NULL,
    ended_on date,
    shows_on date,
    severity smallint NOT NULL,
    grave_on date,
    severity_grave smallint,
    facts jsonb NOT NULL,
    positions bigint[] NOT NULL,
    position_from bigint NOT NULL,
    position_to bigint NOT NULL
);
CREATE INDEX finding_key ON finding (key, position_from);
CREATE INDEX finding_subject ON finding (subject, rule);
CREATE INDEX finding_unit ON finding (unit_id, true_on, key);
CREATE INDEX finding_day ON finding (true_on, key);
CREATE INDEX finding_asset ON finding (asset_id);
