-- A person is written anew under the same id when an import or the demo brings a newer line.
-- name: put_person
INSERT INTO directory.person (person_id, name, pinyin, unit_id, active_from, active_to)
VALUES (%(person_id)s, %(name)s, %(pinyin)s, %(unit_id)s, %(active_from)s, %(active_to)s)
ON CONFLICT (person_id) DO UPDATE
SET name = excluded.name, pinyin = excluded.pinyin, unit_id = excluded.unit_id,
    active_from = excluded.active_from, active_to = excluded.active_to;

-- Names of the people that a page shows, by id.
-- name: names_of
SELECT person_id, name FROM directory.person WHERE person_id = ANY(%(ids)s::text[]);

-- People of the given units whose name or pinyin begins or holds the text, for pickers.
-- name: find_people
SELECT person_id, name, unit_id FROM directory.person
WHERE (%(units)s::text[] IS NULL OR unit_id = ANY(%(units)s::text[]))
  AND (position(lower(%(text)s::text) IN lower(name || ' ' || pinyin || ' ' || person_id)) > 0)
ORDER BY name, person_id
LIMIT %(limit)s::int;

-- An account is made once; a repeat gives it the new password and person.
-- name: put_account
INSERT INTO directory.account (username, password_hash, person_id, is_demo)
VALUES (%(username)s, %(password_hash)s, %(person_id)s, %(is_demo)s)
ON CONFLICT (username) DO UPDATE
SET password_hash = excluded.password_hash, person_id = excluded.person_id,
    is_demo = excluded.is_demo
RETURNING account_id;

-- name: forget_grants
DELETE FROM directory.role_grant WHERE account_id = %(account_id)s::bigint;

-- name: grant_role
INSERT INTO directory.role_grant
    (account_id, role, unit_id, reach, purpose, valid_from, valid_to)
VALUES (%(account_id)s, %(role)s, %(unit_id)s, %(reach)s, %(purpose)s, %(valid_from)s,
        %(valid_to)s);

-- The account behind a name, for the check of the password.
-- name: account_named
SELECT account_id, password_hash, disabled_at IS NOT NULL AS disabled
FROM directory.account WHERE username = %(username)s;

-- The accounts that the sign-in page of a demo offers.
-- name: demo_accounts
SELECT a.username, p.name, p.unit_id, array_agg(g.role ORDER BY g.role) AS roles
FROM directory.account a
JOIN directory.person p USING (person_id)
JOIN directory.role_grant g USING (account_id)
WHERE a.is_demo AND a.disabled_at IS NULL
GROUP BY a.account_id, a.username, p.name, p.unit_id
ORDER BY a.account_id;

-- Who an account is, with the grants in force on the day.
-- name: identity
SELECT a.account_id, a.username, a.person_id, p.name, p.unit_id,
       coalesce(jsonb_agg(jsonb_build_object(
           'role', g.role, 'unit_id', g.unit_id, 'reach', g.reach, 'purpose', g.purpose)
           ORDER BY g.role, g.unit_id) FILTER (WHERE g.role IS NOT NULL), '[]') AS grants
FROM directory.account a
JOIN directory.person p USING (person_id)
LEFT JOIN directory.role_grant g ON g.account_id = a.account_id
    AND (g.valid_from IS NULL OR g.valid_from <= %(day)s::date)
    AND (g.valid_to IS NULL OR g.valid_to >= %(day)s::date)
WHERE a.disabled_at IS NULL AND a.account_id = %(account_id)s::bigint
GROUP BY a.account_id, p.person_id;

-- name: account_id_of
SELECT account_id FROM directory.account
WHERE username = %(username)s AND disabled_at IS NULL;

-- The live accounts of a person who lets somebody stand in.
-- name: accounts_of_person
SELECT account_id FROM directory.account
WHERE person_id = %(person_id)s AND disabled_at IS NULL
ORDER BY account_id;

-- name: begin_session
INSERT INTO directory.session (id_hash, account_id, created_at, seen_at, expires_at, address)
VALUES (%(id_hash)s, %(account_id)s, %(now)s, %(now)s, %(expires_at)s, %(address)s);

-- A session lives until it is ended, too old, or idle for too long.
-- name: live_session
SELECT account_id, seen_at FROM directory.session
WHERE id_hash = %(id_hash)s AND ended_at IS NULL
  AND expires_at > %(now)s AND seen_at > %(idle_since)s;

-- name: touch_session
UPDATE directory.session SET seen_at = %(now)s WHERE id_hash = %(id_hash)s AND seen_at < %(now)s;

-- name: end_session
UPDATE directory.session SET ended_at = %(now)s WHERE id_hash = %(id_hash)s AND ended_at IS NULL;

-- name: locked_until
SELECT locked_until FROM directory.failed_sign_in
WHERE name_hash = %(name_hash)s AND locked_until > %(now)s;

-- One more failure; old ones are forgotten, the fifth locks.
-- name: count_failure
INSERT INTO directory.failed_sign_in AS f (name_hash, failures, last_at)
VALUES (%(name_hash)s, 1, %(now)s)
ON CONFLICT (name_hash) DO UPDATE SET
    failures = CASE WHEN f.last_at < %(forget_before)s THEN 1 ELSE f.failures + 1 END,
    locked_until = CASE
        WHEN f.last_at >= %(forget_before)s AND f.failures + 1 >= %(failures_max)s::int
        THEN %(lock_until)s::timestamptz END,
    last_at = %(now)s
