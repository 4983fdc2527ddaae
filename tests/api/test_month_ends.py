"""Month's ends over HTTP and on the command line: depreciated, closed, checked, explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.bootstrap import Works
from api.cli import main
from domain.cards import Card
from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Approval
from eventstore.embedded import Urls
from tests.api.conftest import SignedIn
from tests.domain.things import day
from tests.waiting import PATIENCE_SECONDS, wait_until

Run = Callable[..., Result]
OFFICER = Actor("p-officer", "unit_asset_officer", "JY")
ACCOUNTANT = Actor("p-accountant", "unit_accountant", "JY")
CARD = Card(
    card_no="TY2025-7",
    name="台式计算机",
    class_std="GB/T 14885-2022",
    class_code="A02010105",
    card_type="equipment",
    account_code="1601",
    acq_way="PURCHASE",
    acquired_on=day("2025-11-05"),
    gross_fen=500_000,
    fiscal_fen=500_000,
    life_months=72,
    keeper="p-custodian",
    place="三楼",
)


@pytest.fixture(scope="module")
def books(works: Works) -> str:
    """The books of two units from 2025-11, a desktop in one of them; its id."""
    ledger = works.ledger
    for unit in ("JY", "WJ"):
        order = c.OpenBooks(unit_id=unit, period="2025-11", occurred_on=day("2025-11-01"))
        ledger.execute(order, ACCOUNTANT)
    approval = Approval(no="批1", on=day("2025-11-01"), level="city")
    bought = c.RegisterAcquisition(
        unit_id="JY",
        cards=(CARD,),
        sub_kind="CONFIG.PURCHASE",
        approval=approval,
        occurred_on=day("2025-11-05"),
    )
    [asset_id] = ledger.execute(bought, OFFICER).created["asset_ids"]
    posting = c.PostToBooks(asset_ids=(asset_id,), occurred_on=day("2025-11-05"))
    position = ledger.execute(posting, ACCOUNTANT).position
    assert works.engine.wait_for(position, timeout=PATIENCE_SECONDS)
    return asset_id


@pytest.fixture(scope="module")
def run(database: Urls, works: Works, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`taizhang …` on the module's database."""
    assert works.house is not None
    data = tmp_path_factory.mktemp("data")
    environ = {"MIGRATE_DATABASE_URL": database.migrate_url, "TAIZHANG_DATA": str(data)}

    def line(*words: str) -> Result:
        return CliRunner().invoke(main, ["--database", database.app_url, *words], env=environ)

    return line


def finished(signed_in: SignedIn, path: str, username: str = "accountant") -> dict[str, Any]:
    """A job begun and waited for."""
    account = signed_in(username)
    answer = account.post(path)
    assert answer.status_code == 202, answer.text
    job = answer.json()
    where = f"/api/v1/months/jobs/{job['job_id']}"
    wait_until(lambda: not account.get(where).json()["running"], lambda: "the job goes on")
    told: dict[str, Any] = account.get(where).json()
    return told


def results(job: dict[str, Any]) -> list[tuple[str, str]]:
    """Unit and result of each unit of a job."""
    return [(one["unit"], one["result"]) for one in job["units"]]


def test_a_month_is_run_closed_and_run_again_as_jobs(
    signed_in: SignedIn, books: str, works: Works
) -> None:
    """Each in the caller's reach; what was done before is fine and said."""
    assert books
    job = finished(signed_in, "/api/v1/months/2025-11/depreciate?unit=all")
    assert (results(job), job["failed"]) == ([("JY", "OK")], 0)
    assert results(finished(signed_in, "/api/v1/months/2025-11/depreciate")) == [("JY", "DONE")]
    assert results(finished(signed_in, "/api/v1/months/2025-11/close")) == [("JY", "OK")]
    assert results(finished(signed_in, "/api/v1/months/2025-11/close")) == [("JY", "DONE")]


def test_a_job_is_its_owners_and_a_period_is_a_period(signed_in: SignedIn, books: str) -> None:
    """Nobody else reads it; 2025-13 is wrong; a foreign unit is told as a failure."""
    assert books
    job = finished(signed_in, "/api/v1/months/2025-11/depreciate?unit=WJ")
    assert results(job) == [("WJ", "E_OUT_OF_SCOPE")]
    other = signed_in("finance").get(f"/api/v1/months/jobs/{job['job_id']}")
    assert other.status_code == 404
    assert signed_in("accountant").post("/api/v1/months/2025-13/close").status_code == 400


def test_one_unit_that_fails_stops_no_other(run: Run, books: str) -> None:
    """WJ has not run November: its December fails, JY's passes; the line exits 1 and names it."""
    assert books
    result = run("run", "depreciation", "--period", "2025-12", "--json")
    rows = {row["unit"]: row["result"] for row in json.loads(result.stdout)}

    assert (rows, result.exit_code) == ({"JY": "OK", "WJ": "E_PREVIOUS_OPEN"}, 1)
    assert "WJ" in result.stderr


def test_december_is_closed_with_its_year(run: Run, books: str, works: Works) -> None:
    """`close` of December carries the year's result to 3001 and opens January."""
    assert books
    result = run("close", "--period", "2025-12", "--unit", "JY")
    assert result.exit_code == 0, result.output
    found = run("ask", "balances", "--param", "unit=JY", "--as-of", "2025-12-31", "--json")
    rows = json.loads(found.stdout)["rows"]
    standing = {row["account"]: row["closing_fen"] for row in rows if row["book"] == "FA"}

    assert {a: fen for a, fen in standing.items() if fen} == {
        "1601": 500_000,
        "1602": -13_888,
        "3001": -486_112,
    }


def test_old_runs_are_worked_out_again(run: Run, books: str) -> None:
    """Nothing differs: exit 0, and the number of runs is said."""
    assert books
    result = run("run", "depreciation", "--check", "--unit", "JY", "--json")
    rows = json.loads(result.stdout)

    assert result.exit_code == 0, result.output
    assert [(row["period"], row["rule"], row["found_fen"]) for row in rows] == [
        ("2025-11", "2026-1", 6_944),
        ("2025-12", "2026-1", 6_944),
    ]


def test_a_month_of_a_card_is_explained(run: Run, books: str) -> None:
    """In figures and words, by the number on the card."""
    assert books
    said = run("show", "depreciation", "TY2025-7", "--period", "2025-12").stdout

    assert "本期为第 2 个月，计提 69.44 元" in said
    assert "月折旧额：69.44" in said


def test_what_comes_late_is_booked_in_the_open_month_and_says_so(
    signed_in: SignedIn, books: str
) -> None:
    """December is closed: a value settled in December is booked on the first of January."""
    answer = signed_in("accountant").post(
        "/api/v1/commands/adjust-estimate?dry_run=true",
        json={
            "asset_id": books,
            "sub_kind": "ESTIMATE.SETTLED",
            "new_value_fen": 520_000,
            "document_no": "结1",
            "reason": "结算",
            "occurred_on": "2025-12-20",
        },
        headers={"Idempotency-Key": "0a1b2c3d-0000-4000-8000-000000000001"},
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["booked_on"] == "2026-01-01"
