-- The findings of a rule about some subjects are forgotten before they are found anew.
-- name: forget
DELETE FROM finding WHERE subject = ANY(%(subjects)s::text[]) AND rule = %(rule)s;

-- Ranges of positions that adjoin or overlap become one. What was known to be groundless before
-- its day had passed was never a finding.
-- name: found
INSERT INTO finding
SELECT %(rule)s, %(version)s::integer,
       left(encode(sha256(convert_to(
           concat_ws('|', %(rule)s::text, case_key, true_on), 'UTF8')), 'hex'), 24),
       subject, unit_id, asset_id, card_no, process_id, true_on, ended_on, shows_on,
       %(severity)s::smallint, grave_on, %(severity_grave)s::smallint, facts, positions,
       lower(believed), upper(believed)
FROM (
    SELECT case_key, subject, unit_id, asset_id, card_no, process_id, true_on, ended_on, shows_on,
           grave_on, facts, positions,
           unnest(range_agg(int8range(position_from, position_to))) AS believed
    FROM ({rule}) AS judged
    WHERE position_from < position_to
      AND true_on >= %(valid_from)s::date
      AND (%(valid_to)s::date IS NULL OR true_on <= %(valid_to)s::date)
    GROUP BY case_key, subject, unit_id, asset_id, card_no, process_id, true_on, ended_on,
             shows_on, grave_on, facts, positions
) AS merged
WHERE upper(believed) = 9223372036854775807 OR shows_on IS NULL OR shows_on <= (
    SELECT passed.day FROM p_calendar.passed
    WHERE passed.position < upper(believed) ORDER BY passed.position DESC LIMIT 1
);

-- Purchases whose judgement may change because something of their class was listed or unlisted:
-- those approved on or after the first day of which the batch says something new.
-- name: purchases_near
SELECT DISTINCT a.asset_id
FROM acquisition a
JOIN unnest(%(classes)s::text[], %(days)s::date[]) AS news(class6, day)
    ON a.class6 = news.class6 AND a.approved_on >= news.day
WHERE a.sub_kind = 'CONFIG.PURCHASE';

-- Months of which a finding stands that the voiding of these cards may withdraw.
-- name: months_missing
SELECT subject FROM finding
WHERE rule = 'I12' AND (asset_id = ANY(%(assets)s::text[]) OR asset_id IS NULL AND unit_id IN (
    SELECT unit_id FROM basis WHERE basis.asset_id = ANY(%(assets)s::text[])));

-- A setting was changed: everything that may be judged by it.
-- name: all_idle
SELECT DISTINCT asset_id FROM idle;

-- name: all_titled
SELECT DISTINCT asset_id FROM titled;

-- name: all_claims
SELECT DISTINCT process_id FROM claim;
