"""A workbook rehearsed against what is known here: people, numbers, readings, and the ledger."""

from __future__ import annotations

from itertools import islice
from typing import Final, Protocol, cast

import msgspec

from api.house import House
from api.imports.batch import Defaults
from api.imports.cells import shown
from api.imports.kept import Batches, ImportBatch
from api.imports.layout import find_layout
from api.imports.mapping import Mapping, fingerprint
from api.imports.opening import opening_command
from api.imports.reading import Cell, Sheet, read_sheets
from api.imports.refusals import FileError
from api.imports.rehearsal import Rehearsal, rehearse
from api.imports.trial import tried
from api.problems import Problem

SAMPLE_ROWS_SHOWN: Final = 3
_HEAD_ROWS: Final = 100


class _Numbers(Protocol):
    """The part of the ledger that knows which numbers are taken."""

    def holders(self, kind: str, keys: list[str]) -> dict[str, str]:
        """Key → asset id of the numbers that are taken."""


def sheets_of(data: bytes, filename: str) -> list[Sheet]:
    """The sheets of a workbook; a Problem where it cannot be read."""
    try:
        return read_sheets(data, filename)
    except FileError as error:
        raise file_problem(error) from error


def remembered(batches: Batches, sheets: list[Sheet], unit_id: str) -> Mapping | None:
    """The reading kept for the first sheet whose headings are known here."""
    for sheet in sheets:
        try:
            layout = find_layout(sheet)
        except FileError:
            continue
        found = batches.remembered(fingerprint(layout.headings), unit_id)
        if found is not None:
            return msgspec.structs.replace(found, sheet=sheet.name)
    return None


def heads_of(sheets: list[Sheet]) -> dict[str, list[list[Cell]]]:
    """The first rows of each sheet."""
    return {sheet.name: sheet.head(_HEAD_ROWS) for sheet in sheets}


def samples(heads: dict[str, list[list[Cell]]], found: Rehearsal) -> list[list[str]]:
    """The first rows below the headings, as text, for the page on which columns are corrected."""
    rows = heads[found.sheet][found.layout.first_data_row - 1 :]
    written = ([shown(cell) for cell in row] for row in rows if any(map(shown, row)))
    return list(islice(written, SAMPLE_ROWS_SHOWN))


def file_problem(error: FileError) -> Problem:
    """A file that cannot be read, as an answer."""
    hint_zh = f"{error.zh}。{error.hint_zh}" if error.hint_zh else f"{error.zh}。"
    hint_en = f"{error.en}. {error.hint_en}" if error.hint_en else f"{error.en}."
    return Problem(error.code, hint_zh, hint_en, status=422)


def rehearsed(
    house: House, batch: ImportBatch, data: bytes, mapping: Mapping | None, defaults: Defaults
) -> Rehearsal:
    """Read the workbook, then let the ledger decide each part without recording anything."""
    known = Known(house, batch.unit_id)
    ids = Batches(house.pool).people_of(batch.unit_id)
    met: dict[str, str] = {}

    def person_id(name: str, _department: str | None) -> str:
        fresh = f"p-{batch.batch_id.lower()}-{len(met) + 1:05d}"
        return ids.get(name) or met.setdefault(name, fresh)

    try:
        found = rehearse(
            data, batch.filename, batch.unit_id, batch.opening_on, mapping, defaults,
            known.digests, today=house.today(), person_id=person_id,
        )  # fmt: skip
    except FileError as error:
        raise file_problem(error) from error
    return tried(
        house.ledger, found, lambda cards: opening_command(batch, cards, known.generations)
    )


class Known:
    """Card numbers that exist: here from a row of some file, or in the ledger from elsewhere."""

    def __init__(self, house: House, unit_id: str) -> None:
        self._batches = Batches(house.pool)
        self._numbers = cast("_Numbers", house.ledger)
        self._unit_id = unit_id
        self.generations: dict[str, int] = {}

    def digests(self, card_nos: list[str]) -> dict[str, str]:
        """Card number → digest of its row; empty for a card that came another way."""
        found = dict.fromkeys(self._numbers.holders("card_no", card_nos), "")
        for card_no, last in self._batches.last_generations(card_nos).items():
            if last["undone"]:
                found.pop(card_no, None)
                self.generations[card_no] = last["generation"] + 1
            else:
                found[card_no] = last["digest"] if last["unit_id"] == self._unit_id else ""
        return found
