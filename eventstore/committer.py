"""Group commit: the threads of one process append together and wait for the disk together.

The first thread that comes leads: it takes all commands that wait, appends them in one
transaction, hands the lead to a thread that has come meanwhile, and waits for the flush while
that one appends already. No thread of its own, so nothing is to be started or stopped.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import psycopg

from eventstore.append import Appender, ConnectionLost
from eventstore.errors import LogFailed, LogUnavailable
from eventstore.prepared import Prepared
from eventstore.request import FACTS_MAX, AppendRequest, Receipt
from eventstore.turn import Clock, Outcome

_GROUP_MAX: Final = 64
# Sessions per process: one appends while others wait for the disk; more make groups smaller.
_SESSIONS_MAX: Final = 2
_PAUSE_SECONDS_MIN: Final = 0.02
_PAUSE_SECONDS_MAX: Final = 0.5


class _Waiting:
    """A command in the queue; `signal` is released with its outcome, or to give it the lead."""

    __slots__ = ("outcome", "prepared", "signal")

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.outcome: Outcome | None = None
        self.signal = threading.Lock()
        self.signal.acquire()


class Committer:
    """Appends for all threads of a process.

    `patience` is how many seconds a lost database is waited for. `flushed` is told the position
    up to which the log is on disk, after each group.
    """

    def __init__(
        self,
        url: str,
        role: str,
        clock: Clock | None,
        *,
        patience: float,
        flushed: Callable[[int], None],
    ) -> None:
        self._url = url
        self._role = role
        self._clock = clock
        self._patience = patience
        self._flushed = flushed
        self._mutex = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._leading = False
        self._closed = False
        self._idle: list[Appender] = []
        self._sessions = threading.Semaphore(_SESSIONS_MAX)

    def append(self, request: AppendRequest) -> Receipt:
        """Record `request` and wait until it is on disk.

        Raises a Refusal when nothing was written, LogUnavailable when the fate is unknown; the
        same request under the same command id may then be given again.
        """
        waiting = _Waiting(Prepared(request))
        if not self._enter(waiting):
            self._wait(waiting)
        if waiting.outcome is None:
            self._lead()
        if isinstance(waiting.outcome, Receipt):
            return waiting.outcome
        assert waiting.outcome is not None
        raise waiting.outcome

    def close(self) -> None:
        """Refuse further appends and close the sessions that are idle."""
        with self._mutex:
            self._closed = True
            idle, self._idle = self._idle, []
        for appender in idle:
            appender.close()

    def _enter(self, waiting: _Waiting) -> bool:
        """Join the queue; True for the one that has to lead."""
        with self._mutex:
            if self._closed:
                raise LogUnavailable("closed")
            self._queue.append(waiting)
            leads = not self._leading
            self._leading = True
            return leads

    def _wait(self, waiting: _Waiting) -> None:
        try:
            waiting.signal.acquire()
        except BaseException:  # An interrupt: nobody may wait for a lead that has gone.
            with self._mutex:
                queued = waiting in self._queue
                if queued:
                    self._queue.remove(waiting)
            if queued and waiting.signal.acquire(blocking=False):
                self._hand_over()
            raise

    def _lead(self) -> None:
        group: list[_Waiting] = []
        outcomes: Sequence[Outcome] = []
        try:
            self._sessions.acquire()
        except BaseException:
            self._hand_over()
            raise
        try:
            group = self._take_group()
            outcomes = self._record([waiting.prepared for waiting in group])
        finally:
            self._sessions.release()
            self._deliver(group, outcomes)

    def _take_group(self) -> list[_Waiting]:
        """The commands at the head of the queue, as many as make one append."""
        group: list[_Waiting] = []
        facts = 0
        with self._mutex:
            while self._queue and len(group) < _GROUP_MAX:
                facts += len(self._queue[0].prepared.rows)
                if group and facts > FACTS_MAX:
                    break
                group.append(self._queue.popleft())
        return group

    def _hand_over(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue[0].signal.release()
            else:
                self._leading = False

    def _deliver(self, group: list[_Waiting], outcomes: Sequence[Outcome]) -> None:
        if len(outcomes) != len(group):  # The leader was interrupted.
            outcomes = [LogUnavailable("interrupted") for _ in group]
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.outcome = outcome
            waiting.signal.release()

    def _record(self, group: Sequence[Prepared]) -> Sequence[Outcome]:
        try:
            try:
                appender = self._session()
                outcomes = appender.append(group)
            finally:
                self._hand_over()
            return self._settle(appender, outcomes)
        except (psycopg.Error, ConnectionLost) as error:
            return self._recover(group, error)

    def _recover(self, group: Sequence[Prepared], error: Exception) -> Sequence[Outcome]:
        """Run the group again until the database answers.

        That finds out what became of it, too: under the lock the old transaction has ended,
        and a command that it recorded is found by its id and gets its first answer.
        """
        deadline = time.monotonic() + self._patience
        pause = _PAUSE_SECONDS_MIN
        while isinstance(error, ConnectionLost):
            if time.monotonic() > deadline:
                return [LogUnavailable(str(error)) for _ in group]
            time.sleep(pause)
            pause = min(pause * 2, _PAUSE_SECONDS_MAX)
            try:
                appender = self._session()
                return self._settle(appender, appender.append(group))
            except (psycopg.Error, ConnectionLost) as next_error:
                error = next_error
        return self._one_by_one(group)

    def _one_by_one(self, group: Sequence[Prepared]) -> Sequence[Outcome]:
        """What the database refuses of a group must not harm the group's other commands."""
        outcomes: list[Outcome] = []
        for prepared in group:
            try:
                appender = self._session()
                outcomes += self._settle(appender, appender.append([prepared]))
            except ConnectionLost as lost:
                outcomes += self._recover([prepared], lost)
            except psycopg.Error as own_error:
                outcomes.append(LogFailed(str(own_error)))
        return outcomes

    def _session(self) -> Appender:
        with self._mutex:
            if self._idle:
                return self._idle.pop()
        return Appender(self._url, self._role, self._clock)

    def _settle(self, appender: Appender, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Wait for the disk, keep the session for the next group, tell the readers."""
        appender.flush()
        with self._mutex:
            keep = not self._closed
            if keep:
                self._idle.append(appender)
        if not keep:
            appender.close()
        heads = [outcome.last_position for outcome in outcomes if isinstance(outcome, Receipt)]
        if heads:
            self._flushed(max(heads))
        return outcomes
