"""The first ten rules on a planted city: every planted violation is found, and nothing else.

The plants are written as events, beside a near miss each: the day, the fen or the fact on the
other side of the line.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import Changes
from domain.states import State
from eventstore.embedded import Urls
from projections.asof import Scope
from projections.calendar import Calendar
from projections.engine import Engine
from projections.issues import Issues
from projections.organisation import Organisation
from tests.projections.life import DESKTOP, LAPTOP, Life, approval, spread
from tests.projections.read_models import ask, fold, rows
from tests.projections.stories import ListLog, day, record

MODELS = (Calendar(), Organisation(), Issues())
TABLES = ("patch", "acquisition", "idle", "loan", "listing", "untitled", "titled", "disposal",
          "claim", "basis", "run", "closing", "finding")  # fmt: skip
OPEN, ENDED, WITHDRAWN = "open", "ended", "withdrawn"
LAST_DAY = "2025-06-30"

Expected = dict[tuple[str, str], tuple[str, str]]
"""(rule, asset, process or unit with month) to (day it became true, status at the last day)."""


def city() -> Life:
    """Two units and a warehouse of the city, one unit and a warehouse of a county."""
    life = Life()
    life.unit("U1")
    life.unit("U2")
    life.unit("C1", level="county-a")
    life.warehouse("W1", "U1")
    life.warehouse("W2", "C1")
    return life


def bought(life: Life, asset: str, on: str, unit: str = "U1", **more: Any) -> None:
    """A purchase in order: approved before, within the cap, booked on the day."""
    card = {"approval": approval("2023-01-01"), "class_code": "A02061899"} | more
    life.acquire(asset, unit, on, **card)
    life.book(asset, unit, on)


def plant_i01(life: Life) -> Expected:
    """Bought on the eve of the approval, without one, long before; the day itself is in order."""
    bought(life, "i01-eve", "2024-03-04", approval=approval("2024-03-05"))
    bought(life, "i01-none", "2024-03-04", approval=None)
    bought(life, "i01-long", "2024-03-04", approval=approval("2024-12-31"))
    bought(life, "i01-fixed", "2024-03-04", approval=approval("2024-03-05"))
    life.corrected("i01-fixed", "U1", "2024-04-01", acquired_on="2024-03-05")
    bought(life, "m01-same-day", "2024-03-05", approval=approval("2024-03-05"))
    bought(life, "m01-day-after", "2024-03-06", approval=approval("2024-03-05"))
    life.acquire("m01-donated", "U1", "2024-03-04", kind="CONFIG.DONATION_IN", approval=None)
    life.book("m01-donated", "U1", "2024-03-04")
    life.opening("m01-opening", "U1", "2024-01-01", acquired_on=day("2015-03-04"))
    return {
        ("I01", "i01-eve"): ("2024-03-04", OPEN),
        ("I01", "i01-none"): ("2024-03-04", OPEN),
        ("I01", "i01-long"): ("2024-03-04", OPEN),
        ("I01", "i01-fixed"): ("2024-03-04", WITHDRAWN),
    }


def plant_i02(life: Life) -> Expected:
    """Disposed of before approval, without, after a revocation; asked for when found missing."""
    for asset in ("eve", "none", "revoked", "missing", "late", "m-day", "m-found", "m-loss", "m-x"):
        bought(life, f"i02-{asset}", "2023-02-01")
    life.disposal("i02-eve", "U1", "2024-05-09", "executed", approval=approval("2024-05-10"))
    life.disposal("i02-none", "U1", "2024-05-09", "executed")
    life.disposal("i02-revoked", "U1", "2024-05-01", "applied", process="p-r")
    life.disposal(
        "i02-revoked", "U1", "2024-05-02", "approved", process="p-r",
        approval=approval("2024-05-02"), state=State.DISPOSAL_APPROVED,
    )  # fmt: skip
    life.disposal("i02-revoked", "U1", "2024-05-03", "revoked", process="p-r", state=State.IN_USE)
    life.disposal("i02-revoked", "U1", "2024-05-04", "executed", process="p-r")
    life.counted("i02-missing", "U1", "2024-05-01", "LOSS")
    life.disposal("i02-missing", "U1", "2024-05-02", "applied", process="p-m")
    life.disposal("i02-late", "U1", "2024-05-09", "executed", process="p-l")
    life.disposal(
        "i02-late", "U1", "2024-05-08", "approved", process="p-l", approval=approval("2024-05-08")
    )
    life.disposal("i02-m-day", "U1", "2024-05-09", "approved", approval=approval("2024-05-09"))
    life.disposal("i02-m-day", "U1", "2024-05-09", "executed")
    life.counted("i02-m-found", "U1", "2024-05-01", "LOSS")
    life.counted("i02-m-found", "U1", "2024-05-02", "MATCH")
    life.disposal("i02-m-found", "U1", "2024-05-03", "applied", process="p-f")
    life.disposal("i02-m-loss", "U1", "2024-05-01", "missing", kind="DISP.LOSS")
    life.disposal("i02-m-loss", "U1", "2024-05-02", "applied", kind="DISP.LOSS")
    life.given("i02-m-x", "U1", "U2", "2024-05-02", kind="DISP.TRANSFER",
               approval=approval("2024-05-02"))  # fmt: skip
    return {
        ("I02", "i02-eve"): ("2024-05-09", OPEN),
        ("I02", "i02-none"): ("2024-05-09", OPEN),
        ("I02", "i02-revoked"): ("2024-05-04", OPEN),
        ("I02", "i02-missing"): ("2024-05-02", OPEN),
        ("I02", "i02-late"): ("2024-05-09", WITHDRAWN),
    }


def plant_i03(life: Life) -> Expected:
    """One fen above the cap of a desktop: 5,000 yuan since 2016-07-01, 6,000 before."""
    bought(life, "i03-fen", "2024-02-01", class_code=DESKTOP, gross_fen=500_001)
    bought(life, "i03-two", "2024-02-01", class_code=DESKTOP, gross_fen=1_000_001, qty_centi=200)
    bought(life, "i03-laptop", "2024-02-01", class_code=LAPTOP, gross_fen=700_100)
    bought(life, "i03-contract", "2024-02-01", class_code=DESKTOP, gross_fen=600_000,
           contract_on="2016-07-01")  # fmt: skip
    bought(life, "m03-cap", "2024-02-01", class_code=DESKTOP, gross_fen=500_000)
    bought(life, "m03-two", "2024-02-01", class_code=DESKTOP, gross_fen=1_000_000, qty_centi=200)
    bought(life, "m03-before", "2024-02-01", class_code=DESKTOP, gross_fen=600_000,
           contract_on="2016-06-30")  # fmt: skip
    life.acquire("m03-gift", "U1", "2024-02-01", kind="CONFIG.DONATION_IN", gross_fen=900_000,
                 class_code=DESKTOP)  # fmt: skip
    life.book("m03-gift", "U1", "2024-02-01")
    return {
        ("I03", "i03-fen"): ("2024-02-01", OPEN),
        ("I03", "i03-two"): ("2024-02-01", OPEN),
        ("I03", "i03-laptop"): ("2024-02-01", OPEN),
        ("I03", "i03-contract"): ("2016-07-01", OPEN),
    }


def plant_i05(life: Life) -> Expected:
    """A chair of the class listed from 2024-04-10 until it goes on 2024-04-20."""
    chair = "A05010301"

    def asked(asset: str, approved: str, unit: str = "U2", **more: Any) -> None:
        given = {"class_code": chair, "gross_fen": 50_000, "approval": approval(approved)} | more
        bought(life, asset, "2024-05-01", unit, **given)

    asked("i05-early-word", "2024-04-12")
    life.opening("w05-chair", "U1", "2024-01-01", class_code="A05010399", gross_fen=30_000)
    life.idles("w05-chair", "U1", "2024-04-01")
    life.stored("w05-chair", "U1", "W1", "2024-04-05")
    life.listed("w05-chair", "U1", "2024-04-10")
    asked("i05-first", "2024-04-10")
    asked("i05-last", "2024-04-19")
    asked("i05-matched", "2024-04-15", search_result="matched")
    life.lent("w05-chair", "U1", "U2", "2024-04-20", "2025-12-31")
    asked("m05-before", "2024-04-09")
    asked("m05-gone", "2024-04-20")
    asked("m05-reason", "2024-04-15", refusal_reason="尺寸不符")
    asked("m05-county", "2024-04-15", unit="C1")
    asked("m05-class", "2024-04-15", class_code="A05010401")
    asked("m05-lost-ground", "2024-04-18")
    return {
        ("I05", "i05-early-word"): ("2024-04-12", OPEN),
        ("I05", "i05-first"): ("2024-04-10", OPEN),
        ("I05", "i05-last"): ("2024-04-19", OPEN),
        ("I05", "i05-matched"): ("2024-04-15", OPEN),
        ("I05", "m05-lost-ground"): ("2024-04-18", OPEN),
    }


def plant_i11(life: Life) -> Expected:
    """Acquired on 2025-01-31: booked in time until 2025-02-28."""

    def accepted(asset: str, on: str = "2025-01-31", **more: Any) -> None:
        life.acquire(asset, "U1", on, approval=approval("2023-01-01"),
                     class_code="A02061899", **more)  # fmt: skip

    accepted("i11-day")
    life.book("i11-day", "U1", "2025-03-01")
    accepted("i11-open")
    accepted("i11-gift", kind="CONFIG.DONATION_IN")
    life.book("i11-gift", "U1", "2025-05-31")
    accepted("i11-edge", "2025-05-29")
    accepted("i11-voided")
    accepted("m11-day")
    life.book("m11-day", "U1", "2025-02-28")
    accepted("m11-same")
    life.book("m11-same", "U1", "2025-01-31")
    accepted("m11-not-yet", "2025-05-30")
    accepted("m11-voided", "2025-04-30")
    life.voided("m11-voided", "U1", "2025-05-10")
    return {
        ("I11", "i11-day"): ("2025-03-01", ENDED),
        ("I11", "i11-open"): ("2025-03-01", OPEN),
        ("I11", "i11-gift"): ("2025-03-01", ENDED),
        ("I11", "i11-edge"): ("2025-06-30", OPEN),
        ("I11", "i11-voided"): ("2025-03-01", WITHDRAWN),
    }


def plant_i12(life: Life) -> Expected:
    """Months of four units: left out by the run, known after it, not run at all."""
    for unit in ("D1", "D2", "D3", "D4"):
        life.unit(unit)
    plain: dict[str, Any] = {"booked_on": day("2025-01-01"), "state": State.IN_USE}
    life.opening("d1-run", "D1", "2025-01-01", changes=Changes(basis=spread("2025-01"), **plain))
    life.opening("d1-late", "D1", "2025-01-01", changes=Changes(basis=spread("2025-01"), **plain))
    short = Changes(basis=spread("2025-01", months=1), **plain)
    life.opening("d1-exhausted", "D1", "2025-01-01", changes=short)
    life.run("D1", "2025-01", 100, skipped={"LATE": ("d1-late",)})
    bought(life, "d1-after", "2025-01-20", "D1")
    life.close("D1", "2025-01")
    life.disposal("d1-run", "D1", "2025-02-10", "executed", approval=approval("2025-02-01"),
                  booked_on=day("2025-02-10"))  # fmt: skip
    life.run("D1", "2025-02", 100)
    life.close("D1", "2025-02")
    life.opening("d2-card", "D2", "2025-01-01", changes=Changes(basis=spread("2025-01"), **plain))
    life.close("D2", "2025-01")
    life.opening("d3-exempt", "D3", "2025-01-01")
    life.close("D3", "2025-01")
    life.opening("d4-short", "D4", "2025-01-01", changes=short)
    life.run("D4", "2025-01", 100)
    life.close("D4", "2025-01")
    life.close("D4", "2025-02")
    return {
        ("I12", "d1-late 2025-01"): ("2025-01-31", OPEN),
        ("I12", "d1-after 2025-01"): ("2025-01-31", OPEN),
        ("I12", "D2 2025-01"): ("2025-01-31", OPEN),
    }


def plant_i15(life: Life) -> Expected:
    """Houses and land with and without a certificate number."""
    house = {"class_code": "A01010100", "card_type": "house", "account_code": "1601"}
    land = {"class_code": "A08040100", "card_type": "land", "account_code": "1701"}
    certified = {"traits": {"cert_no": "川(2020)001"}}
    life.opening("i15-house", "U1", "2024-01-01", **house)
    life.opening("i15-land", "U1", "2024-01-01", **land)
    life.opening("i15-later", "U1", "2024-01-01", **house)
    life.corrected("i15-later", "U1", "2024-08-01", traits_cert_no="川(2024)002")
    life.opening("i15-given", "U1", "2024-01-01", **house)
    life.given("i15-given", "U1", "U2", "2024-09-01")
    life.opening("m15-house", "U1", "2024-01-01", **house, **certified)
    life.opening("m15-land", "U1", "2024-01-01", **land, **certified)
    structure = {"class_code": "A01020100", "card_type": "other_fixed"}
    life.opening("m15-wall", "U1", "2024-01-01", **structure)
    plant_owners(life, house, land)
    return {
        ("I15", "i15-house"): ("2024-01-01", OPEN),
        ("I15", "i15-land"): ("2024-01-01", OPEN),
        ("I15", "i15-later"): ("2024-01-01", ENDED),
        ("I15", "i15-given"): ("2024-01-01", ENDED),
        ("I15", "i15-given U2"): ("2024-09-01", OPEN),
        ("I15", "i15-owner"): ("2024-01-01", OPEN),
        ("I15", "i15-holder"): ("2024-01-01", ENDED),
        ("I15", "i15-moved U2"): ("2024-09-01", OPEN),
        ("I15", "i15-office"): ("2024-01-01", ENDED),
    }


def plant_owners(life: Life, house: dict[str, Any], land: dict[str, Any]) -> None:
    """Certificates in another's name: a stranger's, the giver's, the office's before its time.

    The own name, of a house or of land, and the office in its time are in order.
    """

    def named(owner: str, trait: str = "cert_owner") -> dict[str, Any]:
        return {"traits": {"cert_no": "川(2020)001", trait: owner}}

    life.unit("O1", name="机关事务局")
    life.setting("title_office", "O1", "2024-03-01")
    life.opening("i15-owner", "U1", "2024-01-01", **house, **named("外单位"))
    life.opening("i15-holder", "U1", "2024-01-01", **land, **named("外单位", "right_holder"))
    life.corrected("i15-holder", "U1", "2024-08-01", traits_right_holder="U1")
    life.opening("i15-moved", "U1", "2024-01-01", **house, **named("U1"))
    life.given("i15-moved", "U1", "U2", "2024-09-01")
    life.opening("i15-office", "U1", "2024-01-01", **house, **named("机关事务局"))
    life.opening("m15-own", "U1", "2024-01-01", **house, **named(" U1 "))
    life.opening("m15-office", "U1", "2024-03-01", **house, **named("机关事务局"))
    life.opening("m15-right", "U2", "2024-01-01", **land, **named("U2", "right_holder"))


def plant_i16(life: Life) -> Expected:
    """Idle from 2024-08-31: six months are over on 2025-02-28."""
    names = ("open", "day", "said", "store", "unlist", "late", "m-day", "m-list", "m-new", "m-used")
    for name in names:
        life.opening(f"i16-{name}", "U1", "2024-01-01")
    for name in ("open", "day", "store", "unlist", "late", "m-day", "m-list"):
        life.idles(f"i16-{name}", "U1", "2024-08-31")
    life.issued("i16-day", "U1", "2025-03-02")
    life.issued("i16-m-day", "U1", "2025-03-01")
    life.idles("i16-said", "U1", "2025-01-10", detail={"idle_since": "2024-05-01"})
    life.stored("i16-store", "U1", "W1", "2024-10-01")
    for name in ("unlist", "m-list"):
        life.stored(f"i16-{name}", "U1", "W1", "2024-10-01")
        life.listed(f"i16-{name}", "U1", "2024-11-01")
    life.unlisted("i16-unlist", "U1", "2025-04-01")
    life.idles("i16-m-new", "U1", "2024-12-30")
    life.idles("i16-m-used", "U1", "2024-08-31")
    life.issued("i16-m-used", "U1", "2024-12-01")
    life.idles("i16-m-used", "U1", "2025-01-15")
    return {
        ("I16", "i16-open"): ("2025-03-01", OPEN),
        ("I16", "i16-day"): ("2025-03-01", ENDED),
        ("I16", "i16-said"): ("2025-01-10", OPEN),
        ("I16", "i16-store"): ("2025-03-01", OPEN),
        ("I16", "i16-unlist"): ("2025-04-01", OPEN),
        ("I16", "i16-late"): ("2025-03-01", WITHDRAWN),
    }


def plant_i20(life: Life) -> Expected:
    """Ten working days after 2025-01-20, over the spring festival, end on Saturday 2025-02-08."""

    def sold(process: str, on: str = "2025-01-20") -> None:
        life.step(process, "U1", on, "proceeds_recorded", 10_000, owed=9_000)

    sold("i20-open")
    sold("i20-day")
    life.step("i20-day", "U1", "2025-02-09", "treasury_paid", 9_000)
    sold("i20-fen")
    life.step("i20-fen", "U1", "2025-02-08", "treasury_paid", 8_999)
    life.step("i20-scrap", "U1", "2025-01-20", "proceeds_recorded", 500)
    sold("i20-late")
    sold("m20-day")
    life.step("m20-day", "U1", "2025-02-08", "treasury_paid", 9_000)
    sold("m20-parts")
    life.step("m20-parts", "U1", "2025-02-05", "treasury_paid", 4_000)
    life.step("m20-parts", "U1", "2025-02-08", "treasury_paid", 5_000)
    life.step("m20-cost", "U1", "2025-01-20", "proceeds_recorded", 500)
    life.step("m20-cost", "U1", "2025-01-21", "cost_recorded", 700)
    sold("m20-new", "2025-06-23")
    return {
        ("I20", "i20-open"): ("2025-02-09", OPEN),
        ("I20", "i20-day"): ("2025-02-09", ENDED),
        ("I20", "i20-fen"): ("2025-02-09", OPEN),
        ("I20", "i20-scrap"): ("2025-02-09", OPEN),
        ("I20", "i20-late"): ("2025-02-09", WITHDRAWN),
    }


def plant_i21(life: Life) -> Expected:
    """Loans due on 2025-03-31; back on that day is in time."""
    for name in ("open", "back", "old", "extended", "late", "m-day", "m-ext", "m-run"):
        asset = f"i21-{name}"
        life.opening(asset, "U1", "2024-01-01")
        life.idles(asset, "U1", "2025-02-01")
        life.stored(asset, "U1", "W1", "2025-02-02")
        due = {"old": "2025-05-30", "m-run": "2025-06-30"}.get(name, "2025-03-31")
        life.lent(asset, "U1", "U2", "2025-02-03", due)
    life.returned("i21-back", "U1", "2025-04-02")
    life.returned("i21-m-day", "U1", "2025-04-01")
    life.extended("i21-extended", "U1", "2025-04-05", "2025-08-31")
    life.extended("i21-m-ext", "U1", "2025-03-31", "2025-08-31")
    return {
        ("I21", "i21-open"): ("2025-04-01", OPEN),
        ("I21", "i21-back"): ("2025-04-01", ENDED),
        ("I21", "i21-old"): ("2025-05-31", OPEN),
        ("I21", "i21-extended"): ("2025-04-01", ENDED),
        ("I21", "i21-late"): ("2025-04-01", WITHDRAWN),
    }


def passing(life: Life) -> None:
    """Days pass to the last one; then late entries take the ground of some findings away."""
    for on in ("2024-12-31", "2025-02-08", "2025-02-09", "2025-02-28", "2025-03-01", "2025-06-29"):
        life.passes(on)
    life.passes(LAST_DAY)
    life.voided("i11-voided", "U1", "2025-06-30")
    life.issued("i16-late", "U1", "2025-01-02")
    life.step("i20-late", "U1", "2025-02-03", "treasury_paid", 9_000)
    life.returned("i21-late", "U1", "2025-03-30")


PLANTS = (
    plant_i01, plant_i02, plant_i03, plant_i05, plant_i11, plant_i12, plant_i15, plant_i16,
    plant_i20, plant_i21,
)  # fmt: skip


def planted() -> tuple[Life, Expected]:
    """The whole city and what must be found in it."""
    life = city()
    expected: Expected = {}
    for plant in PLANTS:
        expected |= plant(life)
    passing(life)
    return life, expected


def found(database: Urls, **asked: Any) -> Expected:
    """What the issue list says, in the form of `Expected`."""
    given: dict[str, Any] = {"on": LAST_DAY, "limit": 1000} | asked
    listed = ask(database, "issues", **given).rows
    named: Expected = {}
    for row in listed:
        name = (row["rule"], _name(row))

        assert name not in named

        named[name] = (row["true_on"].isoformat(), row["status"])
    return named


def _name(row: dict[str, Any]) -> str:
    name = str(row["asset_id"] or row["process_id"] or row["unit_id"])
    if row["rule"] == "I12":
        facts = row["facts"]
        return f"{name} {facts['period']}"
    return f"{name} U2" if row["card_no"] == f"K-{name}-U2" else name


@pytest.fixture(scope="module")
def told(database: Urls) -> tuple[Life, Expected]:
    """The planted city, recorded and folded."""
    life, expected = planted()
    record(database.app_url, life.events)
    fold(database, life.events, MODELS)
    return life, expected


def test_every_planted_violation_is_found_and_nothing_else(
    database: Urls, told: tuple[Life, Expected]
) -> None:
    """Each rule finds its plants on the day they became true, and no near miss."""
    _, expected = told
    actual = found(database)

    assert expected == actual


def test_each_rule_has_three_plants_at_least(told: tuple[Life, Expected]) -> None:
    """The planted city tries every rule at least three times."""
    _, expected = told
    counts = {rule: sum(1 for code, _ in expected if code == rule) for rule, _ in expected}

    assert len(counts) == 10
    assert min(counts.values()) >= 3


@pytest.mark.parametrize("batch", [1, 7, 60])
def test_findings_do_not_depend_on_where_batches_end(
    database: Urls, told: tuple[Life, Expected], batch: int
) -> None:
    """Every table holds the same rows whatever the size of the batches that filled it."""
    life, _ = told
    whole = {table: rows(database, f"p_issues.{table}") for table in TABLES}
    fold(database, life.events, MODELS, batch=batch)
    actual = {table: rows(database, f"p_issues.{table}") for table in TABLES}

    assert whole == actual


def test_what_was_known_then_is_what_a_shorter_log_tells(
    database: Urls, told: tuple[Life, Expected]
) -> None:
    """Asking the whole history at a position gives the findings of a log that ends there."""
    life, _ = told
    heads = sorted(
        {*range(40, len(life.events), 61), *range(len(life.events) - 9, len(life.events))}
    )
    then = {head: found(database, at=head) for head in heads}
    for head in heads:
        fold(database, life.events[:head], MODELS)

        assert then[head] == found(database)

    fold(database, life.events, MODELS)


def test_a_finding_keeps_its_key_on_both_clocks(
    database: Urls, told: tuple[Life, Expected]
) -> None:
    """The same fact has the same key before its end and after it."""
    before = ask(database, "issues", on="2025-04-01", asset_id="i21-back").rows
    after = ask(database, "issues", on=LAST_DAY, asset_id="i21-back").rows

    assert [row["status"] for row in before] == [OPEN]
    assert [row["status"] for row in after] == [ENDED]
    assert [row["key"] for row in before] == [row["key"] for row in after]
    assert ask(database, "issues", on="2025-03-31", asset_id="i21-back").rows == []


def test_time_shows_a_finding_only_when_its_day_was_recorded(
    database: Urls, told: tuple[Life, Expected]
) -> None:
    """Before the event that records the day, the loan that falls due on it is no finding."""
    life, _ = told
    passed = next(e for e in life.events if e.type == "calendar.day_passed/1"
                  and e.occurred_on == day("2025-06-29"))  # fmt: skip

    assert ("I21", "i21-open") not in found(database, at=passed.position - 1)
    assert ("I21", "i21-open") in found(database, at=passed.position)


@pytest.mark.parametrize(
    ("asset", "on", "severity"),
    [
        ("i21-open", "2025-04-30", 1),
        ("i21-open", "2025-05-01", 2),
        ("i21-old", "2025-06-29", 1),
        ("i21-old", "2025-06-30", 2),
        ("i21-back", "2025-06-30", 1),
    ],
)
def test_an_overdue_loan_weighs_more_after_thirty_days(
    database: Urls, told: tuple[Life, Expected], asset: str, on: str, severity: int
) -> None:
    """Due on 31 March: until 30 April severity 1, from 1 May on severity 2, if still out."""
    (row,) = ask(database, "issues", on=on, asset_id=asset, rule="I21").rows

    assert severity == row["severity"]


def test_a_finding_shows_the_events_behind_it(database: Urls, told: tuple[Life, Expected]) -> None:
    """The question `issue` gives rule, words, facts and the recorded events."""
    (row,) = ask(database, "issues", asset_id="i05-first").rows
    (whole,) = ask(database, "issue", key=row["key"]).rows

    assert whole["zh"] == "未先调剂"
    assert whole["facts"]["listed_asset_id"] == "w05-chair"
    assert sorted(event["sub_kind"] for event in whole["events"]) == ["CONFIG.PURCHASE", "WH.LIST"]


def test_pages_of_the_list_hold_every_finding_once(
    database: Urls, told: tuple[Life, Expected]
) -> None:
    """Walking by cursor gives what one long page gives, and the totals count them all."""
    whole = ask(database, "issues", on=LAST_DAY, limit=1000)
    walked, cursor = [], None
    while True:
        page = ask(database, "issues", on=LAST_DAY, limit=7, cursor=cursor)
        walked += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break

    assert whole.rows == walked
    assert len(walked) == whole.totals["count"] == sum(whole.totals["by_rule"].values())


def test_readers_see_their_own_units_alone(database: Urls, told: tuple[Life, Expected]) -> None:
    """Scope narrows rows, totals and figures."""
    scope = Scope(("U2",))
    listed = ask(database, "issues", on=LAST_DAY, scope=scope, limit=1000)
    figures = ask(database, "issue-figures", on=LAST_DAY, scope=scope).rows

    assert {"U2"} == {row["unit_id"] for row in listed.rows}
    assert {"U2"} == set(listed.totals["by_unit"])
    assert listed.totals["count"] == sum(row["found"] for row in figures)
    assert ask(database, "issues", on=LAST_DAY, scope=scope, unit="U1").rows == []


def test_a_shorter_setting_is_judged_over_the_whole_history(
    database: Urls, told: tuple[Life, Expected]
) -> None:
    """Three months instead of six, valid from 2024-12-30: what fell idle since is a finding."""
    life, expected = planted()
    life.setting("idle_months", 3, "2024-12-30")
    fold(database, life.events, MODELS)
    more = {name: value for name, value in found(database).items() if name not in expected}
    fold(database, told[0].events, MODELS)

    assert more == {
        ("I16", "i16-m-new"): ("2025-03-31", OPEN),
        ("I16", "i16-m-used"): ("2025-04-16", OPEN),
    }


def test_a_voided_card_withdraws_the_month_that_missed_it(
    database: Urls, told: tuple[Life, Expected]
) -> None:
    """The import of the card is undone after the close: the month misses nothing any more."""
    life, _ = planted()
    undone = Changes(state=State.VOIDED, basis=None)
    life.happens(
        "d1-late", "D1", "2025-06-30", "CORRECT.UNDO_IMPORT", "asset.corrected",
        **{name: getattr(undone, name) for name in ("state", "basis")},
    )  # fmt: skip
    fold(database, life.events, MODELS)
    status = {row["card_no"]: row["status"] for row in ask(database, "issues", rule="I12").rows}
    fold(database, told[0].events, MODELS)

    assert status == {"K-d1-late": WITHDRAWN, "K-d1-after": OPEN, None: OPEN}


def test_the_tables_stand_a_rebuild(database: Urls, told: tuple[Life, Expected]) -> None:
    """Built again from the first event beside, the tables hold the same rows."""
    life, _ = told
    log = ListLog(life.events)
    with Engine(database.app_url, log, MODELS, migrate_url=database.migrate_url) as engine:
        assert [found for model in MODELS for found in engine.verify(model.name)] == []
