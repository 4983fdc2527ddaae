"""Answers as tables: the rows of a question under headings, as a workbook or as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from api.exports import csv_files, workbooks
from api.exports.columns import Column, instant_text
from api.exports.export import (
    ExportedFile,
    Lang,
    Make,
    Source,
    TableParams,
    file_name,
    question,
    walk,
)
from domain.periods import period_of
from projections.asof import AsOf, Scope
from projections.queries import Params, Row

Rows = Callable[[Source, AsOf, Scope, TableParams], Iterator[Row]]


def table(name: str, titles: tuple[str, str], columns: Sequence[Column], rows: Rows) -> Make:
    """The function that writes `rows` as the export `name` with `columns`."""

    def make(source: Source, as_of: AsOf, scope: Scope, params: Any) -> ExportedFile:
        narrowed = scope.narrowed(params.unit)
        units = unit_names(source, as_of, narrowed)
        found = _named(rows(source, as_of, narrowed, params), units)
        title = titles[source.lang == "en"]
        if params.format == "csv":
            chunks = csv_files.csv_chunks(columns, found, source.lang, params.encoding)
            media_type = f"{csv_files.MEDIA_TYPE}; charset={params.encoding}"
        else:
            notes = table_notes(source, as_of, narrowed, units)
            chunks = workbooks.workbook_chunks(title, notes, columns, found, source.lang)
            media_type = workbooks.MEDIA_TYPE
        return ExportedFile(file_name(name, params.format, as_of, params), media_type, chunks)

    return make


def rows_of(query: str) -> Rows:
    """The rows of one question, by the export's filters, page after page."""

    def rows(source: Source, as_of: AsOf, scope: Scope, params: TableParams) -> Iterator[Row]:
        # Filters are read before the first byte leaves, so that a wrong one is an answer.
        asked = question(query, params.filters)
        return walk(source, query, asked, as_of, scope)

    return rows


def depreciation_rows(
    source: Source, as_of: AsOf, scope: Scope, params: TableParams
) -> Iterator[Row]:
    """The depreciation table of each unit in scope; the month of the as-of day by default."""
    period = params.filters.get("period") or period_of(as_of.day)
    filters = {"period": period, "unit": ""}
    names = unit_names(source, as_of, scope)
    asked: list[Params] = [
        question("depreciation", {**params.filters, **filters, "unit": unit}) for unit in names
    ]
    return (row for one in asked for row in walk(source, "depreciation", one, as_of, scope))


def unit_names(source: Source, as_of: AsOf, scope: Scope) -> dict[str, str]:
    """The names of the units in scope by their ids."""
    rows = source.ask("units", question("units", {}), as_of, scope).rows
    return {row["unit_id"]: row["name"] for row in rows}


def _named(rows: Iterator[Row], units: dict[str, str]) -> Iterator[Row]:
    for row in rows:
        unit_id = row.get("unit_id")
        yield row if unit_id is None else {"unit_name": units.get(unit_id), **row}


def table_notes(
    source: Source, as_of: AsOf, scope: Scope, units: dict[str, str]
) -> list[tuple[str, str]]:
    """What stands above the table: whose it is, as of when, known when, and made when."""
    lang = source.lang
    known_at = instant_text(source.known_at) if source.known_at else _said(lang, "当前", "now")
    return [
        (_said(lang, "单位", "Unit"), _units_said(lang, scope, units)),
        (_said(lang, "截止日期", "As of"), as_of.day.isoformat()),
        (_said(lang, "知悉时点", "Known at"), known_at),
        (_said(lang, "日志位置", "Log position"), str(as_of.position)),
        (_said(lang, "生成时间", "Made at"), instant_text(source.made_at)),
        (_said(lang, "金额单位", "Amounts in"), _said(lang, "元", "CNY")),
    ]


def _said(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _units_said(lang: Lang, scope: Scope, units: dict[str, str]) -> str:
    if scope.units is None:
        return _said(lang, "全部单位", "all units")
    if len(scope.units) == 1:
        unit_id = scope.units[0]
        return f"{units.get(unit_id, '')} ({unit_id})".strip()
    return _said(lang, f"{len(scope.units)} 个单位", f"{len(scope.units)} units")
