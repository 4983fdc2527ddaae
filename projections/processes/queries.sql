-- Processes with their sums: every step that had occurred by the day and was known by then.
-- `paid` counts what went to the treasury, `owed` what the steps made due to it.
-- name: summed
WITH summed AS (
    SELECT p.process_id, p.unit_id, p.kind, p.opened_on, p.amount_fen, p.pieces, p.requester,
           p.flags, p.detail, p.reason, p.items, p.position, s.status, s.approval_no,
           s.approved_on, s.approved_fen, s.approved_pieces, s.filed_on, s.filed_no, s.executed_on, s.proceeds_fen, s.costs_fen, s.claimed_fen, s.received_fen, s.owed_fen,
           s.paid_fen, s.owed_fen - s.paid_fen AS due_fen, s.retention_paid_fen, s.steps,
           NOT p.detail ? 'stocktake_id' AND (
               starts_with(p.kind, 'DISP.') OR p.items <> '[]'::jsonb
               OR EXISTS (SELECT FROM p_processes.requested r WHERE r.process_id = p.process_id)
           ) AS is_request
    FROM p_processes.process p
    CROSS JOIN LATERAL (
        SELECT coalesce((array_agg(
                   CASE WHEN what = 'returned' THEN 'returned' ELSE status END
                   ORDER BY position DESC)
                   FILTER (WHERE status IS NOT NULL
                           OR (what = 'returned' AND detail ->> 'to' = 'applicant')))[1], 'open')
                   AS status,
               (array_agg(step.amount_fen ORDER BY position DESC)
                FILTER (WHERE what = 'approved'))[1] AS approved_fen,
               (array_agg(step.pieces ORDER BY position DESC)
                FILTER (WHERE what = 'approved'))[1] AS approved_pieces,
               max(day) FILTER (WHERE what = 'filed') AS filed_on,
               (array_agg(detail ->> 'document_no' ORDER BY position DESC)
                FILTER (WHERE what = 'filed'))[1] AS filed_no,
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
      AND (%(ids)s::text[] IS NULL OR p.process_id = ANY(%(ids)s::text[]))
)

-- One page, the newest first.
-- name: page
SELECT * FROM summed
WHERE %(after_day)s::date IS NULL
   OR (opened_on, process_id) < (%(after_day)s::date, %(after_id)s::text)
ORDER BY opened_on DESC, process_id DESC
LIMIT %(limit)s

-- Requests that wait for somebody: what their route and limits are judged by.
-- name: waiting
SELECT process_id, unit_id, kind, status, opened_on, amount_fen, requester, items
FROM summed
WHERE is_request

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
       recorded_at, on_behalf_of, signed, cut, pieces
FROM p_processes.step
WHERE process_id = %(process_id)s AND day <= %(day)s::date AND position <= %(position)s
ORDER BY position

-- name: assets
SELECT asset_id FROM p_processes.process_asset WHERE process_id = %(process_id)s ORDER BY asset_id

-- Who signed which step of the route, and which signatures a return took back, in their order.
-- name: signatures
SELECT process_id, what, signed, actor_id, on_behalf_of
FROM p_processes.step
WHERE process_id = ANY(%(ids)s::text[]) AND what IN ('reviewed', 'returned')
  AND day <= %(day)s::date AND position <= %(position)s
ORDER BY position

-- Things of requests with what limits look at; what an approval had cut counts no more.
-- name: things
SELECT a.process_id, a.asset_id, h.original_gross_fen AS fen, c.class_code
FROM p_processes.process_asset a
JOIN LATERAL (SELECT card_no, original_gross_fen
              FROM p_register.holding_at(%(day)s::date, %(position)s::bigint) AS v
              WHERE v.asset_id = a.asset_id
              ORDER BY begun_on DESC LIMIT 1) h ON true
JOIN LATERAL (SELECT class_code FROM p_register.card_at(%(day)s::date, %(position)s::bigint) AS v
              WHERE v.card_no = h.card_no AND v.asset_id = a.asset_id LIMIT 1) c ON true
WHERE a.process_id = ANY(%(ids)s::text[])
  AND NOT EXISTS (SELECT FROM p_processes.step s, jsonb_array_elements(s.cut) AS part
                  WHERE s.process_id = a.process_id AND s.what = 'approved'
                    AND s.day <= %(day)s::date AND s.position <= %(position)s
                    AND part ->> 'asset_id' = a.asset_id)

-- Routes and limits in the order in which they were set.
-- name: rules
SELECT position, what, kind, scope, body, day FROM p_processes.rule
WHERE position <= %(position)s
ORDER BY position

-- Delegations with what is left of them: an end counts from its own day on.
-- name: delegations
SELECT d.position, d.person_id, d.to_person, d.role, d.unit_id, d.valid_from,
       least(d.valid_to, min(e.day) - 1) AS valid_to, min(e.day) AS ended_on,
       %(day)s::date BETWEEN d.valid_from AND least(d.valid_to, min(e.day) - 1) AS in_force
FROM p_processes.delegation d
LEFT JOIN p_processes.delegation e ON e.valid_from IS NULL AND e.person_id = d.person_id
    AND e.to_person = d.to_person AND e.role = d.role AND e.position > d.position
    AND e.position <= %(position)s
WHERE d.valid_from IS NOT NULL AND d.position <= %(position)s
  AND (%(units)s::text[] IS NULL OR d.unit_id = ANY(%(units)s::text[])
       OR %(person)s::text IS NOT NULL)
  AND (%(person)s::text IS NULL OR %(person)s IN (d.person_id, d.to_person))
GROUP BY d.position
ORDER BY d.position DESC

-- Batches of one unit that were asked for about the same time and lead or led to a decision.
-- name: neighbours
SELECT p.process_id, p.items FROM p_processes.process p
WHERE p.unit_id = %(unit)s AND p.kind = %(kind)s AND p.process_id <> %(process_id)s
  AND p.opened_on BETWEEN %(first)s::date AND %(last)s::date
  AND NOT p.detail ? 'stocktake_id'
  AND (starts_with(p.kind, 'DISP.') OR p.items <> '[]'::jsonb
       OR EXISTS (SELECT FROM p_processes.requested r WHERE r.process_id = p.process_id))
  AND NOT EXISTS (SELECT FROM p_processes.step s
                  WHERE s.process_id = p.process_id AND s.what IN ('rejected', 'withdrawn'))
ORDER BY p.process_id

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
