"""From decided facts to rows of the log and back; bodies are kept as the exact text hashed."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from domain.envelope import Actor, Attachment, Fact, Recorded, canonical_json
from eventstore.errors import BodyUnreadable, RequestInvalid

COLUMNS: Final = tuple(field.name for field in msgspec.structs.fields(Recorded))

# What a query of the log selects: identifiers as text, in the order of COLUMNS.
SELECTED: Final = ", ".join(
    f"{name}::text" if name in {"event_id", "corrects", "command_id"} else name for name in COLUMNS
)

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

_decode_attachments = msgspec.json.Decoder(tuple[Attachment, ...]).decode


class Row(msgspec.Struct):
    """One row of `ledger.events`; position, version and `recorded_at` come under the lock."""

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
    recorded_at: datetime | None
    actor_id: str
    actor_role: str
    on_behalf_of: str | None
    approval_no: str | None
    reason: str | None
    corrects: str | None
    attachments: str
    command_id: str
    rule_version: str | None
    body: str


def to_rows(command_id: str, actor: Actor, facts: Sequence[Fact]) -> list[Row]:
    """Rows of a command's facts; event ids follow from the command id, so a repeat has the same."""
    space = command_uuid(command_id)
    event_id, command = event_ids(space), str(space)
    return [_to_row(event_id(at), command, at, actor, fact) for at, fact in enumerate(facts)]


def event_ids(space: uuid.UUID) -> Callable[[int], str]:
    """The ids of a command's events by their place: uuid5(space, place), its parts done once."""
    begun = hashlib.sha1(space.bytes, usedforsecurity=False)

    def event_id(place: int) -> str:
        name = begun.copy()
        name.update(b"%d" % place)
        hexes = name.hexdigest()
        variant = "89ab"[int(hexes[16], 16) & 3]
        return f"{hexes[:8]}-{hexes[8:12]}-5{hexes[13:16]}-{variant}{hexes[17:20]}-{hexes[20:32]}"

    return event_id


def command_uuid(command_id: str) -> uuid.UUID:
    """The command id as a UUID; RequestInvalid for anything else."""
    try:
        return uuid.UUID(command_id)
    except ValueError as error:
        raise RequestInvalid("command_id", f"{command_id!r} is not a UUID") from error


def _to_row(event_id: str, command_id: str, index: int, actor: Actor, fact: Fact) -> Row:
    try:
        body = canonical_json(fact.body).decode()
        attachments = canonical_json(fact.attachments).decode() if fact.attachments else "[]"
    except (UnicodeEncodeError, TypeError) as error:
        raise RequestInvalid(f"facts[{index}].body", str(error)) from error
    row = Row(
        position=0,
        event_id=event_id,
        stream=fact.stream,
        version=0,
        type=fact.type,
        sub_kind=fact.sub_kind,
        unit_id=fact.unit_id,
        asset_id=fact.asset_id,
        process_id=fact.process_id,
        occurred_on=fact.occurred_on,
        booked_on=fact.booked_on,
        recorded_at=None,
        actor_id=actor.person_id,
        actor_role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        approval_no=fact.approval_no,
        reason=fact.reason,
        corrects=fact.corrects,
        attachments=attachments,
        command_id=command_id,
        rule_version=fact.rule_version,
        body=body,
    )
    if fact.corrects is not None:
        row.corrects = str(command_uuid(fact.corrects))
    return row


def to_recorded(row: Sequence[Any]) -> Recorded:
    """An event from a row of SELECTED."""
    values = dict(zip(COLUMNS, row, strict=True))
    attachments = values["attachments"]
    values["attachments"] = () if attachments == "[]" else _decode_attachments(attachments)
    return Recorded(**values)


class Bodies:
    """Reads stored bodies into Structs, old forms through their upcasters.

    `known` maps a type such as `asset.used/2` to its Struct. `upcasters` maps (name, version),
    as ("asset.used", 1), to the function that turns that version's body into the next one's.
    """

    def __init__(
        self,
        known: Mapping[str, type[msgspec.Struct]],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self._upcasters = dict(upcasters or {})
        self._readers = {name: msgspec.json.Decoder(struct) for name, struct in known.items()}
        self._structs = dict(known)

    def read(self, recorded: Recorded) -> msgspec.Struct:
        """The body of `recorded` in the newest form of its event, or BodyUnreadable."""
        return self.read_text(recorded.type, recorded.body, recorded.position)

    def read_text(self, event: str, body: str, position: int = 0) -> msgspec.Struct:
        """The same from the bare type and text, as the raw batches of a projection have them."""
        name, _, number = event.rpartition("/")
        try:
            if (name, int(number)) not in self._upcasters:
                return self._readers[event].decode(body)
            return self._read_old(name, int(number), msgspec.json.decode(body))
        except (KeyError, ValueError, msgspec.MsgspecError) as error:
            raise BodyUnreadable(position, event, repr(error)) from error

    def _read_old(self, name: str, number: int, content: dict[str, Any]) -> msgspec.Struct:
        while (name, number) in self._upcasters:
            content = self._upcasters[name, number](content)
            number += 1
        return msgspec.convert(content, self._structs[f"{name}/{number}"])
