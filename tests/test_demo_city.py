"""The demo city: the same from the same seed, by the product's own rules, whole at any size."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg import sql
from psycopg.rows import tuple_row

from api.bootstrap import Works, open_works
from api.demo import memory
from api.demo.figures import FULL_CARDS, figures_for
from api.demo.running import MARK, NotADemoError, prepare_directory, remove_demo
from api.demo.telling import Told, tell
from api.house import Settings
from api.installation import Installation
from domain.decisions.depreciating import depreciation_run
from domain.events import DepreciationRun
from eventstore.embedded import EmbeddedServer, Urls
from eventstore.migrate import close_database, migrate_log
from projections.asof import EVERYTHING, AsOf
from projections.general_ledger.depreciables import depreciables
from projections.queries import QUERIES, Answer

ASSETS = 900
SEED = 7
TODAY = date(2026, 3, 18)
FIRST_RULES = {"I01", "I02", "I03", "I05", "I11", "I12", "I15", "I16", "I20", "I21"}
DIGEST = """
SELECT md5(string_agg(event_id::text || stream || version || recorded_at || body, '|'
                      ORDER BY position))
FROM ledger.events
"""


def _silent(_part: float, _events: int) -> None:
    return


@pytest.fixture(scope="module")
def told(database: Urls) -> Told:
    """The city told into the module's database."""
    return tell(database.app_url, assets=ASSETS, seed=SEED, today=TODAY, progress=_silent)


@pytest.fixture(scope="module")
def works(database: Urls, told: Told) -> Iterator[Works]:
    """The read models folded up to the end of the story."""
    settings = Settings(
        database_url=database.app_url, migrate_url=database.migrate_url, pool_size=2
    )
    with open_works(settings) as running:
        running.engine.catch_up()
        assert all(line.position == told.position for line in running.engine.status())
        yield running


@pytest.fixture
def other_database(server: EmbeddedServer, template: str) -> Iterator[Urls]:
    """One more empty log."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    urls = server.urls(name)
    with psycopg.connect(server.urls("postgres").admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER taizhang_owner TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        close_database(admin, name)
        migrate_log(urls.migrate_url)
        yield urls
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _one(urls: Urls, statement: str) -> Any:
    with psycopg.connect(urls.admin_url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def _asked(works: Works, name: str, **values: Any) -> Answer:
    question = QUERIES[name]
    with works.house.pool.connection() as connection:
        cur = connection.cursor(row_factory=tuple_row)
        as_of = AsOf(TODAY, works.store.log.head())
        params = msgspec.convert(values, question.params)
        return question.answer(cur, params, as_of, EVERYTHING)


def test_the_same_seed_on_the_same_day_gives_the_same_events(
    database: Urls, told: Told, other_database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids, instants and bodies, in the same order, however much the teller remembers."""
    monkeypatch.setattr(memory, "REMEMBERED_MAX", 100)
    again = tell(other_database.app_url, assets=ASSETS, seed=SEED, today=TODAY, progress=_silent)

    assert told.position == again.position
    assert _one(database, DIGEST) == _one(other_database, DIGEST)


def test_the_log_is_whole_and_its_clock_runs_forward(database: Urls, told: Told) -> None:
    """No gap among positions; nothing is recorded before it happened or after yesterday."""
    assert told.position == _one(database, "SELECT count(*) FROM ledger.events")
    backwards = """
        SELECT count(*) FROM ledger.events a JOIN ledger.events b ON b.position = a.position + 1
        WHERE b.recorded_at < a.recorded_at
    """
    early = """
        SELECT count(*) FROM ledger.events
        WHERE (recorded_at AT TIME ZONE 'Asia/Shanghai')::date < occurred_on
    """

    assert _one(database, backwards) == 0
    assert _one(database, early) == 0
    assert _one(database, "SELECT max(occurred_on) FROM ledger.events") == TODAY - timedelta(1)


def test_some_facts_are_entered_late(database: Urls, told: Told) -> None:
    """Two weeks or more lie between what happened and its entry."""
    late = """
        SELECT count(*) FROM ledger.events WHERE asset_id IS NOT NULL
            AND (recorded_at AT TIME ZONE 'Asia/Shanghai')::date > occurred_on + 14
    """

    assert _one(database, late) > 0


def test_the_city_has_its_sixty_units(works: Works) -> None:
    """Twenty organs, thirty institutions, a temporary body and nine subordinate bodies."""
    rows = _asked(works, "units").rows

    assert len(rows) == 60
    assert sum(row["kind"] == "temporary" for row in rows) == 1
    assert {row["level"] for row in rows} == {"city", "lanxi", "songyu"}


