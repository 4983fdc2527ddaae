-- A month that was closed without depreciation for a card that should have had some: the run left
-- it out, or its basis became known after the run; or the month has no run at all, which is one
-- finding for the unit. A card is exhausted when the runs before have charged its whole amount.
WITH closed AS (
    SELECT c.unit_id, c.period, c.day, c.position, r.position AS run_at, r.inputs_position, r.late
    FROM unnest(%(subjects)s::text[]) AS month
    JOIN closing c ON c.unit_id = split_part(month, '|', 1) AND c.period = split_part(month, '|', 2)
    LEFT JOIN LATERAL (
        SELECT * FROM run
        WHERE run.unit_id = c.unit_id AND run.period = c.period AND run.position < c.position
        ORDER BY run.position DESC LIMIT 1
    ) r ON true
), omitted AS (
    SELECT closed.*, b.asset_id, b.card_no, b.position AS basis_at,
           CASE WHEN b.end_period = '0000-00' THEN b.end_position
                ELSE 9223372036854775807 END AS position_to
    FROM closed
    CROSS JOIN LATERAL (
        SELECT * FROM basis
        WHERE basis.unit_id = closed.unit_id AND basis.position > closed.inputs_position
          AND basis.position < closed.position
        UNION
        SELECT basis.* FROM unnest(closed.late) AS named
        JOIN basis ON basis.asset_id = named AND basis.unit_id = closed.unit_id
        UNION
        SELECT * FROM basis
        WHERE closed.run_at IS NULL AND basis.unit_id = closed.unit_id
    ) b
    WHERE b.position < closed.position
      AND b.start_period <= closed.period AND b.amount_fen > 0 AND b.months > 0
      AND (b.end_position IS NULL OR b.end_position > closed.position
           OR b.end_period > closed.period)
      AND NOT EXISTS (
        SELECT FROM basis earlier
        WHERE earlier.asset_id = b.asset_id AND earlier.unit_id = b.unit_id
          AND earlier.position <= closed.inputs_position AND earlier.start_period <= closed.period
          AND (earlier.end_position IS NULL OR earlier.end_position > closed.inputs_position
               OR earlier.end_period > closed.period)
          AND NOT b.asset_id = ANY(closed.late)
    ) AND (
        SELECT count(*) < b.months
           AND count(*) * ((2 * b.amount_fen + b.months) / (2 * b.months)) < b.amount_fen
        FROM run e
        WHERE e.unit_id = b.unit_id AND e.period >= b.start_period AND e.period < closed.period
          AND e.inputs_position >= b.position AND NOT b.asset_id = ANY(e.late)
    )
)
SELECT asset_id || '|' || card_no || '|' || period AS case_key,
       unit_id || '|' || period AS subject, unit_id,
       asset_id, card_no, NULL::text AS process_id, day AS true_on, NULL::date AS ended_on,
       NULL::date AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('period', period, 'closed_on', day) AS facts,
       ARRAY[basis_at, run_at, position] AS positions, position AS position_from, position_to
FROM omitted WHERE run_at IS NOT NULL
UNION ALL
SELECT unit_id || '|' || period, unit_id || '|' || period, unit_id, NULL, NULL, NULL, day, NULL, NULL, NULL,
       jsonb_build_object('period', period, 'closed_on', day, 'run', false),
       ARRAY[position], position, max(position_to)
FROM omitted WHERE run_at IS NULL
GROUP BY unit_id, period, day, position
