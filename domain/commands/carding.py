"""Commands on cards themselves: one split into several, several merged, classes given anew."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.commands.command import Command, Id, Ids, Text
from domain.events import Scalar

PARTS_MAX = 200
"""The most cards that one card is split into at once."""

PartFen = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
PartQty = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
Months = Annotated[int, msgspec.Meta(ge=1, le=1200)]


class CardPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part that becomes a card of its own; what is left out is as on the card it comes from.

    `qty_centi` is needed where the card counts several things; numbers of one thing (serial,
    plate, certificate) are never taken over, areas and sums of traits neither.
    """

    gross_fen: PartFen
    name: Text | None = None
    qty_centi: PartQty | None = None
    brand: Text | None = None
    model: Text | None = None
    serial_no: Text | None = None
    place: Text | None = None
    remaining_months: Months | None = None
    """Of a part with a life of its own; left out, the months that the card still has."""
    traits: dict[str, str | int] = msgspec.field(default_factory=dict)


class SplitCard(Command, frozen=True):
    """Split one card into several (拆分); the card keeps what its parts do not take."""

    asset_id: Id
    parts: Annotated[tuple[CardPart, ...], msgspec.Meta(min_length=1, max_length=PARTS_MAX)]
    document_no: Text
    fields: dict[str, Scalar] = msgspec.field(default_factory=dict)
    """Traits of the card that change by it, such as `traits.gross_floor_area`."""
    booked_on: date | None = None


class MergeCards(Command, frozen=True):
    """Merge cards (合并) into the one of `asset_id`; the others end."""

    asset_id: Id
    asset_ids: Ids
    """The cards that end."""
    document_no: Text
    remaining_months: Months | None = None
    """Needed where the cards still have different numbers of months."""
    fields: dict[str, Scalar] = msgspec.field(default_factory=dict)
    """Traits of the card that change by it."""
    booked_on: date | None = None


class Reclassify(Command, frozen=True):
    """Give cards another class (变更资产分类), of the same edition of GB/T 14885 or another.

    Without `class_code` the crosswalk proposes: one candidate is taken, several are named.
    """

    asset_ids: Ids
    class_std: Text
    class_code: Text | None = None
    document_no: Text | None = None
