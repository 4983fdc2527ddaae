"""Short lives of things as commands: bought, booked, issued, handed over, moved, idle."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from domain.cards import Card
from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Approval

OFFICER: Final = Actor("p-officer", "unit_asset_officer")
ACCOUNTANT: Final = Actor("p-accountant", "unit_accountant")
APPROVAL: Final = Approval(no="批〔2025〕1号", on=date(2025, 1, 2), level="city")
BEGIN: Final = date(2025, 1, 6)
STEPS: Final = 7
"""Commands of one life, the acquisition included."""

_NAMESPACE: Final = uuid.UUID("3c0b3d0e-1f0a-5d1c-8a7e-5b7f4a8c2e01")


def command_id(*parts: object) -> str:
    """The id that stands for `parts`, today and after every crash."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


def card(card_no: str, fen: int = 500_003, on: date = BEGIN) -> Card:
    """A computer that nobody keeps yet."""
    return Card(
        card_no=card_no, name="台式计算机", class_std="GB/T 14885-2022", class_code="A02010105",
        card_type="equipment", account_code="1601", acq_way="PURCHASE", acquired_on=on,
        gross_fen=fen, fiscal_fen=fen, life_months=72, use_direction="BUSINESS",
    )  # fmt: skip


def acquisition(unit_id: str, cards: Sequence[Card], on: date = BEGIN) -> c.RegisterAcquisition:
    """Accept `cards` at `unit_id`."""
    return c.RegisterAcquisition(
        occurred_on=on, unit_id=unit_id, sub_kind="CONFIG.PURCHASE", cards=tuple(cards),
        approval=APPROVAL,
    )  # fmt: skip


def life_after(asset_ids: tuple[str, ...], on: date = BEGIN) -> list[tuple[c.Command, Actor]]:
    """What happens to accepted things, by whom."""
    day = [on + timedelta(days=n) for n in range(STEPS)]
    return [
        (c.PostToBooks(occurred_on=day[0], asset_ids=asset_ids), ACCOUNTANT),
        (c.PrintLabel(occurred_on=day[1], asset_ids=asset_ids), OFFICER),
        (c.Issue(occurred_on=day[2], asset_ids=asset_ids, use_dept="一科", keeper="p-1"), OFFICER),
        (c.Handover(occurred_on=day[3], asset_ids=asset_ids, keeper="p-2"), OFFICER),
        (c.Move(occurred_on=day[4], asset_ids=asset_ids, place="二楼"), OFFICER),
        (c.DeclareIdle(occurred_on=day[5], asset_ids=asset_ids), OFFICER),
    ]
