-- The extensions that the read models use, as far as the server has them.
-- name: extensions
SELECT name FROM pg_available_extensions WHERE name = ANY(%(names)s::text[]);

-- name: roles
SELECT rolname FROM pg_roles WHERE rolname = ANY(%(names)s::text[]);

-- name: database
SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = %(name)s;

-- Only a superuser reads this table; its hash is not asked for.
-- name: has_password
SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = %(role)s;

-- name: schemas
SELECT nspname FROM pg_namespace WHERE nspname IN ('ledger', 'directory', 'projections')
ORDER BY nspname;

-- A look into the log, as a role that may read it.
-- name: log_begins
SELECT position FROM ledger.events ORDER BY position LIMIT 1;
