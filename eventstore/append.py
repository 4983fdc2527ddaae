"""Appending a group of commands in one transaction under the lock (design 4.2).

Under the lock: look at the head and at everything the group's commands mention, check and number
each command in memory, write what passed, commit. A refused command leaves its group alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import psycopg

from eventstore.connection import connect_to_append
from eventstore.errors import (
    Claimed,
    CommandReused,
    Conflict,
    ReadSetChanged,
    Refusal,
    RequestInvalid,
)
from eventstore.mapper import Row, command_uuid, to_rows
from eventstore.request import FACTS_MAX, AppendRequest, Receipt
from eventstore.statements import statements

Clock = Callable[[], datetime]
Outcome = Receipt | Exception

_SQL: Final = statements("eventstore", "append.sql")
# Up to here one JSON parameter is quicker than the extra round trip of COPY.
_ROWS_BY_JSON_MAX: Final = 20

_log = logging.getLogger(__name__)


class KnownCommand(msgspec.Struct, frozen=True):
    """A row of `ledger.commands`, as far as a repeat needs it."""

    command_id: str
    digest: str
    first_position: int
    last_position: int
    answer: str
    recorded_at: datetime


class ConnectionLost(Exception):
    """The session is gone; whether its last commit happened is not known."""


class Prepared:
    """A request with everything done that needs no lock.

    `tried` is set when an attempt has written it: found again after a lost connection, it is
    our own first answer and no replay.
    """

    __slots__ = ("command_id", "request", "rows", "tried")

    def __init__(self, request: AppendRequest) -> None:
        _check_request(request)
        self.request = request
        self.command_id = str(command_uuid(request.command_id))
        self.rows = to_rows(self.command_id, request.actor, request.facts)
        self.tried = False
        _check_storable(self)

    def streams(self) -> set[str]:
        """Every stream whose version must be known under the lock."""
        request = self.request
        return {*request.expected, *request.read_set, *(row.stream for row in self.rows)}


def _check_request(request: AppendRequest) -> None:
    if len(request.facts) > FACTS_MAX:
        raise RequestInvalid("facts", f"{len(request.facts)} events, at most {FACTS_MAX}")
    for index, fact in enumerate(request.facts):
        if not fact.at_end and fact.stream not in request.expected:
            raise RequestInvalid(f"facts[{index}].stream", f"no expected version of {fact.stream}")


def _check_storable(prepared: Prepared) -> None:
    """Refuse what Postgres cannot keep as text; in a group it would abort the others too."""
    request = prepared.request
    try:
        answer = request.answer.decode()
        written = msgspec.json.encode(
            (prepared.rows, request.name, request.digest, answer, request.claims)
        )
    except UnicodeError as error:
        raise RequestInvalid("text", str(error)) from error
    if b"u0000" in written and b"\\u0000" in written:
        raise RequestInvalid("text", "the character U+0000 cannot be stored")


class _Turn:
    """What is known under the lock, kept up to date while the group's commands are numbered."""

    def __init__(self, seen: Sequence[Any], clock: Clock) -> None:
        position, last_recorded_at, commands, versions, claims = seen
        self.position: int = position or 0
        self.recorded_at = _not_before(last_recorded_at, clock())
        self.commands = {known.command_id: known for known in _decode_commands(commands or "[]")}
        self.versions: dict[str, int] = msgspec.json.decode(versions or "{}")
        self.claims = {(kind, key): held for kind, key, held in msgspec.json.decode(claims or "[]")}
        self.rows: list[Row] = []
        self.command_rows: list[dict[str, Any]] = []
        self.claim_rows: list[dict[str, Any]] = []

    def admit(self, prepared: Prepared) -> Outcome | KnownCommand:
        """Number the command's events, or say why not; a known command gives its record."""
        known = self.commands.get(prepared.command_id)
        if known is not None:
            same = known.digest == prepared.request.digest
            return known if same else CommandReused(prepared.command_id)
        refusal = self._refusal(prepared.request)
        return refusal or self._number(prepared)

    def _refusal(self, request: AppendRequest) -> Refusal | None:
        for stream, expected in request.expected.items():
            if self.versions[stream] != expected:
                return Conflict(stream, expected, self.versions[stream])
        for stream, expected in request.read_set.items():
            if self.versions[stream] != expected:
                return ReadSetChanged(stream, expected, self.versions[stream])
        own: set[tuple[str, str]] = set()
        for kind, key, stream in request.claims:
            if (kind, key) in self.claims or (kind, key) in own:
                return Claimed(kind, key, self.claims.get((kind, key), stream))
            own.add((kind, key))
        return None

    def _number(self, prepared: Prepared) -> Receipt:
        first = self.position + 1
        versions: dict[str, int] = {}
        for row in prepared.rows:
            self.position += 1
            version = self.versions[row.stream] + 1
            self.versions[row.stream] = versions[row.stream] = version
            row.position, row.version, row.recorded_at = self.position, version, self.recorded_at
        self.rows += prepared.rows
        self._keep(prepared, first)
        return Receipt(
            first_position=first,
            last_position=self.position,
            versions=versions,
            recorded_at=self.recorded_at,
            answer=prepared.request.answer,
        )

    def _keep(self, prepared: Prepared, first: int) -> None:
        request = prepared.request
        known = KnownCommand(
            prepared.command_id,
            request.digest,
            first,
            self.position,
            request.answer.decode(),
            self.recorded_at,
        )
        self.commands[known.command_id] = known
        self.command_rows.append(
            {
                **msgspec.structs.asdict(known),
                "name": request.name,
                "actor_id": request.actor.person_id,
                "actor_role": request.actor.role,
            }
        )
        for kind, key, stream in request.claims:
            self.claims[kind, key] = stream
            self.claim_rows.append({"kind": kind, "key": key, "stream": stream, "position": first})