def test_every_family_of_events_occurs(database: Urls, told: Told) -> None:
    """The six steps of life, each with its main kinds."""
    kinds = {
        "CONFIG.OPENING", "CONFIG.PURCHASE", "CONFIG.DONATION_IN", "CONFIG.REALLOC_IN",
        "CONFIG.GAIN", "BOOK.POST", "USE.ISSUE", "USE.RETURN", "USE.HANDOVER", "USE.MOVE",
        "USE.DECLARE_IDLE", "WH.INTAKE", "WH.LIST", "WH.RESERVE", "WH.LOAN", "WH.RETURN",
        "WH.REALLOC", "REPAIR.ORDINARY", "DISP.SCRAP", "DISP.SALE", "DISP.LOSS", "DISP.DEMOLISH",
        "CORRECT.CARD", "LABEL.PRINT", "COUNT.MATCH", "COUNT.LOSS",
    }  # fmt: skip
    with psycopg.connect(database.admin_url) as connection:
        rows = connection.execute("SELECT DISTINCT sub_kind FROM ledger.events").fetchall()

    assert kinds - {row[0] for row in rows} == set()


def test_the_issues_are_what_the_rules_find(works: Works) -> None:
    """Each of the first ten rules finds something, and a rebuild finds the same."""
    by_rule = _asked(works, "issues", limit=1).totals["by_rule"]

    assert set(by_rule) == FIRST_RULES
    assert works.engine.verify("issues") == []


def test_requests_stand_at_every_stage(works: Works) -> None:
    """Some wait for each step, some are returned, decided, cut, rejected or withdrawn."""
    rows = _asked(works, "processes", limit=1000).rows
    asked = [row for row in rows if row["is_request"] and not row["kind"].startswith("DISP.")]
    waiting = {wait["role"] for row in asked for wait in row["waiting"]}

    assert {"open", "returned", "approved", "rejected", "withdrawn"} <= {
        row["status"] for row in asked
    }
    assert {"unit_head", "unit_accountant", "unit_asset_officer"} <= waiting
    assert any(row["approved_pieces"] < row["pieces"] for row in asked if row["approved_pieces"])


def test_the_books_balance(works: Works) -> None:
    """In both books of every unit debits equal credits."""
    statement = """
        SELECT count(*) FROM (
            SELECT unit_id, book FROM p_general_ledger.line GROUP BY unit_id, book
            HAVING sum(CASE side WHEN 'D' THEN fen ELSE -fen END) <> 0
        ) AS unbalanced
    """
    with works.house.pool.connection() as connection:
        row = connection.execute(statement).fetchone()

    assert row == {"count": 0}


def test_a_run_worked_from_what_the_read_models_know(works: Works, database: Urls) -> None:
    """The bases that the teller kept in memory are those of register and general ledger."""
    statement = """
        SELECT unit_id, body FROM ledger.events
        WHERE type = 'ledger.depreciation_run/1' AND (position % 97 = 0
            OR position > (SELECT max(position) - 900 FROM ledger.events))
        ORDER BY position
    """
    with psycopg.connect(database.admin_url) as connection:
        rows = connection.execute(statement).fetchall()
    assert len(rows) > 20
    with works.house.pool.connection() as connection:
        cur = connection.cursor(row_factory=tuple_row)
        for unit_id, body in rows:
            run = msgspec.json.decode(body, type=DepreciationRun)
            inputs = depreciables(cur, unit_id, run.period, run.inputs_position)

            assert run == depreciation_run(inputs, run.period), (unit_id, run.period)


@pytest.mark.parametrize("assets", [1, 20_000, FULL_CARDS, 1_000_000])
def test_counts_follow_the_number_of_cards(assets: int) -> None:
    """Everything scales by cards over 120,000 and no kind falls below one."""
    figures = figures_for(assets, date(2021, 1, 1), date(2025, 12, 31))
    values = msgspec.structs.asdict(figures)

    assert min(values.values()) >= 1
    if assets >= FULL_CARDS:
        assert abs(figures.houses - 2_900 * assets / FULL_CARDS) <= 1
        assert figures.opening + figures.bought < assets


def test_other_data_is_left_alone(tmp_path: Path) -> None:
    """A directory whose database is no demo's is neither written nor removed."""
    (tmp_path / "postgres").mkdir()
    installation = Installation(tmp_path)

    with pytest.raises(NotADemoError):
        prepare_directory(installation)
    with pytest.raises(NotADemoError):
        remove_demo(installation)
    assert (tmp_path / "postgres").exists()


def test_a_finished_demo_can_be_removed(tmp_path: Path) -> None:
    """Its mark says that it is one; nothing of it stays."""
    place = tmp_path / "demo"
    place.mkdir()
    (place / MARK).write_text("{}")

    assert remove_demo(Installation(place))
    assert not place.exists()
    assert not remove_demo(Installation(place))
