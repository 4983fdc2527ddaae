"""Files behind events: who attached what, when, to which event, on both clocks and in scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from domain.envelope import Attachment, Recorded
from domain.events import AssetReallocated, Changes, ProcessOpened, ProcessStep
from domain.states import State
from eventstore.embedded import Urls
from projections.asof import Scope
from projections.attachments import Attachments
from projections.processes import Processes
from projections.queries import QueryError
from tests.projections.read_models import ask, fold
from tests.projections.stories import Story, record


def file(letter: str, name: str) -> Attachment:
    """A file whose digest is one letter."""
    return Attachment(sha256=letter * 64, name=name, size=1000)


def with_files(event: Recorded, story: Story, *files: Attachment) -> None:
    """Let the last event of the story name these files."""
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    story.events[-1] = Recorded(**values | {"attachments": files})


def _story() -> Story:
    story = Story()
    contract, invoice = file("a", "合同.pdf"), file("b", "发票.pdf")
    with_files(story.configure("a1", "U1", "K1", "2024-01-10"), story, contract, invoice)
    with_files(story.configure("a2", "U2", "K2", "2024-01-10"), story, contract)
    late = story.change("a1", "U1", "K1", "2024-01-05", place="x")
    with_files(late, story, file("c", "照片.jpg"))
    body = AssetReallocated(
        from_unit="U1", from_card_no="K1", to_unit="U2", to_card_no="K9", gross_fen=500_000,
        accum_fen=0, done_months=0, changes=Changes(state=State.IN_USE, gross_fen=500_000),
    )  # fmt: skip
    given = story.add("asset:a1", "asset.reallocated", "REALLOC.FREE", "U2", body, "2024-03-01",
                      asset_id="a1")  # fmt: skip
    with_files(given, story, file("d", "调拨单.pdf"))
    opened = ProcessOpened(kind="DISP.SCRAP", asset_ids=("a2",), amount_fen=0, requester="p")
    story.add("process:P1", "process.opened", "DISP.SCRAP", "U2", opened, "2024-04-01",
              process_id="P1")  # fmt: skip
    paid = story.add("process:P1", "process.settled", "DISP.SCRAP", "U2", ProcessStep(),
                     "2024-04-02", process_id="P1")  # fmt: skip
    with_files(paid, story, file("e", "回收单.pdf"))
    return story


@pytest.fixture(scope="module")
def told(database: Urls) -> Story:
    """Two purchases under one contract, a late photo, a gift to the neighbour, a scrapping."""
    story = _story()
    record(database.app_url, story.events)
    fold(database, story.events, (Processes(), Attachments()), batch=2)
    return story


def names(rows: Sequence[dict[str, object]]) -> list[object]:
    """The names of the files in their order."""
    return [row["name"] for row in rows]


WHEN = [
    ("2024-01-04", 99, []),
    ("2024-01-05", 99, ["照片.jpg"]),
    ("2024-01-10", 2, ["发票.pdf", "合同.pdf"]),
    ("2024-01-10", 99, ["照片.jpg", "发票.pdf", "合同.pdf"]),
    ("2024-12-31", 99, ["调拨单.pdf", "照片.jpg", "发票.pdf", "合同.pdf"]),
]


@pytest.mark.parametrize(("on", "known", "expected"), WHEN)
def test_files_stand_on_both_clocks(
    database: Urls, told: Story, on: str, known: int, expected: list[str]
) -> None:
    """By the business day of their event, and by what was recorded up to then."""
    answer = ask(database, "attachments", on=on, at=known, asset_id="a1")

    assert expected == names(answer.rows)


WHOSE = [
    (("U1",), ["调拨单.pdf", "照片.jpg", "发票.pdf", "合同.pdf"]),
    (("U2",), ["调拨单.pdf"]),
    (("U3",), []),
]


@pytest.mark.parametrize(("units", "expected"), WHOSE)
def test_each_unit_sees_the_files_of_its_own_events(
    database: Urls, told: Story, units: tuple[str, ...], expected: list[str]
) -> None:
    """The giver sees the gift as well; the receiver not what was before."""
    answer = ask(database, "attachments", scope=Scope(units), asset_id="a1")

    assert expected == names(answer.rows)


def test_a_row_says_who_attached_it_and_to_what(database: Urls, told: Story) -> None:
    """The event, its actor and its instant."""
    row = ask(database, "attachments", asset_id="a1", on="2024-01-05").rows[0]
    event = told.events[2]

    assert (row["event_id"], row["actor_id"], row["recorded_at"], row["sub_kind"]) == (
        event.event_id, event.actor_id, event.recorded_at, "USE.MOVE",
    )  # fmt: skip
    assert (row["sha256"], row["size"], row["occurred_on"]) == ("c" * 64, 1000, date(2024, 1, 5))


def test_pages_hold_every_file_once(database: Urls, told: Story) -> None:
    """One by one they give the same list."""
    seen, cursor = [], None
    while True:
        answer = ask(database, "attachments", asset_id="a1", limit=1, cursor=cursor)
        seen += names(answer.rows)
        cursor = answer.next_cursor
        if cursor is None:
            break

    assert seen == ["调拨单.pdf", "照片.jpg", "发票.pdf", "合同.pdf"]


def test_the_steps_of_a_process_have_their_files(database: Urls, told: Story) -> None:
    """By the process, and by the thing that was in it."""
    by_process = ask(database, "process-attachments", process_id="P1")
    by_thing = ask(database, "process-attachments", asset_id="a2")
    foreign = ask(database, "process-attachments", process_id="P1", scope=Scope(("U1",)))

    assert names(by_process.rows) == names(by_thing.rows) == ["回收单.pdf"]
    assert foreign.rows == []
    with pytest.raises(QueryError):
        ask(database, "process-attachments")
