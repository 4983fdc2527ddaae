-- Appends a group of commands in one statement when nothing stands against any of them, and
-- writes nothing and answers with no row otherwise: the client then looks under the lock and
-- decides command by command. One round trip while the lock is held makes it short.
-- `wanted_versions` has NULL for a stream that is appended to whatever its version is.
-- Rows carry their place within the group (1, 2, …) as position and within their stream as
-- version; both are lifted to their real numbers here. `clock` is NULL but in tests.
CREATE FUNCTION ledger.append_clear(
    command_ids uuid[],
    streams text[],
    wanted_versions bigint[],
    kinds text[],
    keys text[],
    event_rows json,
    command_rows json,
    claim_rows json,
    clock timestamptz,
    OUT head bigint,
    OUT at timestamptz,
    OUT now timestamptz,
    OUT versions bigint[]
) RETURNS SETOF record
LANGUAGE plpgsql AS $$
DECLARE
    fits boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(7782, 1);
    IF EXISTS (SELECT FROM ledger.commands WHERE command_id = ANY(command_ids)) THEN
        RETURN;
    END IF;
    SELECT
        array_agg(stand.version ORDER BY stand.ordinal),
        bool_and(stand.version = coalesce(stand.wanted, stand.version))
    INTO versions, fits
    FROM (
        SELECT
            asked.ordinal,
            asked.wanted,
            coalesce((SELECT max(version) FROM ledger.events WHERE stream = asked.stream), 0)
                AS version
        FROM unnest(streams, wanted_versions) WITH ORDINALITY AS asked(stream, wanted, ordinal)
    ) AS stand;
    IF NOT fits THEN
        RETURN;
    END IF;
    SELECT position, recorded_at INTO head, at
    FROM ledger.events ORDER BY position DESC LIMIT 1;
    head := coalesce(head, 0);
    now := coalesce(clock, clock_timestamp());
    at := greatest(now, at);
    IF cardinality(kinds) > 0 THEN
        IF EXISTS (
            SELECT FROM unnest(kinds, keys) AS asked(kind, key)
            JOIN ledger.claims AS held USING (kind, key)
        ) THEN
            RETURN;
        END IF;
        INSERT INTO ledger.claims
        SELECT kind, key, stream, head + position
        FROM json_populate_recordset(NULL::ledger.claims, claim_rows);
    END IF;
    INSERT INTO ledger.events
    SELECT
        head + position, event_id, stream, versions[array_position(streams, stream)] + version,
        type, sub_kind, unit_id, asset_id, process_id, occurred_on, booked_on, at,
        actor_id, actor_role, on_behalf_of, approval_no, reason, corrects, attachments,
        command_id, rule_version, body
    FROM json_populate_recordset(NULL::ledger.events, event_rows);
    INSERT INTO ledger.commands
    SELECT
        command_id, name, digest, actor_id, actor_role,
        head + first_position, head + last_position, answer, at
    FROM json_populate_recordset(NULL::ledger.commands, command_rows);
    RETURN NEXT;
END
$$;
REVOKE EXECUTE ON FUNCTION ledger.append_clear FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.append_clear TO taizhang_app;
