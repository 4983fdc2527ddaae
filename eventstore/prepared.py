"""What can be done for an append before its turn: rows, checks that need no lock."""

from __future__ import annotations

from typing import Any

import msgspec

from eventstore.errors import RequestInvalid
from eventstore.mapper import command_uuid, to_rows
from eventstore.request import FACTS_MAX, AppendRequest


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


def command_row(prepared: Prepared, first: int, last: int) -> dict[str, Any]:
    """The row of `ledger.commands`, its instant excepted."""
    request = prepared.request
    return {
        "command_id": prepared.command_id,
        "name": request.name,
        "digest": request.digest,
        "actor_id": request.actor.person_id,
        "actor_role": request.actor.role,
        "first_position": first,
        "last_position": last,
        "answer": request.answer.decode(),
    }


def claim_rows(prepared: Prepared, position: int) -> list[dict[str, Any]]:
    """The rows of `ledger.claims`."""
    return [
        {"kind": kind, "key": key, "stream": stream, "position": position}
        for kind, key, stream in prepared.request.claims
    ]
