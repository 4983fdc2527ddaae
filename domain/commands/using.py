"""Commands of 使用: custody, places, sharing, cards, labels."""

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
    use_direction: str | None = None
    """What the things serve from now on; where it changes the expense, from the next run on."""


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


class Share(Command, frozen=True):
    """Let others use a thing beside the unit (共享共用); `compensation_fen` is agreed, not paid."""

    asset_ids: Ids
    users: Text
    slots: Text
    agreement_no: str | None = None
    compensation_fen: Fen = 0
