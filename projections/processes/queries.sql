-- Processes with their sums: every step that had occurred by the day and was known by then.
-- `paid` counts what went to the treasury, `owed` what the steps made due to it.
-- name: summed
WITH summed AS (
    SELECT p.process_id, p.unit_id, p.kind, p.opened_on, p.amount_fen, p.pieces, p.requester,
           p.flags, p.detail, p.reason, p.position, s.status, s.approval_no, s.approved_on,
           s.executed_on, s.proceeds_fen, s.costs_fen, s.claimed_fen, s.received_fen, s.owed_fen,
           s.paid_fen, s.owed_fen - s.paid_fen AS due_fen, s.retention_paid_fen, s.steps
    FROM p_processes.process p
    CROSS JOIN LATERAL (
        SELECT coalesce((array_agg(status ORDER BY position DESC)
                         FILTER (WHERE status IS NOT NULL))[1], 'open') AS status,
               (array_agg(approval_no ORDER BY position DESC)
                FILTER (WHERE what = 'approved'))[1] AS approval_no,
               max(approved_on) FILTER (WHERE what = 'approved') AS approved_on,
               max(day) FILTER (WHERE what = 'executed') AS executed_on,
               coalesce(sum(amount_fen) FILTER (WHERE what = 'proceeds_recorded'), 0)::bigint
                   AS proceeds_fen,
               coalesce(sum(amount_fen) FILTER (WHERE what = 'cost_recorded'), 0)::bigint
                   AS costs_fen,
               coalesce(sum(amount_fen) FILTER (WHERE what = 'compensation_claimed'), 0)::bigint
                   AS claimed_fen,
               coalesce(sum(amount_fen) FILTER (WHERE what = 'compensation_received'), 0)::bigint
                   AS received_fen,
               coalesce(sum(owed_fen), 0)::bigint AS owed_fen,
               coalesce(sum(amount_fen) FILTER (WHERE what = 'treasury_paid'), 0)::bigint
                   AS paid_fen,
               coalesce(sum(amount_fen) FILTER (WHERE what = 'retention_paid'), 0)::bigint
                   AS retention_paid_fen,
               count(*) AS steps
        FROM p_processes.step
        WHERE step.process_id = p.process_id AND day <= %(day)s::date AND position <= %(position)s
    ) s
    WHERE p.position <= %(position)s AND p.opened_on <= %(day)s::date
      AND (%(units)s::text[] IS NULL OR p.unit_id = ANY(%(units)s::text[]))
      AND (%(kind)s::text IS NULL OR starts_with(p.kind, %(kind)s::text))
      AND (%(process_id)s::text IS NULL OR p.process_id = %(process_id)s)
      AND (%(asset_id)s::text IS NULL OR p.process_id IN (
          SELECT process_id FROM p_processes.process_asset WHERE asset_id = %(asset_id)s))
      AND (%(status)s::text IS NULL OR s.status = %(status)s)
      AND (NOT %(due)s::boolean OR s.owed_fen > s.paid_fen)
)

-- One page, the newest first.
-- name: page
SELECT * FROM summed
WHERE %(after_day)s::date IS NULL
   OR (opened_on, process_id) < (%(after_day)s::date, %(after_id)s::text)
ORDER BY opened_on DESC, process_id DESC
LIMIT %(limit)s

-- Sums over all pages.
-- name: totals
SELECT count(*) AS count, coalesce(sum(amount_fen), 0)::bigint AS amount_fen,
       coalesce(sum(pieces), 0)::bigint AS pieces, coalesce(sum(owed_fen), 0)::bigint AS owed_fen,
       coalesce(sum(paid_fen), 0)::bigint AS paid_fen,
       coalesce(sum(due_fen), 0)::bigint AS due_fen
FROM summed

-- The steps of one process as they were known.
-- name: steps
SELECT position, what, status, day, amount_fen, owed_fen, approval_no, approved_on,
       approval_level, document, voucher_id, flags, detail, actor_id, actor_role, reason,
       recorded_at
FROM p_processes.step
WHERE process_id = %(process_id)s AND day <= %(day)s::date AND position <= %(position)s
ORDER BY position

-- name: assets
SELECT asset_id FROM p_processes.process_asset WHERE process_id = %(process_id)s ORDER BY asset_id

-- Batches of imported cards, what of them was undone, and the receipt's sums of what stands.
-- name: imports
SELECT i.batch_id, min(i.unit_id) AS unit_id, min(i.day) AS opening_on, count(*) AS cards,
       count(u.position) AS undone, sum(i.gross_fen)::bigint AS imported_gross_fen,
       coalesce(sum(i.gross_fen) FILTER (WHERE u.position IS NULL), 0)::bigint AS gross_fen,
       coalesce(sum(i.accum_fen) FILTER (WHERE u.position IS NULL), 0)::bigint AS accum_fen,
       min(i.position) AS first_position, max(i.position) AS last_position,
       min(p.requester) AS prepared_by, min(p.detail ->> 'released_by') AS released_by
FROM p_processes.imported i
LEFT JOIN p_processes.undone u ON u.asset_id = i.asset_id
    AND u.position <= %(position)s AND u.day <= %(day)s::date
LEFT JOIN p_processes.process p ON p.process_id = i.batch_id
WHERE i.position <= %(position)s AND i.day <= %(day)s::date
  AND (%(units)s::text[] IS NULL OR i.unit_id = ANY(%(units)s::text[]))
  AND (%(batch_id)s::text IS NULL OR i.batch_id = %(batch_id)s)
GROUP BY i.batch_id
HAVING %(after_position)s::bigint IS NULL OR min(i.position) < %(after_position)s
ORDER BY min(i.position) DESC
LIMIT %(limit)s
