-- The server's version, and whether the log has as many events as its newest position says.
-- name: health
SELECT current_setting('server_version') AS version, count(*) AS events,
       coalesce(max(position), 0) AS head
FROM ledger.events;
