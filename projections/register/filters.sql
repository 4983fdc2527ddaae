-- The scope: units whose rows the reader may see.
-- name: units
h.unit_id = ANY(%(units)s::text[]);

-- Cards that are still held.
-- name: live
h.state NOT IN ('DISPOSED', 'VOIDED');

-- name: states
h.state = ANY(%(states)s::text[]);

-- name: class_prefix
c.class_code ^@ %(class_prefix)s::text;

-- name: keeper
h.keeper = %(keeper)s::text;

-- name: user_id
h.user_id = %(user_id)s::text;

-- A department that manages or uses the thing.
-- name: dept
(h.use_dept = %(dept)s::text OR h.manage_dept = %(dept)s::text);

-- name: place
h.place ^@ %(place)s::text;

-- name: warehouse_id
h.warehouse_id = %(warehouse_id)s::text;

-- name: overlay
h.overlays <> '{{}}' AND %(overlay)s::text = ANY(h.overlays);

-- name: acq_way
c.acq_way = %(acq_way)s::text;

-- name: acquired_from
c.acquired_on >= %(acquired_from)s::date;

-- name: acquired_to
c.acquired_on <= %(acquired_to)s::date;

-- Any part of three signs or more: the trigram index.
-- name: q_long
c.search LIKE %(q_pattern)s::text;

-- One or two signs: parts of the name and the first initials.
-- name: q_short
string_to_array(c.parts, ' ') @> ARRAY[%(q)s::text];

-- Rows behind the last one of the page before.
-- name: after
({key}, h.card_no) > (%(after_key)s::{kind}, %(after_card)s::text);

-- name: before
({key}, h.card_no) < (%(after_key)s::{kind}, %(after_card)s::text);
