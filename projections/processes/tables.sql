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
    recorded_at timestamptz NOT NULL
);
CREATE INDEX step_process ON step (process_id, position);

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
