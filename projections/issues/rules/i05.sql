-- A purchase that was approved, without a reason for refusing it, on a day on which a warehouse of
-- the same level listed a thing of the same class to its first six digits. Which of several
-- matches is named: the one known first.
WITH match AS (
    SELECT a.asset_id, a.card_no, a.unit_id, a.name, a.class6, a.approved_on, a.approval_no,
           a.configured_at, l.asset_id AS match_id, l.warehouse_id, l.listed_at,
           int8range(greatest(a.position_from, l.position_from),
                     least(a.position_to, l.position_to)) AS believed
    FROM acquisition a
    JOIN listing l ON l.class6 = a.class6 AND l.level = a.level AND l.asset_id <> a.asset_id
        AND l.effective_from <= a.approved_on AND a.approved_on < l.effective_to
        AND l.position_from < a.position_to AND a.position_from < l.position_to
    WHERE a.asset_id = ANY(%(subjects)s::text[])
      AND a.sub_kind = 'CONFIG.PURCHASE'
      AND coalesce(btrim(a.refusal_reason), '') = ''
), island AS (
    SELECT asset_id, approved_on, unnest(range_agg(believed)) AS believed
    FROM match GROUP BY asset_id, approved_on
)
SELECT m.asset_id || '|' || m.card_no AS case_key, m.asset_id AS subject, m.unit_id, m.asset_id,
       m.card_no, NULL::text AS process_id, m.approved_on AS true_on, NULL::date AS ended_on,
       NULL::date AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('name', m.name, 'class6', m.class6, 'approved_on', m.approved_on,
                          'approval_no', m.approval_no, 'listed_asset_id', m.match_id,
                          'warehouse_id', m.warehouse_id) AS facts,
       ARRAY[m.configured_at, m.listed_at] AS positions,
       lower(island.believed) AS position_from, upper(island.believed) AS position_to
FROM island
CROSS JOIN LATERAL (
    SELECT * FROM match
    WHERE match.asset_id = island.asset_id AND match.approved_on = island.approved_on
      AND match.believed && island.believed
    ORDER BY lower(match.believed), match.match_id LIMIT 1
) m
