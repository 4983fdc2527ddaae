-- The log itself. One row an event; `position` is the order of commits, without gaps.
CREATE TABLE ledger.events (
    position bigint NOT NULL CHECK (position > 0),
    event_id uuid NOT NULL,
    stream text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    type text NOT NULL,
    sub_kind text NOT NULL,
    unit_id text NOT NULL,
    asset_id text,
    process_id text,
    occurred_on date NOT NULL,
    booked_on date,
    recorded_at timestamptz NOT NULL,
    actor_id text NOT NULL,
    actor_role text NOT NULL,
    on_behalf_of text,
    approval_no text,
    reason text,
    corrects uuid,
    attachments text NOT NULL,
    command_id uuid NOT NULL,
    rule_version text,
    body text NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (position),
    CONSTRAINT events_stream_version_key UNIQUE (stream, version),
    CONSTRAINT events_event_id_key UNIQUE (event_id)
);

-- The history of one asset and of one process, and what corrects an event.
CREATE INDEX events_asset_idx ON ledger.events (asset_id, position) WHERE asset_id IS NOT NULL;
CREATE INDEX events_process_idx ON ledger.events (process_id, position)
WHERE process_id IS NOT NULL;
CREATE INDEX events_corrects_idx ON ledger.events (corrects) WHERE corrects IS NOT NULL;

-- Known-at: the greatest position recorded up to an instant.
CREATE INDEX events_recorded_at_idx ON ledger.events (recorded_at, position);

-- Every accepted command with its first answer. A command without events keeps the empty range
-- first_position = last_position + 1.
CREATE TABLE ledger.commands (
    command_id uuid NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    actor_id text NOT NULL,
    actor_role text NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    answer text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT commands_pkey PRIMARY KEY (command_id),
    CHECK (last_position >= first_position - 1)
);

-- Numbers that belong to one stream only: card numbers, label numbers and the like.
CREATE TABLE ledger.claims (
    kind text NOT NULL,
    key text NOT NULL,
    stream text NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT claims_pkey PRIMARY KEY (kind, key)
);

-- The second belt after privileges: ALWAYS, since session_replication_role = replica would
-- switch an ordinary trigger off.
CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'E_APPEND_ONLY: % on ledger.% is refused, the log is append-only',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['events', 'commands', 'claims'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.%I
            FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()', kept);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.%I
            FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', kept);
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only', kept);
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only_truncate', kept);
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA ledger TO taizhang_app, taizhang_projector, taizhang_auditor;
GRANT SELECT ON ledger.events, ledger.commands, ledger.claims
TO taizhang_app, taizhang_projector, taizhang_auditor;
GRANT INSERT ON ledger.events, ledger.commands, ledger.claims TO taizhang_app;
