"""Which column is which field: guessed, shown, corrected by a clerk, remembered by headings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import msgspec

from api.imports import cells, headings
from api.imports.layout import Layout, has_facts, is_sum_word
from api.imports.reading import Cell
from api.imports.refusals import CellError, column_letter
from domain.card_fields import BY_CODE
from domain.catalogue import classes
from domain.catalogue.crosswalk import by_name
from domain.catalogue.ways import find_term

SAMPLE_ROWS = 400
_FITS_MIN = 0.6
_BRACKETED = re.compile(r"\s*([^()（）]{2,40})[(（](.+)[)）]\s*")


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of the sheet; `target` None is left unread. `how`: exact, word, content, clerk.

    `unit_yuan` is 10,000 where money is kept in 万元, `months_each` 12 where lives are in years.
    """

    index: int
    heading: str
    target: str | None
    how: str = "clerk"
    unit_yuan: int = 1
    months_each: int = 1
    fill_down: bool = False

    @property
    def letter(self) -> str:
        """The column's letters as a spreadsheet shows them."""
        return column_letter(self.index)


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clerk's reading of a kind of sheet; plain data, kept per `fingerprint` of its headings.

    `class_std` None leaves the class standard to be found from the codes and names.
    `class_choices` maps "code|name" of an old class to the 2022 code that a person chose.
    """

    fingerprint: str
    columns: tuple[Column, ...]
    class_std: str | None = None
    class_choices: dict[str, str] = {}
    sheet: str | None = None

    def column_of(self, target: str) -> Column | None:
        """The column read as `target`, or None."""
        return next((column for column in self.columns if column.target == target), None)


def fingerprint(names: tuple[str, ...]) -> str:
    """What a mapping is remembered by: the headings, their order and nothing else."""
    joined = "\x1f".join(headings.plain(name) for name in names)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def choice_key(code: str, name: str) -> str:
    """The key of a class choice."""
    return f"{code}|{name}"


def guess_mapping(layout: Layout, sample: list[list[Cell]], sheet: str | None = None) -> Mapping:
    """Guess every column by heading, check by content, then find missing ones by content."""
    columns = [_by_heading(index, name, layout) for index, name in enumerate(layout.headings)]
    columns = [_checked(column, sample) for column in columns]
    columns = _without_rivals(columns)
    columns = _found_by_content(columns, sample)
    columns = _named_with_model(columns, sample)
    columns = _filled_down(columns, sample)
    return Mapping(fingerprint(layout.headings), tuple(columns), sheet=sheet)


def _by_heading(index: int, name: str, layout: Layout) -> Column:
    found = headings.guess(name)
    if found is None or found.target == headings.SEQUENCE:
        return Column(index, name, None, "none")
    how = {3: "exact", 2: "word", 1: "part"}[found.strength]
    explicit = found.unit_yuan != 1 or "元" in name
    unit_yuan = found.unit_yuan if explicit else layout.unit_yuan
    return Column(index, name, found.target, how, unit_yuan, found.months_each)


def _values(column: int, sample: list[list[Cell]]) -> list[Cell]:
    written = (row[column] for row in sample if column < len(row))
    return [cell for cell in written if not cells.is_blank(cell) and not is_sum_word(cell)]


def _parses(read: Callable[[Cell], object]) -> Callable[[Cell], bool]:
    def parses(cell: Cell) -> bool:
        try:
            read(cell)
        except CellError:
            return False
        return True

    return parses


def _looks_like_class(cell: Cell) -> bool:
    try:
        bare = cells.class_code(cell)
    except CellError:
        return False
    return any(form.fullmatch(bare) for form in classes.CODE_FORMS.values())


def _share(values: list[Cell], fits: Callable[[Cell], bool]) -> float:
    return sum(map(fits, values)) / len(values) if values else 1.0


def _fit_of(target: str) -> Callable[[Cell], bool] | None:
    if target == "class_code":
        return _looks_like_class
    field = BY_CODE.get(target)
    if field is None:
        return None
    if field.kind in ("term", "flag"):
        return lambda cell: find_term(field.terms, cells.shown(cell)) is not None
    readers: dict[str, Callable[[Cell], object]] = {
        "date": cells.day_or_month,
        "money": cells.money,
        "qty": cells.quantity,
        "int": cells.integer,
    }
    return _parses(readers[field.kind]) if field.kind in readers else None


def _checked(column: Column, sample: list[list[Cell]]) -> Column:
    """A guess that the content contradicts is dropped, unless the heading is the field's own."""
    if column.target is None or (column.how == "exact" and column.target != "life_months"):
        return column
    values = _values(column.index, sample)
    if column.target == "unit_of_measure" and _share(values, _is_short) < _FITS_MIN:
        return msgspec.structs.replace(column, target=None, how="none")
    if column.target == "life_months":
        return _life_unit(column, values)
    account = column.target == "account_code"
    fits = _looks_like_account if account else _fit_of(column.target)
    if fits is not None and _share(values, fits) < _FITS_MIN:
        return msgspec.structs.replace(column, target=None, how="none")
    return column


