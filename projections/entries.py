"""One event as the folds see it: what they ask of the envelope, and its body read once for all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from domain.envelope import Attachment, Recorded
from domain.events import EVENTS, Body
from eventstore.mapper import Bodies


class Entry(msgspec.Struct, frozen=True, gc=False):
    """The columns of a recorded event that folds ask for, its body as a Struct of `domain.events`.

    Its fields are filled by their place: by name it takes three times as long.
    """

    position: int
    event_id: str
    stream: str
    version: int
    type: str
    sub_kind: str
    unit_id: str
    asset_id: str | None
    process_id: str | None
    occurred_on: date
    booked_on: date | None
    recorded_at: datetime
    actor_id: str
    actor_role: str
    on_behalf_of: str | None
    approval_no: str | None
    reason: str | None
    command_id: str
    attachments: tuple[Attachment, ...]
    fact: Body


_ATTACHMENTS = msgspec.json.Decoder(tuple[Attachment, ...])
_PLAIN = Entry.__struct_fields__[:-2]
_TYPE = _PLAIN.index("type")
BODIES = Bodies(EVENTS)
SELECTED = ", ".join(
    [f"{name}::text" if name in {"event_id", "command_id"} else name for name in _PLAIN]
    + ["attachments", "body"]
)
"""What a query of the log selects for `entry_of_row`."""


def entry_of(recorded: Recorded | Entry) -> Entry:
    """Read the body of `recorded`; BodyUnreadable when it fits no known form."""
    if isinstance(recorded, Entry):
        return recorded
    values = [getattr(recorded, name) for name in _PLAIN]
    values += [recorded.attachments, BODIES.read(recorded)]
    return Entry(*values)


def entries_of(batch: Iterable[Recorded | Entry]) -> list[Entry]:
    """Read the bodies of `batch`; events read before are taken as they are."""
    return [entry_of(recorded) for recorded in batch]


def entry_of_row(row: tuple[Any, ...]) -> Entry:
    """Read a row of the log, its columns as in `SELECTED`."""
    *values, attachments, body = row
    values.append(() if attachments == "[]" else _ATTACHMENTS.decode(attachments))
    values.append(BODIES.read_text(row[_TYPE], body, row[0]))
    return Entry(*values)
