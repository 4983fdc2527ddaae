-- A house or a parcel of land whose card bears no certificate number, whatever its title form;
-- it ends on the day on which the number is entered or the thing leaves the unit. Or whose
-- certificate names another owner than the unit, by its name on that day: then it ends when the
-- owner is entered rightly, and it does not count on days on which that owner was authorised to
-- hold title for the units (setting title_office, its id or its name).
WITH held AS (
    SELECT asset_id, card_no, unit_id, owner, titled_at,
           daterange(effective_from, effective_to) AS days,
           int8range(position_from, position_to) AS believed
    FROM titled WHERE asset_id = ANY(%(subjects)s::text[])
), named AS (
    SELECT unit_id, btrim(name) AS name, daterange(effective_from, effective_to) AS days,
           int8range(position_from, position_to) AS believed
    FROM p_organisation.unit
), authorised AS (
    SELECT btrim(value) AS value, daterange(effective_from, effective_to) AS days,
           int8range(position_from, position_to) AS believed
    FROM p_organisation.setting WHERE name = 'title_office'
), strange AS (
    SELECT h.asset_id, h.card_no, h.unit_id, h.owner, h.titled_at,
           h.days * n.days AS days, h.believed * n.believed AS believed
    FROM held h
    JOIN named n ON n.unit_id = h.unit_id AND n.days && h.days AND n.believed && h.believed
    WHERE n.name <> h.owner
), allowed AS (
    SELECT s.asset_id, s.card_no, s.days * a.days AS days, s.believed * a.believed AS believed
    FROM strange s
    JOIN authorised a ON a.value = s.owner AND a.days && s.days AND a.believed && s.believed
    UNION ALL
    SELECT s.asset_id, s.card_no, s.days * a.days * n.days, s.believed * a.believed * n.believed
    FROM strange s
    JOIN authorised a ON a.days && s.days AND a.believed && s.believed
    JOIN named n ON n.unit_id = a.value AND n.name = s.owner
        AND n.days && (s.days * a.days) AND n.believed && (s.believed * a.believed)
), bound AS (
    SELECT asset_id, card_no, lower(believed) AS position FROM strange
    UNION SELECT asset_id, card_no, upper(believed) FROM strange
    UNION SELECT asset_id, card_no, lower(believed) FROM allowed
    UNION SELECT asset_id, card_no, upper(believed) FROM allowed
), belief AS (
    SELECT *, lead(position) OVER (PARTITION BY asset_id, card_no ORDER BY position) AS until
    FROM bound
), island AS (
    SELECT b.asset_id, b.card_no, s.unit_id, s.owner, s.titled_at, b.position, b.until,
           unnest(range_agg(s.days) - coalesce((
               SELECT range_agg(a.days) FROM allowed a
               WHERE a.asset_id = b.asset_id AND a.card_no = b.card_no
                 AND a.believed @> b.position
           ), '{}'::datemultirange)) AS days
    FROM belief b
    JOIN strange s ON s.asset_id = b.asset_id AND s.card_no = b.card_no
        AND s.believed @> b.position
    GROUP BY b.asset_id, b.card_no, s.unit_id, s.owner, s.titled_at, b.position, b.until
)
SELECT asset_id || '|' || card_no AS case_key, asset_id AS subject, unit_id, asset_id, card_no,
       NULL::text AS process_id, effective_from AS true_on,
       nullif(effective_to, '9999-12-31'::date) AS ended_on,
       NULL::date AS shows_on, NULL::date AS grave_on,
       jsonb_build_object('held_from', effective_from) AS facts,
       ARRAY[held_at] AS positions, position_from, position_to
FROM untitled
WHERE asset_id = ANY(%(subjects)s::text[])
UNION ALL
SELECT asset_id || '|' || card_no || '|' || owner, asset_id, unit_id, asset_id, card_no, NULL,
       lower(days), nullif(upper(days), '9999-12-31'::date), NULL, NULL,
       jsonb_build_object('held_from', lower(days), 'owner', owner), ARRAY[titled_at],
       position, until
FROM island
