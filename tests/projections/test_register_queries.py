"""What the register answers: lists, cards, histories and exact numbers."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import psycopg
import pytest

from domain.events import Changes
from domain.states import State
from eventstore.connection import APP, session_url
from projections.asof import EVERYTHING, AsOf, Scope
from projections.general_ledger import GeneralLedger
from projections.queries import Answer, QueryError
from projections.register import Register, listing
from projections.register.listing import RegisterParams, Sort, register
from projections.register.queries import (
    CardHistoryParams,
    CardParams,
    CustodyParams,
    FindParams,
    LookupLabelsParams,
    card,
    card_history,
    custody,
    find,
    lookup_labels,
)
from tests.projections.fix_database import engine_over
from tests.projections.stories import Story, basis, day

NAMES = ("台式计算机", "便携式计算机", "复印机", "会议桌")


def town() -> Story:
    """Forty things of two units; one is given away, one moved, one relabelled, one booked late."""
    story = Story()
    for number in range(40):
        unit = f"U{1 + number % 2}"
        changes = Changes(
            state=State.IDLE if number % 5 == 0 else State.IN_USE,
            label_no=f"LB{number:02d}",
            keeper=f"P{number % 3}",
            place=f"{1 + number % 4}01",
            gross_fen=500_000,
            booked_on=day("2024-01-10"),
            basis=basis("2024-01"),
        )
        name, serial = NAMES[number % 4], f"SN{number:02d}"
        story.configure(
            f"A{number:02d}",
            unit,
            f"C{number:02d}",
            "2024-01-05",
            name=name,
            changes=changes,
            serial_no=serial,
        )
    for index in (1, 2):
        assets = [f"A{number:02d}" for number in range(40) if 1 + number % 2 == index]
        lines: list[tuple[str, str, int, str | None]] = [
            ("1601", "D", 500_000, asset) for asset in assets
        ]
        total = ("4001", "C", 500_000 * len(assets), None)
        booked_on = day("2024-01-10")
        story.voucher(f"U{index}", "2024-01-05", [*lines, total], booked_on=booked_on)
        story.run(f"U{index}", "2024-01", 6944 * len(assets))
    story.change("A01", "U2", "C01", "2024-02-01", place="999", keeper="P7")
    story.change("A02", "U1", "C02", "2024-02-02", label_no="LBNEW")
    story.reallocate("A03", ("U2", "C03"), ("U1", "C99"), "2024-02-03", state=State.IN_USE)
    given = [
        ("3401", "D", 493_056, None),
        ("1602", "D", 6_944, "A03"),
        ("1601", "C", 500_000, "A03"),
    ]
    story.voucher("U2", "2024-02-03", given)
    story.voucher("U1", "2024-02-03", [("1601", "D", 493_056, "A03"), ("3401", "C", 493_056, None)])
    return story


@pytest.fixture(scope="module")
def folded(database: Any) -> Any:
    """The database with register and ledger of the town."""
    engine_over(database, town(), [GeneralLedger(), Register()]).close()
    return database


def asked(
    database: Any,
    question: Any,
    params: Any,
    scope: Scope = EVERYTHING,
    on: str | None = None,
    known: int = 49,
) -> Answer:
    """The answer now, or as of `on` and `known`."""
    as_of = AsOf(day(on or "2024-12-31"), known, current=on is None)
    with psycopg.connect(session_url(database.app_url, APP)) as connection:
        answer: Answer = question(connection.cursor(), params, as_of, scope)
    return answer


FILTERS = [
    ({}, 40),
    ({"live": False}, 41),
    ({"states": ("DISPOSED",)}, 1),
    ({"unit": "U1"}, 21),
    ({"states": ("IDLE",)}, 8),
    ({"keeper": "P7"}, 1),
    ({"place": "9"}, 1),
    ({"class_prefix": "A0201"}, 40),
    ({"class_prefix": "A03"}, 0),
    ({"q": "计算机"}, 20),
    ({"q": "便携"}, 10),
    ({"q": "桌"}, 10),
    ({"q": "huiyizhuo"}, 10),
    ({"q": "FYJ"}, 10),
    ({"q": "lbnew"}, 1),
    ({"q": "SN07"}, 1),
    ({"q": "100%"}, 0),
    ({"acquired_from": day("2024-01-06")}, 0),
    ({"acquired_to": day("2024-01-05"), "unit": "U2"}, 19),
    ({"acq_way": "PURCHASE", "states": ("IN_USE",)}, 32),
]


@pytest.mark.parametrize(("filters", "count"), FILTERS)
def test_filters_find_the_same_now_and_as_of_today(
    folded: Any, filters: dict[str, Any], count: int
) -> None:
    """The open slice and the two clocks agree, and the count is that of the rows."""
    params = RegisterParams(**filters, limit=100)
    now = asked(folded, register, params)
    then = asked(folded, register, params, on="2024-12-31")

    assert len(now.rows) == count
    assert now.totals["count"] == count
    assert now.rows == then.rows


@pytest.mark.parametrize("sort", ["card_no", "name", "acquired_on", "keeper", "gross_fen"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_give_every_card_once(folded: Any, sort: Any, descending: bool) -> None:
    """Whatever the order, seven at a time comes to the whole."""
    params = RegisterParams(sort=sort, descending=descending, limit=100)
    whole = asked(folded, register, params)
    walked: list[Any] = []
    cursor: str | None = None
    while True:
        params = RegisterParams(sort=sort, descending=descending, limit=7, cursor=cursor)
        page = asked(folded, register, params)
        walked += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break

    assert walked == whole.rows
    assert len({row["card_no"] for row in walked}) == 40


def test_money_of_rows_comes_to_the_books(folded: Any) -> None:
    """Sums from the books equal the sums over the cards, whole and in one unit."""
    for unit in (None, "U1"):
        quick = asked(folded, register, RegisterParams(unit=unit, limit=100))
        exact = asked(folded, register, RegisterParams(unit=unit, totals="money"))

        assert quick.totals["gross_fen"] == exact.totals["gross_fen"]
        assert quick.totals["accum_fen"] == exact.totals["accum_fen"]


def test_a_row_that_happened_before_it_was_booked_shows_the_difference(folded: Any) -> None:
    """Configured on the fifth and booked on the tenth: nothing in the books on the seventh."""
    rows = asked(folded, register, RegisterParams(unit="U1"), on="2024-01-07").rows

    assert {(row["gross_fen"], row["timing_difference"]) for row in rows} == {(0, True)}


def test_a_scope_hides_what_it_does_not_hold(folded: Any) -> None:
    """A reader of U1 sees no card, history or label of U2, but the thing that came over."""
    mine = Scope(("U1",))

    assert asked(folded, register, RegisterParams(unit="U2"), mine).rows == []
    assert asked(folded, register, RegisterParams(), mine).totals["count"] == 21
    assert asked(folded, card, CardParams(card_no="C01"), mine).rows == []
    assert asked(folded, lookup_labels, LookupLabelsParams(label_nos=("LB01",)), mine).rows == []
    assert asked(folded, card_history, CardHistoryParams(asset_id="A01"), mine).rows == []
    assert [
        row["card_no"] for row in asked(folded, find, FindParams(number="SN03"), mine).rows
    ] == ["C99"]


def test_a_card_is_found_by_any_of_its_numbers(folded: Any) -> None:
    """By its old card and its old label too; every holding is shown with its own unit."""
    by_old_card = asked(folded, card, CardParams(card_no="C03"))
    by_label = asked(folded, card, CardParams(label_no="LB02"))

    assert [(row["card_no"], row["unit_id"], row["state"]) for row in by_old_card.rows] == [
        ("C99", "U1", "IN_USE"),
        ("C03", "U2", "DISPOSED"),
    ]
    assert [(row["asset_id"], row["label_no"]) for row in by_label.rows] == [("A02", "LBNEW")]
    assert by_label.rows[0]["card"]["name"] == "复印机"


def test_many_cards_are_one_question(folded: Any) -> None:
    """The same rows as one by one, each asset's newest holding first; unknown ids say nothing."""
    ids = ("A03", "A01", "A02", "A03", "none")
    many = asked(folded, card, CardParams(asset_ids=ids)).rows
    alone = {one: asked(folded, card, CardParams(asset_id=one)).rows for one in ids}
    by_asset = {one: [row for row in many if row["asset_id"] == one] for one in ids}

    assert alone == by_asset
    assert len(many) == sum(map(len, alone.values()))
    with pytest.raises(QueryError) as refused:
        asked(folded, card, CardParams(asset_ids=tuple(map(str, range(1001)))))
    assert (refused.value.code, refused.value.field) == ("E_TOO_MANY", "asset_ids")


