"""The life of one sedan from request to treasury slip, by HTTP and by the command line.

The figures are those of the handbook's cases E03 and E08, whatever hand gives the commands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import main
from domain.money import yuan
from domain.periods import add_months, last_day
from eventstore.embedded import EmbeddedServer, Urls
from tests.api.city import running_city
from tests.conftest import new_database
from tests.journey.desk import DONOR, open_desk

Do = Callable[..., dict[str, Any]]
FIRST, SOLD_ON = "2019-04", "2024-04-18"
CARD: dict[str, Any] = {
    "card_no": "TY2019000001", "name": "轿车", "class_std": "GB/T 14885-2022",
    "class_code": "A02030501", "card_type": "vehicle", "account_code": "1601",
    "acq_way": "PURCHASE", "acquired_on": "2019-04-10", "gross_fen": 17_980_000,
    "fiscal_fen": 17_980_000, "life_months": 96, "use_direction": "BUSINESS",
    "traits": {"plate": "川A12345", "vin": "LSVAB2BR1EN123456", "quota_status": "在编"},
}  # fmt: skip

BOUGHT = [
    "FA D 1601 179,800.00", "FA C 4001 170,810.00", "FA C 2302 8,990.00",
    "BA D 7101 170,810.00", "BA C 6001 170,810.00",
    "FA D 2302 8,990.00", "FA C 4001 8,990.00", "BA D 7101 8,990.00", "BA C 6001 8,990.00",
]  # fmt: skip
SOLD = [
    "FA D 1002 88,000.00", "FA C 1002 2,640.00", "FA C 2103 85,360.00",
    "FA D 2103 85,360.00", "FA C 1002 85,360.00",
]  # fmt: skip


def approved(on: str) -> dict[str, str]:
    """A decision of `on`."""
    return {"no": f"澄资〔{on[:4]}〕8号", "on": on, "level": "city"}


def live(do: Do, months: int, sold_on: str) -> None:
    """Asked for, granted, accepted, booked, paid, depreciated, sold by auction, paid over."""
    do("accountant", "open-books", "2019-01-01", unit_id=DONOR, period=FIRST)
    item = {"name": "轿车", "class_code": CARD["class_code"], "pieces": 2, "price_fen": 17_980_000}
    wanted = do("officer", "open-request", "2019-04-01", kind="CONFIG.PURCHASE", unit_id=DONOR,
                items=[item])  # fmt: skip
    [request_id] = wanted["created"]["process_id"]
    do("finance", "approve-request", "2019-04-03", process_id=request_id,
       approval=approved("2019-04-03"),
       leave_out=[{"item": 0, "pieces": 1, "reason": "超编制"}])  # fmt: skip
    made = do("officer", "register-acquisition", "2019-04-10", unit_id=DONOR, cards=[CARD],
              sub_kind="CONFIG.PURCHASE", request_id=request_id,
              retention_fen=899_000)  # fmt: skip
    ids, [acquisition] = made["created"]["asset_ids"], made["created"]["process_id"]
    do("accountant", "post-to-books", "2019-04-12", asset_ids=ids)
    do("accountant", "pay-retention", "2019-04-30", process_id=acquisition, amount_fen=899_000)
    for ahead in range(months):
        period = add_months(FIRST, ahead)
        do("accountant", "depreciate", last_day(period).isoformat(), unit_id=DONOR, period=period)
    day = sold_on[:8]
    asked = do("officer", "apply-disposal", f"{day}02", asset_ids=ids, sub_kind="DISP.SALE",
               appraisal_no="评〔2024〕16号", floor_fen=6_200_000)  # fmt: skip
    [process_id] = asked["created"]["process_id"]
    do("organ", "approve-disposal", f"{day}08", process_id=process_id,
       approval=approved(f"{day}08"))  # fmt: skip
    do("accountant", "execute-disposal", sold_on, process_id=process_id, sub_kind="DISP.SALE",
       price_fen=8_800_000, evidence="成交确认书", receiver="竞得人")  # fmt: skip
    do("accountant", "record-proceeds", sold_on, process_id=process_id, amount_fen=8_800_000,
       costs_fen=264_000, buyer="竞得人")  # fmt: skip
    do("accountant", "pay-treasury", f"{day}20", process_id=process_id, amount_fen=8_536_000,
       slip_no="缴〔2024〕77号")  # fmt: skip
    do("organ", "file-process", f"{day}22", process_id=process_id, document_no="备〔2024〕9号")


def entries(rows: list[dict[str, Any]]) -> list[str]:
    """The lines of people's vouchers in the order of booking, printed one by one."""
    told = []
    for row in rows:
        print(row["booked_on"], row["summary"], row["book"], row["side"], row["account"],
              yuan(row["fen"]))  # fmt: skip
        told.append(f"{row['book']} {row['side']} {row['account']} {yuan(row['fen'])}")
    return told


def derecognised(accum: str, net: str) -> list[str]:
    """E08: what the books still said goes to 5301."""
    return [f"FA D 5301 {net}", f"FA D 1602 {accum}", "FA C 1601 179,800.00"]


@pytest.fixture
def fresh(server: EmbeddedServer, template: str) -> Iterator[Urls]:
    """A database of its own for each life."""
    with new_database(server, template) as urls:
        yield urls


def test_the_sedan_of_the_handbook_by_http(fresh: Urls) -> None:
    """60 months, exactly E03 and E08: accumulated 112,375.20, net 67,424.80, 85,360.00 owed."""
    with open_desk(fresh) as desk:
        live(desk.do, 60, SOLD_ON)
        rows = desk.ask("accountant", "journal", unit=DONOR, kind="voucher", limit=200)
        runs = desk.ask("accountant", "journal", unit=DONOR, kind="run", account="1602", limit=200)

        assert [*BOUGHT, *derecognised("112,375.20", "67,424.80"), *SOLD] == entries(rows)
        assert [yuan(row["fen"]) for row in runs] == 60 * ["1,872.92"]


def test_the_same_life_by_the_command_line(fresh: Urls, tmp_path: Path) -> None:
    """Every step as a line of `taizhang`; sold after two months."""
    environ = {"MIGRATE_DATABASE_URL": fresh.migrate_url, "TAIZHANG_DATA": str(tmp_path)}

    def line(*words: str, **options: Any) -> Any:
        run = CliRunner().invoke(
            main, ["--database", fresh.app_url, *words], env=environ, **options
        )
        assert run.exit_code == 0, f"{words}: {run.output}"
        return json.loads(run.stdout)

    def do(username: str, command: str, on: str, **body: Any) -> dict[str, Any]:
        given = json.dumps({"occurred_on": on, **body})
        answer: dict[str, Any] = line("do", command, "--json", "-", "--as", username, input=given)
        return answer

    with running_city(fresh):
        live(do, 2, "2019-06-18")
        asked = line("ask", "journal", "--json", "--as", "accountant", "--param", f"unit={DONOR}",
                     "--param", "kind=voucher", "--param", "limit=200")  # fmt: skip

    assert [*BOUGHT, *derecognised("3,745.84", "176,054.16"), *SOLD] == entries(asked["rows"])
