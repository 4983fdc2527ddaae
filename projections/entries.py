"""One event as the folds see it: the recorded envelope with its body read once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from domain.envelope import Attachment, Recorded
from domain.events import EVENTS, Body
from eventstore.mapper import COLUMNS, Bodies


class Entry(Recorded, frozen=True, kw_only=True, gc=False):
    """A recorded event and its body as a Struct of `domain.events`."""

    fact: Body


_ATTACHMENTS = msgspec.json.Decoder(tuple[Attachment, ...])
BODIES = Bodies(EVENTS)
_FIELDS = Recorded.__struct_fields__


def entry_of(recorded: Recorded) -> Entry:
    """Read the body of `recorded`; BodyUnreadable when it fits no known form."""
    if isinstance(recorded, Entry):
        return recorded
    fact = cast("Body", BODIES.read(recorded))
    return Entry(**{name: getattr(recorded, name) for name in _FIELDS}, fact=fact)


def entries_of(batch: Sequence[Recorded]) -> list[Entry]:
    """Read the bodies of `batch`; events read before are taken as they are."""
    return [entry_of(recorded) for recorded in batch]


def entry_of_row(row: Sequence[Any]) -> Entry:
    """Read a raw row of the log, its columns as in `eventstore.mapper.COLUMNS`."""
    values = dict(zip(COLUMNS, row, strict=True))
    attachments = values["attachments"]
    values["attachments"] = () if attachments == "[]" else _ATTACHMENTS.decode(attachments)
    values["fact"] = BODIES.read_text(values["type"], values["body"], values["position"])
    return Entry(**values)
