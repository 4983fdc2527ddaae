-- A disposal carried out before its approval or without one; or a thing that a count had found
-- missing, for which a disposal other than the write-off of its loss was asked for later.
-- An approval counts once it is known, so one that is recorded late withdraws the finding.
-- Other steps of a thing are looked up by the key of the table: `step` has none.
WITH step AS (
    SELECT * FROM disposal WHERE asset_id = ANY(%(subjects)s::text[])
), executed AS (
    SELECT e.*, (
        SELECT min(a.position) FROM disposal a
        WHERE a.asset_id = e.asset_id AND a.card_no = e.card_no AND a.approved_on <= e.day
          AND (a.process_id IS NULL OR e.process_id IS NULL OR a.process_id = e.process_id)
          AND NOT EXISTS (
              SELECT FROM disposal r
              WHERE r.asset_id = e.asset_id AND r.step = 'revoked'
                AND r.position > a.position AND r.position < e.position)
    ) AS approved_at
    FROM step e WHERE e.step = 'executed'
), claimed AS (
    SELECT a.*, m.day AS missing_on, m.position AS missing_at, (
        SELECT min(f.position) FROM disposal f
        WHERE f.asset_id = a.asset_id AND f.step = 'found' AND f.day BETWEEN m.day AND a.day
          AND (f.day, f.position) > (m.day, m.position)
    ) AS found_at
    FROM step a
    JOIN LATERAL (
        SELECT day, position FROM disposal m
        WHERE m.asset_id = a.asset_id AND m.card_no = a.card_no AND m.step = 'missing'
          AND (m.day, m.position) < (a.day, a.position)
        ORDER BY day, position LIMIT 1
    ) m ON true
    WHERE a.step = 'applied' AND a.sub_kind <> 'DISP.LOSS'
)
SELECT asset_id || '|' || card_no || '|executed' AS case_key, asset_id AS subject, unit_id,
       asset_id, card_no, process_id, day AS true_on, NULL::date AS ended_on,
       NULL::date AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('kind', sub_kind, 'executed_on', day, 'approved_on', approved_on,
                          'approval_no', approval_no) AS facts,
       ARRAY[position] AS positions, position AS position_from,
       coalesce(approved_at, 9223372036854775807) AS position_to
FROM executed
UNION ALL
SELECT asset_id || '|' || card_no || '|missing', asset_id, unit_id, asset_id, card_no, process_id,
       day, NULL, NULL, NULL,
       jsonb_build_object('kind', sub_kind, 'missing_on', missing_on, 'applied_on', day),
       ARRAY[missing_at, position], greatest(missing_at, position),
       coalesce(found_at, 9223372036854775807)
FROM claimed
