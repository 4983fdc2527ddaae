"""Append requests for the tests of the log."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from domain.envelope import Actor, Fact
from eventstore.request import AppendRequest

CLERK = Actor("P-0001", "asset_clerk", "U-01")


class Moved(msgspec.Struct, frozen=True):
    """A body with a bit of everything that is stored."""

    to: str
    amount_fen: int = 0
    on: date = date(2026, 1, 31)


def new_id() -> str:
    """A command id."""
    return str(uuid.uuid4())


def fact(stream: str, to: str = "三楼仓库", *, at_end: bool = False) -> Fact:
    """One fact of `stream`."""
    return Fact(
        stream=stream,
        type="asset.moved/1",
        sub_kind="USE.MOVE",
        unit_id="U-01",
        body=Moved(to),
        occurred_on=date(2026, 1, 31),
        asset_id=stream,
        at_end=at_end,
    )


def request(
    *streams: str,
    command_id: str | None = None,
    digest: str = "d1",
    expected: Mapping[str, int] | None = None,
    read_set: Mapping[str, int] | None = None,
    claims: Sequence[tuple[str, str, str]] = (),
    at_end: bool = False,
    answer: bytes = b'{"ok":true}',
) -> AppendRequest:
    """One fact for each of `streams`, new ones unless `expected` or `at_end` says otherwise."""
    wanted = dict.fromkeys(streams, 0) if expected is None and not at_end else expected or {}
    return AppendRequest(
        command_id=command_id or new_id(),
        name="move-asset",
        digest=digest,
        actor=CLERK,
        facts=[fact(stream, at_end=at_end) for stream in streams],
        expected=wanted,
        read_set=read_set or {},
        claims=claims,
        answer=answer,
    )
