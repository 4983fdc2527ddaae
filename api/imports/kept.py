"""Import batches as they are kept: a row beside the log, and their files under the data folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from api.directory.database import Pool
from api.imports.batch import Defaults, ImportedCard
from api.imports.mapping import Mapping
from api.imports.rehearsal import Rehearsal
from api.problems import Problem
from domain.commands.command import MANY
from eventstore.statements import statements

SQL: Final = statements("api.imports", "statements.sql")

DRAFT, SUBMITTED, RELEASING, RELEASED = "draft", "submitted", "releasing", "released"
UNDOING, UNDONE, DISCARDED = "undoing", "undone", "discarded"


class _Number(msgspec.Struct):
    card_no: str


class _Numbered(msgspec.Struct):
    card: _Number


def parts(cards: list[ImportedCard]) -> Iterator[list[ImportedCard]]:
    """The cards in parts that one command may hold."""
    return (cards[at : at + MANY] for at in range(0, len(cards), MANY))


class ImportBatch(msgspec.Struct, frozen=True, kw_only=True):
    """One workbook on its way into the ledger; `done` counts the cards recorded so far.

    `problem` is what stopped the last release or undoing. Instants are UTC.
    """

    batch_id: str
    unit_id: str
    opening_on: date
    filename: str
    digest: str
    size: int
    mapping: str | None
    defaults: str
    status: str
    cards: int
    unchanged: int
    errors: int
    warnings: int
    gross_fen: int
    accum_fen: int
    done: int
    problem: str | None
    prepared_by: str
    prepared_at: datetime
    submitted_at: datetime | None
    released_by: str | None
    released_at: datetime | None
    undo_reason: str | None
    undo_on: date | None
    undone_by: str | None
    undone_at: datetime | None
    touched_at: datetime

    @property
    def read_as(self) -> Mapping | None:
        """How the columns are read."""
        return msgspec.json.decode(self.mapping, type=Mapping) if self.mapping else None

    @property
    def given(self) -> Defaults:
        """What the clerk said once for all cards."""
        return msgspec.json.decode(self.defaults, type=Defaults)


class Batches:
    """The rows of all batches."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def _rows(self, name: str, **values: Any) -> list[dict[str, Any]]:
        with self._pool.connection() as connection:
            cur = connection.execute(SQL[name], values)
            return cur.fetchall() if cur.description else []

    def _one(self, name: str, **values: Any) -> ImportBatch | None:
        rows = self._rows(name, **values)
        return msgspec.convert(rows[0], ImportBatch) if rows else None

    def open(self, **values: Any) -> ImportBatch:
        """Keep a new draft."""
        self._rows("open_batch", **values)
        return self.get(values["batch_id"])

    def get(self, batch_id: str) -> ImportBatch:
        """The batch; Problem E_IMPORT_UNKNOWN where there is none."""
        found = self._one("batch", batch_id=batch_id)
        if found is None:
            zh, en = f"没有导入批次 {batch_id[:64]}。", f"There is no import batch {batch_id[:64]}."
            raise Problem("E_IMPORT_UNKNOWN", zh, en, status=404)
        return found

    def of_units(self, units: Sequence[str] | None, limit: int = 100) -> list[ImportBatch]:
        """The batches of `units` (None: all), the newest first."""
        rows = self._rows("batches", units=None if units is None else list(units), limit=limit)
        return msgspec.convert(rows, list[ImportBatch])

    def same_file(self, digest: str, unit_id: str, opening_on: date) -> ImportBatch | None:
        """The batch that the same file made before, unless it was undone or thrown away."""
        return self._one("same_file", digest=digest, unit_id=unit_id, opening_on=opening_on)

    def rehearsed(self, batch_id: str, **found: Any) -> ImportBatch:
        """Keep what a rehearsal found."""
        batch = self._one("rehearsed", batch_id=batch_id, **found)
        return batch or self._wrong_status(batch_id)

    def move(
        self, batch_id: str, from_: Iterable[str], to: str, now: datetime, **more: Any
    ) -> ImportBatch:
        """Take the batch from one of the statuses `from_` to `to`; Problem E_IMPORT_STATUS."""
        values = {"person_id": None, "reason": None, "day": None} | more
        batch = self._one(
            "moved", batch_id=batch_id, status=to, now=now, **{"from": list(from_)}, **values
        )
        return batch or self._wrong_status(batch_id)

    def _wrong_status(self, batch_id: str) -> ImportBatch:
        status = self.get(batch_id).status
        raise Problem(
            "E_IMPORT_STATUS", f"该批次现在不能这样办理（状态 {status}），请刷新页面。",
            f"The batch is {status} and does not allow this. Reload the page.", status=409,
        )  # fmt: skip

    def count_done(self, batch_id: str, done: int, now: datetime) -> None:
        """Note how many cards are recorded."""
        self._rows("count_done", batch_id=batch_id, done=done, now=now)

    def note_problem(self, batch_id: str, problem: str, now: datetime) -> None:
        """Note what stopped the batch."""
        self._rows("note_problem", batch_id=batch_id, problem=problem[:2000], now=now)

    # --- cards ----------------------------------------------------------------------------

    def keep_cards(
        self,
        batch: ImportBatch,
        cards: Sequence[ImportedCard],
        generations: Sequence[int],
        asset_ids: Sequence[str],
    ) -> None:
        """Keep which card came from which row."""
        self._rows(
            "keep_cards", batch_id=batch.batch_id, unit_id=batch.unit_id,
            card_nos=[one.card.card_no for one in cards], generations=list(generations),
            asset_ids=list(asset_ids), source_rows=[one.row for one in cards],
            digests=[one.digest for one in cards],
        )  # fmt: skip

    def last_generations(self, card_nos: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Card number → its last generation here, with `digest` and `undone`."""
        rows = self._rows("last_generations", card_nos=list(card_nos))
        return {row["card_no"]: row for row in rows}

    def cards_of(self, batch_id: str) -> list[tuple[str, bool]]:
        """Asset ids of the batch in the order of the file, each with whether it was undone."""
        rows = self._rows("cards_of_batch", batch_id=batch_id)
        return [(row["asset_id"], row["undone"]) for row in rows]

    def undone_of(self, batch_id: str) -> int:
        """How many cards of the batch are undone."""
        count: int = self._rows("count_undone", batch_id=batch_id)[0]["undone"]
        return count

    def mark_undone(self, batch_id: str, asset_ids: Sequence[str]) -> None:
        """Note that these cards were undone."""
        self._rows("mark_undone", batch_id=batch_id, asset_ids=list(asset_ids))

    # --- mappings and people --------------------------------------------------------------

    def remembered(self, fingerprint: str, unit_id: str) -> Mapping | None:
        """How sheets with these headings were read before."""
        rows = self._rows("remembered", fingerprint=fingerprint, unit_id=unit_id)
        return msgspec.json.decode(rows[0]["mapping"], type=Mapping) if rows else None

    def remember(self, mapping: Mapping, unit_id: str, saved_by: str, now: datetime) -> None:
        """Keep a clerk's reading for the next sheet with the same headings."""
        text = msgspec.json.encode(msgspec.structs.replace(mapping, sheet=None)).decode()
        self._rows(
            "remember", fingerprint=mapping.fingerprint, unit_id=unit_id, mapping=text,
            saved_by=saved_by, now=now,
        )  # fmt: skip

    def people_of(self, unit_id: str) -> dict[str, str]:
        """Name → id of the unit's people; of two with one name the first."""
        rows = self._rows("people_of_unit", unit_id=unit_id)
        return {row["name"]: row["person_id"] for row in reversed(rows)}


class Folder:
    """The files of one batch: the workbook as it was handed in, its rehearsal, its cards."""

    def __init__(self, data_dir: Path | None, batch_id: str) -> None:
        if data_dir is None:
            zh, en = "此服务器没有数据目录，不能导入文件。", "This server has no data directory."
            raise Problem("E_IMPORT_NO_DATA_DIR", zh, en, status=503)
        self._path = data_dir / "imports" / batch_id

    def keep_file(self, data: bytes) -> None:
        """Write the workbook."""
        self._write("workbook", data)

    def file(self) -> bytes:
        """The workbook's bytes."""
        return self._read("workbook")

    def keep(self, rehearsal: Rehearsal) -> None:
        """Write what a rehearsal found and the cards it would open."""
        lines = (msgspec.json.encode(part) for part in parts(rehearsal.cards))
        self._write("cards.jsonl", b"\n".join(lines))
        summary = msgspec.structs.replace(rehearsal, cards=[])
        self._write("rehearsal.json", msgspec.json.encode(summary))

    def keep_samples(self, rows: list[list[str]]) -> None:
        """Write the first rows of the sheet, as text."""
        self._write("samples.json", msgspec.json.encode(rows))

    def samples(self) -> list[list[str]]:
        """The first rows of the sheet."""
        return msgspec.json.decode(self._read("samples.json"), type=list[list[str]])

    def rehearsal(self) -> Rehearsal:
        """The last rehearsal without its cards."""
        return msgspec.json.decode(self._read("rehearsal.json"), type=Rehearsal)

    def keep_flagged(self, number: int, cards: Sequence[ImportedCard]) -> None:
        """Write which cards of a part the ledger recorded with a flag."""
        if cards:
            self._write(f"flagged-{number}.json", msgspec.json.encode(cards))

    def flagged(self) -> list[ImportedCard]:
        """The cards that were recorded with a flag, in the order of the file."""
        found = (path.read_bytes() for path in self._path.glob("flagged-*.json"))
        cards = [
            one for text in found for one in msgspec.json.decode(text, type=list[ImportedCard])
        ]
        return sorted(cards, key=lambda one: one.row)

    def cards(self) -> list[ImportedCard]:
        """The cards of the last rehearsal; once submitted they do not change any more."""
        return [one for part in self.card_parts() for one in part]

    def card_parts(self) -> Iterator[list[ImportedCard]]:
        """The same cards in the parts that one command each brings in, read one by one."""
        for line in self._read("cards.jsonl").splitlines():
            yield msgspec.json.decode(line, type=list[ImportedCard])

    def card_numbers(self) -> Iterator[list[str]]:
        """The cards' numbers alone, part by part."""
        for line in self._read("cards.jsonl").splitlines():
            yield [one.card.card_no for one in msgspec.json.decode(line, type=list[_Numbered])]

    def _write(self, name: str, data: bytes) -> None:
        self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path / f".{name}.new"
        fresh.write_bytes(data)
        fresh.replace(self._path / name)

    def _read(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError as error:
            zh = "该批次的文件已不在服务器上，请重新上传。"
            en = "The files of this batch are gone from the server; upload the workbook again."
            raise Problem("E_IMPORT_FILE_GONE", zh, en, status=410) from error
