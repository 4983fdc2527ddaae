"""Three labelled things of one unit, for the tests of scanning and printing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from api.bootstrap import Works
from api.house import House
from api.labelling.faces import faces
from domain.cards import Card
from domain.commands.structs import OpenBooks, PostToBooks, PrintLabel, RegisterAcquisition
from domain.envelope import Actor
from domain.events import Approval
from projections.asof import EVERYTHING, AsOf
from tests.waiting import PATIENCE_SECONDS

UNIT: Final = "JY"
DAY: Final = date(2026, 3, 16)
OFFICER: Final = Actor(person_id="p-officer", role="unit_asset_officer", unit_id=UNIT)
ACCOUNTANT: Final = Actor(person_id="p-accountant", role="unit_accountant", unit_id=UNIT)
NAMES: Final = ("台式计算机", "便携式计算机", "多功能一体机")


def with_data_dir(house: House, folder: Path) -> House:
    """The same house with a data directory, where the label keys lie."""
    settings = msgspec.structs.replace(house.settings, data_dir=folder)
    return msgspec.structs.replace(house, settings=settings)


def bring_in(works: Works) -> list[dict[str, Any]]:
    """Buy, book and label the things; each as its label shows it."""
    ledger = works.ledger
    ledger.execute(OpenBooks(unit_id=UNIT, period="2026-01", occurred_on=DAY), ACCOUNTANT)
    bought = RegisterAcquisition(
        unit_id=UNIT, sub_kind="CONFIG.PURCHASE", occurred_on=DAY, cards=tuple(_cards()),
        approval=Approval(no="澄资〔2026〕8号", on=date(2026, 3, 10), level="city"),
    )  # fmt: skip
    ids = tuple(ledger.execute(bought, OFFICER).created["asset_ids"])
    ledger.execute(PostToBooks(asset_ids=ids, occurred_on=DAY), ACCOUNTANT)
    printed = ledger.execute(PrintLabel(asset_ids=ids, occurred_on=DAY), OFFICER)
    assert works.engine.wait_for(printed.position, timeout=PATIENCE_SECONDS), works.engine.status()
    return faces(works.house, EVERYTHING, AsOf(works.house.today(), printed.position, True), ids)


def _cards() -> list[Card]:
    return [
        Card(
            card_no=f"TY202600000{number}", name=name, class_std="GB/T 14885-2022",
            class_code="A02010105", card_type="equipment", account_code="1601",
            acq_way="PURCHASE", acquired_on=DAY, gross_fen=498_000, fiscal_fen=498_000,
            life_months=72, use_direction="BUSINESS", brand="示例", model="M1",
            serial_no=f"SN-{number}",
        )
        for number, name in enumerate(NAMES, 1)
    ]  # fmt: skip
