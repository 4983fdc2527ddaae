"""A read side that is held up: every fold waits for a lock until the block ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from eventstore.connection import OWNER, session_url
from eventstore.embedded import Urls
from tests.waiting import wait_until

_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'taizhang-engine' AND wait_event_type = 'Lock'
    AND datname = current_database()
"""


@contextmanager
def held_up(database: Urls) -> Iterator[psycopg.Connection]:
    """Let no read model move; who only reads them is not held up. The session that holds them."""
    with psycopg.connect(session_url(database.migrate_url, OWNER)) as holder:
        holder.execute("LOCK TABLE projections.position IN EXCLUSIVE MODE")
        yield holder


def until_a_fold_waits(database: Urls) -> None:
    """Return when a fold of the held-up read side has come to the lock."""
    with psycopg.connect(database.admin_url, autocommit=True) as looking:

        def waits() -> bool:
            row = looking.execute(_WAITING).fetchone()
            return row is not None and row[0] > 0

        wait_until(waits, lambda: "no fold has come to the lock")
