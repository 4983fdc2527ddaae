"""A whole file rehearsed: every card it would open and every error it has, nothing written."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Lookup
from datetime import date

import msgspec

from api.imports import cells, headings
from api.imports.assumptions import assumptions
from api.imports.batch import Batch, ClassChoice, Defaults, ImportedCard
from api.imports.layout import Layout, find_layout
from api.imports.mapping import SAMPLE_ROWS, Mapping, detect_class_std, guess_mapping
from api.imports.reading import Cell, Sheet, read_sheets
from api.imports.refusals import CellError, FileError, RowError
from api.imports.walk import Walk

LOOKUP_BATCH = 5_000

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
        epoch_1904=sheet.epoch_1904,
    )
    walk = Walk(sheet, layout, batch)
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
        assumptions=assumptions(walk, others),
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


def _compare(walk: Walk, known: KnownCards) -> int:
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


def _report_existing(walk: Walk, one: ImportedCard) -> None:
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
