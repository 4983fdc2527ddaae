"""Stocktakes: tasks, counts and figures on both clocks."""

from __future__ import annotations

import pytest

from eventstore.embedded import Urls
from projections.asof import Scope
from projections.stocktakes import Stocktakes
from tests.projections.life import Life
from tests.projections.read_models import ask, fold
from tests.projections.stories import record


@pytest.fixture(scope="module")
def told(database: Urls) -> Life:
    """A count of three things: one matches, one is missing and then found, one has no card."""
    life = Life()
    life.count("T1", "U1", "2024-06-01", 3)
    life.count_result("T1", "U1", "2024-06-02", "MATCH", asset_id="a1", card_no="K-a1")
    life.count_result("T1", "U1", "2024-06-02", "LOSS", asset_id="a2", card_no="K-a2")
    life.count_result("T1", "U1", "2024-06-03", "GAIN", label_no="L9")
    life.count_result("T1", "U1", "2024-06-04", "MOVED", asset_id="a2", card_no="K-a2")
    life.count_closed("T1", "U1", "2024-06-30", {"MATCH": 1, "MOVED": 1, "GAIN": 1})
    life.count("T2", "U2", "2024-07-01", 5)
    record(database.app_url, life.events)
    fold(database, life.events, (Stocktakes(),))
    return life


@pytest.mark.parametrize(
    ("on", "status", "figures", "uncounted"),
    [
        ("2024-06-01", "open", {}, 3),
        ("2024-06-02", "open", {"MATCH": 1, "LOSS": 1}, 1),
        ("2024-06-03", "open", {"MATCH": 1, "LOSS": 1, "GAIN": 1}, 1),
        ("2024-06-04", "open", {"MATCH": 1, "MOVED": 1, "GAIN": 1}, 1),
        ("2024-06-30", "closed", {"MATCH": 1, "MOVED": 1, "GAIN": 1}, 1),
    ],
)
def test_figures_count_each_thing_by_its_last_result(
    database: Urls, told: Life, on: str, status: str, figures: dict[str, int], uncounted: int
) -> None:
    """A thing that is counted again counts once; a gain has no card that was expected."""
    (row,) = ask(database, "stocktakes", on=on).rows

    assert (status, figures, uncounted) == (row["status"], row["figures"], row["uncounted"])


def test_a_task_shows_its_counts_with_the_superseded_ones(database: Urls, told: Life) -> None:
    """Every count stays; the one that was counted again says so."""
    answer = ask(database, "stocktake", stocktake_id="T1")

    assert [row["superseded"] for row in answer.rows] == [False, True, False, False]
    assert answer.totals["figures"] == {"MATCH": 1, "MOVED": 1, "GAIN": 1}
    assert len(ask(database, "stocktake", stocktake_id="T1", result="LOSS").rows) == 1


def test_tasks_are_seen_within_the_scope(database: Urls, told: Life) -> None:
    """Another unit's count is not shown, nor are its things."""
    scope = Scope(("U2",))

    assert [row["stocktake_id"] for row in ask(database, "stocktakes", scope=scope).rows] == ["T2"]
    assert ask(database, "stocktake", stocktake_id="T1", scope=scope).rows == []
    assert [r["stocktake_id"] for r in ask(database, "stocktakes", status="closed").rows] == ["T1"]
