"""A bounded set of reading sessions that comes back by itself after a crash of the server.

psycopg's pool waits longer after each failed attempt; with a server that goes and comes it can
sleep through every time that it is up. Here who needs a session connects at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from eventstore.connection import is_lost
from eventstore.errors import LogUnavailable


class Sessions:
    """At most `size` sessions at `url` at a time, in autocommit; for all threads."""

    def __init__(self, url: str, size: int) -> None:
        self._url = url
        self._free = threading.Semaphore(size)
        self._mutex = threading.Lock()
        self._idle: list[psycopg.Connection] = []
        self._closed = False

    @contextmanager
    def session(self) -> Iterator[psycopg.Connection]:
        """A session for the block; waits for one when all are in use.

        Raises psycopg.OperationalError when the server gives none.
        """
        with self._free:
            session = self._take()
            try:
                yield session
            finally:
                self._give_back(session)

    def close(self) -> None:
        """Close the idle sessions; one that is in use closes when it is given back."""
        with self._mutex:
            self._closed = True
        self._drop_idle()

    def _take(self) -> psycopg.Connection:
        with self._mutex:
            if self._closed:
                raise LogUnavailable("closed")
            if self._idle:
                return self._idle.pop()
        return psycopg.connect(self._url, autocommit=True, connect_timeout=5)

    def _give_back(self, session: psycopg.Connection) -> None:
        if is_lost(session):
            session.close()
            self._drop_idle()  # They were lost with the same server, most likely.
            return
        with self._mutex:
            keep = not self._closed
            if keep:
                self._idle.append(session)
        if not keep:
            session.close()

    def _drop_idle(self) -> None:
        with self._mutex:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()
