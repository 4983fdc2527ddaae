-- Events after a position, in the order of the log.
-- name: after
SELECT {columns} FROM ledger.events
WHERE position > %(after)s::bigint ORDER BY position LIMIT %(limit)s::bigint;

-- One stream from a version on.
-- name: stream
SELECT {columns} FROM ledger.events
WHERE stream = %(stream)s::text AND version > %(after)s::bigint ORDER BY version;

-- Several streams whole, each in its own order.
-- name: streams
SELECT {columns} FROM ledger.events
WHERE stream = ANY(%(streams)s::text[]) ORDER BY stream, version;

-- Last versions of streams; a stream that does not exist is left out.
-- name: versions
SELECT name, last.version
FROM unnest(%(streams)s::text[]) AS name
CROSS JOIN LATERAL (
    SELECT version FROM ledger.events WHERE stream = name ORDER BY version DESC LIMIT 1
) AS last;

-- The history of one asset over all streams.
-- name: asset
SELECT {columns} FROM ledger.events
WHERE asset_id = %(asset_id)s::text ORDER BY position;

-- The history of one process over all streams.
-- name: process
SELECT {columns} FROM ledger.events
WHERE process_id = %(process_id)s::text ORDER BY position;

-- One event by its id.
-- name: event
SELECT {columns} FROM ledger.events WHERE event_id = %(event_id)s::uuid;

-- The events that one command recorded; its positions follow each other.
-- name: command
SELECT {columns} FROM ledger.events AS e
JOIN (
    SELECT first_position, last_position FROM ledger.commands
    WHERE command_id = %(command_id)s::uuid
) AS c ON e.position BETWEEN c.first_position AND c.last_position
ORDER BY position;

-- What one accepted command was answered, and where it left each stream that it wrote to.
-- name: receipt
SELECT c.digest, c.actor_id, c.first_position, c.last_position, c.recorded_at, c.answer, (
    SELECT json_object_agg(written.stream, written.version)::text
    FROM (
        SELECT stream, max(version) AS version FROM ledger.events
        WHERE position BETWEEN c.first_position AND c.last_position GROUP BY stream
    ) AS written
) AS versions
FROM ledger.commands AS c WHERE c.command_id = %(command_id)s::uuid;

-- The newest position; no row in an empty log.
-- name: head
SELECT position FROM ledger.events ORDER BY position DESC LIMIT 1;

-- Known-at: the newest position recorded up to an instant.
-- name: position_at
SELECT position FROM ledger.events WHERE recorded_at <= %(known_at)s::timestamptz
ORDER BY recorded_at DESC, position DESC LIMIT 1;

-- Which of some numbers are taken, and by which stream.
-- name: claims
SELECT key, stream FROM ledger.claims
WHERE kind = %(kind)s::text AND key = ANY(%(keys)s::text[]);

-- True when nothing that is visible now can be lost by a crash any more.
-- name: flushed
SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn();
