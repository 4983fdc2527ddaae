-- What the warehouses had on the day, as known at the position. What is listed is for everyone to
-- see; the rest for those who hold the card, run the warehouse or have borrowed the thing.
-- A reservation that has lapsed by the day is none.
-- name: standing
WITH house AS (
    SELECT warehouse_id, unit_id, name FROM p_organisation.warehouse
    WHERE effective_from <= %(day)s::date AND %(day)s::date < effective_to
      AND position_from <= %(position)s AND %(position)s < position_to
), passed AS (
    SELECT max(day) AS day FROM p_calendar.passed
    WHERE position <= %(position)s AND day <= %(day)s::date
), standing AS (
    SELECT s.asset_id, s.warehouse_id, house.name AS warehouse_name,
           house.unit_id AS warehouse_unit, s.card_no, s.unit_id, s.name, s.class_code, s.model,
           s.state, s.grade, s.place, s.in_since, s.listed_since,
           %(day)s::date - s.in_since AS days_in, %(day)s::date - s.listed_since AS days_listed,
           s.description, s.photo,
           CASE WHEN s.reserved_until IS NULL OR s.reserved_until >= %(day)s::date
                THEN s.reserved_by END AS reserved_by,
           CASE WHEN s.reserved_until >= %(day)s::date THEN s.reserved_until END AS reserved_until,
           s.borrower_unit, s.lent_on, s.due_on,
           greatest((SELECT day FROM passed) - s.due_on, 0) AS overdue_days
    FROM p_warehouse.stock s
    LEFT JOIN house USING (warehouse_id)
    WHERE s.effective_from <= %(day)s::date AND %(day)s::date < s.effective_to
      AND s.position_from <= %(position)s AND %(position)s < s.position_to
      AND (%(units)s::text[] IS NULL OR s.unit_id = ANY(%(units)s::text[])
           OR house.unit_id = ANY(%(units)s::text[]) OR s.borrower_unit = ANY(%(units)s::text[])
           OR (s.listed_since IS NOT NULL AND s.state <> 'LOANED'))
      AND (%(warehouse_id)s::text IS NULL OR s.warehouse_id = %(warehouse_id)s)
      AND (%(class_prefix)s::text IS NULL OR starts_with(s.class_code, %(class_prefix)s::text))
      AND (%(q)s::text IS NULL OR strpos(s.name || ' ' || s.card_no, %(q)s::text) > 0)
)

-- One page of the stock, the longest on the list first.
-- name: stock
SELECT * FROM standing
WHERE state <> 'LOANED' AND (NOT %(listed)s::boolean OR listed_since IS NOT NULL)
  AND (NOT %(free)s::boolean OR (listed_since IS NOT NULL AND reserved_by IS NULL))
  AND (%(after_day)s::date IS NULL
       OR (in_since, asset_id) > (%(after_day)s::date, %(after_id)s::text))
ORDER BY in_since, asset_id
LIMIT %(limit)s

-- Counts of everything in stock, whatever the page.
-- name: stock_totals
SELECT count(*) AS count, count(listed_since) AS listed, count(reserved_by) AS reserved
FROM standing
WHERE state <> 'LOANED' AND (NOT %(listed)s::boolean OR listed_since IS NOT NULL)
  AND (NOT %(free)s::boolean OR (listed_since IS NOT NULL AND reserved_by IS NULL))

-- One page of the loans that are out, the first due first.
-- name: loans
SELECT *, overdue_days > 0 AS overdue FROM standing
WHERE state = 'LOANED' AND due_on IS NOT NULL
  AND (NOT %(overdue)s::boolean OR overdue_days > 0)
  AND (%(borrower)s::text IS NULL OR borrower_unit = %(borrower)s)
  AND (%(after_day)s::date IS NULL
       OR (due_on, asset_id) > (%(after_day)s::date, %(after_id)s::text))
ORDER BY due_on, asset_id
LIMIT %(limit)s

-- name: loans_totals
SELECT count(*) AS count, count(*) FILTER (WHERE overdue_days > 0) AS overdue,
       max(overdue_days) AS overdue_days_max, (SELECT day FROM passed) AS last_day_passed
FROM standing
WHERE state = 'LOANED' AND (NOT %(overdue)s::boolean OR overdue_days > 0)
  AND (%(borrower)s::text IS NULL OR borrower_unit = %(borrower)s)

-- What the books hold for some cards; asked after the page is known.
-- name: money
SELECT asset_id, unit_id, gross_fen, accum_fen, gross_fen - accum_fen AS net_fen
FROM p_general_ledger.card_money(%(assets)s::text[], %(day)s::date, %(position)s::bigint)
