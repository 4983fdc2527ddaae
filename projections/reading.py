"""The log as the engine reads it: raw batches, decoded once, in a session of its own."""

from __future__ import annotations

import psycopg

from eventstore.connection import PROJECTOR, reading_url
from eventstore.log import Log as StoredLog
from projections.entries import SELECTED, Entry, entry_of_row
from projections.folding import SQL, Connection

_AFTER = SQL["events_after"].replace("{columns}", SELECTED)


class RawLog:
    """Reads what may not be on disk yet: a fold commits behind it, so nobody sees it sooner."""

    def __init__(self, url: str) -> None:
        self._url = reading_url(url, PROJECTOR)
        self._connection: Connection | None = None

    def read(self, after: int, limit: int) -> list[Entry]:
        """Up to `limit` events behind position `after`, in order."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True)
        with self._connection.cursor(binary=True) as cur:
            cur.execute(_AFTER, {"after": after, "limit": limit}, prepare=True)
            return [entry_of_row(row) for row in cur]

    def close(self) -> None:
        """Give the session back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class BatchLog(RawLog):
    """The same with the head and the waiting of the store's own log."""

    def __init__(self, url: str, log: StoredLog) -> None:
        super().__init__(url)
        self._log = log

    def head(self) -> int:
        """The newest position on disk."""
        return self._log.head()

    def wait(self, after: int, timeout: float) -> int:
        """Wait up to `timeout` seconds for events behind `after`; the head then known."""
        return self._log.wait(after, timeout)
