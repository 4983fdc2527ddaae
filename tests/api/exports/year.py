"""A year of two units, lived through the ledger: the books that the exports are tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any, Final

import psycopg

from domain.cards import Card
from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Approval
from domain.periods import last_day
from domain.world import Inputs
from eventstore.application import Answer, Ledger
from eventstore.connection import PROJECTOR, session_url
from eventstore.embedded import Urls
from eventstore.store import EventStore
from projections.calendar.fold import Calendar
from projections.engine import Engine
from projections.general_ledger import GeneralLedger
from projections.general_ledger.depreciables import depreciables
from projections.issues.fold import Issues
from projections.organisation.fold import Organisation
from projections.reading import BatchLog
from projections.register import Register

BUREAU, SCHOOL = "jy.01", "ZX_02"
"""Units whose ids neither foreign program takes as they are."""
WICKED_NAME: Final = '=HYPERLINK("http://x";"点")|电脑 [2025-01-01]'
OFFICER, ACCOUNTANT = Actor("P1", "unit_asset_officer"), Actor("P2", "unit_accountant")
HEAD = Actor("P3", "unit_head")


def day(text: str) -> date:
    """A day of 2025 from `MM-DD`."""
    return date.fromisoformat(f"2025-{text}")


def approved(on: str) -> Approval:
    """A decision of `on`."""
    return Approval(no=f"批〔2025〕{on}", on=day(on), level="city")


def card(card_no: str, fen: int, on: str, **fields: Any) -> Card:
    """A computer of `fen` acquired on `on`."""
    plain: dict[str, Any] = {
        "name": "台式计算机",
        "class_std": "GB/T 14885-2022",
        "class_code": "A02010105",
        "card_type": "equipment",
        "account_code": "1601",
        "acq_way": "PURCHASE",
        "acquired_on": date.fromisoformat(on),
        "gross_fen": fen,
        "fiscal_fen": fen,
        "life_months": 72,
        "use_direction": "BUSINESS",
        "keeper": "P9",
        "place": "三楼 301",
    }
    return Card(card_no=card_no, **(plain | fields))


class Year:
    """The ledger, its read models and a clock that follows the business days."""

    def __init__(self, urls: Urls) -> None:
        self._now = datetime(2025, 1, 1, 1, tzinfo=UTC)
        self.store = EventStore.open(urls.app_url, clock=self.clock)
        models = [Calendar(), Organisation(), GeneralLedger(), Register(), Issues()]
        log = BatchLog(urls.app_url, self.store.log)
        self.engine = Engine(urls.app_url, log, models, migrate_url=urls.migrate_url)
        self.engine.install()
        self.ledger = Ledger(self.store, inputs=self._inputs, clock=self.clock)
        self.url = session_url(urls.app_url, PROJECTOR)

    def clock(self) -> datetime:
        """The instant at which the story stands."""
        return self._now

    def close(self) -> None:
        """Give every session back."""
        self.engine.close()
        self.store.close()

    def do(self, on: str, command: Callable[..., c.Command], actor: Actor = OFFICER,
           **given: Any) -> Answer:  # fmt: skip
        """Carry out a command on a day of 2025."""
        at = day(on)
        self._now = max(self._now, datetime.combine(at, time(2), UTC))
        return self.ledger.execute(command(occurred_on=at, **given), actor)

    def catch_up(self) -> int:
        """Fold everything; the position reached."""
        self.engine.catch_up()
        assert {status.error for status in self.engine.status()} == {None}
        return self.store.log.head()

    def _inputs(self, unit_id: str, period: str) -> Inputs:
        position = self.catch_up()
        with psycopg.connect(self.url) as connection, connection.cursor() as cur:
            return depreciables(cur, unit_id, period, position)

    def acquire(self, on: str, unit: str, *cards: Card, **more: Any) -> tuple[str, ...]:
        """Accept and book things; their ids."""
        given: dict[str, Any] = {"sub_kind": "CONFIG.PURCHASE", "approval": approved(on)}
        made = self.do(on, c.RegisterAcquisition, unit_id=unit, cards=cards, **given | more)
        ids = tuple(made.created["asset_ids"])
        self.do(on, c.PostToBooks, ACCOUNTANT, asset_ids=ids)
        return ids

    def dispose(self, on: str, kind: str, asset_id: str, **more: Any) -> str:
        """Ask for a disposal, approve it and carry it out; the process."""
        asked: dict[str, Any] = {
            "asset_ids": (asset_id,),
            "sub_kind": kind,
            "min_life_reason": "损坏",
        }
        made = self.do(on, c.ApplyDisposal, **asked | more)
        process = made.created["process_id"][0]
        self.do(on, c.ApproveDisposal, HEAD, process_id=process, approval=approved(on))
        price = {"price_fen": 90_000} if kind == "DISP.SALE" else {}
        done = {"process_id": process, "sub_kind": kind, "evidence": "E-1"}
        self.do(on, c.ExecuteDisposal, ACCOUNTANT, **done | price)
        return process

    def month_ends(self, *months: int) -> None:
        """Run the depreciation of both units."""
        for month in months:
            period = f"2025-{month:02d}"
            end = f"{last_day(period):%m-%d}"
            for unit in (BUREAU, SCHOOL):
                self.do(end, c.Depreciate, ACCOUNTANT, unit_id=unit, period=period)


def live(year: Year) -> None:
    """Let the year pass."""
    for unit, name, kind in ((BUREAU, "市教育局", "administrative"),
                             (SCHOOL, "市第一中学", "institution")):  # fmt: skip
        year.do("01-01", c.RegisterUnit, unit_id=unit, name=name, kind=kind)
    old = (
        c.OpeningCard(card=card("K-1", 600_000, "2023-01-05"), accum_fen=200_000, done_months=24),
        c.OpeningCard(card=card("K-2", 480_000, "2022-01-05"), accum_fen=240_000, done_months=36),
    )
    opening: dict[str, Any] = {
        "unit_id": BUREAU,
        "batch_id": "B-1",
        "prepared_by": "P1",
        "cards": old,
    }
    year.do("01-01", c.ImportOpeningCard, ACCOUNTANT, **opening)
    year.do("01-01", c.OpenBooks, ACCOUNTANT, unit_id=SCHOOL, period="2025-01")
    bought = year.acquire(
        "01-10", BUREAU, card("K-3", 500_001, "2025-01-10", name=WICKED_NAME, model="-12"),
        card("000000000000000012", 499_999, "2025-01-10"), own_fen=100_000, retention_fen=50_000,
    )  # fmt: skip
    year.month_ends(1)
    gift = card("K-5", 350_000, "2025-02-20", acq_way="DONATION", donor="某公司")
    year.acquire("02-20", SCHOOL, gift, sub_kind="CONFIG.DONATION_IN", costs_fen=5_000,
                 donor_kind="company")  # fmt: skip
    year.month_ends(2, 3)
    year.do("04-02", c.DeclareIdle, asset_ids=bought[:1])
    year.do("04-09", c.ReallocOut, asset_ids=bought[:1], to_unit=SCHOOL, approval=approved("04-08"),
            freight_fen=3_000)  # fmt: skip
    year.do("04-12", c.SendRepair, asset_ids=bought[1:], vendor="维修部", fault="主板")
    year.do("04-20", c.CompleteRepair, asset_ids=bought[1:], cost_fen=12_345, own_fen=345)
    year.month_ends(4, 5, 6)
    held = year.ledger.holders("card_no", ["K-1", "K-2"])
    scrap = year.dispose("07-03", "DISP.SCRAP", held["K-1"])
    year.do("07-10", c.RecordProceeds, ACCOUNTANT, process_id=scrap, amount_fen=8_000)
    year.do("07-11", c.RecordDisposalCost, ACCOUNTANT, process_id=scrap, amount_fen=3_000)
    year.do("07-12", c.CloseDisposal, ACCOUNTANT, process_id=scrap)
    year.do("07-20", c.PayTreasury, ACCOUNTANT, process_id=scrap, amount_fen=5_000, slip_no="S-1")
    year.month_ends(7, 8)
    sale = year.dispose("09-01", "DISP.SALE", held["K-2"], appraisal_no="评-1", floor_fen=80_000)
    year.do("09-05", c.RecordProceeds, ACCOUNTANT, process_id=sale, amount_fen=90_000,
            costs_fen=2_000)  # fmt: skip
    year.month_ends(9, 10, 11, 12)
    for unit in (BUREAU, SCHOOL):
        year.do("12-31", c.ClosePeriod, ACCOUNTANT, unit_id=unit, period="2025-01")
    year.do("12-31", c.PassDay)
    year.catch_up()


@contextmanager
def lived(urls: Urls) -> Iterator[Year]:
    """The year, lived through."""
    year = Year(urls)
    try:
        live(year)
        yield year
    finally:
        year.close()