RETURNING failures;

-- name: forget_failures
DELETE FROM directory.failed_sign_in
WHERE name_hash = %(name_hash)s OR last_at < %(stale_before)s;

-- A purpose is free again when its token has expired.
-- name: expire_label
UPDATE directory.api_token SET revoked_at = expires_at
WHERE account_id = %(account_id)s::bigint AND label = %(label)s AND revoked_at IS NULL
  AND expires_at <= %(now)s;

-- No row comes back when the account has a live token for this purpose.
-- name: put_token
INSERT INTO directory.api_token
    (token_hash, account_id, label, created_at, expires_at, issued_by)
VALUES (%(token_hash)s, %(account_id)s, %(label)s, %(now)s, %(expires_at)s, %(issued_by)s)
ON CONFLICT (account_id, label) WHERE revoked_at IS NULL DO NOTHING
RETURNING token_id;

-- name: live_token
SELECT token_id, account_id, last_used_at FROM directory.api_token
WHERE token_hash = %(token_hash)s AND revoked_at IS NULL AND expires_at > %(now)s;

-- name: touch_token
UPDATE directory.api_token SET last_used_at = %(now)s WHERE token_id = %(token_id)s;

-- name: revoke_token
UPDATE directory.api_token SET revoked_at = %(now)s, revoked_by = %(by)s
WHERE token_id = %(token_id)s::bigint AND revoked_at IS NULL
RETURNING account_id, label;

-- The tokens, live ones first; what they open is not among the columns.
-- name: tokens
SELECT t.token_id, a.username, p.name, t.label, t.created_at, t.issued_by, t.last_used_at,
       t.expires_at, t.revoked_at, t.revoked_by,
       CASE WHEN t.revoked_at < t.expires_at THEN 'revoked'
            WHEN t.expires_at <= %(now)s THEN 'expired' ELSE 'live' END AS status
FROM directory.api_token t
JOIN directory.account a USING (account_id)
JOIN directory.person p USING (person_id)
WHERE %(username)s::text IS NULL OR a.username = %(username)s::text
ORDER BY (t.revoked_at IS NULL AND t.expires_at > %(now)s) DESC, t.created_at DESC, t.token_id DESC
LIMIT %(limit)s::int;

-- The accounts with their roles, and when each was here last; `text` is in the name or the unit.
-- name: accounts
SELECT a.account_id, a.username, a.person_id, p.name, p.unit_id, a.is_demo, a.disabled_at,
       a.disabled_by, seen.seen_at,
       coalesce(array_agg(DISTINCT g.role ORDER BY g.role) FILTER (WHERE g.role IS NOT NULL), '{}')
           AS roles,
       coalesce(array_agg(DISTINCT g.reach) FILTER (WHERE g.reach IS NOT NULL), '{}') AS reaches
FROM directory.account a
JOIN directory.person p USING (person_id)
LEFT JOIN directory.role_grant g USING (account_id)
LEFT JOIN LATERAL (SELECT max(s.seen_at) AS seen_at FROM directory.session s
                   WHERE s.account_id = a.account_id) seen ON true
WHERE %(text)s::text IS NULL
   OR position(lower(%(text)s::text)
               IN lower(a.username || ' ' || p.name || ' ' || p.pinyin || ' '
                        || coalesce(p.unit_id, ''))) > 0
GROUP BY a.account_id, p.person_id, seen.seen_at
ORDER BY a.account_id
LIMIT %(limit)s::int;

-- Switched off once: who did it first, and when, stays.
-- name: disable_account
UPDATE directory.account SET disabled_at = %(now)s, disabled_by = %(by)s
WHERE account_id = %(account_id)s::bigint AND disabled_at IS NULL
RETURNING account_id;

-- name: enable_account
UPDATE directory.account SET disabled_at = NULL, disabled_by = NULL
WHERE account_id = %(account_id)s::bigint AND disabled_at IS NOT NULL
RETURNING account_id;

-- name: end_sessions
UPDATE directory.session SET ended_at = %(now)s
WHERE account_id = %(account_id)s::bigint AND ended_at IS NULL;

-- name: revoke_tokens
UPDATE directory.api_token SET revoked_at = %(now)s, revoked_by = %(by)s
WHERE account_id = %(account_id)s::bigint AND revoked_at IS NULL AND expires_at > %(now)s;

-- name: record_access
INSERT INTO directory.access_record
    (at, person_id, role, kind, route, units, question, purpose, rows_read, address)
VALUES (%(at)s, %(person_id)s, %(role)s, %(kind)s, %(route)s, %(units)s, %(question)s,
        %(purpose)s, %(rows_read)s, %(address)s);

-- The newest records, for the audit administrator.
-- name: access_records
SELECT record_id, at, person_id, role, kind, route, units, question, purpose, rows_read, address
FROM directory.access_record
WHERE (%(person_id)s::text IS NULL OR person_id = %(person_id)s::text)
  AND (%(before)s::bigint IS NULL OR record_id < %(before)s::bigint)
ORDER BY record_id DESC
LIMIT %(limit)s::int;
