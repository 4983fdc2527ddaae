"""Where the headings stand, where cards begin, and which rows are no cards."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import msgspec

from api.imports import headings
from api.imports.cells import is_blank, shown
from api.imports.reading import Cell, Merge, Sheet
from api.imports.refusals import FileError

HEAD_ROWS_MAX = 40
KNOWN_MIN = 3
REPEATED_IN = 4

_SUM_WORDS = re.compile(
    r"(?:(?:本|以上|部门|科室|分类|单位|全部|本页|累计)?(?:小计|合计|总计|共计|汇总|累计)"
    r"|.{1,12}(?:小计|合计|总计|共计|汇总)|小计.{0,6}|合计.{0,6}|SUBTOTAL|TOTAL|GRANDTOTAL)[:：]?"
)
_FOOT_WORDS = re.compile(
    r"(?:制表|审核|编制|填表|填报|复核|经办|负责|单位负责|部门负责|财务负责|资产管理|主管|监盘|盘点|打印|制单)"
    r"(?:人|员|单位|日期|时间|部门)?(?:\(.*\))?[:：].*|(?:注|说明|备注|附注)\d*[:：].*|第\d+页.*|共\d+页.*"
)


class Layout(msgspec.Struct, frozen=True):
    """What was found out about a sheet; rows are counted from 1 as a spreadsheet shows them."""

    header_row: int
    header_rows: int
    first_data_row: int
    headings: tuple[str, ...]
    unit_yuan: int = 1
    title: str = ""


def _folded(cell: Cell) -> str:
    return "".join(unicodedata.normalize("NFKC", shown(cell)).split())


def find_layout(sheet: Sheet) -> Layout:
    """The heading rows of a sheet, under titles of any height; FileError if there are none."""
    head = sheet.head(HEAD_ROWS_MAX)
    scores = [_known_headings(row) for row in head]
    best = max(range(len(head)), key=lambda at: scores[at], default=0)
    if not head or scores[best] < KNOWN_MIN:
        zh = f"工作表“{sheet.name}”中没有找到表头(至少要有资产编号、资产名称、价值等列)"
        hint = "请使用下载的模板,或把列名改成常用的名称"
        raise FileError("E_FILE_NO_HEADER", zh, "no row of headings was found", hint)
    if best and _is_second_row(head, best - 1):
        best -= 1
    return _describe(sheet, head, best)


def _describe(sheet: Sheet, head: list[list[Cell]], at: int) -> Layout:
    two = _is_second_row(head, at)
    names = _combined(head[at], head[at + 1], at, sheet.merges) if two else _single(head[at])
    above = [_folded(cell) for row in head[:at] for cell in row if not is_blank(cell)]
    in_wan = any(re.search(r"单位[:：]?.{0,6}万元", text) for text in above)
    return Layout(
        header_row=at + 1,
        header_rows=2 if two else 1,
        first_data_row=at + (3 if two else 2),
        headings=names,
        unit_yuan=10_000 if in_wan else 1,
        title=above[0] if above else "",
    )


def _known_headings(row: list[Cell]) -> int:
    texts = {_folded(cell) for cell in row if isinstance(cell, str) and len(cell) <= 40}
    found = {guess.target for text in texts if (guess := headings.guess(text)) is not None}
    return len(found)


def _single(row: list[Cell]) -> tuple[str, ...]:
    return tuple(_folded(cell) for cell in row)


def _is_second_row(head: list[list[Cell]], at: int) -> bool:
    """Whether the row after `at` is the lower half of a heading of two rows."""
    if at + 1 >= len(head):
        return False
    upper, lower = head[at], head[at + 1]
    written = [(i, cell) for i, cell in enumerate(lower) if not is_blank(cell)]
    if not written or any(not isinstance(cell, str) for _, cell in written):
        return False
    if any(re.search(r"\d", str(cell)) for _, cell in written) or len(upper) < 2:
        return False
    gaps = sum(1 for i in range(len(upper)) if is_blank(_at(lower, i)) and not is_blank(upper[i]))
    parted = any(is_blank(_at(upper, i)) for i, _ in written)
    return parted and gaps >= 1 and _known_headings(upper) >= 2


def _at(row: list[Cell], index: int) -> Cell:
    return row[index] if index < len(row) else None


def _combined(
    upper: list[Cell], lower: list[Cell], at: int, merges: tuple[Merge, ...]
) -> tuple[str, ...]:
    spans = {
        column: left[1]
        for left, right in merges
        if left[0] <= at <= right[0]
        for column in range(left[1], right[1] + 1)
    }
    names: list[str] = []
    parent = ""
    for index in range(max(len(upper), len(lower))):
        own, child = _folded(_at(upper, index)), _folded(_at(lower, index))
        if own:
            parent = own
        elif merges and index in spans:
            parent = _folded(_at(upper, spans[index]))
        names.append(_one_name(own, parent if child and not own else own, child))
    return tuple(names)


def _one_name(own: str, parent: str, child: str) -> str:
    """Both halves where together they are a known heading, else the more telling half."""
    if not child or not parent:
        return child or own
    known = headings.known_words()
    for attempt in (parent + child, child, child + parent):
        if headings.plain(attempt) in known:
            return attempt
    return parent + child


def is_sum_word(cell: Cell) -> bool:
    """小计, 合 计, 财务科合计, 本页总计: a word that heads a line of sums."""
    return isinstance(cell, str) and _SUM_WORDS.fullmatch(_folded(cell).upper()) is not None


def is_foot_word(cell: Cell) -> bool:
    """制表人: 审核人: 注: … below the cards."""
    return isinstance(cell, str) and _FOOT_WORDS.fullmatch(_folded(cell)) is not None


def is_heading_again(row: list[Cell], layout: Layout) -> bool:
    """A heading repeated at the top of a printed page."""
    pairs = zip(layout.headings[:REPEATED_IN], row, strict=False)
    # A page repeats its headings in their own columns: most rows are cleared by the first few.
    if not any(name and isinstance(cell, str) and _folded(cell) == name for name, cell in pairs):
        return False
    names = {name for name in layout.headings if name}
    written = [_folded(cell) for cell in row if isinstance(cell, str) and not is_blank(cell)]
    return len(written) >= KNOWN_MIN and sum(text in names for text in written) * 2 > len(written)


def has_facts(row: list[Cell], columns: tuple[int, ...]) -> bool:
    """Whether one of `columns` (number, class, date) holds anything that only a card has."""
    for index in columns:
        cell = _at(row, index)
        if not is_blank(cell) and not is_sum_word(cell) and not is_foot_word(cell):
            return True
    return False


def is_date(cell: Cell) -> bool:
    """A cell that the workbook itself holds as a date."""
    return isinstance(cell, date)
