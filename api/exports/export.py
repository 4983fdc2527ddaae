"""What an export is: a name, its titles, its parameters and the function that makes the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

import msgspec

from api.auth.powers import Thing
from api.commands.field_words import in_chinese
from domain.envelope import Recorded
from projections.asof import AsOf, Scope
from projections.queries import PAGE_LIMIT_MAX, QUERIES, Answer, Params, QueryError, Row

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CHUNK_BYTES: Final = 64 * 1024

Lang = Literal["zh", "en"]
Ask = Callable[[str, Params, AsOf, Scope], Answer]
ReadLog = Callable[[int, int], Sequence[Recorded]]
"""(after position, how many) to the events that follow, in order; none at the head."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where an export takes its facts from, and for whom it is written.

    `made_at` is the instant of making, `known_at` the one asked for; None stands for now.
    """

    ask: Ask
    read_log: ReadLog
    made_at: datetime
    known_at: datetime | None = None
    lang: Lang = "zh"


class ExportedFile(msgspec.Struct, frozen=True):
    """A file on its way to the reader; `chunks` is walked once."""

    file_name: str
    media_type: str
    chunks: Iterator[bytes]


class ExportParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of the parameters of an export; `unit` narrows the scope to one unit."""

    unit: str | None = None


class TableParams(ExportParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a table is written; `filters` are the parameters of the question behind it."""

    format: Literal["xlsx", "csv"] = "xlsx"
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    """Of a csv file; UTF-8 is written with a byte order mark, for spreadsheets."""
    filters: dict[str, Any] = {}


Make = Callable[[Source, AsOf, Scope, Any], ExportedFile]


class Export(msgspec.Struct, frozen=True):
    """One export; `thing` is what its reader must have the power to read."""

    name: str
    title_zh: str
    title_en: str
    thing: Thing
    params: type[ExportParams]
    make: Make
    formats: tuple[str, ...]

    def title(self, lang: Lang) -> str:
        """The title in the reader's language."""
        return self.title_zh if lang == "zh" else self.title_en


def read_export_params(export: Export, values: Mapping[str, Any]) -> Any:
    """The parameters from texts; what is not the export's own is a filter of its question.

    Raises QueryError `E_PARAMETER`.
    """
    own = set(export.params.__struct_fields__)
    given = {key: value for key, value in values.items() if value not in (None, "")}
    known = {key: value for key, value in given.items() if key in own}
    rest = {key: value for key, value in given.items() if key not in own}
    if "filters" in own:
        rest |= cast("dict[str, Any]", known.pop("filters", {}))
        known["filters"] = rest
    elif rest:
        raise _wrong(next(iter(rest)), "")
    try:
        return msgspec.convert(known, export.params, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong("", str(error)) from error


def question(name: str, filters: Mapping[str, Any]) -> Params:
    """The parameters of the question `name`, page by page at its greatest size.

    Raises QueryError `E_PARAMETER`.
    """
    params = QUERIES[name].params
    fields = set(params.__struct_fields__)
    walking = {"limit": PAGE_LIMIT_MAX, "with_totals": False, "totals": "none"}
    paged = {key: value for key, value in walking.items() if key in fields}
    given = {key: value for key, value in filters.items() if value not in (None, "")}
    try:
        return msgspec.convert(given | paged, params, strict=False)
    except msgspec.ValidationError as error:
        wrong = next((key for key in given if key not in fields), "")
        raise _wrong(wrong, str(error)) from error


def _wrong(field: str, words: str) -> QueryError:
    zh, en = "导出参数不正确，请检查。", "A parameter of the export is wrong."
    return QueryError("E_PARAMETER", field, f"{zh}{in_chinese(words)}", f"{en} {words}")


def walk(source: Source, name: str, params: Params, as_of: AsOf, scope: Scope) -> Iterator[Row]:
    """Every row of the answer to `name`, page after page, one page in memory at a time."""
    while True:
        answer = source.ask(name, params, as_of, scope)
        yield from answer.rows
        if answer.next_cursor is None:
            return
        params = msgspec.structs.replace(params, cursor=answer.next_cursor)


def encoded(texts: Iterable[str], encoding: str = "utf-8") -> Iterator[bytes]:
    """`texts` as chunks of about 64 KiB."""
    waiting = bytearray()
    for text in texts:
        waiting += text.encode(encoding)
        if len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def file_name(name: str, ending: str, as_of: AsOf, params: ExportParams) -> str:
    """A name in ASCII that tells what, of whom, as of when and known at which position."""
    parts = ["taizhang", name, params.unit, as_of.day.isoformat(), f"p{as_of.position}"]
    safe = "-".join(part for part in parts if part)
    return f"{safe}.{ending}"
