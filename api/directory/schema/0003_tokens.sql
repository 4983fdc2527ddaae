-- Tokens are named by a number that opens nothing, so that lists and logs can speak of them.
ALTER TABLE directory.api_token
    ADD COLUMN token_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN issued_by text NOT NULL DEFAULT '',
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN revoked_by text;

-- One live token for one purpose of an account: a second click of the form makes no second token.
CREATE UNIQUE INDEX api_token_label ON directory.api_token (account_id, label)
    WHERE revoked_at IS NULL;

ALTER TABLE directory.account ADD COLUMN disabled_by text;

-- When somebody was here last, ended sessions included.
CREATE INDEX session_seen ON directory.session (account_id, seen_at);
