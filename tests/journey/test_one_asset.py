"""One laptop through six steps of life over HTTP, and all that can be said of it afterwards."""

from __future__ import annotations

import io
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from domain.periods import last_day
from eventstore.embedded import Urls
from scanners.images import decode
from scanners.labels import Label, label_png
from scanners.payload import Parsed, Verdict, parse, verify
from scanners.payload import format as qr_text
from tests.api.attached import PNG, sent
from tests.journey.desk import DONOR, OFFICE, RECEIVER, Desk, open_desk
from tests.scanners.label_photos import KEYRING, in_perspective, jpeg

GROSS = 720_000
NET_GIVEN = GROSS - 30_000
"""What the giver's books still said after three months; the receiver begins with it."""
MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 8))
OF_UNIT = {DONOR: "accountant", RECEIVER: "accountant-wj"}

PC: dict[str, Any] = {
    "card_no": "TY2025000001", "name": "便携式计算机", "class_std": "GB/T 14885-2022",
    "class_code": "A02010108", "card_type": "equipment", "account_code": "1601",
    "acq_way": "PURCHASE", "acquired_on": "2025-01-10", "gross_fen": GROSS,
    "fiscal_fen": GROSS, "life_months": 72, "use_direction": "BUSINESS", "brand": "示例",
    "model": "T14", "serial_no": "SN-2025-0001",
}  # fmt: skip


def approved(on: str) -> dict[str, str]:
    """A decision of `on`."""
    return {"no": f"澄资〔2025〕{on}", "on": on, "level": "city"}


class Told(msgspec.Struct, frozen=True):
    """What the journey leaves behind: ids, and two instants in the middle of it."""

    desk: Desk
    asset_id: str
    old_card_no: str
    new_card_no: str
    process_id: str
    label_no: str
    lent: str
    """The instant at which the books knew the thing as lent."""
    moved: str
    """The instant at which they knew it as the receiver's."""


