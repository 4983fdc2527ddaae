-- People, accounts and sessions live beside the log, so that nothing personal is in hashed bytes.
CREATE SCHEMA directory;

CREATE TABLE directory.person (
    person_id text PRIMARY KEY,
    name text NOT NULL,
    pinyin text NOT NULL DEFAULT '',
    unit_id text,
    active_from date,
    active_to date
);
CREATE INDEX person_unit ON directory.person (unit_id, name);

-- An account that is switched off keeps its row: events name its person for ever.
CREATE TABLE directory.account (
    account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    person_id text NOT NULL REFERENCES directory.person,
    is_demo boolean NOT NULL DEFAULT false,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- What an account may do and how far it reaches: own unit, its subtree, its level, or all.
CREATE TABLE directory.role_grant (
    account_id bigint NOT NULL REFERENCES directory.account,
    role text NOT NULL,
    unit_id text,
    reach text NOT NULL CHECK (reach IN ('own', 'subtree', 'level', 'all')),
    purpose text NOT NULL DEFAULT '',
    valid_from date,
    valid_to date,
    CHECK (reach = 'all' OR unit_id IS NOT NULL),
    UNIQUE NULLS NOT DISTINCT (account_id, role, unit_id, reach)
);

-- Only the SHA-256 of the cookie is kept: reading this table signs nobody in.
CREATE TABLE directory.session (
    id_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES directory.account,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    address text NOT NULL DEFAULT ''
);
CREATE INDEX session_account ON directory.session (account_id) WHERE ended_at IS NULL;

-- Counted by the name that was typed, whether it exists or not, so that nobody can probe names.
CREATE TABLE directory.failed_sign_in (
    name_hash bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    locked_until timestamptz
);

CREATE TABLE directory.api_token (
    token_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES directory.account,
    label text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

-- Who read another unit's data, exported, signed in or was refused (handbook 1.6). Never changed.
CREATE TABLE directory.access_record (
    record_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    person_id text,
    role text NOT NULL DEFAULT '',
    kind text NOT NULL,
    route text NOT NULL,
    units text NOT NULL DEFAULT '',
    question text NOT NULL DEFAULT '',
    purpose text NOT NULL DEFAULT '',
    rows_read integer,
    address text NOT NULL DEFAULT ''
);
CREATE INDEX access_record_person ON directory.access_record (person_id, at);
CREATE INDEX access_record_at ON directory.access_record (at);

-- Column choices of foreign workbooks, remembered per heading row (design 9).
CREATE TABLE directory.import_mapping (
    fingerprint text NOT NULL,
    unit_id text NOT NULL,
    mapping text NOT NULL,
    saved_by text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (fingerprint, unit_id)
);

GRANT USAGE ON SCHEMA directory TO taizhang_app, taizhang_projector, taizhang_auditor;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA directory TO taizhang_app;
GRANT DELETE ON directory.role_grant, directory.failed_sign_in TO taizhang_app;
REVOKE UPDATE ON directory.access_record FROM taizhang_app;
GRANT SELECT ON directory.person TO taizhang_projector, taizhang_auditor;
GRANT SELECT ON directory.access_record TO taizhang_auditor;
