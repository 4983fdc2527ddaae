"""拆分批次: batches side by side that together pass a limit which each alone does not."""

from __future__ import annotations

import pytest

from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Limit, ProcessStep, RequestItem
from tests.domain.book import Book
from tests.domain.orders import buy
from tests.domain.test_approval import OFFICER, copiers, the_city
from tests.domain.things import approved, day, fen, thing

AFFAIRS = Actor(person_id="affairs", role="organ_affairs", unit_id="O1")
FINANCE = Actor(person_id="finance", role="finance", unit_id="F1")
LIMIT = fen("50,000")
ROWS = (Limit(office="department", below_fen=LIMIT), Limit(office="finance", min_fen=LIMIT))
DEPT = Actor(person_id="dept", role="competent_dept", unit_id="D1")


def limited(kind: str) -> Book:
    """A city where batches of 50,000 yuan and more are the finance department's."""
    book = the_city()
    book.given(
        c.SetLimits(
            kind=kind, scope="*", valid_from=day("2024-01-01"), rows=ROWS,
            occurred_on=day("2024-01-01"),
        )
    )  # fmt: skip
    return book


def scrap(book: Book, asset_ids: list[str], on: str) -> str:
    """Ask for things to be scrapped; the request's id."""
    order = c.ApplyDisposal(
        asset_ids=tuple(asset_ids), sub_kind="DISP.SCRAP", min_life_reason="损坏",
        occurred_on=day(on),
    )  # fmt: skip
    return book.when(order, actor=OFFICER).created["process_id"][0]


def decide(book: Book, process_id: str, on: str, actor: Actor = DEPT) -> tuple[str, ...]:
    """Approve a disposal; the flags."""
    order = c.ApproveDisposal(process_id=process_id, approval=approved(on), occurred_on=day(on))
    return book.when(order, actor=actor).flags


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("2024-03-01", ("E_SPLIT_BATCH",)),
        ("2024-03-31", ("E_SPLIT_BATCH",)),
        ("2024-04-01", ()),
    ],
)
def test_two_batches_within_thirty_days_look_split(second: str, expected: tuple[str, ...]) -> None:
    """26,000 and 26,000 pass 50,000; what was asked for a day later stands alone."""
    book = limited("DISP")
    one, two = copiers(book, 2)
    scrap(book, [one], "2024-03-01")
    flags = decide(book, scrap(book, [two], second), "2024-04-02")

    assert expected == flags


def test_the_flag_stands_in_the_record() -> None:
    """It is soft: the approval is recorded with it."""
    book = limited("DISP")
    one, two = copiers(book, 2)
    scrap(book, [one], "2024-03-01")
    process_id = scrap(book, [two], "2024-03-02")
    decide(book, process_id, "2024-03-03")
    _, body = book.streams[f"process:{process_id}"][-1]

    assert isinstance(body, ProcessStep)
    assert body.flags == ("E_SPLIT_BATCH",)
    assert book.process(process_id).status == "approved"


def test_other_classes_ended_requests_and_small_sums_are_no_split() -> None:
    """A desk beside a copier, a batch withdrawn, and two that stay below the limit."""
    book = limited("DISP")
    one, two, three = copiers(book, 3)
    [desk] = buy(book, thing("desk", "26,000", "2024-01-05"), on="2024-01-05")
    gone = scrap(book, [one], "2024-03-01")
    scrap(book, [desk], "2024-03-01")
    book.when(c.WithdrawDisposal(process_id=gone, occurred_on=day("2024-03-02")), actor=OFFICER)
    asked = scrap(book, [two], "2024-03-02")

    assert decide(book, asked, "2024-03-03") == ()
    assert decide(book, scrap(book, [three], "2024-03-04"), "2024-03-05") == ("E_SPLIT_BATCH",)


def test_what_the_higher_office_decides_anyway_hides_nothing() -> None:
    """A batch above the limit by itself was never split off."""
    book = limited("DISP")
    things = copiers(book, 3)
    scrap(book, things[:1], "2024-03-01")
    whole = scrap(book, things[1:], "2024-03-02")

    assert decide(book, whole, "2024-03-03", FINANCE) == ()


def test_offices_side_by_side_have_their_limit_as_well() -> None:
    """Organ affairs and finance stand on one step; the line between them counts."""
    book = limited("DISP")
    rows = (Limit(office="organ_affairs", below_fen=LIMIT), Limit(office="finance", min_fen=LIMIT))
    order = c.SetLimits(
        kind="DISP", scope="*", valid_from=day("2024-02-01"), rows=rows,
        occurred_on=day("2024-02-01"),
    )  # fmt: skip
    book.given(order)
    one, two = copiers(book, 2)
    scrap(book, [one], "2024-03-01")

    assert decide(book, scrap(book, [two], "2024-03-02"), "2024-03-03", AFFAIRS) == (
        "E_SPLIT_BATCH",
    )


def test_the_days_are_a_setting() -> None:
    """`split_batch_days`, 30 unless an office says otherwise."""
    book = limited("DISP")
    book.given(
        c.SetSetting(
            name="split_batch_days", value=5, valid_from=day("2024-01-01"),
            occurred_on=day("2024-01-01"),
        )
    )  # fmt: skip
    one, two = copiers(book, 2)
    scrap(book, [one], "2024-03-01")

    assert decide(book, scrap(book, [two], "2024-03-07"), "2024-03-08") == ()


def test_purchases_are_watched_as_well() -> None:
    """Ten computers asked for in two lists of five."""
    book = limited("CONFIG")
    items = (RequestItem(name="台式机", class_code="A02010105", pieces=5, price_fen=fen("6,000")),)
    flags: list[tuple[str, ...]] = []
    for on in ("2024-03-01", "2024-03-05"):
        order = c.OpenRequest(
            kind="CONFIG.PURCHASE", unit_id="U1", items=items, occurred_on=day(on)
        )
        process_id = book.when(order, actor=OFFICER).created["process_id"][0]
        decided = approved(on)
        command = c.ApproveRequest(process_id=process_id, approval=decided, occurred_on=day(on))
        flags.append(book.when(command, actor=FINANCE).flags)

    assert flags == [(), ("E_SPLIT_BATCH",)]
