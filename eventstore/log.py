"""The reading side of the log.

Appends become visible before they are on disk (design 4.2). What leaves the database may never
vanish in a crash, so every reading method here that serves the outside first makes sure that
what it has seen is flushed, in the session that has seen it: if that session still lives, the
server has not crashed in between. `streams` and `read_batch` need no such care: what they feed,
an append or a projection, commits after what was read, and a flushed commit has all before it
on disk. `Heads` remembers how far the log is flushed, so the check is rarely paid for.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
import psycopg

from domain.envelope import Recorded
from eventstore.errors import CommandReused, LogUnavailable
from eventstore.heads import Heads
from eventstore.mapper import SELECTED, command_uuid, to_recorded
from eventstore.request import Receipt
from eventstore.sessions import Sessions
from eventstore.statements import statements

BATCH_MAX: Final = 5_000
_POLL_SECONDS: Final = 0.1
_PAUSE_SECONDS: Final = 0.05

_SQL: Final = {
    name: text.replace("{columns}", SELECTED)
    for name, text in statements("eventstore", "log.sql").items()
}
_FLUSH: Final = statements("eventstore", "append.sql")["flush"]

T = TypeVar("T")


def read_batch(
    connection: psycopg.Connection[Any], after: int, limit: int = BATCH_MAX
) -> list[tuple[Any, ...]]:
    """Raw rows after `after` in the session of a projection; columns as in mapper.COLUMNS.

    Attachments and body are the stored text, identifiers are text. It may see what is not on
    disk yet: commit what is made of it in the same session before anybody is shown it.
    """
    with connection.cursor(binary=True) as cursor:
        cursor.execute(_SQL["after"], {"after": after, "limit": limit}, prepare=True)
        return cursor.fetchall()


class Log:
    """Reads the log through `sessions`; every answer but that of `streams` is on disk."""

    def __init__(self, sessions: Sessions, heads: Heads, patience: float) -> None:
        self._sessions = sessions
        self._heads = heads
        self._patience = patience

    def read(self, after: int, limit: int = 500) -> list[Recorded]:
        """Up to `limit` events after position `after`, in the order of the log, without gaps."""
        return self._events("after", after=after, limit=limit)

    def stream(self, stream: str, after_version: int = 0) -> list[Recorded]:
        """The events of one stream after `after_version`, for showing them."""
        return self._events("stream", stream=stream, after=after_version)

    def streams(self, names: Sequence[str]) -> dict[str, list[Recorded]]:
        """The events of several streams in one query, for deciding; a new one has none.

        It does not wait for the disk: an append that rests on them cannot outlive them.
        """
        found: defaultdict[str, list[Recorded]] = defaultdict(list)
        for row in self._with_session(lambda session: _rows(session, "streams", streams=names)):
            recorded = to_recorded(row)
            found[recorded.stream].append(recorded)
        return {name: found[name] for name in names}

    def versions(self, names: Sequence[str]) -> dict[str, int]:
        """The last version of each stream, 0 for one that does not exist, for deciding."""
        rows = self._with_session(lambda session: _rows(session, "versions", streams=list(names)))
        return {**dict.fromkeys(names, 0), **dict(rows)}

    def events_of_asset(self, asset_id: str) -> list[Recorded]:
        """Everything that happened to one asset, in the order of the log."""
        return self._events("asset", asset_id=asset_id)

    def events_of_process(self, process_id: str) -> list[Recorded]:
        """Everything that happened in one process, in the order of the log."""
        return self._events("process", process_id=process_id)

    def events_of_command(self, command_id: str) -> list[Recorded]:
        """What one command recorded; empty for an unknown one."""
        return self._events("command", command_id=command_uuid(command_id))

    def receipt(self, command_id: str, digest: str, actor_id: str) -> Receipt | None:
        """What `actor_id` was answered to this command before; None when there is no such record.

        Raises CommandReused when the record is of a request with another content.
        """

        def ask(session: psycopg.Connection) -> list[tuple[Any, ...]]:
            rows = _rows(session, "receipt", command_id=command_uuid(command_id))
            self._settle(session, max((row[3] for row in rows), default=0))
            return rows

        for known, given_by, first, last, recorded_at, answer, versions in self._with_session(ask):
            if known != digest:
                raise CommandReused(command_id)
            if given_by == actor_id:
                return Receipt(
                    first_position=first,
                    last_position=last,
                    versions=msgspec.json.decode(versions or "{}"),
                    recorded_at=recorded_at,
                    answer=answer.encode(),
                    replayed=True,
                )
        return None

    def event(self, event_id: str) -> Recorded | None:
        """One event by its id, None when there is none."""
        found = self._events("event", event_id=command_uuid(event_id))
        return found[0] if found else None

    def holders(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """Which of `keys` are taken, each with the stream that holds it, for deciding."""
        claimed = {"kind": kind, "keys": list(keys)}
        return dict(self._with_session(lambda session: _rows(session, "claims", **claimed)))

    def head(self) -> int:
        """The newest position on disk, 0 in an empty log."""
        return self._position("head")

    def position_at(self, known_at: datetime) -> int:
        """The greatest position recorded up to `known_at`, 0 when there was none."""
        if known_at.tzinfo is None:
            raise ValueError("known_at needs a time zone")
        return self._position("position_at", known_at=known_at)

    def wait(self, after: int, timeout: float) -> int:
        """Wait up to `timeout` seconds for events after `after`; the head then known.

        Appends of this process wake the waiter at once; those of others are found by polling.
        """
        deadline = time.monotonic() + timeout
        while self._heads.flushed <= after:
            rest = deadline - time.monotonic()
            if rest <= 0 or self._heads.wait(after, min(rest, _POLL_SECONDS)):
                break
            self._heads.advance(self.head())
        return self._heads.flushed

    def _events(self, statement: str, **values: Any) -> list[Recorded]:
        def ask(session: psycopg.Connection) -> list[Recorded]:
            events = [to_recorded(row) for row in _rows(session, statement, **values)]
            self._settle(session, max((event.position for event in events), default=0))
            return events

        return self._with_session(ask)

    def _position(self, statement: str, **values: Any) -> int:
        def ask(session: psycopg.Connection) -> int:
            rows = _rows(session, statement, **values)
            position: int = rows[0][0] if rows else 0
            self._settle(session, position)
            return position

        return self._with_session(ask)

    def _settle(self, session: psycopg.Connection, position: int) -> None:
        """Make sure that `position`, which `session` has seen, is on disk."""
        if position <= self._heads.flushed:
            return
        if _rows(session, "flushed")[0][0] is not True:
            session.execute(_FLUSH, prepare=False)
        self._heads.advance(position)

    def _with_session(self, ask: Callable[[psycopg.Connection], T]) -> T:
        """Ask, again in a new session when the old one was lost: reading twice does no harm."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                with self._sessions.session() as session:
                    return ask(session)
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise LogUnavailable(str(error)) from error
                time.sleep(_PAUSE_SECONDS)


def _rows(session: psycopg.Connection, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    return session.execute(_SQL[statement], values, prepare=True, binary=True).fetchall()
