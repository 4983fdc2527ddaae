"""The export page: choose a file, its unit and clocks; the file streams as it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final, cast

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from api.auth.guards import Call
from api.auth.powers import READ, Thing, guard, may
from api.directory.access import AccessRecord, record_access
from api.exports import EXPORTS, Export, open_source, read_export_params
from api.problems import Problem, Wrong
from api.queries.asking import scope_for
from api.web.pages import Page, page_of
from api.web.register import TEXTS
from domain.periods import period_of
from eventstore.application import Ledger
from projections.queries import QueryError

_FORMATS: Final = {
    "xlsx": "Excel (.xlsx)", "csv": "CSV", "journal": "hledger (.journal)",
    "beancount": "Beancount (.beancount)", "zip": "ZIP",
}  # fmt: skip
_LISTED: Final = frozenset({"states"})
# Which filters of a page a file takes over, by the export's name.
_CARRIED: Final[dict[str, tuple[str, ...]]] = {
    "cards": tuple(name for name in (*TEXTS, "states") if name != "cursor"),
    "journal": ("book", "account", "asset_id"),
    "issues": ("rule", "status", "severity", "true_from", "true_to"),
    "depreciation": ("period",),
}


class Choice(msgspec.Struct, frozen=True):
    """One export as the page offers it, with the filters that came along in the address."""

    export: Export
    title: str
    formats: list[tuple[str, str]]
    carried: dict[str, str]
    chosen: bool
    asks_period: bool


@get("/export", opt=guard(Thing.CARD), sync_to_thread=True)
def exports(request: Call) -> Response[str]:
    """Every export that this reader may make, for the unit and the clocks in the header."""
    page = page_of(request)
    what = request.query_params.get("what") or ""
    choices = [
        _choice(page, export, what == export.name)
        for export in EXPORTS.values()
        if may(page.principal.roles, export.thing, READ)
    ]
    choices.sort(key=lambda choice: not choice.chosen)
    return page.render("export.html", choices=choices, period=period_of(page.asked.day))


def _choice(page: Page, export: Export, chosen: bool) -> Choice:
    carried = page.values(*_CARRIED.get(export.name, ())) if chosen else {}
    state = page.request.query_params.get("state")
    if chosen and export.name == "cards" and state and state != "all":
        carried["states"] = state
    formats = [(code, _FORMATS[code]) for code in export.formats]
    title = export.title("zh" if page.lang == "zh" else "en")
    return Choice(export, title, formats, carried, chosen, export.name == "depreciation")


def _download(export: Export) -> HTTPRouteHandler:
    def handle(request: Call) -> Stream:
        return _stream(page_of(request), export)

    handle.__name__ = f"export_{export.name}"
    return get(f"/export/{export.name}", opt=guard(export.thing), sync_to_thread=True)(handle)


def _stream(page: Page, export: Export) -> Stream:
    """The file, made in one snapshot that ends with its last chunk."""
    params = _params(page, export)
    scope = scope_for(page.house, page.principal, {"unit": page.unit})
    ledger = cast("Ledger", page.house.ledger)
    _record(page, scope.units)
    with ExitStack() as opened:
        connection = opened.enter_context(page.house.pool.connection())
        source = opened.enter_context(open_source(
            connection, ledger.store.log.read, page.house.now(), known_at=page.asked.known_at,
            lang="zh" if page.lang == "zh" else "en",
        ))  # fmt: skip
        try:
            file = export.make(source, page.asked.as_of, scope, params)
        except QueryError as error:
            raise _of_query(error) from error
        until_read = opened.pop_all()
    return Stream(
        _chunks(file.chunks, until_read), media_type=file.media_type,
        headers={"Content-Disposition": f'attachment; filename="{file.file_name}"'},
    )  # fmt: skip


def _chunks(chunks: Iterator[bytes], opened: ExitStack) -> Iterator[bytes]:
    with opened:
        yield from chunks


def _params(page: Page, export: Export) -> Any:
    own = ("format", "encoding", *_CARRIED.get(export.name, ()))
    values: dict[str, Any] = dict(page.values(*own))
    for name in _LISTED & values.keys():
        values[name] = values[name].split(",")
    if page.principal.keeps_only_own:
        values["keeper"] = page.principal.person_id
    if "format" not in export.params.__struct_fields__:
        values.pop("format", None)
    if page.unit:
        values["unit"] = page.unit
    try:
        return read_export_params(export, values)
    except QueryError as error:
        raise _of_query(error) from error


def _of_query(error: QueryError) -> Problem:
    wrong = Wrong(f"/{error.field}", error.zh, error.en, error.code)
    return Problem(error.code, error.zh, error.en, status=400, errors=(wrong,))


def _record(page: Page, units: tuple[str, ...] | None) -> None:
    """An export takes data out of the system: always on record (handbook 1.6)."""
    request = page.request
    record_access(page.house.pool, AccessRecord(
        at=page.house.now(), kind="export", route=request.url.path,
        person_id=page.principal.person_id, role=",".join(page.principal.roles),
        units="*" if units is None else ",".join(units[:20]), question=str(request.url.query),
        purpose=",".join(filter(None, (grant.purpose for grant in page.principal.grants))),
        address=request.client.host if request.client else "",
    ))  # fmt: skip


EXPORT_PAGES: Final = [exports, *(_download(export) for export in EXPORTS.values())]