def _is_short(cell: Cell) -> bool:
    return len(cells.shown(cell)) <= 3


def _looks_like_account(cell: Cell) -> bool:
    return re.match(r"\d{4}", cells.shown(cell)) is not None


def _life_unit(column: Column, values: list[Cell]) -> Column:
    """Years or months: lives in months are hardly ever below 36, in years never above 70."""
    bare = [cell for cell in values if not re.search("[年月]", cells.shown(cell))]
    numbers = [cells.integer(cell) for cell in bare if _parses(cells.integer)(cell)]
    named = "月" in column.heading or "(年)" in headings.plain(column.heading)
    if named or not numbers:
        return column
    months_each = 12 if sorted(numbers)[len(numbers) // 2] < 36 else 1
    return msgspec.structs.replace(column, months_each=months_each)


_STRENGTH = {"exact": 3, "word": 2, "part": 1}


def _without_rivals(columns: list[Column]) -> list[Column]:
    """One column a target: the surest, and of equals the first."""
    best: dict[str, Column] = {}
    for column in columns:
        if column.target is None:
            continue
        rival = best.get(column.target)
        if rival is None or _STRENGTH[column.how] > _STRENGTH[rival.how]:
            best[column.target] = column
    kept = {column.index for column in best.values()}
    return [
        column if column.index in kept else msgspec.structs.replace(column, target=None, how="none")
        for column in columns
    ]


def _is_known_name(cell: Cell) -> bool:
    return bool(by_name(cells.shown(cell)))


def _found_by_content(columns: list[Column], sample: list[list[Cell]]) -> list[Column]:
    taken = {column.target for column in columns}
    has_name = "name" in taken or headings.NAME_AND_MODEL in taken
    searches: list[tuple[str, Callable[[Cell], bool], bool]] = [
        ("class_code", _looks_like_class, "class_code" in taken),
        ("name", _is_known_name, has_name),
        ("acquired_on", _looks_like_date, "acquired_on" in taken),
        ("gross_fen", _looks_like_money, bool(taken & {"gross_fen", "unit_price_fen"})),
    ]
    found = list(columns)
    for target, fits, present in searches:
        if not present:
            found = _assign(found, target, _first_fitting(found, fits, sample))
    if "card_no" not in taken:
        found = _assign(found, "card_no", _first_unique(found, sample))
    return found


def _looks_like_date(cell: Cell) -> bool:
    # 2021.5 and 202105 may be amounts or numbers: a month shows itself by its signs only.
    signed = isinstance(cell, str) and re.search(r"[-/年]", cell) is not None
    read = cells.day_or_month if signed else cells.day
    return not isinstance(cell, float) and _parses(read)(cell)


def _looks_like_money(cell: Cell) -> bool:
    return "." in cells.shown(cell) and _parses(cells.money)(cell)


def _free(columns: list[Column]) -> list[Column]:
    return [
        column
        for column in columns
        if column.target is None and headings.guess(column.heading) is None
    ]


def _first_fitting(
    columns: list[Column], fits: Callable[[Cell], bool], sample: list[list[Cell]]
) -> Column | None:
    for column in _free(columns):
        values = _values(column.index, sample)
        if values and _share(values, fits) >= _FITS_MIN:
            return column
    return None


def _first_unique(columns: list[Column], sample: list[list[Cell]]) -> Column | None:
    for column in _free(columns):
        values = [cells.shown(cell) for cell in _values(column.index, sample)]
        long_enough = values and min(map(len, values)) >= 4
        if long_enough and len(set(values)) >= 0.98 * len(values) >= 0.9 * len(sample):
            return column
    return None


def _assign(columns: list[Column], target: str, chosen: Column | None) -> list[Column]:
    if chosen is None:
        return columns
    named = msgspec.structs.replace(chosen, target=target, how="content")
    return [named if column.index == chosen.index else column for column in columns]


def _named_with_model(columns: list[Column], sample: list[list[Cell]]) -> list[Column]:
    """Name and model in one cell, even where the heading speaks of the name only."""
    taken = {column.target for column in columns}
    name = next((column for column in columns if column.target == "name"), None)
    if name is None or "model" in taken:
        return columns
    values = _values(name.index, sample)
    if values and _share(values, _is_name_with_model) >= _FITS_MIN:
        return _assign(columns, headings.NAME_AND_MODEL, name)
    return columns


def _is_name_with_model(cell: Cell) -> bool:
    found = _BRACKETED.fullmatch(cells.shown(cell))
    return found is not None and not by_name(cells.shown(cell)) and bool(by_name(found[1]))


def split_name(written: str) -> tuple[str, str | None]:
    """办公桌(1600*800) → 办公桌, 1600*800; without brackets the first space or slash parts."""
    if by_name(written):
        return written, None
    bracketed = _BRACKETED.fullmatch(written)
    if bracketed:
        return bracketed[1].strip(), bracketed[2].strip()
    parts = re.split(r"[\s/、,,;;|]+", written, maxsplit=1)
    if len(parts) == 2 and len(parts[0]) >= 2:
        return parts[0], parts[1].strip() or None
    return written, None


def _filled_down(columns: list[Column], sample: list[list[Cell]]) -> list[Column]:
    """Departments and places that are written only where they change."""
    numbered = [c for c in columns if c.target in ("card_no", "class_code", "acquired_on")]
    facts = tuple(column.index for column in numbered)
    rows = [row for row in sample if has_facts(row, facts)]
    sparse = {
        column.index
        for column in columns
        if column.target in ("use_dept", "manage_dept", "place", "class_name")
        and rows
        and _is_sparse(column.index, rows)
    }
    return [msgspec.structs.replace(c, fill_down=c.index in sparse) for c in columns]


def _is_sparse(index: int, rows: list[list[Cell]]) -> bool:
    written = [not cells.is_blank(row[index]) if index < len(row) else False for row in rows]
    return written[0] and sum(written) <= 0.6 * len(written)


def detect_class_std(pairs: list[tuple[str, str]]) -> str | None:
    """The standard that most codes belong to, told apart by form and by what names they bear.

    `A02010105` is a desktop in the 2022 edition and a laptop in the catalogue of 2013.
    """
    votes: dict[str, int] = dict.fromkeys(classes.CODE_FORMS, 0)
    for code, name in pairs:
        for std, form in classes.CODE_FORMS.items():
            if form.fullmatch(code):
                row = classes.find(std, code)
                # A bearer of the same name counts far more than a fitting form.
                votes[std] += 20 if row is not None and _same_thing(row.name, name) else 1
    order = list(classes.CODE_FORMS)
    best = max(order, key=lambda std: (votes[std], -order.index(std)))
    return best if votes[best] else None


def _same_thing(class_name: str, name: str) -> bool:
    said = {candidate.row.code for candidate in by_name(name)}
    meant = {candidate.row.code for candidate in by_name(class_name)}
    return class_name == name or bool(said & meant)
