-- Note that a person has brought a file in; the last name he gave it stays.
-- name: note_upload
INSERT INTO directory.upload (sha256, person_id, name, size, media_type, uploaded_at)
VALUES (%(sha256)s, %(person_id)s, %(name)s, %(size)s, %(media_type)s, %(now)s)
ON CONFLICT (sha256, person_id)
DO UPDATE SET name = excluded.name, uploaded_at = excluded.uploaded_at;

-- Which of these files a person has brought in.
-- name: uploaded
SELECT sha256, name, size, media_type FROM directory.upload
WHERE sha256 = ANY(%(digests)s) AND person_id = %(person_id)s;

-- Who brought a file in, and when last.
-- name: uploads_of
SELECT sha256, person_id, name, size, media_type, uploaded_at FROM directory.upload
WHERE sha256 = ANY(%(digests)s) ORDER BY sha256, uploaded_at DESC;

-- A file that nobody uses has been removed.
-- name: forget_upload
DELETE FROM directory.upload WHERE sha256 = %(sha256)s;

-- How the file is named by an event that somebody may see: of the kinds of streams `areas`, of the
-- units whose events he reads. A keeper sees the events of what he keeps, but not how it came into
-- the books: contracts and imported workbooks tell of other things as well.
-- name: visible
SELECT r.name, r.size, r.unit_id FROM p_attachments.reference AS r
WHERE r.sha256 = %(sha256)s AND r.area = ANY(%(areas)s)
    AND (%(units)s::text[] IS NULL OR r.unit_id = ANY(%(units)s::text[])
        OR r.from_unit = ANY(%(units)s::text[]))
    AND (%(keeper)s::text IS NULL OR r.type NOT LIKE 'asset.configured/%%' AND EXISTS (
        SELECT FROM p_register.holding AS h
        WHERE h.asset_id = r.asset_id AND h.keeper = %(keeper)s::text
            AND h.effective_to = '9999-12-31' AND h.position_to = 9223372036854775807))
LIMIT 1;

-- Every file that events name.
-- name: referenced
SELECT DISTINCT sha256 FROM p_attachments.reference;

-- The first events that name a file.
-- name: references_to
SELECT name, size, position, event_id::text AS event_id, unit_id, asset_id, process_id, sub_kind,
    occurred_on
FROM p_attachments.reference WHERE sha256 = %(sha256)s ORDER BY position LIMIT %(limit)s;
