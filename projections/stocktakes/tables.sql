CREATE TABLE task (
    stocktake_id text PRIMARY KEY,
    unit_id text NOT NULL,
    base_on date NOT NULL,
    opened_on date NOT NULL,
    expected integer NOT NULL,
    frozen boolean NOT NULL,
    counters text[] NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX task_unit ON task (unit_id, base_on, stocktake_id);

-- Every count as recorded; of an asset that is counted again the last one counts.
CREATE TABLE counted (
    stocktake_id text NOT NULL,
    position bigint PRIMARY KEY,
    result text NOT NULL,
    asset_id text,
    card_no text,
    label_no text,
    counter text NOT NULL,
    place text,
    detail jsonb NOT NULL,
    day date NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_id text NOT NULL
);
CREATE INDEX counted_task ON counted (stocktake_id, position);
CREATE INDEX counted_asset ON counted (asset_id) WHERE asset_id IS NOT NULL;

CREATE TABLE closed (
    stocktake_id text NOT NULL,
    day date NOT NULL,
    figures jsonb NOT NULL,
    position bigint PRIMARY KEY
);
CREATE INDEX closed_task ON closed (stocktake_id);
