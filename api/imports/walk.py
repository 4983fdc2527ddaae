"""Down a sheet row by row: which rows are cards, and what each of the others is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from api.imports import cells, headings
from api.imports.batch import Batch, ImportedCard
from api.imports.cards import RowReader
from api.imports.layout import Layout, has_facts, is_foot_word, is_heading_again, is_sum_word
from api.imports.mapping import Mapping
from api.imports.reading import Cell, Sheet
from api.imports.refusals import CellError, RowError
from domain.card_fields import BY_CODE
from domain.decisions.serials import FLAG as SAME_SERIAL
from domain.decisions.serials import serial_key
from domain.money import yuan

MERGED_CELLS_MAX = 500_000


class Walk:
    """Goes down the sheet row by row and tells cards from everything else."""

    def __init__(self, sheet: Sheet, layout: Layout, batch: Batch) -> None:
        self.sheet, self.layout, self.batch = sheet, layout, batch
        self.reader = RowReader(batch)
        self.cards: list[ImportedCard] = []
        self.counts = dict.fromkeys(("rows", "errors", "blank", "sums", "headings", "notes"), 0)
        mapping = batch.mapping
        self._facts = self._indices("card_no", "class_code", "acquired_on")
        self._mapped = tuple(column.index for column in mapping.columns if column.target)
        self._fill = tuple(column.index for column in mapping.columns if column.fill_down)
        self._carried: dict[int, Cell] = {}
        self._gross = mapping.column_of("gross_fen")
        self._card_no = mapping.column_of("card_no")
        self._merged = _merged_below(sheet, layout, mapping)
        self._since_sum = self._total = 0
        self._seen: dict[str, int] = {}
        self._serials: dict[str, int] = {}
        self.hidden: list[int] = []

    def _indices(self, *targets: str) -> tuple[int, ...]:
        columns = (self.batch.mapping.column_of(target) for target in targets)
        return tuple(column.index for column in columns if column)

    def run(self) -> None:
        """Read every row below the headings."""
        uncalculated: dict[int, set[int]] = {}
        for at, column in self.sheet.facts.valueless:
            uncalculated.setdefault(at + 1, set()).add(column)
        none: set[int] = set()
        for number, row in enumerate(self._rows(), self.layout.first_data_row):
            if self._is_card(number, row):
                if number - 1 in self.sheet.facts.hidden_rows:
                    self.hidden.append(number)
                self._read(number, self._filled(number, row), uncalculated.get(number, none))

    def _rows(self) -> Iterator[list[Cell]]:
        return itertools.islice(self.sheet.rows(), self.layout.first_data_row - 1, None)

    def _is_card(self, number: int, row: list[Cell]) -> bool:
        written = [cell for cell in row if not cells.is_blank(cell)]
        kind = self._kind(row, written)
        if kind is None:
            self.counts["rows"] += 1
            return True
        self.counts[kind] += 1
        if kind == "sums":
            self._compare_sum(number, row)
        elif kind == "notes" and not any(is_foot_word(cell) for cell in written):
            zh = f"第{number}行不像卡片,已跳过"
            self._warn_row(number, written[0], "W_ROW_SKIPPED", zh, "the row is no card; skipped")
        return False

    def _kind(self, row: list[Cell], written: list[Cell]) -> str | None:
        """blank, headings, sums or notes; None for a row that means to be a card."""
        if not written:
            return "blank"
        if is_heading_again(row, self.layout) or _is_numbering(written):
            return "headings"
        facts = has_facts(row, self._facts)
        if not facts and (any(map(is_sum_word, written)) or self._is_running_sum(row)):
            return "sums"
        if not facts and (any(map(is_foot_word, written)) or self._amount(row) is None):
            return "notes" if not self._names_a_thing(row) else None
        lone = len(written) == 1 and len(self._mapped) > KNOWN_ALONE
        return "notes" if lone else None

    def _names_a_thing(self, row: list[Cell]) -> bool:
        """A row with a name and one more fact is a card, however much of it is missing."""
        if any(map(is_foot_word, row)):
            return False
        named = has_facts(row, self._indices("name", headings.NAME_AND_MODEL))
        mapped = [index for index in self._mapped if index < len(row)]
        return named and sum(not cells.is_blank(row[index]) for index in mapped) >= 3

    def _amount(self, row: list[Cell]) -> int | None:
        if self._gross is None or self._gross.index >= len(row):
            return None
        try:
            return cells.money(row[self._gross.index], self._gross.unit_yuan, computed=True)
        except CellError:
            return None

    def _is_running_sum(self, row: list[Cell]) -> bool:
        amount = self._amount(row)
        return bool(amount) and amount in (self._since_sum, self._total)

    def _compare_sum(self, number: int, row: list[Cell]) -> None:
        amount = self._amount(row)
        broken = any(error.field == "gross_fen" for error in self.reader.errors)
        if amount is not None and not broken and amount not in (self._since_sum, self._total):
            zh = f"表中合计{yuan(amount)},而上方卡片之和为{yuan(self._since_sum)}"
            self._warn_row(number, amount, "W_SUM", zh, "the sum differs from the cards above")
        self._since_sum = 0

    def _warn_row(self, number: int, value: Any, code: str, zh: str, en: str) -> None:
        text = cells.shown(value) if not isinstance(value, int) else yuan(value)
        place = RowError(self.sheet.name, number, "", "", text[:200], code, zh, en, "", "warning")
        self.reader.warnings.append(place)

    def _filled(self, number: int, row: list[Cell]) -> list[Cell]:
        if self._fill or number in self._merged:
            row = list(row)
        for index in self._fill:
            if index >= len(row):
                row = [*row, *([None] * (index + 1 - len(row)))]
            if cells.is_blank(row[index]):
                row[index] = self._carried.get(index)
            else:
                self._carried[index] = row[index]
        for column in self._merged.get(number, ()):
            if column < len(row) and cells.is_blank(row[column]):
                row[column] = self._carried.get(~column)
            elif column < len(row):
                self._carried[~column] = row[column]
        return row

    def _read(self, number: int, row: list[Cell], uncalculated: set[int]) -> None:
        amount = self._amount(row) or 0
        self._since_sum += amount
        self._total += amount
        errors_before = len(self.reader.errors)
        card = self.reader.read(number, row, uncalculated)
        twice = self._is_twice(number, row)
        if len(self.reader.errors) > errors_before:
            self.counts["errors"] += 1
        if card is not None and not twice:
            self._note_serial(card)
            self.cards.append(card)

    def _is_twice(self, number: int, row: list[Cell]) -> bool:
        """Whether the card number stood in the file before; judged for broken rows too."""
        if self._card_no is None or self._card_no.index >= len(row):
            return False
        try:
            card_no = cells.code(row[self._card_no.index])
        except CellError:
            return False
        first = self._seen.setdefault(card_no, number) if card_no else number
        if first == number:
            return False
        zh = f"资产编号{card_no}与第{first}行重复"
        column = self._card_no
        self.reader.errors.append(
            RowError(
                self.sheet.name,
                number,
                column.heading,
                column.letter,
                card_no,
                "E_DUP_CARD",
                zh,
                f"the card number stands in row {first} already",
                "card_no",
            )
        )
        return True

    def _note_serial(self, imported: ImportedCard) -> None:
        key = serial_key(imported.card)
        if key is None:
            return
        first = self._serials.setdefault(key, imported.row)
        if first != imported.row:
            zh = f"同品牌型号下出厂编号{imported.card.serial_no}与第{first}行重复"
            en = f"the serial number stands in row {first} too, of the same make and model"
            self.reader.warnings.append(
                serial_warning(self.sheet.name, self.batch.mapping, imported, zh, en)
            )


def serial_warning(
    sheet: str, mapping: Mapping, imported: ImportedCard, zh: str, en: str
) -> RowError:
    """The finding that a card's serial number is borne by another one: imported, but flagged."""
    column = mapping.column_of("serial_no")
    heading, letter = (column.heading, column.letter) if column else ("出厂编号", "")
    value = imported.card.serial_no or ""
    place = (sheet, imported.row, heading, letter, value[:200])
    return RowError(*place, SAME_SERIAL, zh, en, "serial_no", "warning")


