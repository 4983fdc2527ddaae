"""Units as a tree, warehouses and dated settings on both clocks; working days."""

from __future__ import annotations

import pytest

from domain.world import DEFAULT_SETTINGS
from eventstore.embedded import Urls
from projections.asof import AsOf, Scope
from projections.calendar import Calendar
from projections.organisation import Organisation
from projections.organisation.queries import setting_on, subtree
from tests.projections.life import Life
from tests.projections.read_models import LATEST, ask, fold, reading, rows
from tests.projections.stories import day, record

MODELS = (Calendar(), Organisation())


@pytest.fixture(scope="module")
def told(database: Urls) -> Life:
    """A city with a bureau that gets a school and later loses it to another."""
    life = Life()
    life.unit("CITY")
    life.unit("EDU", parent="CITY")
    life.unit("CULT", parent="CITY")
    life.unit("SCHOOL", parent="EDU", headcount=40)
    life.warehouse("W1", "EDU")
    life.unit("SCHOOL", parent="CULT", headcount=41, on="2024-07-01")
    life.setting("treasury_days", 5, "2024-01-01")
    life.setting("treasury_days", 7, "2023-01-01")
    life.passes("2024-01-31")
    record(database.app_url, life.events)
    fold(database, life.events, MODELS)
    return life


@pytest.mark.parametrize(
    ("on", "at", "root", "ids"),
    [
        ("2024-06-30", LATEST, "EDU", ("EDU", "SCHOOL")),
        ("2024-07-01", LATEST, "EDU", ("EDU",)),
        ("2024-07-01", 5, "EDU", ("EDU", "SCHOOL")),
        ("2024-07-01", LATEST, "CULT", ("CULT", "SCHOOL")),
        ("2024-07-01", LATEST, "CITY", ("CITY", "CULT", "SCHOOL", "EDU")),
        ("2019-12-31", LATEST, "CITY", ()),
    ],
)
def test_a_subtree_is_that_of_the_day_and_of_what_was_known(
    database: Urls, told: Life, on: str, at: int, root: str, ids: tuple[str, ...]
) -> None:
    """The school moves on 1 July 2024, once that is known."""
    with reading(database) as cur:
        actual = subtree(cur, root, AsOf(day(on), at))

    assert ids == actual


def test_units_are_seen_within_the_scope(database: Urls, told: Life) -> None:
    """The tree shows the units of the scope alone."""
    answer = ask(database, "units", on="2024-06-30", scope=Scope(("SCHOOL",)))

    assert [(row["unit_id"], row["headcount"]) for row in answer.rows] == [("SCHOOL", 40)]


@pytest.mark.parametrize(
    ("on", "at", "value"),
    [
        ("2022-12-31", LATEST, 10),
        ("2023-01-01", LATEST, 7),
        ("2024-01-01", LATEST, 5),
        ("2023-12-31", 7, 10),
        ("2024-01-01", 6, 10),
    ],
)
def test_a_setting_holds_from_its_own_day_on(
    database: Urls, told: Life, on: str, at: int, value: int
) -> None:
    """A value that is recorded later for an earlier day does not push out the one after it."""
    with reading(database) as cur:
        assert value == setting_on(cur, "treasury_days", AsOf(day(on), at))
        assert setting_on(cur, "no_such_setting", AsOf(day(on), at)) is None


def test_the_seeded_settings_are_those_that_the_decisions_use(database: Urls, told: Life) -> None:
    """Commands and findings start from the same defaults."""
    seeded = ask(database, "settings", on="2022-01-01").rows

    assert {row["name"]: row["number"] for row in seeded} == DEFAULT_SETTINGS
    assert all("handbook" in row["source"] for row in seeded)


def test_warehouses_carry_the_level_of_their_unit(database: Urls, told: Life) -> None:
    """Every reader sees every warehouse."""
    (row,) = ask(database, "warehouses", on="2024-01-01", scope=Scope(("CULT",))).rows

    assert (row["warehouse_id"], row["unit_id"], row["level"]) == ("W1", "EDU", "city")


def test_versions_do_not_depend_on_where_batches_end(database: Urls, told: Life) -> None:
    """One event at a time gives the tables of one batch."""
    tables = ("unit", "warehouse", "setting", "patch")
    whole = [rows(database, f"p_organisation.{table}") for table in tables]
    fold(database, told.events, MODELS, batch=1)

    assert whole == [rows(database, f"p_organisation.{table}") for table in tables]


def test_adjusted_weekends_and_holidays_differ_from_their_weekday(
    database: Urls, told: Life
) -> None:
    """Each exception turns a weekday into a holiday or a weekend into a working day."""
    with reading(database) as cur:
        cur.execute("SELECT day, working FROM p_calendar.exception")
        exceptions = dict(cur.fetchall())

    assert exceptions[day("2025-01-26")] is True
    assert exceptions[day("2025-10-08")] is False
    assert all((on.weekday() >= 5) == working for on, working in exceptions.items())
