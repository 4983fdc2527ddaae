-- The whole append of a group that nothing stands against, in one statement.
-- name: append_clear
SELECT head, at, now, versions FROM ledger.append_clear(
    %(commands)s::uuid[], %(streams)s::text[], %(versions)s::bigint[],
    %(kinds)s::text[], %(keys)s::text[],
    %(event_rows)s::json, %(command_rows)s::json, %(claim_rows)s::json, %(clock)s::timestamptz
);

-- The turn: one append at a time in the whole database, whatever process it comes from. A lock
-- of its own, so that VACUUM never waits for it nor blocks it. Number 7782 is ours alone.
-- name: take_turn
SELECT pg_advisory_xact_lock(7782, 1);

-- What stands under the lock: the head, and for the group's commands, streams and claims what is
-- known of them. A statement of its own, since its snapshot must be younger than the lock.
-- name: look
SELECT
    head.position,
    head.recorded_at,
    clock_timestamp(),
    (
        SELECT json_agg(kept)::text
        FROM (
            SELECT command_id, digest, first_position, last_position, answer, recorded_at
            FROM ledger.commands WHERE command_id = ANY(%(commands)s::uuid[])
        ) AS kept
    ) AS commands,
    (
        SELECT json_object_agg(
            name, coalesce((SELECT max(version) FROM ledger.events WHERE stream = name), 0)
        )::text
        FROM unnest(%(streams)s::text[]) AS name
    ) AS versions,
    (
        SELECT json_agg(json_build_array(held.kind, held.key, held.stream))::text
        FROM unnest(%(kinds)s::text[], %(keys)s::text[]) AS wanted(kind, key)
        JOIN ledger.claims AS held USING (kind, key)
    ) AS claims
FROM (SELECT 1) AS always
LEFT JOIN LATERAL (
    SELECT position, recorded_at FROM ledger.events ORDER BY position DESC LIMIT 1
) AS head ON true;

-- The group's events from one JSON parameter; faster than COPY up to about twenty rows.
-- name: insert_events
INSERT INTO ledger.events
SELECT * FROM json_populate_recordset(NULL::ledger.events, %(rows)s::json);

-- The commands of the group with their first answers.
-- name: insert_commands
INSERT INTO ledger.commands
SELECT * FROM json_populate_recordset(NULL::ledger.commands, %(rows)s::json);

-- The numbers that the group takes.
-- name: insert_claims
INSERT INTO ledger.claims
SELECT * FROM json_populate_recordset(NULL::ledger.claims, %(rows)s::json);

-- More than about twenty events go in by COPY; the columns stand in the table's order.
-- name: copy_events
COPY ledger.events FROM STDIN;

-- Where each stream of an earlier command ended; its events stand between two positions.
-- name: versions_between
SELECT stream, max(version) FROM ledger.events
WHERE position BETWEEN %(first)s::bigint AND %(last)s::bigint GROUP BY stream;

-- Waits until everything committed so far is on disk: a commit that is flushed is flushed with
-- all before it, and the transactional message makes this transaction have a commit record.
-- It also waits for a synchronous standby, and works on every Postgres from 15 on.
-- name: flush
BEGIN; SET LOCAL synchronous_commit = on;
SELECT pg_logical_emit_message(true, 'ledger', ''); COMMIT;
