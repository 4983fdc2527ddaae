"""Questions about stocktakes: the tasks with their figures, and one with all its counts."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.queries import (
    Answer,
    Cursor,
    PageParams,
    Row,
    fetched,
    key_of,
    page_of,
    query,
)

_SQL = statements("projections.stocktakes", "queries.sql")


class StocktakesParams(PageParams, frozen=True):
    """Filters of the list of tasks."""

    unit: str | None = None
    status: Literal["open", "closed"] | None = None


class StocktakeParams(PageParams, frozen=True):
    """The task, and the result code of handbook 9.3 to narrow its counts to."""

    stocktake_id: str
    result: str | None = None


_UNASKED: dict[str, Any] = dict.fromkeys(("stocktake_id", "status", "after_day", "after_id"))


def _tasks(cur: Cursor, as_of: AsOf, scope: Scope, **given: Any) -> list[Row]:
    cur.execute(_SQL["stocktakes"], _UNASKED | as_of.parameters() | scope.parameters() | given)
    return fetched(cur)


@query("stocktakes", "盘点任务", "stocktakes", StocktakesParams)
def stocktakes(cur: Cursor, params: StocktakesParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the tasks: expected, counted, not yet counted, and how many of each result."""
    limit = params.rows_wanted
    day, last = key_of(params.cursor, date, str) if params.cursor else (None, None)
    place = {"after_day": day, "after_id": last, "limit": limit + 1, "status": params.status}
    rows = _tasks(cur, as_of, scope.narrowed(params.unit), **place)
    return page_of(rows, limit, ("base_on", "stocktake_id"))


@query("stocktake", "盘点明细", "stocktake", StocktakeParams)
def stocktake(cur: Cursor, params: StocktakeParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the counts of one task page by page; the totals are the task with its figures."""
    tasks = _tasks(cur, as_of, scope, stocktake_id=params.stocktake_id, limit=1)
    if not tasks:
        return Answer([])
    (after,) = key_of(params.cursor, int) if params.cursor else (0,)
    limit = params.rows_wanted
    asked = {
        "stocktake_id": params.stocktake_id,
        "result": params.result,
        "after": after,
        "limit": limit + 1,
    }
    cur.execute(_SQL["counted"], asked | as_of.parameters())
    return page_of(fetched(cur), limit, ("position",), tasks[0])
