"""Workbooks into the ledger and out again: two persons, parts with ids, restarts, undoing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.auth.identity import Principal
from api.bootstrap import Works
from api.directory.accounts import principal_named
from api.house import House
from api.imports import kept, running
from api.problems import Problem
from eventstore.embedded import Urls
from tests.api.city import running_city
from tests.api.imports.workbooks import DATA, DESK, HEADING, LAPTOP, xlsx

OPENING = date(2026, 1, 1)


@pytest.fixture(scope="module")
def works(database: Urls) -> Iterator[Works]:
    """A running city of this module's own."""
    with running_city(database) as running_works:
        yield running_works


@pytest.fixture
def house(works: Works, tmp_path: Path) -> House:
    """The city's house with a data folder."""
    settings = msgspec.structs.replace(works.house.settings, data_dir=tmp_path)
    return msgspec.structs.replace(works.house, settings=settings)


def who(house: House, username: str) -> Principal:
    """The principal of one of the city's accounts."""
    found = principal_named(house.pool, username, house.today())
    assert found is not None
    return found


def rows(prefix: str, count: int) -> bytes:
    """A workbook of `count` desks."""
    body = [[f"{prefix}{n:05d}", *DESK[1:]] for n in range(count)]
    return xlsx([HEADING, *body])


def imported(house: House, data: bytes, unit: str = "JY") -> kept.ImportBatch:
    """The batch of `data`, released."""
    batch = running.prepare(house, who(house, "officer"), data, "卡片.xlsx", unit, OPENING)
    running.submit(house, who(house, "officer"), batch.batch_id)
    return running.release(house, who(house, "accountant"), batch.batch_id)


def test_two_persons_bring_a_workbook_in(house: House) -> None:
    """The officer prepares and submits, the accountant releases; cards and sums agree."""
    data = xlsx([HEADING, DESK, LAPTOP])

    batch = imported(house, data)

    assert (
        batch.status, batch.cards, batch.done, batch.gross_fen
    ) == (kept.RELEASED, 2, 2, 750000)  # fmt: skip


def test_the_preparer_may_not_release(house: House) -> None:
    """Whoever prepared a batch may not release it, whatever roles he holds."""
    officer = who(house, "officer")
    both = msgspec.structs.replace(officer, grants=officer.grants + who(house, "accountant").grants)
    batch = running.prepare(house, both, rows("SELF", 1), "a.xlsx", "JY", OPENING)
    running.submit(house, both, batch.batch_id)

    with pytest.raises(Problem) as refused:
        running.release(house, both, batch.batch_id)

    assert refused.value.code == "E_SELF_POSTING"


def test_an_officer_has_no_power_to_release(house: House) -> None:
    """Releasing posts a voucher: the officer's role does not reach that far."""
    batch = running.prepare(house, who(house, "officer"), rows("OFF", 1), "a.xlsx", "JY", OPENING)
    running.submit(house, who(house, "officer"), batch.batch_id)
    officer = msgspec.structs.replace(who(house, "officer"), person_id="p-other")

    with pytest.raises(Problem) as refused:
        running.release(house, officer, batch.batch_id)

    assert refused.value.code == "E_FORBIDDEN"


def test_another_unit_is_out_of_reach(house: House) -> None:
    """An officer of one unit prepares no import for another."""
    with pytest.raises(Problem) as refused:
        running.prepare(house, who(house, "officer"), rows("OUT", 1), "a.xlsx", "WJ", OPENING)

    assert refused.value.code == "E_OUT_OF_SCOPE"


def test_the_same_file_twice_changes_nothing(house: House, works: Works) -> None:
    """Handing in a file again gives the batch that it made; the log does not grow."""
    data = rows("TWICE", 3)
    first = imported(house, data)
    head = works.store.log.head()

    again = running.prepare(house, who(house, "officer"), data, "卡片.xlsx", "JY", OPENING)

    assert (first.batch_id, kept.RELEASED, head) == (
        again.batch_id, again.status, works.store.log.head()
    )  # fmt: skip


def test_rows_known_from_another_file_are_unchanged(house: House) -> None:
    """A longer file brings in only its new rows; nothing new at all is refused."""
    imported(house, rows("MORE", 3))
    officer = who(house, "officer")

    longer = running.prepare(house, officer, rows("MORE", 5), "b.xlsx", "JY", OPENING)

    assert (longer.cards, longer.unchanged, longer.errors) == (2, 3, 0)


def test_a_file_without_news_is_not_submitted(house: House) -> None:
    """All rows are in the ledger from another file: there is nothing to release."""
    imported(house, rows("SAME", 3))
    officer = who(house, "officer")
    fewer = running.prepare(house, officer, rows("SAME", 2), "b.xlsx", "JY", OPENING)

    with pytest.raises(Problem) as refused:
        running.submit(house, officer, fewer.batch_id)

    assert refused.value.code == "E_IMPORT_NOTHING"


def test_other_content_under_a_known_number_is_an_error(house: House) -> None:
    """A number that is taken cannot be imported with another value."""
    imported(house, rows("CLASH", 1))
    other = xlsx([HEADING, ["CLASH00000", *DESK[1:3], "9.99", DESK[4]]])

    batch = running.prepare(house, who(house, "officer"), other, "b.xlsx", "JY", OPENING)

    found = running.rehearsal_of(house, batch)
    assert [error.code for error in found.errors] == ["E_CARD_EXISTS"]


