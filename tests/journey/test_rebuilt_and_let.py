"""An office rebuilt (E16), a hall let (E20), a van lent: over HTTP, and what the books then say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from domain.periods import last_day
from eventstore.embedded import Urls
from tests.journey.desk import DONOR, RECEIVER, Desk, open_desk

OFFICE: dict[str, Any] = {
    "card_no": "FW0001", "name": "办公楼", "class_std": "GB/T 14885-2022",
    "class_code": "A01010100", "card_type": "house", "account_code": "1601",
    "acq_way": "SELF_BUILT", "acquired_on": "2015-04-01", "gross_fen": 126_000_000,
    "fiscal_fen": 126_000_000, "life_months": 360, "traits": {"structure": "砖混结构"},
}  # fmt: skip
HALL = OFFICE | {
    "card_no": "FW0002", "name": "业务用房", "class_code": "A01010200",
    "gross_fen": 36_000_000, "fiscal_fen": 36_000_000,
}  # fmt: skip
VAN = OFFICE | {
    "card_no": "CL0001", "name": "多功能客车", "class_code": "A02030599", "card_type": "vehicle",
    "gross_fen": 9_600_000, "fiscal_fen": 9_600_000, "life_months": 96, "traits": {},
}  # fmt: skip
DONE = {"FW0001": (117, 40_950_000), "FW0002": (117, 11_700_000), "CL0001": (12, 1_200_000)}


def approved(on: str) -> dict[str, str]:
    """A decision of `on`."""
    return {"no": f"澄资〔2025〕{on}", "on": on, "level": "city"}


class Told(msgspec.Struct, frozen=True):
    """What was done: the desk, the asset ids of office, hall and van, the project and the lease."""

    desk: Desk
    office: str
    hall: str
    van: str
    project: str
    lease: str


class _Telling:
    """The steps month by month; every person does only what his role may do."""

    def __init__(self, desk: Desk) -> None:
        self.do = desk.do
        self.desk = desk

    def begins(self) -> list[str]:
        """Books with three cards of older books."""
        for unit, accountant in ((DONOR, "accountant"), (RECEIVER, "accountant-wj")):
            self.do(accountant, "open-books", "2025-01-01", unit_id=unit, period="2025-01")
        cards = [
            {"card": card, "done_months": DONE[card["card_no"]][0],
             "accum_fen": DONE[card["card_no"]][1]}
            for card in (OFFICE, HALL, VAN)
        ]  # fmt: skip
        made = self.do("accountant", "import-opening-card", "2025-01-01", unit_id=DONOR,
                       batch_id="B1", prepared_by="p-officer", cards=cards)  # fmt: skip
        return list(made["created"]["asset_ids"])

    def months(self, *numbers: int) -> None:
        """The depreciation of months of 2025."""
        for number in numbers:
            period = f"2025-{number:02d}"
            end = last_day(period).isoformat()
            self.do("accountant", "depreciate", end, unit_id=DONOR, period=period)

    def lets(self, hall: str) -> str:
        """The hall is let for three years, a year's rent comes in and goes to the treasury."""
        made = self.do("officer", "lease-out", "2025-02-01", asset_ids=[hall], lessee="便民超市",
                       contract_no="租2025-1", contract_on="2025-01-20", ends_on="2028-02-01",
                       rent_fen=12_000_000, rent_months=12, first_due_on="2025-02-01",
                       floor_rent_fen=11_000_000, appraisal_no="评2025-1",
                       approval=approved("2025-01-15"))  # fmt: skip
        lease = str(made["created"]["process_id"][0])
        self.do("accountant", "record-rent", "2025-02-10", process_id=lease,
                amount_fen=12_000_000)  # fmt: skip
        self.do("accountant", "pay-treasury", "2025-02-20", process_id=lease,
                amount_fen=12_000_000, slip_no="JK-2025-1")  # fmt: skip
        return lease

    def rebuilds(self, office: str) -> str:
        """The office from April to July, as E16 has it."""
        made = self.do("accountant", "start-improvement", "2025-04-10", asset_id=office,
                       sub_kind="REPAIR.PREMISES", project_no="发改2025-3", plan="加固",
                       approval=approved("2025-03-20"))  # fmt: skip
        self.months(4)
        self.do("accountant", "spend-on-improvement", "2025-05-10", asset_id=office,
                amount_fen=30_000_000, payee="建工集团")  # fmt: skip
        self.months(5)
        parts = self.do("accountant", "remove-parts", "2025-06-03", asset_id=office,
                        amount_fen=4_000_000, parts="旧窗")["created"]["process_id"][0]  # fmt: skip
        refused = self.desk.refused("accountant", "approve-removed-parts", "2025-06-20",
                                    process_id=parts, approval=approved("2025-06-18"))  # fmt: skip
        assert refused == "E_FORBIDDEN"
        self.do("organ", "approve-removed-parts", "2025-06-20", process_id=parts,
                approval=approved("2025-06-18"))  # fmt: skip
        self.months(6)
        self.do("accountant", "complete-improvement", "2025-07-10", asset_id=office,
                acceptance="竣验2025-7", remaining_months=300)  # fmt: skip
        self.months(7, 8)
        return str(made["created"]["process_id"][0])