def _not_before(last: datetime | None, now: datetime) -> datetime:
    """The instant to record: time in the log never runs backwards, whatever the clock does."""
    if now.tzinfo is None:
        raise ValueError("the clock must give instants with a time zone")
    now = now.astimezone(UTC)
    if last is None or last <= now:
        return now
    _log.warning("clock runs %s behind the last event of the log", last - now)
    return last


_decode_commands = msgspec.json.Decoder(list[KnownCommand]).decode


class Appender:
    """One session that appends groups; used by one thread at a time."""

    def __init__(self, url: str, role: str, clock: Clock) -> None:
        """Opens the session; ConnectionLost when the server gives none."""
        self._clock = clock
        try:
            self._connection = connect_to_append(url, role)
        except psycopg.Error as error:
            raise ConnectionLost(str(error)) from error

    def append(self, group: Sequence[Prepared]) -> list[Outcome]:
        """Commit what passes of `group`, one outcome a command; not on disk before `flush`.

        Raises ConnectionLost, or the psycopg error of the statement; the session is closed then.
        """
        try:
            turn = self._take_turn(group)
            answers = [turn.admit(prepared) for prepared in group]
            for prepared, answer in zip(group, answers, strict=True):
                prepared.tried = prepared.tried or isinstance(answer, Receipt)
            self._write(turn)
            return [self._outcome(*pair) for pair in zip(group, answers, strict=True)]
        except psycopg.Error as error:
            raise self._closed_after(error) from error
        except BaseException:
            self._connection.close()  # It may hold the lock.
            raise

    def flush(self) -> None:
        """Wait until every commit that this session has made or seen is on disk."""
        try:
            self._connection.execute(_SQL["flush"], prepare=False)
        except psycopg.Error as error:
            raise self._closed_after(error) from error

    def close(self) -> None:
        """Close the session; what was not committed is gone."""
        self._connection.close()

    def _closed_after(self, error: psycopg.Error) -> Exception:
        lost = is_lost(self._connection)
        self._connection.close()
        return ConnectionLost(str(error)) if lost else error

    def _take_turn(self, group: Sequence[Prepared]) -> _Turn:
        claims = [claim for prepared in group for claim in prepared.request.claims]
        wanted = {
            "commands": [prepared.command_id for prepared in group],
            "streams": list(set().union(*(prepared.streams() for prepared in group))),
            "kinds": [kind for kind, _, _ in claims],
            "keys": [key for _, key, _ in claims],
        }
        connection = self._connection
        with connection.pipeline():
            connection.execute("BEGIN")
            connection.execute(_SQL["take_turn"])
            seen = connection.execute(_SQL["look"], wanted).fetchone()
        assert seen is not None  # noqa: S101 - the query has one row always
        return _Turn(seen, self._clock)

    def _write(self, turn: _Turn) -> None:
        connection = self._connection
        by_copy = len(turn.rows) > _ROWS_BY_JSON_MAX
        if by_copy:
            with connection.cursor() as cursor, cursor.copy(_SQL["copy_events"]) as copy:
                for row in turn.rows:
                    copy.write_row(msgspec.structs.astuple(row))
        with connection.pipeline():
            if not by_copy:
                self._insert("insert_events", turn.rows)
            self._insert("insert_commands", turn.command_rows)
            self._insert("insert_claims", turn.claim_rows)
            connection.execute("COMMIT")

    def _insert(self, statement: str, rows: Sequence[Any]) -> None:
        if rows:
            self._connection.execute(_SQL[statement], {"rows": msgspec.json.encode(rows).decode()})

    def _outcome(self, prepared: Prepared, answer: Outcome | KnownCommand) -> Outcome:
        if not isinstance(answer, KnownCommand):
            return answer
        between = {"first": answer.first_position, "last": answer.last_position}
        versions = self._connection.execute(_SQL["versions_between"], between).fetchall()
        return Receipt(
            first_position=answer.first_position,
            last_position=answer.last_position,
            versions=dict(versions),
            recorded_at=answer.recorded_at,
            answer=answer.answer.encode(),
            replayed=not prepared.tried,
        )
