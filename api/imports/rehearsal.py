"""A whole file rehearsed: every card it would open and every error it has, nothing written."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Lookup
from datetime import date
from typing import Any

import msgspec

from api.imports import cells, headings
from api.imports.batch import Batch, ClassChoice, Defaults, ImportedCard
from api.imports.cards import RowReader
from api.imports.layout import (
    Layout,
    find_layout,
    has_facts,
    is_foot_word,
    is_heading_again,
    is_sum_word,
)
from api.imports.mapping import SAMPLE_ROWS, Mapping, detect_class_std, guess_mapping
from api.imports.reading import Cell, Sheet, read_sheets
from api.imports.refusals import CellError, FileError, RowError
from domain.card_fields import BY_CODE
from domain.money import yuan

LOOKUP_BATCH = 5_000
MERGED_CELLS_MAX = 500_000

KnownCards = Callable[[list[str]], Lookup[str, str]]
"""Card numbers → digest of the row each came from, for those of the unit that exist already."""


class Person(msgspec.Struct):
    """Someone named in the file, for the directory: `id` is what the cards carry."""

    id: str
    name: str
    departments: set[str]
    cards: int = 0


class Rehearsal(msgspec.Struct, kw_only=True):
    """What an import would do; `cards` are ready, rows with errors are not among them."""

    filename: str
    digest: str
    unit_id: str
    opening_on: date
    sheet: str
    layout: Layout
    mapping: Mapping
    class_std: str | None
    cards: list[ImportedCard]
    errors: list[RowError]
    warnings: list[RowError]
    assumptions: list[tuple[str, str]]
    counts: dict[str, int]
    gross_fen: int
    accum_fen: int
    people: list[Person]
    choices: list[ClassChoice]


class _People:
    """Gives each name of the file one id; the caller may have the ids from its directory."""

    def __init__(self, known: Callable[[str, str | None], str] | None) -> None:
        self._known = known
        self.met: dict[str, Person] = {}

    def id_of(self, name: str, department: str | None) -> str:
        person = self.met.get(name)
        if person is None:
            number = f"person-{len(self.met) + 1:05d}"
            chosen = self._known(name, department) if self._known else number
            person = self.met[name] = Person(chosen, name, set())
        if department:
            person.departments.add(department)
        person.cards += 1
        return person.id


def rehearse(
    file_bytes: bytes,
    filename: str,
    unit_id: str,
    opening_date: date,
    mapping: Mapping | None = None,
    defaults: Defaults | None = None,
    known_card_nos: KnownCards | None = None,
    *,
    today: date | None = None,
    person_id: Callable[[str, str | None], str] | None = None,
) -> Rehearsal:
    """Read `file_bytes` as cards of `unit_id` booked before `opening_date`.

    `mapping` corrects the guess; `known_card_nos` finds cards that exist: a row that says the
    same as before is counted as unchanged, another content under the number is an error.
    FileError where nothing can be read at all.
    """
    sheet, layout, others = _choose_sheet(read_sheets(file_bytes, filename), mapping)
    sample = list(itertools.islice(sheet.rows(), layout.first_data_row - 1, SAMPLE_ROWS))
    used = mapping or guess_mapping(layout, sample, sheet.name)
    people = _People(person_id)
    batch = Batch(
        sheet=sheet.name,
        opening_on=opening_date,
        today=today or opening_date,
        class_std=used.class_std or detect_class_std(_class_pairs(used, sample)),
        mapping=used,
        defaults=defaults or Defaults(),
        person_id=people.id_of,
    )
    walk = _Walk(sheet, layout, batch)
    walk.run()
    unchanged = _compare(walk, known_card_nos) if known_card_nos else 0
    return Rehearsal(
        filename=filename,
        digest=hashlib.sha256(file_bytes).hexdigest(),
        unit_id=unit_id,
        opening_on=opening_date,
        sheet=sheet.name,
        layout=layout,
        mapping=used,
        class_std=batch.class_std,
        cards=walk.cards,
        errors=sorted(walk.reader.errors, key=lambda one: (one.row, one.column_letter)),
        warnings=walk.reader.warnings,
        assumptions=_assumptions(walk, others),
        counts=walk.counts | {"cards": len(walk.cards), "unchanged": unchanged},
        gross_fen=sum(one.card.gross_fen for one in walk.cards),
        accum_fen=sum(one.opening.accum_fen for one in walk.cards),
        people=list(people.met.values()),
        choices=list(walk.reader.choices.values()),
    )


def _choose_sheet(sheets: list[Sheet], mapping: Mapping | None) -> tuple[Sheet, Layout, list[str]]:
    """The sheet that the mapping names, else the first with headings; the others by name."""
    wanted = [sheet for sheet in sheets if mapping and sheet.name == mapping.sheet]
    found: list[tuple[Sheet, Layout]] = []
    refused: FileError | None = None
    for sheet in wanted or sheets:
        try:
            found.append((sheet, find_layout(sheet)))
        except FileError as error:
            refused = refused or error
    if not found:
        zh, en = "文件中没有可见的工作表", "the file has no visible sheet"
        raise refused or FileError("E_FILE_NO_HEADER", zh, en)
    return *found[0], [sheet.name for sheet, _ in found[1:]]


def _class_pairs(mapping: Mapping, sample: list[list[Cell]]) -> list[tuple[str, str]]:
    code_column = mapping.column_of("class_code")
    name_column = mapping.column_of("name") or mapping.column_of(headings.NAME_AND_MODEL)
    if code_column is None:
        return []
    pairs: list[tuple[str, str]] = []
    for row in sample:
        try:
            code = cells.class_code(row[code_column.index])
            name = cells.text(row[name_column.index]) if name_column else ""
        except (CellError, IndexError):
            continue
        pairs.append((code, name.split("(")[0].split("（")[0].strip()))
    return pairs


class _Walk:
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
        self._serials: dict[tuple[str, ...], int] = {}

    def _indices(self, *targets: str) -> tuple[int, ...]:
        columns = (self.batch.mapping.column_of(target) for target in targets)
        return tuple(column.index for column in columns if column)

    def run(self) -> None:
        """Read every row below the headings."""
        uncalculated: dict[int, set[int]] = {}
        for at, column in self.sheet.uncalculated:
            uncalculated.setdefault(at + 1, set()).add(column)
        none: set[int] = set()
        for number, row in enumerate(self._rows(), self.layout.first_data_row):
            if self._is_card(number, row):
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
        card = imported.card
        if card.serial_no:
            key = (card.serial_no, card.brand or "", card.model or "")
            first = self._serials.setdefault(key, imported.row)
            if first != imported.row:
                zh = f"出厂编号{card.serial_no}与第{first}行重复"
                en = f"the serial number stands in row {first} too"
                self._warn_row(imported.row, card.serial_no, "W_DUP_SERIAL", zh, en)


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


def _compare(walk: _Walk, known: KnownCards) -> int:
    """Cards that exist: the same row again is nothing to do, another content is an error."""
    unchanged = 0
    kept: list[ImportedCard] = []
    for part in _parts(walk.cards, LOOKUP_BATCH):
        existing = known([one.card.card_no for one in part])
        for one in part:
            digest = existing.get(one.card.card_no)
            if digest is None:
                kept.append(one)
            elif digest == one.digest:
                unchanged += 1
            else:
                _report_existing(walk, one)
    walk.cards = kept
    return unchanged


def _parts(cards: list[ImportedCard], size: int) -> Iterable[list[ImportedCard]]:
    return (cards[at : at + size] for at in range(0, len(cards), size))


def _report_existing(walk: _Walk, one: ImportedCard) -> None:
    column = walk.reader.column("card_no")
    heading, letter = (column.heading, column.letter) if column else ("资产编号", "")
    zh = f"资产编号{one.card.card_no}已存在,内容与本行不同;如需更正请用更正功能"
    en = "the card exists with other content; correct it instead"
    walk.counts["errors"] += 1
    walk.reader.errors.append(
        RowError(
            walk.sheet.name,
            one.row,
            heading,
            letter,
            one.card.card_no,
            "E_CARD_EXISTS",
            zh,
            en,
            "card_no",
        )
    )


def _assumptions(walk: _Walk, others: list[str]) -> list[tuple[str, str]]:
    """What the program took for granted, zh and en, for the clerk to read before the import."""
    layout, batch = walk.layout, walk.batch
    rows = f"{layout.header_row}" + (f"-{layout.header_row + 1}" if layout.header_rows == 2 else "")
    said = [(f"表头在第{rows}行", f"headings stand in row {rows}")]
    if batch.class_std:
        said.append((f"分类代码按 {batch.class_std} 理解", f"class codes of {batch.class_std}"))
    for column in batch.mapping.columns:
        if column.fill_down:
            zh = f"“{column.heading}”空白处沿用上一行"
            said.append((zh, f"blanks of {column.letter} repeat the row above"))
        if column.target == headings.NAME_AND_MODEL:
            zh = f"“{column.heading}”拆分为资产名称和规格型号"
            said.append((zh, f"{column.letter} is split into name and model"))
        if column.unit_yuan != 1:
            said.append((f"“{column.heading}”以万元为单位", f"{column.letter} is in 10,000 yuan"))
        if column.months_each != 1:
            said.append((f"“{column.heading}”以年为单位", f"{column.letter} is in years"))
    for kind, zh, en in (
        ("sums", "{}行合计、小计不是卡片", "{} rows of sums are no cards"),
        ("headings", "{}行是重复的表头或栏次", "{} rows repeat the headings"),
        ("notes", "{}行是说明或签字栏", "{} rows are notes or signatures"),
    ):
        if walk.counts[kind]:
            said.append((zh.format(walk.counts[kind]), en.format(walk.counts[kind])))
    said.extend(_derived(walk))
    if others:
        names = "、".join(others)
        said.append((f"其他工作表未读取:{names}", f"other sheets were not read: {names}"))
    return said


_DERIVED: tuple[tuple[str, str, str], ...] = (
    ("fiscal_fen", "没有财政拨款列,全部视为财政拨款", "all value is taken as fiscal funds"),
    ("acq_way", "没有取得方式列,使用批次默认值", "way of acquisition is the batch's default"),
    ("life_months", "没有折旧年限列,使用最低折旧年限", "lives are the table's minimum"),
    ("keeper", "没有管理人列,使用批次默认值或使用人", "keepers are the default or the user"),
    ("use_status", "没有使用状况列,使用批次默认值", "condition of use is the batch's default"),
    ("value_type", "没有价值类型列,使用批次默认值", "value type is the batch's default"),
    ("use_direction", "没有使用方向列,使用批次默认值", "direction of use is the batch's default"),
)


def _derived(walk: _Walk) -> list[tuple[str, str]]:
    said = [(zh, en) for field, zh, en in _DERIVED if not walk.reader.has(field)]
    if not walk.reader.has("accum_fen") and not walk.reader.has("net_fen"):
        if walk.batch.defaults.accumulated == "computed":
            zh = "没有累计折旧列,按取得月份至期初直线计算"
            said.append((zh, "accumulated depreciation is computed up to the opening date"))
        else:
            said.append(("没有累计折旧列,按未提折旧处理", "nothing is taken as depreciated"))
    return said
