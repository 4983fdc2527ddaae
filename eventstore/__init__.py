"""The log: one Postgres table keeps every event in one order for ever (design 4.2)."""