class _Telling:
    """The steps in their order; every person does only what his role may do."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.do = desk.do
        self.ids: list[str] = []

    def month_end(self, period: str) -> None:
        """Depreciate and close the month of both units."""
        end = last_day(period).isoformat()
        for unit, accountant in OF_UNIT.items():
            self.do(accountant, "depreciate", end, unit_id=unit, period=period)
            self.do(accountant, "close-period", end, unit_id=unit, period=period)

    def found(self) -> None:
        """Books are opened and the public warehouse, too."""
        for unit, accountant in OF_UNIT.items():
            self.do(accountant, "open-books", "2025-01-01", unit_id=unit, period="2025-01")
        self.do("organ", "open-warehouse", "2025-01-02", warehouse_id="WH01", unit_id=OFFICE,
                name="澄江市公物仓")  # fmt: skip

    def buy(self) -> str:
        """Bought, accepted by one person, booked by another, labelled; the card's number."""
        made = self.do("officer", "register-acquisition", "2025-01-10", unit_id=DONOR,
                       sub_kind="CONFIG.PURCHASE", cards=[PC],
                       approval=approved("2025-01-06"))  # fmt: skip
        self.ids = made["created"]["asset_ids"]
        code = self.desk.refused("officer", "post-to-books", "2025-01-10", asset_ids=self.ids)
        assert code == "E_FORBIDDEN"
        self.do("accountant", "post-to-books", "2025-01-10", asset_ids=self.ids)
        self.do("officer", "print-label", "2025-01-10", asset_ids=self.ids)
        return str(PC["card_no"])

    def use(self) -> None:
        """Issued, handed over, declared idle."""
        self.do("officer", "issue", "2025-01-13", asset_ids=self.ids, use_dept="办公室",
                keeper="p-custodian", place="3号楼305")  # fmt: skip
        self.do("officer", "handover", "2025-01-20", asset_ids=self.ids, keeper="p-head")
        self.month_end("2025-01")
        self.do("officer", "declare-idle", "2025-02-05", asset_ids=self.ids)

    def warehouse(self) -> str:
        """Into the warehouse, on the list, reserved by the neighbour, lent; the instant then."""
        self.do("officer", "warehouse-in", "2025-02-10", asset_ids=self.ids, warehouse_id="WH01",
                mode="custody", grade="B", approval=approved("2025-02-08"))  # fmt: skip
        self._offer("2025-02-12")
        self.do("keeper", "deliver-loan", "2025-02-18", asset_ids=self.ids,
                borrower_unit=RECEIVER, due_on="2025-04-20",
                approval=approved("2025-02-17"))  # fmt: skip
        lent = self.desk.now_known()
        self.month_end("2025-02")
        self.do("keeper", "return-to-warehouse", "2025-03-20", asset_ids=self.ids,
                inspection="外观完好，开机正常")  # fmt: skip
        self.month_end("2025-03")
        return lent

    def _offer(self, on: str) -> None:
        photo = sent(self.desk.account("keeper"), PNG, "外观.png")
        self.do("keeper", "list", on, asset_ids=self.ids, attachments=[photo])
        self.do("officer-wj", "reserve", on, asset_ids=self.ids, for_unit=RECEIVER)

    def give_away(self) -> str:
        """To the neighbour for good; his number for it."""
        self._offer("2025-04-01")
        moved = self.do("keeper", "deliver-realloc", "2025-04-02", asset_ids=self.ids,
                        to_unit=RECEIVER, approval=approved("2025-04-01"),
                        keeper="p-officer-wj", use_dept="信息科")  # fmt: skip
        self.month_end("2025-04")
        return str(moved["created"]["card_nos"][0])

    def repair(self) -> None:
        """Sent to repair and back."""
        self.do("officer-wj", "send-repair", "2025-05-06", asset_ids=self.ids,
                vendor="示例维修部", fault="屏幕闪烁")  # fmt: skip
        self.do("officer-wj", "complete-repair", "2025-05-12", asset_ids=self.ids,
                cost_fen=50_000)  # fmt: skip
        self.month_end("2025-05")

    def dispose(self) -> str:
        """Scrapped; three people take part, and the treasury gets its money. The process."""
        asked = self.do("officer-wj", "apply-disposal", "2025-06-03", asset_ids=self.ids,
                        sub_kind="DISP.SCRAP", min_life_reason="主板损坏无法修复")  # fmt: skip
        process = str(asked["created"]["process_id"][0])
        code = self.desk.refused("officer-wj", "approve-disposal", "2025-06-05",
                                 process_id=process, approval=approved("2025-06-05"))  # fmt: skip
        assert code == "E_FORBIDDEN"
        self.do("organ", "approve-disposal", "2025-06-05", process_id=process,
                approval=approved("2025-06-05"))  # fmt: skip
        self.do("accountant-wj", "execute-disposal", "2025-06-12", process_id=process,
                sub_kind="DISP.SCRAP", evidence="报废回收单 2025-06")  # fmt: skip
        self.do("accountant-wj", "record-proceeds", "2025-06-16", process_id=process,
                amount_fen=30_000)  # fmt: skip
        self.do("accountant-wj", "record-disposal-cost", "2025-06-17", process_id=process,
                amount_fen=10_000)  # fmt: skip
        self.do("accountant-wj", "close-disposal", "2025-06-20", process_id=process)
        self.month_end("2025-06")
        self.do("accountant-wj", "pay-treasury", "2025-07-01", process_id=process,
                amount_fen=20_000, slip_no="JK-2025-0701")  # fmt: skip
        self.month_end("2025-07")
        return process


@pytest.fixture(scope="module")
def told(database: Urls) -> Iterator[Told]:
    """The whole life, lived through once."""
    with open_desk(database) as desk:
        telling = _Telling(desk)
        telling.found()
        old = telling.buy()
        telling.use()
        lent = telling.warehouse()
        new = telling.give_away()
        moved = desk.now_known()
        telling.repair()
        process = telling.dispose()
        asset_id = telling.ids[0]
        label = desk.ask("audit", "card", asset_id=asset_id)[0]["label_no"]
        yield Told(desk, asset_id, old, new, process, label, lent, moved)


