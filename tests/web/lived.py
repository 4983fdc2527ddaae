"""Some months of one unit, for the tests of the reading pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from api.bootstrap import Works
from domain.cards import Card
from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Approval
from eventstore.application import Answer
from tests.waiting import PATIENCE_SECONDS

OFFICER = Actor("p-officer", "unit_asset_officer", "JY")
ACCOUNTANT = Actor("p-accountant", "unit_accountant", "JY")
HEAD = Actor("p-head", "unit_head", "JY")


class Lived(msgspec.Struct, frozen=True):
    """What the story left: the computer kept and corrected, the desk scrapped, its process."""

    computer: str
    printer: str
    desk: str
    process: str
    before_correction: str
    """An instant between the booking and the correction, as a known-at."""


def _card(card_no: str, name: str, fen: int, **fields: Any) -> Card:
    plain: dict[str, Any] = {
        "class_std": "GB/T 14885-2022", "class_code": "A02010105", "card_type": "equipment",
        "account_code": "1601", "acq_way": "PURCHASE", "acquired_on": date(2025, 1, 10),
        "fiscal_fen": fen, "life_months": 72, "use_direction": "BUSINESS", "keeper": "p-custodian",
        "place": "三楼301", "model": "T630",
    }  # fmt: skip
    return Card(card_no=card_no, name=name, gross_fen=fen, **(plain | fields))


def live(works: Works) -> Lived:
    """Buy, book, run a month, hand over, correct, scrap; wait until the pages show it."""

    def do(
        command: Callable[..., c.Command], on: str, actor: Actor = OFFICER, **given: Any
    ) -> Answer:
        return works.ledger.execute(command(occurred_on=date.fromisoformat(on), **given), actor)

    approval = Approval(no="批〔2025〕1号", on=date(2025, 1, 5), level="city")
    do(c.OpenBooks, "2025-01-01", ACCOUNTANT, unit_id="JY", period="2025-01")
    cards = (
        _card("TY202500000001", "台式计算机", 720_000),
        _card("TY202500000002", "激光打印机", 144_000, place="四楼402"),
        _card("JJ201000000003", "办公桌", 90_000, class_code="A05010201", life_months=180,
              acquired_on=date(2010, 1, 10), model=None),
    )  # fmt: skip
    bought = do(c.RegisterAcquisition, "2025-01-10", unit_id="JY", sub_kind="CONFIG.PURCHASE",
                cards=cards, approval=approval)  # fmt: skip
    computer, printer, desk = bought.created["asset_ids"]
    do(c.PostToBooks, "2025-01-10", ACCOUNTANT, asset_ids=(computer, printer, desk))
    do(c.Depreciate, "2025-01-31", ACCOUNTANT, unit_id="JY", period="2025-01")
    booked = do(c.Handover, "2025-02-05", asset_ids=(computer,), keeper="p-head", place="五楼501")
    do(
        c.CorrectCard,
        "2025-02-06",
        asset_id=computer,
        fields={"model": "T640"},
        reason="与铭牌不符",
    )
    asked = do(c.ApplyDisposal, "2025-02-10", asset_ids=(desk,), sub_kind="DISP.SCRAP",
               min_life_reason="损坏", reason="不能修复")  # fmt: skip
    process = asked.created["process_id"][0]
    decided = Approval(no="批〔2025〕2号", on=date(2025, 2, 12), level="city")
    do(c.ApproveDisposal, "2025-02-12", HEAD, process_id=process, approval=decided)
    do(c.ExecuteDisposal, "2025-02-15", ACCOUNTANT, process_id=process, sub_kind="DISP.SCRAP",
       evidence="回收单1")  # fmt: skip
    last = do(c.RecordProceeds, "2025-02-16", ACCOUNTANT, process_id=process, amount_fen=8_000)
    assert works.engine.wait_for(last.position, timeout=PATIENCE_SECONDS)
    assert booked.recorded_at is not None
    return Lived(computer, printer, desk, process, booked.recorded_at.isoformat())
