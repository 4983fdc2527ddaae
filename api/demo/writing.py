"""Appends the commands of one day in one turn, while the next day's are being decided."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Final

from eventstore.append import Appender
from eventstore.connection import APP
from eventstore.prepared import Prepared
from eventstore.request import FACTS_MAX

_WAITING_MAX: Final = 6


class GroupWriter:
    """Writes groups in order in a thread of its own; `drain` waits until all are on disk."""

    def __init__(self, url: str) -> None:
        self._instant: datetime | None = None
        self._appender = Appender(url, APP, self._clock)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="demo-writer")
        self._written: deque[Future[None]] = deque()
        self._group: list[Prepared] = []
        self._facts = 0
        self._at: datetime | None = None

    def add(self, prepared: Prepared, instant: datetime) -> None:
        """Take one more command, recorded at `instant` or a little later the same day."""
        other_day = self._at is not None and self._at.date() != instant.date()
        if other_day or self._facts + len(prepared.rows) > FACTS_MAX:
            self._send()
        self._group.append(prepared)
        self._facts += len(prepared.rows)
        self._at = instant

    def drain(self) -> None:
        """Return when everything taken so far is on disk; raises what an append raised."""
        self._send()
        while self._written:
            self._written.popleft().result()
        self._appender.flush()

    def close(self) -> None:
        """Stop the thread and give the session back; what was not drained may be missing."""
        self._thread.shutdown(cancel_futures=True)
        self._appender.close()

    def _send(self) -> None:
        if not self._group:
            return
        while len(self._written) >= _WAITING_MAX:
            self._written.popleft().result()
        group, at = self._group, self._at
        assert at is not None, "a group has an instant"
        self._written.append(self._thread.submit(self._write, group, at))
        self._group, self._facts = [], 0

    def _write(self, group: list[Prepared], at: datetime) -> None:
        self._instant = at
        for outcome in self._appender.append(group):
            if isinstance(outcome, Exception):
                raise outcome

    def _clock(self) -> datetime:
        assert self._instant is not None, "a group is written at its instant"
        return self._instant
