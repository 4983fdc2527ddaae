-- name: open_batch
INSERT INTO directory.import_batch (batch_id, unit_id, opening_on, filename, digest, size,
    mapping, defaults, prepared_by, prepared_at, touched_at)
VALUES (%(batch_id)s, %(unit_id)s, %(opening_on)s, %(filename)s, %(digest)s, %(size)s::bigint,
    %(mapping)s, %(defaults)s, %(prepared_by)s, %(now)s, %(now)s);

-- name: batch
SELECT * FROM directory.import_batch WHERE batch_id = %(batch_id)s;

-- The batches of the given units (all: null), the newest first.
-- name: batches
SELECT * FROM directory.import_batch
WHERE (%(units)s::text[] IS NULL OR unit_id = ANY(%(units)s::text[])) AND status <> 'discarded'
ORDER BY prepared_at DESC, batch_id
LIMIT %(limit)s::int;

-- The same file for the same unit and day, if it is still on its way or stands.
-- name: same_file
SELECT * FROM directory.import_batch
WHERE digest = %(digest)s AND unit_id = %(unit_id)s AND opening_on = %(opening_on)s
  AND status IN ('draft', 'submitted', 'releasing', 'released')
ORDER BY prepared_at DESC
LIMIT 1;

-- What a rehearsal found; only a draft is rehearsed again.
-- name: rehearsed
UPDATE directory.import_batch
SET mapping = %(mapping)s, defaults = %(defaults)s, cards = %(cards)s::int,
    unchanged = %(unchanged)s::int, errors = %(errors)s::int, warnings = %(warnings)s::int,
    gross_fen = %(gross_fen)s::bigint, accum_fen = %(accum_fen)s::bigint, touched_at = %(now)s
WHERE batch_id = %(batch_id)s AND status = 'draft'
RETURNING *;

-- A batch goes from one of the named statuses to the next one; no row where it stood elsewhere.
-- name: moved
UPDATE directory.import_batch
SET status = %(status)s, touched_at = %(now)s, problem = NULL,
    submitted_at = CASE WHEN %(status)s = 'submitted' THEN %(now)s
                        WHEN %(status)s = 'draft' THEN NULL ELSE submitted_at END,
    released_by = CASE WHEN %(status)s = 'releasing' THEN %(person_id)s ELSE released_by END,
    released_at = CASE WHEN %(status)s = 'released' THEN %(now)s ELSE released_at END,
    undone_by = CASE WHEN %(status)s = 'undoing' THEN %(person_id)s ELSE undone_by END,
    undone_at = CASE WHEN %(status)s = 'undone' THEN %(now)s ELSE undone_at END,
    undo_reason = CASE WHEN %(status)s = 'undoing'
                       THEN coalesce(undo_reason, %(reason)s) ELSE undo_reason END,
    undo_on = CASE WHEN %(status)s = 'undoing'
                   THEN coalesce(undo_on, %(day)s::date) ELSE undo_on END
WHERE batch_id = %(batch_id)s AND status = ANY(%(from)s::text[])
RETURNING *;

-- name: count_done
UPDATE directory.import_batch SET done = greatest(done, %(done)s::int), touched_at = %(now)s
WHERE batch_id = %(batch_id)s;

-- name: note_problem
UPDATE directory.import_batch SET problem = %(problem)s, touched_at = %(now)s
WHERE batch_id = %(batch_id)s;

-- A part that is recorded again gives the same ids.
-- name: keep_cards
INSERT INTO directory.imported_card
    (card_no, generation, batch_id, unit_id, asset_id, source_row, digest)
SELECT card_no, generation, %(batch_id)s, %(unit_id)s, asset_id, source_row, digest
FROM unnest(%(card_nos)s::text[], %(generations)s::int[], %(asset_ids)s::text[],
    %(source_rows)s::int[], %(digests)s::text[])
    AS kept (card_no, generation, asset_id, source_row, digest)
ON CONFLICT (card_no, generation) DO NOTHING;

-- The last generation of each number.
-- name: last_generations
SELECT DISTINCT ON (card_no) card_no, generation, unit_id, digest, undone
FROM directory.imported_card WHERE card_no = ANY(%(card_nos)s::text[])
ORDER BY card_no, generation DESC;

-- The cards of a batch in the order of the file.
-- name: cards_of_batch
SELECT asset_id, undone FROM directory.imported_card WHERE batch_id = %(batch_id)s
ORDER BY source_row, card_no;

-- name: count_undone
SELECT count(*) AS undone FROM directory.imported_card WHERE batch_id = %(batch_id)s AND undone;

-- name: mark_undone
UPDATE directory.imported_card SET undone = true
WHERE batch_id = %(batch_id)s AND asset_id = ANY(%(asset_ids)s::text[]);

-- How sheets with these headings were read before, by this unit or, failing that, another.
-- name: remembered
SELECT mapping FROM directory.import_mapping WHERE fingerprint = %(fingerprint)s
ORDER BY unit_id = %(unit_id)s DESC, saved_at DESC
LIMIT 1;

-- name: remember
INSERT INTO directory.import_mapping (fingerprint, unit_id, mapping, saved_by, saved_at)
VALUES (%(fingerprint)s, %(unit_id)s, %(mapping)s, %(saved_by)s, %(now)s)
ON CONFLICT (fingerprint, unit_id) DO UPDATE
SET mapping = excluded.mapping, saved_by = excluded.saved_by, saved_at = excluded.saved_at;

-- name: people_of_unit
SELECT person_id, name FROM directory.person WHERE unit_id = %(unit_id)s ORDER BY person_id;
