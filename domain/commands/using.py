"""Commands of 使用 and 维修: custody, places, cards, labels, repairs."""

from __future__ import annotations

from datetime import date

from domain.commands.command import Command, Fen, Id, Ids, Text
from domain.events import Scalar


class Issue(Command, frozen=True):
    """Hand stored things to a user (领用)."""

    asset_ids: Ids
    use_dept: Text
    keeper: Text
    user: str | None = None
    place: str | None = None


class ReturnToStore(Command, frozen=True):
    """Take things back into the unit's store (交回)."""

    asset_ids: Ids
    keeper: str | None = None
    place: str | None = None


class Handover(Command, frozen=True):
    """Hand things from one keeper to another (交接)."""

    asset_ids: Ids
    keeper: Text
    user: str | None = None
    use_dept: str | None = None
    place: str | None = None


class Move(Command, frozen=True):
    """Move things to another place (change of place, 变动)."""

    asset_ids: Ids
    place: Text


class DeclareIdle(Command, frozen=True):
    """Declare things idle (闲置)."""

    asset_ids: Ids
    idle_since: date | None = None


class CorrectCard(Command, frozen=True):
    """Correct card fields; the wrong values stay readable beside the right ones (更正)."""

    asset_id: Id
    fields: dict[str, Scalar]
    corrects: str | None = None
    document_no: str | None = None


class PrintLabel(Command, frozen=True):
    """Record that labels were printed; `renew` gives a new number and retires the old one."""

    asset_ids: Ids
    renew: bool = False


class SendRepair(Command, frozen=True):
    """Send a thing to repair (送修)."""

    asset_ids: Ids
    vendor: Text
    fault: Text
    outside: bool = True


class CompleteRepair(Command, frozen=True):
    """The repair is done; its cost is an expense of the unit (E22)."""

    asset_ids: Ids
    cost_fen: Fen = 0
    own_fen: Fen = 0
    booked_on: date | None = None


class DeclareBeyondRepair(Command, frozen=True):
    """The thing is not worth repairing: back to its state, with a scrap suggestion."""

    asset_ids: Ids
    opinion: Text
