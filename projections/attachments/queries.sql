-- The files that a thing's events name, the newest first; the giver of a reallocation sees it too.
-- name: attachments
SELECT r.sha256, r.name, r.size, r.signed_by, r.position, r.place, r.event_id::text AS event_id,
    r.type, r.sub_kind, r.unit_id, r.asset_id, r.process_id, r.command_id, r.occurred_on,
    r.recorded_at, r.actor_id, r.actor_role
FROM p_attachments.reference AS r
WHERE r.asset_id = %(asset_id)s::text AND r.area = 'asset'
    AND r.position <= %(position)s::bigint AND r.occurred_on <= %(day)s::date
    AND (%(units)s::text[] IS NULL OR r.unit_id = ANY(%(units)s::text[])
        OR r.from_unit = ANY(%(units)s::text[]))
    AND (%(before)s::bigint IS NULL
        OR (r.position, r.place) < (%(before)s::bigint, %(place)s::integer))
ORDER BY r.position DESC, r.place DESC
LIMIT %(limit)s;

-- The files that the steps of one process name, or of every process that a thing was in.
-- name: process_attachments
SELECT r.sha256, r.name, r.size, r.signed_by, r.position, r.place, r.event_id::text AS event_id,
    r.type, r.sub_kind, r.unit_id, r.asset_id, r.process_id, r.command_id, r.occurred_on,
    r.recorded_at, r.actor_id, r.actor_role
FROM p_attachments.reference AS r
WHERE r.area = 'process' AND r.process_id = ANY(
        CASE WHEN %(process_id)s::text IS NOT NULL THEN ARRAY[%(process_id)s::text]
        ELSE ARRAY(SELECT pa.process_id FROM p_processes.process_asset AS pa
            WHERE pa.asset_id = %(asset_id)s::text) END)
    AND r.position <= %(position)s::bigint AND r.occurred_on <= %(day)s::date
    AND (%(units)s::text[] IS NULL OR r.unit_id = ANY(%(units)s::text[]))
    AND (%(before)s::bigint IS NULL
        OR (r.position, r.place) < (%(before)s::bigint, %(place)s::integer))
ORDER BY r.position DESC, r.place DESC
LIMIT %(limit)s;
