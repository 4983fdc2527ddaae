-- Where every read model stands, with what stopped it.
-- name: positions
SELECT name, version, position, error, error_position, error_at, moved_at
FROM projections.position
WHERE NOT building
ORDER BY name;

-- The position of one set of tables; the row stays locked for others that would move it.
-- name: position_locked
SELECT position, version
FROM projections.position
WHERE name = %(name)s AND building = %(building)s
FOR UPDATE;

-- Compare and swap: moves nothing when another process has moved it first.
-- name: move
UPDATE projections.position
SET position = %(new)s, moved_at = now(), error = NULL, error_position = NULL, error_at = NULL
WHERE name = %(name)s AND building = %(building)s AND position = %(old)s;

-- A new set of tables begins at position 0.
-- name: begin
INSERT INTO projections.position (name, building, version, position)
VALUES (%(name)s, %(building)s, %(version)s, 0)
ON CONFLICT (name, building) DO UPDATE
SET position = 0, version = excluded.version, error = NULL, error_position = NULL, error_at = NULL;

-- Read models whose first filling was not finished.
-- name: unindexed
SELECT name FROM projections.position WHERE NOT building AND NOT indexed ORDER BY name;

-- name: set_indexed
UPDATE projections.position SET indexed = %(indexed)s WHERE name = %(name)s AND NOT building;

-- What stopped a read model, kept until it moves on.
-- name: record_error
UPDATE projections.position
SET error = %(error)s, error_position = %(position)s, error_at = now()
WHERE name = %(name)s AND NOT building;

-- The built tables take the place of the live ones.
-- name: promote
UPDATE projections.position AS live
SET position = built.position, version = built.version, moved_at = now(),
    error = NULL, error_position = NULL, error_at = NULL
FROM projections.position AS built
WHERE live.name = %(name)s AND NOT live.building AND built.name = live.name AND built.building;

-- The tables beside are gone.
-- name: forget_building
DELETE FROM projections.position WHERE name = %(name)s AND building;

-- The base tables of a schema.
-- name: tables_of
SELECT tablename FROM pg_tables WHERE schemaname = %(schema)s ORDER BY tablename;

-- The events that follow a position, in the order of the log.
-- name: events_after
SELECT {columns} FROM ledger.events
WHERE position > %(after)s::bigint ORDER BY position LIMIT %(limit)s::bigint;