def test_the_history_is_complete(told: Told) -> None:
    """Every step stands in the history once, in order, by who did it."""
    rows = told.desk.ask("audit", "card-history", asset_id=told.asset_id)
    steps = [
        (row["occurred_on"], row["sub_kind"], row["actor_id"])
        for row in sorted(rows, key=lambda row: row["position"])
    ]

    expected = [
        ("2025-01-10", "CONFIG.PURCHASE", "p-officer"),
        ("2025-01-10", "BOOK.POST", "p-accountant"),
        ("2025-01-10", "LABEL.PRINT", "p-officer"),
        ("2025-01-13", "USE.ISSUE", "p-officer"),
        ("2025-01-20", "USE.HANDOVER", "p-officer"),
        ("2025-02-05", "USE.DECLARE_IDLE", "p-officer"),
        ("2025-02-10", "WH.INTAKE", "p-officer"),
        ("2025-02-12", "WH.LIST", "p-keeper"),
        ("2025-02-12", "WH.RESERVE", "p-officer-wj"),
        ("2025-02-18", "WH.LOAN", "p-keeper"),
        ("2025-03-20", "WH.RETURN", "p-keeper"),
        ("2025-04-01", "WH.LIST", "p-keeper"),
        ("2025-04-01", "WH.RESERVE", "p-officer-wj"),
        ("2025-04-02", "WH.REALLOC", "p-keeper"),
        ("2025-05-06", "REPAIR.ORDINARY", "p-officer-wj"),
        ("2025-05-12", "REPAIR.ORDINARY", "p-officer-wj"),
        ("2025-06-03", "DISP.SCRAP", "p-officer-wj"),
        ("2025-06-05", "DISP.SCRAP", "p-organ"),
        ("2025-06-12", "DISP.SCRAP", "p-accountant-wj"),
    ]
    assert expected == steps


# as-of day, known when, unit → state, gross, accumulated fen; 100 yuan a month from January on
MOMENTS: tuple[tuple[str, str, dict[str, tuple[str, int, int]]], ...] = (
    ("2025-01-31", "", {DONOR: ("IN_USE", GROSS, 10_000)}),
    ("2025-03-31", "", {DONOR: ("IN_WH_CUSTODY", GROSS, 30_000)}),
    ("2025-03-31", "lent", {DONOR: ("LOANED", GROSS, 10_000)}),
    ("2025-03-31", "moved", {DONOR: ("IN_WH_CUSTODY", GROSS, 30_000)}),
    ("2025-05-31", "", {DONOR: ("DISPOSED", 0, 0), RECEIVER: ("IN_USE", NET_GIVEN, 20_000)}),
    ("2025-05-31", "moved", {DONOR: ("DISPOSED", 0, 0), RECEIVER: ("IN_USE", NET_GIVEN, 10_000)}),
    ("2025-05-31", "lent", {DONOR: ("LOANED", GROSS, 10_000)}),
    ("2025-07-31", "", {DONOR: ("DISPOSED", 0, 0), RECEIVER: ("DISPOSED", 0, 0)}),
)


@pytest.mark.parametrize(("day", "known", "expected"), MOMENTS)
def test_the_card_stands_as_it_stood(
    told: Told, day: str, known: str, expected: dict[str, tuple[str, int, int]]
) -> None:
    """On any day, as known at any instant, the card says what was so and what was known."""
    clocks = {"as_of": day} | ({"known_at": getattr(told, known)} if known else {})
    rows = told.desk.ask("audit", "card", asset_id=told.asset_id, **clocks)

    assert expected == {
        row["unit_id"]: (row["state"], row["gross_fen"], row["accum_fen"]) for row in rows
    }


@pytest.mark.parametrize("period", MONTHS)
def test_cards_and_books_agree_each_month(told: Told, period: str) -> None:
    """Gross is 1601 and accumulated 1602 in both units at every month's end."""
    day = last_day(period).isoformat()
    money = told.desk.ask("audit", "card-money", asset_ids=told.asset_id, as_of=day)
    cards = {
        (row["unit_id"], account): row[name]
        for row in money
        for account, name in (("1601", "gross_fen"), ("1602", "accum_fen"))
    }
    books: dict[tuple[str, str], int] = defaultdict(int)
    for row in told.desk.ask("audit", "balances", as_of=day, book="FA"):
        account = row["account"][:4]
        if account in ("1601", "1602"):
            books[row["unit_id"], account] += abs(row["closing_fen"])

    assert {k: v for k, v in books.items() if v} == {k: v for k, v in cards.items() if v}


