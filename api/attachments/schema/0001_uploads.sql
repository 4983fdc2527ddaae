-- Who has brought which file in: he may put it into a command before any event names it.
-- It stays beside the log, since it names people; what events say of files is in the log.
CREATE TABLE directory.upload (
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    person_id text NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    media_type text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    PRIMARY KEY (sha256, person_id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON directory.upload TO taizhang_app;
