"""Questions about processes: the list with sums, whose turn it is, one with its steps, imports."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from domain.events import RouteSet
from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.processes.rules import steps_of
from projections.processes.waiting import Standing, standing_of, waits_of
from projections.queries import (
    Answer,
    Cursor,
    PageParams,
    Params,
    Row,
    fetched,
    key_of,
    page_of,
    query,
)

_SQL = statements("projections.processes", "queries.sql")


class ProcessesParams(PageParams, frozen=True):
    """Filters; `kind` is a prefix such as DISP, `due` keeps those with money owed and not paid.

    `waiting_for` keeps requests that wait for a role such as unit_head, `waiting_unit` for the
    role in that unit, `waiting_person` for what that person may do, who has taken no part yet.
    """

    unit: str | None = None
    kind: str | None = None
    status: str | None = None
    asset_id: str | None = None
    due: bool = False
    waiting_for: str | None = None
    waiting_unit: str | None = None
    waiting_person: str | None = None


class ProcessParams(Params, frozen=True):
    """The id of one process."""

    process_id: str


class ImportsParams(PageParams, frozen=True):
    """Filters of the list of import batches."""

    unit: str | None = None
    batch_id: str | None = None


_UNASKED: dict[str, Any] = {
    **dict.fromkeys(("kind", "process_id", "asset_id", "status", "after_day", "after_id", "limit")),
    "ids": None,
    "due": False,
}


def _summed(cur: Cursor, name: str, as_of: AsOf, scope: Scope, **given: Any) -> list[Row]:
    asked = _UNASKED | as_of.parameters() | scope.parameters() | given
    cur.execute(_SQL["summed"] + "\n" + _SQL[name], asked)
    return fetched(cur)


@query("processes", "业务单", "processes", ProcessesParams)
def processes(cur: Cursor, params: ProcessesParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with one page of processes, what each owes and has paid; totals over all pages."""
    limit, narrowed = params.rows_wanted, scope.narrowed(params.unit)
    filters: dict[str, Any] = {
        "kind": params.kind,
        "status": params.status,
        "asset_id": params.asset_id,
        "due": params.due,
    }
    if params.waiting_for:
        filters["ids"] = _waiting_ids(cur, params, as_of, narrowed)
    day, last = key_of(params.cursor, date, str) if params.cursor else (None, None)
    place = {"after_day": day, "after_id": last, "limit": limit + 1}
    rows = _summed(cur, "page", as_of, narrowed, **filters, **place)
    totals = _summed(cur, "totals", as_of, narrowed, **filters)
    page = page_of(rows, limit, ("opened_on", "process_id"), totals[0])
    _add_waits(cur, page.rows, as_of)
    return page


def _waiting_ids(cur: Cursor, params: ProcessesParams, as_of: AsOf, scope: Scope) -> list[str]:
    """Return the requests whose turn it is, judged by the rules of the domain."""
    found = []
    for status in ("open", "returned"):
        found += _summed(cur, "waiting", as_of, scope, status=status, kind=params.kind)
    waits = waits_of(cur, found, as_of)
    return [
        process_id
        for process_id, standing in waits.items()
        if standing.waits_for(params.waiting_for or "", params.waiting_unit, params.waiting_person)
    ]


def _add_waits(cur: Cursor, rows: list[Row], as_of: AsOf) -> dict[str, Standing]:
    open_rows = [row for row in rows if row["status"] in {"open", "returned"}]
    standings = waits_of(cur, [row for row in open_rows if row["is_request"]], as_of)
    for row in rows:
        standing = standings.get(row["process_id"])
        row["waiting"] = msgspec.to_builtins(standing.waits) if standing else []
    return standings


@query("process", "业务单详情", "process", ProcessParams)
def process(cur: Cursor, params: ProcessParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with one process, its things and its steps in order."""
    asked = {"process_id": params.process_id}
    rows = _summed(cur, "page", as_of, scope, **asked, limit=1)
    if not rows:
        return Answer([])
    cur.execute(_SQL["steps"], asked | as_of.parameters())
    steps = fetched(cur)
    cur.execute(_SQL["assets"], asked)
    assets = [row[0] for row in cur.fetchall()]
    standings = _add_waits(cur, rows, as_of)
    standing = standings.get(params.process_id) or standing_of(cur, rows[0], as_of)
    returned = [step["detail"].get("to") for step in steps if step["what"] == "returned"]
    told = {
        "route": _route(standing.route) if standing.route else None,
        "limit": msgspec.structs.asdict(standing.limit) if standing.limit else None,
        "asked": [step.code for step in standing.asked],
        "signed": list(standing.signed),
        "people": sorted(standing.people),
        "returned_to": returned[-1] if returned else None,
        "cut_pieces": sum(part.get("pieces", 1) for part in cuts_of(steps)),
        "cut_fen": sum(part.get("fen", 0) for part in cuts_of(steps)),
    }
    return Answer([rows[0] | told | {"asset_ids": assets, "steps": steps}])


def _route(route: RouteSet) -> Row:
    named = ("kind", "scope", "valid_from", "source")
    return {name: getattr(route, name) for name in named} | {"steps": steps_of(route)}


def cuts_of(steps: list[Row]) -> list[Row]:
    """Return the parts that the approvals among `steps` left out."""
    return [part for step in steps if step["what"] == "approved" for part in step["cut"]]


@query("imports", "导入批次", "import batches", ImportsParams)
def imports(cur: Cursor, params: ImportsParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the batches of imported cards: how many, their sums, what was undone."""
    limit = params.rows_wanted
    (after,) = key_of(params.cursor, int) if params.cursor else (None,)
    asked = {"batch_id": params.batch_id, "after_position": after, "limit": limit + 1}
    clocks = as_of.parameters() | scope.narrowed(params.unit).parameters()
    cur.execute(_SQL["imports"], clocks | asked)
    return page_of(fetched(cur), limit, ("first_position",))