def _closing(told: Told, account: str) -> dict[str, int]:
    rows = told.desk.ask("audit", "balances", as_of="2025-07-31", book="FA", account=account)
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row["unit_id"]] += row["closing_fen"]
    return found


def test_what_one_gave_the_other_got(told: Told) -> None:
    """3401 of both units nets to zero: the giver's loss of net value is the receiver's gain."""
    net = _closing(told, "3401")

    expected = {DONOR: NET_GIVEN, RECEIVER: -NET_GIVEN}
    assert expected == net


def test_the_treasury_got_its_money(told: Told) -> None:
    """Nothing is left pending in 1902 nor owed in 2103, and the process says it is paid."""
    process = told.desk.ask("audit", "process", process_id=told.process_id)[0]
    money = [process[name] for name in ("proceeds_fen", "costs_fen", "paid_fen")]

    nothing = {RECEIVER: 0}
    assert nothing == _closing(told, "1902") == _closing(told, "2103")
    expected = [30_000, 10_000, 20_000]
    assert expected == money


def test_a_photo_of_its_label_finds_the_card(told: Told, tmp_path: Path) -> None:
    """Printed, photographed from the side, read, verified: the number leads to both holdings."""
    label = Label(
        unit_name="澄江市教育局", asset_name="便携式计算机", display_no=told.old_card_no,
        label_no=told.label_no,
        qr_text=qr_text(told.label_no, KEYRING, "https://zc.chengjiang.example"),
    )  # fmt: skip
    printed = Image.open(io.BytesIO(label_png(label))).convert("L")
    (tmp_path / "photo.jpg").write_bytes(jpeg(in_perspective(printed)))

    (hit,) = decode((tmp_path / "photo.jpg").read_bytes()).hits
    read = parse(hit.text)
    assert isinstance(read, Parsed)
    found = told.desk.ask("audit", "lookup-labels", label_nos=read.label_no)

    assert verify(read, KEYRING) is Verdict.GENUINE
    assert {told.asset_id} == {row["asset_id"] for row in found}


@pytest.mark.parametrize(
    ("name", "program"),
    [("hledger", ("hledger", "check", "--strict", "-f")), ("beancount", ("bean-check",))],
)
def test_foreign_programs_accept_the_journal(
    told: Told, tmp_path: Path, name: str, program: tuple[str, ...]
) -> None:
    """The books of both units, exported, pass the strict check of another accounting program."""
    path = tmp_path / f"books.{name}"
    path.write_bytes(told.desk.export(name, date(2025, 7, 31)))
    done = subprocess.run((*program, str(path)), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert told.asset_id in path.read_text("utf-8")


def test_read_models_equal_a_rebuild(told: Told) -> None:
    """Folded as it came, and folded again from the first event: the same rows."""
    engine = told.desk.works.engine
    differences: list[Any] = [each for name in engine.projections for each in engine.verify(name)]

    assert differences == []


def test_a_closed_month_takes_no_more(told: Told) -> None:
    """An entry dated into a closed month is refused by name; the month is run once only."""
    card = PC | {"card_no": "TY2025000002", "acquired_on": "2025-07-05"}
    made = told.desk.do("officer", "register-acquisition", "2025-07-05", unit_id=DONOR,
                        sub_kind="CONFIG.PURCHASE", cards=[card],
                        approval=approved("2025-07-01"))  # fmt: skip
    late = told.desk.refused("accountant", "post-to-books", "2025-07-05", booked_on="2025-06-30",
                             asset_ids=made["created"]["asset_ids"])  # fmt: skip
    again = told.desk.refused("accountant", "depreciate", "2025-07-31", unit_id=DONOR,
                              period="2025-06")  # fmt: skip

    expected = ("E_PERIOD_CLOSED", "E_ALREADY_RUN")
    assert expected == (late, again)
