"""Questions about processes: the list with sums, one with its steps, batches of import."""

from __future__ import annotations

from datetime import date
from typing import Any

from eventstore.statements import statements
from projections.asof import AsOf, Scope
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
    """Filters; `kind` is a prefix such as DISP, `due` keeps those with money owed and not paid."""

    unit: str | None = None
    kind: str | None = None
    status: str | None = None
    asset_id: str | None = None
    due: bool = False


class ProcessParams(Params, frozen=True):
    """The id of one process."""

    process_id: str


class ImportsParams(PageParams, frozen=True):
    """Filters of the list of import batches."""

    unit: str | None = None
    batch_id: str | None = None


_UNASKED: dict[str, Any] = {
    **dict.fromkeys(("kind", "process_id", "asset_id", "status", "after_day", "after_id", "limit")),
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
    day, last = key_of(params.cursor, date, str) if params.cursor else (None, None)
    place = {"after_day": day, "after_id": last, "limit": limit + 1}
    rows = _summed(cur, "page", as_of, narrowed, **filters, **place)
    totals = _summed(cur, "totals", as_of, narrowed, **filters)
    return page_of(rows, limit, ("opened_on", "process_id"), totals[0])


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
    return Answer([rows[0] | {"asset_ids": assets, "steps": steps}])


@query("imports", "导入批次", "import batches", ImportsParams)
def imports(cur: Cursor, params: ImportsParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the batches of imported cards: how many, their sums, what was undone."""
    limit = params.rows_wanted
    (after,) = key_of(params.cursor, int) if params.cursor else (None,)
    asked = {"batch_id": params.batch_id, "after_position": after, "limit": limit + 1}
    clocks = as_of.parameters() | scope.narrowed(params.unit).parameters()
    cur.execute(_SQL["imports"], clocks | asked)
    return page_of(fetched(cur), limit, ("first_position",))
