CREATE TABLE process (
    process_id text PRIMARY KEY,
    unit_id text NOT NULL,
    kind text NOT NULL,
    opened_on date NOT NULL,
    amount_fen bigint NOT NULL,
    pieces integer NOT NULL,
    requester text,
    flags text[] NOT NULL,
    detail jsonb NOT NULL,
    approval_no text,
    reason text,
    items jsonb NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX process_unit ON process (unit_id, opened_on, process_id);
CREATE INDEX process_day ON process (opened_on, process_id);
CREATE INDEX process_kind ON process (kind, opened_on, process_id);

CREATE TABLE process_asset (
    process_id text NOT NULL,
    asset_id text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (process_id, asset_id)
);
CREATE INDEX process_asset_asset ON process_asset (asset_id);

-- The steps as recorded, never changed; `status` is what a step makes of the process.
CREATE TABLE step (
    process_id text NOT NULL,
    position bigint PRIMARY KEY,
    what text NOT NULL,
    status text,
    day date NOT NULL,
    amount_fen bigint NOT NULL,
    owed_fen bigint,
    approval_no text,
    approved_on date,
    approval_level text,
    document text,
    voucher_id text,
    flags text[] NOT NULL,
    detail jsonb NOT NULL,
    actor_id text NOT NULL,
    actor_role text NOT NULL,
    reason text,
    recorded_at timestamptz NOT NULL,
    on_behalf_of text,
    -- Of a review the step of the route that it signs, of a return those to be signed anew.
    signed text[] NOT NULL,
    cut jsonb NOT NULL,
    pieces integer
);
CREATE INDEX step_process ON step (process_id, position);

-- That things were asked for in a process: what tells a request from what was merely registered.
CREATE TABLE requested (
    process_id text NOT NULL,
    position bigint PRIMARY KEY
);
CREATE INDEX requested_process ON requested (process_id);

-- Routes of approval and tables of limits as they were set, read by the rules' own functions.
CREATE TABLE rule (
    what text NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    body jsonb NOT NULL,
    day date NOT NULL,
    position bigint PRIMARY KEY
);

-- Who asked whom to stand in; a row without dates ends what stood before it.
CREATE TABLE delegation (
    person_id text NOT NULL,
    to_person text NOT NULL,
    role text NOT NULL,
    valid_from date,
    valid_to date,
    unit_id text NOT NULL,
    day date NOT NULL,
    position bigint PRIMARY KEY
);
CREATE INDEX delegation_person ON delegation (person_id);
CREATE INDEX delegation_deputy ON delegation (to_person);

-- One row a card that an import brought in; an undone one keeps its row.
CREATE TABLE imported (
    batch_id text NOT NULL,
    unit_id text NOT NULL,
    asset_id text NOT NULL,
    card_no text NOT NULL,
    source_row integer,
    gross_fen bigint NOT NULL,
    accum_fen bigint NOT NULL,
    day date NOT NULL,
    position bigint PRIMARY KEY
);
CREATE INDEX imported_batch ON imported (batch_id, position);

CREATE TABLE undone (
    asset_id text NOT NULL,
    day date NOT NULL,
    position bigint PRIMARY KEY
);
CREATE INDEX undone_asset ON undone (asset_id);
