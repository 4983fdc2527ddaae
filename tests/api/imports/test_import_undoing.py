"""Imports that meet trouble midway: cut short, taken over, refused, used since, told twice."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from api.auth.identity import Principal
from api.bootstrap import Works
from api.house import House
from api.imports import kept, running
from api.problems import Problem
from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Approval
from eventstore.embedded import Urls
from tests.api.city import running_city
from tests.api.imports.test_import_running import OPENING, imported, rows, who
from tests.api.imports.workbooks import DESK, HEADING, LAPTOP, xlsx

OFFICER = Actor("p-officer", "unit_asset_officer")
LATER = date(2026, 1, 20)


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


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cards a command, so that a few cards are many parts."""
    monkeypatch.setattr(kept, "MANY", 2)
    monkeypatch.setattr(running, "MANY", 2)


def colleague(house: House) -> Principal:
    """Another accountant of the same unit."""
    return msgspec.structs.replace(who(house, "accountant"), person_id="p-colleague")


def card_ids(house: House, batch: kept.ImportBatch) -> list[str]:
    """Asset ids in the order of the file."""
    return [asset_id for asset_id, _ in kept.Batches(house.pool).cards_of(batch.batch_id)]


def submitted(house: House, data: bytes) -> kept.ImportBatch:
    """A batch that waits for the accountant."""
    officer = who(house, "officer")
    batch = running.prepare(house, officer, data, "卡片.xlsx", "JY", OPENING)
    return running.submit(house, officer, batch.batch_id)


@pytest.mark.usefixtures("small_parts")
def test_an_undoing_names_the_cards_of_all_parts_that_were_used_since(
    house: House, works: Works
) -> None:
    """One was moved, one went to another unit: both are named, nothing is undone."""
    batch = imported(house, rows("USED", 6))
    ids = card_ids(house, batch)
    begin = c.OpenBooks(occurred_on=OPENING, unit_id="WJ", period="2026-01")
    works.ledger.execute(begin, Actor("p-accountant", "unit_accountant"))
    works.ledger.execute(c.Move(occurred_on=LATER, asset_ids=(ids[1],), place="二楼"), OFFICER)
    approval = Approval(no="批〔2026〕1号", on=OPENING, level="city")
    away = c.ReallocOut(
        occurred_on=LATER, asset_ids=(ids[4],), to_unit="WJ", approval=approval, keeper="p-x"
    )
    works.ledger.execute(away, OFFICER)
    head = works.store.log.head()

    with pytest.raises(Problem) as refused:
        running.undo(house, who(house, "accountant"), batch.batch_id, "单位填错")

    assert refused.value.code == "E_TOUCHED"
    assert [n for n in range(6) if f"USED{n:05d}" in refused.value.detail_zh] == [1, 4]
    assert head == works.store.log.head()
    assert running.find(house, who(house, "officer"), batch.batch_id).status == kept.RELEASED


