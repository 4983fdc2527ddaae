"""Which version of a holding is seen on which day with which knowledge."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events import Changes
from domain.states import Overlay, State
from eventstore.connection import PROJECTOR, session_url
from projections.engine import Engine
from projections.register import Register
from tests.projections.fix_database import engine_over, forget, rows_of
from tests.projections.stories import ListLog, Story, day, record


def seen(database: Any, on: str, known: int, column: str = "place") -> dict[str, Any]:
    """Card number to `column` as of `on`, known at position `known`."""
    with psycopg.connect(session_url(database.app_url, PROJECTOR)) as connection:
        rows = connection.execute(
            f"SELECT card_no, {column} FROM p_register.holding_at(%s::date, %s::bigint)",
            (day(on), known),
        ).fetchall()
    assert len(rows) == len({row[0] for row in rows}), "one version of a card is seen, not two"
    return dict(rows)


def folded(database: Any, story: Story, batch: int = 5000) -> Engine:
    """An engine whose register has taken in `story`."""
    return engine_over(database, story, [Register()], batch)


def late_entry() -> Story:
    """A desktop in room 101; moved to 303 in March; that it was in 202 in February comes late."""
    story = Story()
    story.configure("A", "U1", "C1", "2024-01-05", changes=Changes(state=State.IN_USE, place="101"))
    story.change("A", "U1", "C1", "2024-03-10", place="303")
    story.change("A", "U1", "C1", "2024-02-01", place="202")
    story.change("A", "U1", "C1", "2024-03-10", place="304")
    return story


@pytest.mark.parametrize("batch", [1, 2, 5000])
def test_a_late_entry_lands_on_its_day_and_is_known_only_from_its_position(
    emptied: Any, batch: int
) -> None:
    """Each cell of the table: room by business day (across) and known position (down)."""
    days = ["2024-01-04", "2024-01-05", "2024-01-31", "2024-02-01", "2024-03-09", "2024-03-10"]
    expected = {
        0: [None, None, None, None, None, None],
        1: [None, "101", "101", "101", "101", "101"],
        2: [None, "101", "101", "101", "101", "303"],
        3: [None, "101", "101", "202", "202", "303"],
        4: [None, "101", "101", "202", "202", "304"],
    }

    folded(emptied, late_entry(), batch).close()
    actual = {known: [seen(emptied, on, known).get("C1") for on in days] for known in expected}

    assert expected == actual


def test_a_reallocation_ends_the_donor_and_begins_the_receiver(emptied: Any) -> None:
    """The label goes with the thing, custody does not; both cards are seen afterwards."""
    story = Story()
    story.configure(
        "A",
        "U1",
        "C1",
        "2024-01-05",
        changes=Changes(state=State.IDLE, label_no="L1", keeper="P9", place="101"),
    )
    story.reallocate("A", ("U1", "C1"), ("U2", "C2"), "2024-04-01", state=State.IN_USE)

    folded(emptied, story).close()

    assert seen(emptied, "2024-03-31", 2, "state") == {"C1": "IDLE"}
    assert seen(emptied, "2024-04-01", 2, "state") == {"C1": "DISPOSED", "C2": "IN_USE"}
    assert seen(emptied, "2024-04-01", 2, "label_no") == {"C1": "L1", "C2": "L1"}
    assert seen(emptied, "2024-04-01", 2, "keeper") == {"C1": "P9", "C2": None}
    assert seen(emptied, "2024-04-01", 2, "unit_id") == {"C1": "U1", "C2": "U2"}


def test_a_late_name_reaches_the_receivers_card(emptied: Any) -> None:
    """What was wrong on the donor's card before it went over was wrong on the receiver's too."""
    story = Story()
    story.configure("A", "U1", "C1", "2024-01-05")
    story.reallocate("A", ("U1", "C1"), ("U2", "C2"), "2024-04-01", state=State.IN_USE)
    story.change("A", "U1", "C1", "2024-02-01", card={"name": "便携式计算机"})

    folded(emptied, story, 1).close()
    with psycopg.connect(session_url(emptied.app_url, PROJECTOR)) as connection:
        names = connection.execute(
            "SELECT card_no, name FROM p_register.card_at('2024-05-01', 3) ORDER BY card_no"
        ).fetchall()

    assert names == [("C1", "便携式计算机"), ("C2", "便携式计算机")]


PLACES = st.sampled_from(["101", "202", "303"])
DAYS = st.integers(0, 12).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
HAPPENING = st.tuples(st.sampled_from("ABC"), DAYS, st.integers(0, 5), PLACES)


def random_story(happenings: list[tuple[str, date, int, str]]) -> Story:
    """Two assets whose events come in any order of days, some given to other units."""
    story = Story()
    cards: dict[str, int] = {}
    for asset, on, kind, place in happenings:
        if asset not in cards:
            cards[asset] = 1
            changes = Changes(state=State.IN_USE, place=place)
            story.configure(asset, "U1", f"{asset}1", on, changes=changes)
            continue
        number = cards[asset]
        unit, card_no = f"U{number}", f"{asset}{number}"
        if kind == 0:
            cards[asset] += 1
            taken = (f"U{number + 1}", f"{asset}{number + 1}")
            story.reallocate(asset, (unit, card_no), taken, on.isoformat(), place=place)
        elif kind == 1:
            story.change(asset, unit, card_no, on, card={"name": f"机器{place}"})
        elif kind == 2:
            story.change(asset, "U1", f"{asset}1", on, label_no=f"L{place}")
        elif kind == 3:
            story.change(asset, unit, card_no, on, overlays_on=(Overlay.SEALED,), keeper=place)
        else:
            story.change(asset, unit, card_no, on, place=place)
    return story


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happenings=st.lists(HAPPENING, min_size=3, max_size=14), batch=st.integers(1, 6))
def test_any_batch_size_gives_the_same_rows(
    emptied: Any, happenings: list[tuple[str, date, int, str]], batch: int
) -> None:
    """Incremental in batches of any size equals one fold over everything, row for row.

    And at every position the register shows what a fold of the events known then shows.
    """
    story = random_story(happenings)
    forget(emptied)
    engine = folded(emptied, story, batch)
    incremental = rows_of(emptied, "register")
    engine.rebuild("register")
    engine.close()

    assert incremental == rows_of(emptied, "register")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happenings=st.lists(HAPPENING, min_size=3, max_size=10))
def test_known_at_shows_what_was_shown_then(
    emptied: Any, happenings: list[tuple[str, date, int, str]]
) -> None:
    """What is seen with yesterday's knowledge is what was seen yesterday, on every day."""
    story = random_story(happenings)
    forget(emptied)
    record(emptied.app_url, story.events)
    log = ListLog(story.events)
    log.head_at = 0
    engine = Engine(emptied.app_url, log, [Register()], migrate_url=emptied.migrate_url)
    engine.install()
    days = [date(2024, 1, 1) + timedelta(days=days) for days in range(0, 14, 3)]
    then = {}
    for position in range(1, len(story.events) + 1):
        log.head_at = position
        engine.catch_up()
        then[position] = [seen(emptied, on.isoformat(), position) for on in days]
    engine.close()

    now = {position: [seen(emptied, on.isoformat(), position) for on in days] for position in then}

    assert then == now
