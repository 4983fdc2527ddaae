-- Every account with its roles, for the operator.
-- name: accounts
SELECT a.username, p.name, p.unit_id, a.is_demo,
       array_agg(DISTINCT g.role ORDER BY g.role) FILTER (WHERE g.role IS NOT NULL) AS roles,
       array_agg(DISTINCT g.reach) FILTER (WHERE g.reach IS NOT NULL) AS reaches
FROM directory.account a
JOIN directory.person p USING (person_id)
LEFT JOIN directory.role_grant g USING (account_id)
GROUP BY a.account_id, a.username, p.name, p.unit_id, a.is_demo
ORDER BY a.account_id;

-- The server's version, and whether the log has as many events as its newest position says.
-- name: health
SELECT current_setting('server_version') AS version, count(*) AS events,
       coalesce(max(position), 0) AS head
FROM ledger.events;