@pytest.mark.usefixtures("small_parts")
def test_another_accountant_goes_on_with_a_release(
    house: House, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after an append that was not noted, then continued by a colleague: nothing twice."""
    batch = submitted(house, rows("TAKE", 4))
    with monkeypatch.context() as patch:
        patch.setattr(kept.Batches, "keep_cards", _killed)
        with pytest.raises(KeyboardInterrupt):
            running.release(house, who(house, "accountant"), batch.batch_id)
    head = works.store.log.head()

    batch = running.release(house, colleague(house), batch.batch_id)

    assert (batch.status, len(card_ids(house, batch))) == (kept.RELEASED, 4)
    # Two more cards and their voucher.
    assert head + 3 == works.store.log.head()


@pytest.mark.usefixtures("small_parts")
def test_another_accountant_goes_on_with_an_undoing(
    house: House, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the record and its note: a colleague finishes, each card is undone once."""
    batch = imported(house, rows("BACK", 4))
    with monkeypatch.context() as patch:
        patch.setattr(kept.Batches, "mark_undone", _killed)
        with pytest.raises(KeyboardInterrupt):
            running.undo(house, who(house, "accountant"), batch.batch_id, "单位填错")

    batch = running.undo(house, colleague(house), batch.batch_id, "")

    assert batch.status == kept.UNDONE
    events = [works.store.log.events_of_asset(asset_id) for asset_id in card_ids(house, batch)]
    assert [[event.sub_kind for event in one if event.type != "ledger.voucher_posted/1"]
            for one in events] == [["CONFIG.OPENING", "CORRECT.UNDO_IMPORT"]] * 4  # fmt: skip


@pytest.mark.usefixtures("small_parts")
def test_a_card_used_while_the_undoing_goes_on_stays_and_is_named(
    house: House, works: Works
) -> None:
    """Between two parts somebody moved a card: the others are undone, that one is named."""
    batch = imported(house, rows("MEAN", 4))
    ids = card_ids(house, batch)

    def meanwhile(done: int, _cards: int) -> None:
        if done == 2:
            move = c.Move(occurred_on=LATER, asset_ids=(ids[3],), place="二楼")
            works.ledger.execute(move, OFFICER)

    batch = running.undo(house, who(house, "accountant"), batch.batch_id, "填错", meanwhile)

    undone = [done for _, done in kept.Batches(house.pool).cards_of(batch.batch_id)]
    assert (batch.status, undone) == (kept.UNDONE, [True, True, True, False])
    assert "MEAN00003" in (batch.problem or "")


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_second_batch_of_the_same_cards_can_be_taken_back(house: House) -> None:
    """Two files of the same cards, both submitted: the second release is refused and not stuck."""
    first = submitted(house, rows("BOTH", 2))
    second = submitted(house, xlsx([["名单"], HEADING, *_cards("BOTH", 2)]))
    running.release(house, who(house, "accountant"), first.batch_id)

    with pytest.raises(Problem) as refused:
        running.release(house, who(house, "accountant"), second.batch_id)

    assert refused.value.code == "E_DUP_CARD"
    waiting = running.find(house, who(house, "officer"), second.batch_id)
    assert (waiting.status, "E_DUP_CARD" in (waiting.problem or "")) == (kept.SUBMITTED, True)
    officer = who(house, "officer")
    running.take_back(house, officer, second.batch_id)
    again = running.correct(house, officer, second.batch_id)
    assert (again.cards, again.unchanged) == (0, 2)
    assert running.discard(house, officer, second.batch_id).status == kept.DISCARDED


def _cards(prefix: str, count: int) -> list[list[str]]:
    return [[f"{prefix}{n:05d}", *DESK[1:]] for n in range(count)]


def test_a_serial_number_of_the_ledger_is_told_before_and_after(house: House) -> None:
    """The preview warns at the row, the receipt lists the card; it is imported all the same."""
    heading = [*HEADING, "出厂编号", "规格型号"]
    one = ["SER1", *LAPTOP[1:], "PF-77X", "昭阳X5"]
    imported(house, xlsx([heading, one]))
    data = xlsx([heading, ["SER2", *one[1:]], ["SER3", *one[1:5], "PF-78X", one[6]]])

    batch = imported(house, data)

    told = [w for w in running.rehearsal_of(house, batch).warnings if w.code == "E_DUP_SERIAL"]
    assert [(w.row, w.column_heading, w.value) for w in told] == [(2, "出厂编号", "PF-77X")]
    receipt = openpyxl.load_workbook(io.BytesIO(running.receipt_file(house, batch, "林晓岚")))
    listed = [[cell.value for cell in row] for row in receipt["出厂编号重复"].iter_rows(min_row=2)]
    assert listed == [["2", "SER2", "便携式计算机", "PF-77X", "E_DUP_SERIAL"]]
    warned = [row[4].value for row in receipt["提示"].iter_rows(min_row=2)]
    assert "E_DUP_SERIAL" in warned


def test_the_card_keeps_a_date_as_it_was_written(house: House, works: Works) -> None:
    """A month is booked as its first day; the remark says what the old books said."""
    batch = imported(house, xlsx([HEADING, ["MONTH1", *DESK[1:4], "2021年5月"]]))

    [event, *_] = works.store.log.events_of_asset(card_ids(house, batch)[0])
    card = msgspec.json.decode(event.body)["card"]
    assert (card["acquired_on"], card["remark"]) == ("2021-05-01", "取得日期原填2021年5月")