def test_a_card_must_be_named(folded: Any) -> None:
    """No number is an error with its code and field, not an empty answer."""
    with pytest.raises(QueryError) as refused:
        asked(folded, card, CardParams())

    assert (refused.value.code, refused.value.field) == ("E_CARD_UNNAMED", "asset_id")


COUNTED = [
    ({"q": "计算机"}, (20, True)),
    ({"q": "桌"}, (10, True)),
    ({"class_prefix": "A03"}, (0, True)),
    ({"place": "9"}, (1, True)),
    ({"keeper": "P0"}, (5, False)),
    ({"states": ("IDLE",)}, (8, True)),
    ({"keeper": "P0", "q": "计算机"}, (7, True)),
]


@pytest.mark.parametrize(("filters", "counted"), COUNTED)
def test_a_count_is_exact_or_says_that_it_is_not(
    folded: Any,
    monkeypatch: pytest.MonkeyPatch,
    filters: dict[str, Any],
    counted: tuple[int, bool],
) -> None:
    """Words and classes are counted whole, units and states by the tally, the rest to a bound."""
    monkeypatch.setattr(listing, "COUNT_BOUND", 5)
    answer = asked(folded, register, RegisterParams(limit=3, **filters))

    assert (answer.totals["count"], answer.totals["count_is_exact"]) == counted