KNOWN_ALONE = 3


def _is_numbering(written: list[Cell]) -> bool:
    """甲 乙 1 2 3 or 1 2 3 4 below the headings: the columns numbered."""
    if len(cells.shown(written[0])) > 4 or len(cells.shown(written[-1])) > 4:
        return False
    texts = [cells.shown(cell).strip("()（）栏") for cell in written]
    numbers = [text for text in texts if text not in ("甲", "乙", "丙", "丁", "戊", "次")]
    if len(texts) < 4 or not numbers or not all(text.isdigit() for text in numbers):
        return False
    first = int(numbers[0])
    return first <= 10 and [int(n) for n in numbers] == list(range(first, first + len(numbers)))


def _merged_below(sheet: Sheet, layout: Layout, mapping: Mapping) -> dict[int, list[int]]:
    """Rows → columns of words whose cell is merged over several cards."""
    wordy = {
        column.index
        for column in mapping.columns
        if column.target in BY_CODE
        and BY_CODE[column.target].kind in ("text", "dept", "person", "date", "term")
    }
    spans: dict[int, list[int]] = {}
    left = MERGED_CELLS_MAX
    for (top, column), (bottom, last) in sheet.merges:
        if top + 1 < layout.first_data_row or last != column or column not in wordy:
            continue
        left -= bottom - top
        if left < 0:
            break
        for row in range(top, bottom + 1):
            spans.setdefault(row + 1, []).append(column)
    return spans
