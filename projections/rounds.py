"""One round of the engine: every projection gets a batch, those that need not wait side by side."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import psycopg

from eventstore.connection import PROJECTOR, session_url
from projections.entries import Entry, entries_of
from projections.folding import SQL, Connection, OvertakenError, fold_batch
from projections.projection import Projection, Readable

LOGGER = logging.getLogger(__name__)
RETRY_SECONDS = 30.0
# Folds wait for Postgres most of their time; two of them keep two cores busy.
FOLDERS = 2
CANCEL_SECONDS = 5.0

Batch = Sequence[Entry]


class Batches:
    """Batches of the log by the position that they follow, the next one read ahead."""

    def __init__(self, log: Readable, size: int) -> None:
        self._log = log
        self._size = size
        self._reader = ThreadPoolExecutor(1, "projection-reader")
        self._ahead: dict[int, Future[Batch]] = {}
        self._read: dict[int, Batch] = {}

    def begin(self) -> None:
        """Forget the last round: the log may have grown since."""
        self._read = {}

    def after(self, position: int) -> Batch:
        """The events behind `position`, the same object for all that ask in one round."""
        if position not in self._read:
            ahead = self._ahead.pop(position, None) or self._submit(position)
            batch = self._read[position] = ahead.result()
            if len(batch) == self._size:
                following = position + len(batch)
                self._ahead = {following: self._submit(following)}
        return self._read[position]

    def close(self) -> None:
        """Stop reading ahead."""
        self._reader.shutdown(cancel_futures=True)
        self._ahead = {}

    def _submit(self, position: int) -> Future[Batch]:
        return self._reader.submit(lambda: entries_of(self._log.read(position, self._size)))


class Rounds:
    """Advances `projections`; one that fails stands still and holds up only what needs it."""

    def __init__(
        self, url: str, log: Readable, projections: Sequence[Projection], size: int
    ) -> None:
        self._url = session_url(url, PROJECTOR, application_name="taizhang-engine")
        self._waves = _waves(projections)
        self._batches = Batches(log, size)
        self._folders = ThreadPoolExecutor(FOLDERS, "projection-folder")
        self._sessions: dict[str, Connection] = {}
        self._stopped: dict[str, float] = {}
        self.stands: dict[str, int] = {}

    def run(self) -> int:
        """Give each projection at most one batch; how many events were folded in all."""
        self._batches.begin()
        rows = self._session("").execute(SQL["positions"]).fetchall()
        self.stands = {name: int(position) for name, _, position, *_ in rows}
        return sum(self._wave(wave) for wave in self._waves)

    def retry(self, name: str) -> None:
        """Let a stopped projection try again at once."""
        self._stopped.pop(name, None)

    @property
    def stopped(self) -> set[str]:
        """The projections that an event has stopped."""
        return set(self._stopped)

    def cancel(self) -> None:
        """Break off the statement that each session is at, from any thread."""
        for session in list(self._sessions.values()):
            if not session.closed:
                with suppress(psycopg.Error):
                    session.cancel_safe(timeout=CANCEL_SECONDS)

    def lowest(self) -> int:
        """The position of the hindmost projection that has not stopped."""
        running = [stand for name, stand in self.stands.items() if name not in self._stopped]
        return min(running, default=0)

    def disconnect(self) -> None:
        """Give the sessions back; the next round opens new ones."""
        for session in self._sessions.values():
            session.close()
        self._sessions = {}

    def close(self) -> None:
        """Give everything back."""
        self._batches.close()
        self._folders.shutdown()
        self.disconnect()

    def _wave(self, wave: Sequence[Projection]) -> int:
        work = [(each, batch) for each in wave if (batch := self._batch(each))]
        if len(work) == 1:
            news = [self._advance(*work[0])]
        else:
            news = list(self._folders.map(lambda pair: self._advance(*pair), work))
        moved = 0
        for (projection, _), new in zip(work, news, strict=True):
            moved += new - self.stands[projection.name]
            self.stands[projection.name] = new
        return moved

    def _batch(self, projection: Projection) -> Batch:
        old = self.stands.get(projection.name)
        if old is None or self._stopped.get(projection.name, 0.0) > time.monotonic():
            return ()
        batch = self._batches.after(old)
        # Positions have no gaps, so a difference of positions is a number of events.
        ceiling = min((self.stands[name] for name in projection.depends_on), default=None)
        return batch if ceiling is None else batch[: max(0, ceiling - old)]

    def _session(self, name: str) -> Connection:
        session = self._sessions.get(name)
        if session is None or session.closed:
            session = self._sessions[name] = psycopg.connect(self._url, autocommit=True)
        return session

    def _advance(self, projection: Projection, batch: Batch) -> int:
        """Fold `batch`, or its longest halving that can be folded; the new position."""
        old = self.stands[projection.name]
        session = self._session(projection.name)
        while True:
            try:
                new = fold_batch(session, projection, batch, old)
            except OvertakenError:
                return old
            except psycopg.OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 one fault must not stop the others
                if len(batch) == 1:
                    self._stop(session, projection, batch[0].position, error)
                    return old
                batch = batch[: len(batch) // 2]
            else:
                self._stopped.pop(projection.name, None)
                return new

    def _stop(
        self, session: Connection, projection: Projection, position: int, error: Exception
    ) -> None:
        """Leave `projection` where it stands, and say which event it cannot take."""
        self._stopped[projection.name] = time.monotonic() + RETRY_SECONDS
        text = f"{type(error).__name__}: {error}"
        LOGGER.error("%s stopped before position %s: %s", projection.name, position, text)
        place = {"name": projection.name, "error": text, "position": position}
        session.execute(SQL["record_error"], place)


def _waves(projections: Sequence[Projection]) -> list[list[Projection]]:
    """`projections` (dependencies first) in groups whose members do not need each other.

    What nothing else needs comes last, all together: the more side by side, the less waiting.
    """
    needed = {name for projection in projections for name in projection.depends_on}
    depth: dict[str, int] = {}
    waves: list[list[Projection]] = []
    for projection in projections:
        if projection.name not in needed:
            continue
        place = 1 + max((depth[name] for name in projection.depends_on), default=-1)
        depth[projection.name] = place
        if place == len(waves):
            waves.append([])
        waves[place].append(projection)
    return [*waves, [each for each in projections if each.name not in needed]]