@pytest.mark.parametrize("sort", get_args(Sort))
def test_pages_in_every_order_give_every_card_once(folded: Any, sort: Any) -> None:
    """Walked by sevens, up and down, now and then: the same cards in the same order."""
    for on in (None, "2024-12-31"):
        for q, pieces in ((None, 40), ("计算机", 20)):
            asking = RegisterParams(sort=sort, limit=7, q=q)
            walked = walk(folded, asking, on)
            down = walk(folded, msgspec.structs.replace(asking, descending=True), on)

            assert len(set(walked)) == len(walked) == pieces
            assert walked == down[::-1]


def walk(folded: Any, params: RegisterParams, on: str | None) -> list[str]:
    """The card numbers of all pages, one page after the other."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = asked(folded, register, msgspec.structs.replace(params, cursor=cursor), on=on)
        found += [row["card_no"] for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_a_card_and_a_number_can_be_narrowed_to_a_keeper(folded: Any) -> None:
    """What somebody else keeps then is as if it were not there; whose it was on a day counts."""
    wanted = CardParams(card_no="C01", keeper="P7")
    now, before = asked(folded, card, wanted), asked(folded, card, wanted, on="2024-01-31")
    once = asked(folded, card, CardParams(card_no="C01", keeper="P1"), on="2024-01-31")
    found = [
        len(asked(folded, find, FindParams(number="SN01", keeper=keeper)).rows)
        for keeper in ("P7", "P1", None)
    ]

    assert tuple([row["card_no"] for row in answer.rows] for answer in (now, before, once)) == (
        ["C01"],
        [],
        ["C01"],
    )
    assert found == [1, 0, 1]


def test_a_card_names_the_version_of_its_stream(folded: Any) -> None:
    """As the log had it at the position of the answer, whatever the day."""
    with psycopg.connect(folded.admin_url) as connection:
        changed = connection.execute(
            "SELECT position, version FROM ledger.events WHERE stream = 'asset:A01'"
            " ORDER BY position"
        ).fetchall()
    versions = [
        (row["stream"], row["version"])
        for position, _ in changed
        for row in asked(folded, card, CardParams(asset_id="A01"), known=position).rows
    ]

    assert [("asset:A01", version) for _, version in changed] == versions
    assert len(versions) > 1


def test_labels_tell_replaced_from_current(folded: Any) -> None:
    """The old label still leads to the thing, and says that it was replaced."""
    labels = LookupLabelsParams(label_nos=("LB02", "LBNEW", "LB40"))
    rows = asked(folded, lookup_labels, labels).rows

    assert [(row["label_no"], row["current"], row["card_no"]) for row in rows] == [
        ("LB02", False, "C02"),
        ("LBNEW", True, "C02"),
    ]


def test_a_history_shows_old_and_new_by_business_date(folded: Any) -> None:
    """The reallocation tells both units and both cards."""
    rows = asked(folded, card_history, CardHistoryParams(asset_id="A03")).rows

    assert [row["type"] for row in rows] == ["asset.configured/1", "asset.reallocated/1"]
    assert rows[1]["changes"] == [
        {"field": "unit_id", "old": "U2", "new": "U1"},
        {"field": "card_no", "old": "C03", "new": "C99"},
        {"field": "state", "old": None, "new": "IN_USE"},
    ]


def test_custody_is_what_one_person_keeps(folded: Any) -> None:
    """The computer that changed hands is with its new keeper, and was with the old one."""
    now = asked(folded, custody, CustodyParams(keeper="P7"))
    before = asked(folded, custody, CustodyParams(keeper="P7"), on="2024-01-31")

    assert [row["card_no"] for row in now.rows] == ["C01"]
    assert (now.totals["count"], before.totals["count"]) == (1, 0)


def test_a_strange_cursor_is_refused(folded: Any) -> None:
    """With a code, and never as a server's fault."""
    for cursor in ("x", "W10", "WzEsMl0", "%%%"):
        with pytest.raises(QueryError) as refused:
            asked(folded, register, RegisterParams(cursor=cursor))

        assert refused.value.code == "E_CURSOR"
