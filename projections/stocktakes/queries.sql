-- Tasks with how many things were counted and with which results, the last count of each thing.
-- name: stocktakes
SELECT t.stocktake_id, t.unit_id, t.base_on, t.opened_on, t.expected, t.frozen, t.counters,
       c.closed_on, CASE WHEN c.closed_on IS NULL THEN 'open' ELSE 'closed' END AS status,
       coalesce(f.counted, 0) AS counted, greatest(t.expected - coalesce(f.known, 0), 0) AS uncounted,
       coalesce(f.figures, '{}'::jsonb) AS figures
FROM p_stocktakes.task t
LEFT JOIN LATERAL (
    SELECT min(day) AS closed_on FROM p_stocktakes.closed
    WHERE closed.stocktake_id = t.stocktake_id AND day <= %(day)s::date
      AND position <= %(position)s
) c ON true
LEFT JOIN LATERAL (
    SELECT sum(pieces)::bigint AS counted, sum(known)::bigint AS known,
           jsonb_object_agg(result, pieces) AS figures
    FROM (
        SELECT result, count(*) AS pieces, count(asset_id) AS known
        FROM (
            SELECT DISTINCT ON (coalesce(asset_id, position::text)) result, asset_id
            FROM p_stocktakes.counted
            WHERE counted.stocktake_id = t.stocktake_id AND day <= %(day)s::date
              AND position <= %(position)s
            ORDER BY coalesce(asset_id, position::text), position DESC
        ) AS last
        GROUP BY result
    ) AS per_result
) f ON true
WHERE t.position <= %(position)s AND t.opened_on <= %(day)s::date
  AND (%(units)s::text[] IS NULL OR t.unit_id = ANY(%(units)s::text[]))
  AND (%(stocktake_id)s::text IS NULL OR t.stocktake_id = %(stocktake_id)s)
  AND (%(status)s::text IS NULL
       OR %(status)s = CASE WHEN c.closed_on IS NULL THEN 'open' ELSE 'closed' END)
  AND (%(after_day)s::date IS NULL
       OR (t.base_on, t.stocktake_id) < (%(after_day)s::date, %(after_id)s::text))
ORDER BY t.base_on DESC, t.stocktake_id DESC
LIMIT %(limit)s;

-- What was counted in one task, in order; `superseded` where the same thing was counted again.
-- name: counted
SELECT * FROM (
    SELECT c.position, c.result, c.asset_id, c.card_no, c.label_no, c.counter, c.place, c.detail,
           c.day, c.recorded_at, c.actor_id,
           c.asset_id IS NOT NULL AND c.position <> max(c.position) OVER (PARTITION BY c.asset_id)
               AS superseded
    FROM p_stocktakes.counted c
    WHERE c.stocktake_id = %(stocktake_id)s AND c.day <= %(day)s::date
      AND c.position <= %(position)s
) AS told
WHERE position > %(after)s AND (%(result)s::text IS NULL OR result = %(result)s)
ORDER BY position
LIMIT %(limit)s;
