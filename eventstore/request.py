"""What is asked of the log and what it answers: one append, one receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from domain.envelope import Actor, Fact

FACTS_MAX: Final = 1_000


class AppendRequest(msgspec.Struct, frozen=True, kw_only=True):
    """All that one command wants recorded, or nothing of it.

    `command_id` is a UUID given by the client; `digest` tells a repeat of the same request from
    another one under the same id. `expected` names the version that the decision has read of
    each stream it appends to (0: must not exist); `read_set` the same of streams that it only
    relied on. `claims` are (kind, key, stream): numbers that no other stream may hold. `answer`
    is the JSON that a repeat of the command gets again.
    """

    command_id: str
    name: str
    digest: str
    actor: Actor
    facts: Sequence[Fact]
    expected: Mapping[str, int] = {}
    read_set: Mapping[str, int] = {}
    claims: Sequence[tuple[str, str, str]] = ()
    answer: bytes = b"{}"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """An append that is on disk.

    `versions` holds the last version of each stream it appended to. A command without events
    has the empty range `first_position == last_position + 1`. `replayed` says that the command
    was recorded earlier and `answer` is what it got then; it is False where the connection was
    lost in between, since the earlier one may have been this very append.
    """

    first_position: int
    last_position: int
    versions: Mapping[str, int]
    recorded_at: datetime
    answer: bytes
    replayed: bool = False
