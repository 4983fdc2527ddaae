-- The end of the log: what was recorded last, and when.
-- name: log
SELECT position AS head, recorded_at FROM ledger.events ORDER BY position DESC LIMIT 1;

-- What the database says of itself.
-- name: database
SELECT current_setting('server_version') AS server_version;
