"""The event store as one object: append, read, close."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import psycopg
from psycopg_pool import ConnectionPool

from eventstore.committer import Committer
from eventstore.connection import APP, reading_url
from eventstore.heads import Heads
from eventstore.log import Log
from eventstore.request import AppendRequest, Receipt
from eventstore.turn import Clock


class EventStore:
    """One per process; safe for all its threads."""

    def __init__(
        self, pool: ConnectionPool[psycopg.Connection], log: Log, committer: Committer
    ) -> None:
        self._pool = pool
        self._committer = committer
        self.log = log

    @classmethod
    def open(
        cls,
        url: str,
        *,
        role: str = APP,
        clock: Clock | None = None,
        readers: int = 4,
        patience: float = 30.0,
    ) -> Self:
        """Open the store at `url`, acting as `role`.

        `clock` gives the instants to record instead of the database's own; `readers` bounds
        the sessions that read; `patience` is how many seconds a lost database is waited for
        before LogUnavailable.
        """
        heads = Heads()
        pool = ConnectionPool(
            reading_url(url, role),
            min_size=1,
            max_size=readers,
            kwargs={"autocommit": True, "connect_timeout": 5},
            open=True,
        )
        committer = Committer(url, role, clock, patience=patience, flushed=heads.advance)
        return cls(pool, Log(pool, heads, patience), committer)

    def append(self, request: AppendRequest) -> Receipt:
        """Record all of `request` or nothing; the answer means: on disk.

        Raises Conflict, ReadSetChanged, Claimed, CommandReused or RequestInvalid when nothing
        was written, LogUnavailable when the same request must be given again to know.
        """
        return self._committer.append(request)

    def close(self) -> None:
        """Close every session; appends that run still end first or raise LogUnavailable."""
        self._committer.close()
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
