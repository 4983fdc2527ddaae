"""The base of all commands, and the forms that their fields share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.cards import Card
from domain.envelope import Attachment

MANY = 900
"""The most assets that one command may touch: one append stays within design 4.2."""

Ids = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MANY)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z._-]+$")]


class Command(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """The base of all commands; a repeat is known by its stored form, so defaults stay out."""

    occurred_on: date
    reason: str | None = None
    attachments: tuple[Attachment, ...] = ()


class OpeningCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card booked in an older system, with what it brings along; amounts in fen."""

    card: Card
    state: str = "IN_USE"
    accum_fen: Fen = 0
    done_months: Annotated[int, msgspec.Meta(ge=0)] = 0
    old_booked_on: date | None = None
    old_voucher_no: str | None = None
    source_row: int | None = None
    label_no: str | None = None
    generation: int = 1
    """Raised by one when the same card number was imported and undone before."""
