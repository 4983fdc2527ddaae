-- One row for each file that an event names; nothing is ever changed.
-- `area` is the kind of stream (asset, process, stocktake …): it says which power reads it.
-- `from_unit` is the giver of a reallocation, who sees the event as well.
CREATE TABLE reference (
    sha256 text NOT NULL,
    position bigint NOT NULL,
    place integer NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    signed_by text,
    area text NOT NULL,
    unit_id text NOT NULL,
    from_unit text,
    asset_id text,
    process_id text,
    type text NOT NULL,
    sub_kind text NOT NULL,
    event_id uuid NOT NULL,
    command_id text NOT NULL,
    occurred_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_id text NOT NULL,
    actor_role text NOT NULL,
    PRIMARY KEY (position, place)
);
CREATE INDEX reference_sha256 ON reference (sha256, position);
CREATE INDEX reference_asset ON reference (asset_id, position) WHERE asset_id IS NOT NULL;
CREATE INDEX reference_process ON reference (process_id, position) WHERE process_id IS NOT NULL;
