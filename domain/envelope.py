"""The envelope of an event: what every fact carries besides its own body (handbook 2.11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document behind a fact, known by the SHA-256 of its bytes; `size` in bytes."""

    sha256: str
    name: str
    size: int
    signed_by: str | None = None


class Actor(msgspec.Struct, frozen=True):
    """Who acts, in which role, for which unit; `on_behalf_of` names the one he stands in for."""

    person_id: str
    role: str
    unit_id: str | None = None
    on_behalf_of: str | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One decided event, not yet recorded.

    `occurred_on` is the business date; `booked_on` is None where nothing is posted.
    `corrects` is the event id that this fact corrects or reverses.
    `at_end` appends to the stream whatever its version is (unit ledgers); every other stream
    is appended at exactly the version that the decision has read.
    """

    stream: str
    type: str
    sub_kind: str
    unit_id: str
    body: msgspec.Struct
    occurred_on: date
    booked_on: date | None = None
    asset_id: str | None = None
    process_id: str | None = None
    approval_no: str | None = None
    reason: str | None = None
    corrects: str | None = None
    attachments: tuple[Attachment, ...] = ()
    rule_version: str | None = None
    at_end: bool = False


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One event as the log keeps it; `body` is the JSON text exactly as stored."""

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
    corrects: str | None
    attachments: tuple[Attachment, ...]
    command_id: str
    rule_version: str | None
    body: str


def canonical_json(value: Any) -> bytes:
    """Encode `value` the one way that is stored and hashed: sorted keys, no spaces, UTF-8."""
    return msgspec.json.encode(value, order="sorted")