def test_a_release_cut_short_goes_on_where_it_stopped(
    house: House, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after an append that was not yet noted: run again, nothing is recorded twice."""
    officer, accountant = who(house, "officer"), who(house, "accountant")
    batch = running.prepare(house, officer, rows("KILL", 1000), "k.xlsx", "JY", OPENING)
    running.submit(house, officer, batch.batch_id)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kept.Batches, "keep_cards", killed)
        with pytest.raises(KeyboardInterrupt):
            running.release(house, accountant, batch.batch_id)
    head = works.store.log.head()
    seen: list[tuple[int, int]] = []
    batch = running.release(house, accountant, batch.batch_id, lambda *at: seen.append(at))

    assert (batch.status, seen) == (kept.RELEASED, [(900, 1000), (1000, 1000)])
    # 100 cards and their voucher; books and batch were opened by the first part.
    assert head + 101 == works.store.log.head()


def test_an_import_is_undone_and_comes_in_again(house: House) -> None:
    """Undone as a batch, the same file makes a new batch under the next generation."""
    data = rows("UNDO", 4)
    first = imported(house, data)
    undone = running.undo(house, who(house, "accountant"), first.batch_id, "单位填错")

    again = imported(house, data)

    assert (undone.status, again.status, again.done) == (kept.UNDONE, kept.RELEASED, 4)
    assert first.batch_id != again.batch_id


def test_undoing_needs_a_reason(house: House) -> None:
    """Without a reason nothing is undone and the batch stays released."""
    batch = imported(house, rows("WHY", 2))

    with pytest.raises(Problem) as refused:
        running.undo(house, who(house, "accountant"), batch.batch_id, " ")

    assert refused.value.code == "E_REASON"
    assert running.find(house, who(house, "officer"), batch.batch_id).status == kept.RELEASED


def test_a_file_with_errors_is_submitted_only_in_full_knowledge(house: House) -> None:
    """Rows with errors stop the submission until the officer leaves them out on purpose."""
    broken = ["BAD00002", *DESK[1:3], "abc", DESK[4]]
    data = xlsx([HEADING, ["BAD00001", *DESK[1:]], broken])
    officer = who(house, "officer")
    batch = running.prepare(house, officer, data, "b.xlsx", "JY", OPENING)

    with pytest.raises(Problem) as refused:
        running.submit(house, officer, batch.batch_id)
    submitted = running.submit(house, officer, batch.batch_id, partial=True)

    assert (
        refused.value.code, submitted.status, submitted.cards
    ) == ("E_IMPORT_ERRORS", kept.SUBMITTED, 1)  # fmt: skip


def test_what_only_the_ledger_refuses_is_an_error_of_its_row(house: House) -> None:
    """A card acquired after the opening date is found in the rehearsal, not in the release."""
    late = ["LATE0002", *DESK[1:4], "2026-05-06"]
    data = xlsx([HEADING, ["LATE0001", *DESK[1:]], late])

    batch = running.prepare(house, who(house, "officer"), data, "b.xlsx", "JY", OPENING)

    errors = running.rehearsal_of(house, batch).errors
    assert (batch.cards, [error.row for error in errors]) == (1, [3])


def test_corrected_columns_are_remembered(house: House) -> None:
    """A clerk's reading of the headings is used for the next file with the same headings."""
    officer = who(house, "officer")
    heading = [*HEADING, "奇怪的列"]
    first = running.prepare(
        house, officer, xlsx([heading, ["MEM1", *DESK[1:], "三楼"]]), "m.xlsx", "JY", OPENING
    )
    read_as = first.read_as
    assert read_as is not None
    columns = tuple(
        msgspec.structs.replace(column, target="place", how="clerk")
        if column.heading == "奇怪的列"
        else column
        for column in read_as.columns
    )
    changed = msgspec.structs.replace(read_as, columns=columns)
    running.correct(house, officer, first.batch_id, mapping=changed)
    running.submit(house, officer, first.batch_id)

    data = xlsx([heading, ["MEM2", *DESK[1:], "四楼"]])
    second = running.prepare(house, officer, data, "n.xlsx", "JY", OPENING)

    cards = running.rehearsal_of(house, second, cards=True).cards
    assert [one.card.place for one in cards] == ["四楼"]


def test_names_of_the_file_reach_the_directory(house: House) -> None:
    """Keepers come as names and leave as ids; the directory knows both."""
    officer = who(house, "officer")
    data = xlsx([[*HEADING, "管理人"], ["NAME1", *DESK[1:], "苏锦年"]])
    batch = running.prepare(house, officer, data, "p.xlsx", "JY", OPENING)
    running.submit(house, officer, batch.batch_id)
    running.release(house, who(house, "accountant"), batch.batch_id)

    card = running.rehearsal_of(house, batch, cards=True).cards[0].card
    known = kept.Batches(house.pool).people_of("JY")
    assert known["苏锦年"] == card.keeper


def test_the_sample_of_a_thousand_comes_in(house: House) -> None:
    """The published sample is prepared, released without its broken rows, and has a receipt."""
    data = (DATA / "cards-1000.xlsx").read_bytes()
    officer = who(house, "officer")
    batch = running.prepare(house, officer, data, "cards-1000.xlsx", "JY", OPENING)
    running.submit(house, officer, batch.batch_id, partial=True)
    batch = running.release(house, who(house, "accountant"), batch.batch_id)

    assert batch.cards == batch.done > 0
    assert running.receipt_file(house, batch, "林晓岚 / 周启明")[:2] == b"PK"
    assert running.errors_file(house, batch)[:2] == b"PK"
