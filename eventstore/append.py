"""Appending a group of commands in one transaction under the lock (design 4.2).

Most groups are clear: nothing stands against any command, and one statement appends them. When
it finds something, it writes nothing; the group is then looked at under the lock, each command
is judged in memory, and what passes is written. A refused command leaves its group alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import psycopg

from eventstore.clear import ClearGroup
from eventstore.connection import connect_to_append, is_lost
from eventstore.prepared import Prepared
from eventstore.request import Receipt
from eventstore.statements import statements
from eventstore.turn import Clock, KnownCommand, Outcome, Turn

_SQL: Final = statements("eventstore", "append.sql")
# Up to here one JSON parameter is quicker than the extra round trips of COPY.
_ROWS_BY_JSON_MAX: Final = 20


class ConnectionLost(Exception):  # noqa: N818 - named for what it says
    """The session is gone; whether its last commit happened is not known."""


class Appender:
    """One session that appends groups; used by one thread at a time."""

    def __init__(self, url: str, role: str, clock: Clock | None) -> None:
        """Opens the session; ConnectionLost when the server gives none."""
        self._clock = clock
        try:
            self._connection = connect_to_append(url, role)
        except psycopg.Error as error:
            raise ConnectionLost(str(error)) from error

    def append(self, group: Sequence[Prepared]) -> Sequence[Outcome]:
        """Commit what passes of `group`, one outcome a command; not on disk before `flush`.

        Raises ConnectionLost, or the psycopg error of the statement; the session is closed then.
        """
        try:
            return self._append_clear(group) or self._append_judged(group)
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

    def _append_clear(self, group: Sequence[Prepared]) -> Sequence[Outcome]:
        """Append all of the group, or nothing when something stands against one of it."""
        if sum(len(prepared.rows) for prepared in group) > _ROWS_BY_JSON_MAX:
            return ()
        clear = ClearGroup(group)
        if not clear.independent:
            return ()
        untried = [prepared for prepared in group if not prepared.tried]
        for prepared in untried:
            prepared.tried = True
        values = clear.parameters(self._clock() if self._clock else None)
        answer = self._connection.execute(_SQL["append_clear"], values).fetchone()
        if answer is not None:
            return clear.receipts(*answer)
        for prepared in untried:
            prepared.tried = False
        return ()

    def _append_judged(self, group: Sequence[Prepared]) -> Sequence[Outcome]:
        turn = self._take_turn(group)
        answers = [turn.admit(prepared) for prepared in group]
        for prepared, answer in zip(group, answers, strict=True):
            prepared.tried = prepared.tried or isinstance(answer, Receipt)
        self._write(turn)
        return [self._outcome(*pair) for pair in zip(group, answers, strict=True)]

    def _take_turn(self, group: Sequence[Prepared]) -> Turn:
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
        assert seen is not None
        return Turn(seen, self._clock)

    def _write(self, turn: Turn) -> None:
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
