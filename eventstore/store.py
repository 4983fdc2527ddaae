"""The event store as one object: append, read, close."""

from __future__ import annotations

from typing import Self

from eventstore.closing import Closing
from eventstore.committer import Committer
from eventstore.connection import APP, reading_url
from eventstore.heads import Heads
from eventstore.log import Log
from eventstore.request import AppendRequest, Receipt
from eventstore.sessions import Sessions
from eventstore.turn import Clock


class EventStore(Closing):
    """One per process; safe for all its threads."""

    def __init__(self, sessions: Sessions, log: Log, committer: Committer) -> None:
        self._sessions = sessions
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
        sessions = Sessions(reading_url(url, role), readers)
        with sessions.session():
            pass  # A wrong address shows at once.
        committer = Committer(url, role, clock, patience=patience, flushed=heads.advance)
        return cls(sessions, Log(sessions, heads, patience), committer)

    def append(self, request: AppendRequest) -> Receipt:
        """Record all of `request` or nothing; the answer means: on disk.

        Raises Conflict, ReadSetChanged, Claimed, CommandReused or RequestInvalid when nothing
        was written, LogUnavailable when the same request must be given again to know.
        """
        return self._committer.append(request)

    def close(self) -> None:
        """Close every session; appends that run still end first or raise LogUnavailable."""
        self._committer.close()
        self._sessions.close()
