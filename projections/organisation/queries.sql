-- The units of the reader's scope, or the subtree below one of them, on both clocks.
-- name: units
WITH RECURSIVE standing AS (
    SELECT * FROM p_organisation.unit
    WHERE effective_from <= %(day)s AND %(day)s < effective_to
      AND position_from <= %(position)s AND %(position)s < position_to
), tree AS (
    SELECT standing.*, 0 AS depth, ARRAY[unit_id] AS path FROM standing
    WHERE CASE WHEN %(root)s::text IS NULL
               THEN parent_id IS NULL OR parent_id NOT IN (SELECT unit_id FROM standing)
               ELSE unit_id = %(root)s END
    UNION ALL
    SELECT below.*, tree.depth + 1, tree.path || below.unit_id
    FROM standing below JOIN tree ON below.parent_id = tree.unit_id
    WHERE NOT below.unit_id = ANY(tree.path)
)
SELECT unit_id, name, kind, level, parent_id, credit_code, headcount, roles, depth,
       effective_from, effective_to
FROM tree
WHERE %(units)s::text[] IS NULL OR unit_id = ANY(%(units)s::text[])
ORDER BY path;

-- The public warehouses and the units that run them; a listing is open to every reader.
-- name: warehouses
SELECT w.warehouse_id, w.name, w.unit_id, u.name AS unit_name, u.level, w.title_mode, w.place
FROM p_organisation.warehouse w
LEFT JOIN p_organisation.unit u ON u.unit_id = w.unit_id
    AND u.effective_from <= %(day)s AND %(day)s < u.effective_to
    AND u.position_from <= %(position)s AND %(position)s < u.position_to
WHERE w.effective_from <= %(day)s AND %(day)s < w.effective_to
  AND w.position_from <= %(position)s AND %(position)s < w.position_to
ORDER BY w.warehouse_id;

-- The settings in force on the day; a value in the future is shown when all are asked for.
-- name: settings
SELECT name, value, number, effective_from AS valid_from, effective_to AS valid_to, source,
       effective_from <= %(day)s AND %(day)s < effective_to AS in_force
FROM p_organisation.setting
WHERE position_from <= %(position)s AND %(position)s < position_to
  AND (%(all)s::boolean OR (effective_from <= %(day)s AND %(day)s < effective_to))
  AND (%(name)s::text IS NULL OR name = %(name)s)
ORDER BY name, effective_from;
