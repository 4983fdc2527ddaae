-- Batches of imported workbooks: what was handed in, by whom, and how far the release has come.
-- They stay beside the log: workbooks name people.
CREATE TABLE directory.import_batch (
    batch_id text PRIMARY KEY,
    unit_id text NOT NULL,
    opening_on date NOT NULL,
    filename text NOT NULL,
    digest text NOT NULL,
    size bigint NOT NULL,
    mapping text,
    defaults text NOT NULL,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN
        ('draft', 'submitted', 'releasing', 'released', 'undoing', 'undone', 'discarded')),
    cards integer NOT NULL DEFAULT 0,
    unchanged integer NOT NULL DEFAULT 0,
    errors integer NOT NULL DEFAULT 0,
    warnings integer NOT NULL DEFAULT 0,
    gross_fen bigint NOT NULL DEFAULT 0,
    accum_fen bigint NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    problem text,
    prepared_by text NOT NULL,
    prepared_at timestamptz NOT NULL,
    submitted_at timestamptz,
    released_by text,
    released_at timestamptz,
    undo_reason text,
    undo_on date,
    undone_by text,
    undone_at timestamptz,
    touched_at timestamptz NOT NULL
);
CREATE INDEX import_batch_unit ON directory.import_batch (unit_id, prepared_at);
CREATE INDEX import_batch_file ON directory.import_batch (digest, unit_id);

-- Which row of which file a card came from. A number that was undone may come in again, as the
-- next generation.
CREATE TABLE directory.imported_card (
    card_no text NOT NULL,
    generation integer NOT NULL,
    batch_id text NOT NULL REFERENCES directory.import_batch,
    unit_id text NOT NULL,
    asset_id text NOT NULL,
    source_row integer NOT NULL,
    digest text NOT NULL,
    undone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (card_no, generation)
);
CREATE INDEX imported_card_batch ON directory.imported_card (batch_id, source_row);

GRANT SELECT, INSERT, UPDATE ON directory.import_batch, directory.imported_card TO taizhang_app;