@pytest.fixture(scope="module")
def told(database: Urls) -> Iterator[Told]:
    """Eight months, lived through once."""
    with open_desk(database) as desk:
        telling = _Telling(desk)
        office, hall, van = telling.begins()
        telling.months(1)
        lease = telling.lets(hall)
        desk.do("organ", "lend-between", "2025-02-15", asset_ids=[van], to_unit=RECEIVER,
                due_on="2025-08-15", approval=approved("2025-02-10"))  # fmt: skip
        telling.months(2, 3)
        project = telling.rebuilds(office)
        yield Told(desk, office, hall, van, project, lease)


# As-of day → state, gross and accumulated fen of the office.
MOMENTS: tuple[tuple[str, tuple[str, int, int]], ...] = (
    ("2025-03-31", ("IN_USE", 126_000_000, 42_000_000)),
    ("2025-04-30", ("UNDER_IMPROVEMENT", 84_000_000, 0)),
    ("2025-05-31", ("UNDER_IMPROVEMENT", 114_000_000, 0)),
    ("2025-06-30", ("UNDER_IMPROVEMENT", 110_000_000, 0)),
    ("2025-07-31", ("IN_USE", 110_000_000, 366_667)),
    ("2025-08-31", ("IN_USE", 110_000_000, 733_334)),
)


@pytest.mark.parametrize(("day", "expected"), MOMENTS)
def test_the_office_stands_as_it_stood(
    told: Told, day: str, expected: tuple[str, int, int]
) -> None:
    """No charge from April to June, the first of 300 in July: 3,666.67."""
    [row] = told.desk.ask("audit", "card", asset_id=told.office, as_of=day)

    assert expected == (row["state"], row["gross_fen"], row["accum_fen"])


# Month's end → closing balances in fen, debits less credits.
BOOKS: tuple[tuple[str, dict[str, int]], ...] = (
    ("2025-04-30", {"1601": 45_600_000, "1613": 84_000_000, "1902": 0}),
    ("2025-06-10", {"1601": 45_600_000, "1613": 110_000_000, "1902": 4_000_000}),
    ("2025-08-31", {"1601": 155_600_000, "1613": 0, "1902": 0, "2103": 0}),
)


@pytest.mark.parametrize(("day", "expected"), BOOKS)
def test_the_books_hold_it_where_its_state_says(
    told: Told, day: str, expected: dict[str, int]
) -> None:
    """1613 while it is rebuilt, 1902 while removed parts wait, 1601 before and after."""
    actual = dict.fromkeys(expected, 0)
    for row in told.desk.ask("audit", "balances", as_of=day, book="FA", unit=DONOR):
        if (account := row["account"][:4]) in actual:
            actual[account] += row["closing_fen"]

    assert expected == actual


def test_what_is_let_or_lent_goes_on_being_depreciated(told: Told) -> None:
    """The hall at 1,000 and the van at 1,000 a month, all eight months; both are away."""
    for asset_id, state, before in ((told.hall, "LEASED_OUT", 117), (told.van, "LENT_OUT", 12)):
        [row] = told.desk.ask("audit", "card", asset_id=asset_id, as_of="2025-08-31")

        assert (state, (before + 8) * 100_000) == (row["state"], row["accum_fen"])
    assert row["borrower_unit"] == RECEIVER


def test_the_lease_and_the_project_can_be_read(told: Told) -> None:
    """Their processes say what was received, paid and spent."""
    lease = told.desk.ask("audit", "process", process_id=told.lease)[0]
    project = told.desk.ask("audit", "process", process_id=told.project)[0]

    assert (
        lease["kind"], lease["status"], lease["proceeds_fen"], lease["paid_fen"],
    ) == ("USE.LEASE", "executed", 12_000_000, 12_000_000)  # fmt: skip
    assert (
        project["kind"], project["status"], project["costs_fen"],
    ) == ("REPAIR.PREMISES", "settled", 30_000_000)  # fmt: skip


def test_read_models_equal_a_rebuild(told: Told) -> None:
    """Folded as it came, and folded again from the first event: the same rows."""
    engine = told.desk.works.engine
    differences: list[Any] = [each for name in engine.projections for each in engine.verify(name)]

    assert differences == []
