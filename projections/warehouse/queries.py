"""Questions about public warehouses: the stock with its age and value, and the loans."""

from __future__ import annotations

from datetime import date
from typing import Any

from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.queries import Answer, Cursor, PageParams, Row, fetched, key_of, page_of, query

_SQL = statements("projections.warehouse", "queries.sql")


class StockParams(PageParams, frozen=True):
    """Filters; `listed` keeps what is on the list, `free` what is listed and not reserved."""

    warehouse_id: str | None = None
    class_prefix: str | None = None
    q: str | None = None
    listed: bool = False
    free: bool = False


class LoansParams(PageParams, frozen=True):
    """Filters; `overdue` keeps loans whose due day lies before the last day that has passed."""

    warehouse_id: str | None = None
    class_prefix: str | None = None
    q: str | None = None
    borrower: str | None = None
    overdue: bool = False


_UNASKED: dict[str, Any] = dict.fromkeys(
    ("warehouse_id", "class_prefix", "q", "borrower", "after_day", "after_id", "limit")
) | {"listed": False, "free": False, "overdue": False}


def _standing(cur: Cursor, name: str, as_of: AsOf, scope: Scope, **given: Any) -> list[Row]:
    asked = _UNASKED | as_of.parameters() | scope.parameters() | given
    cur.execute(_SQL["standing"] + "\n" + _SQL[name], asked)
    return fetched(cur)


@query("warehouse-stock", "公物仓在仓", "warehouse stock", StockParams)
def warehouse_stock(cur: Cursor, params: StockParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the things in stock: since when, since when listed, grade, place, net value."""
    limit = params.rows_wanted
    filters: dict[str, Any] = {
        "warehouse_id": params.warehouse_id,
        "class_prefix": params.class_prefix,
        "q": params.q,
        "listed": params.listed,
        "free": params.free,
    }
    day, last = key_of(params.cursor, date, str) if params.cursor else (None, None)
    place = {"after_day": day, "after_id": last, "limit": limit + 1}
    rows = _standing(cur, "stock", as_of, scope, **filters, **place)
    totals = _standing(cur, "stock_totals", as_of, scope, **filters)
    page = page_of(rows, limit, ("in_since", "asset_id"), totals[0])
    return Answer(_valued(cur, page.rows, as_of), page.totals, page.next_cursor)


@query("loans", "公物仓借用", "warehouse loans", LoansParams)
def loans(cur: Cursor, params: LoansParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the loans that are out, the days overdue on the last day that has passed."""
    limit = params.rows_wanted
    filters: dict[str, Any] = {
        "warehouse_id": params.warehouse_id,
        "class_prefix": params.class_prefix,
        "q": params.q,
        "borrower": params.borrower,
        "overdue": params.overdue,
    }
    day, last = key_of(params.cursor, date, str) if params.cursor else (None, None)
    place = {"after_day": day, "after_id": last, "limit": limit + 1}
    rows = _standing(cur, "loans", as_of, scope, **filters, **place)
    totals = _standing(cur, "loans_totals", as_of, scope, **filters)
    return page_of(rows, limit, ("due_on", "asset_id"), totals[0])


def _valued(cur: Cursor, rows: list[Row], as_of: AsOf) -> list[Row]:
    """Add what the books of the holding unit have for each row."""
    assets = [row["asset_id"] for row in rows]
    cur.execute(_SQL["money"], {"assets": assets} | as_of.parameters())
    money = {(row["asset_id"], row["unit_id"]): row for row in fetched(cur)}
    none = {"gross_fen": 0, "accum_fen": 0, "net_fen": 0}
    return [
        row | {name: money.get((row["asset_id"], row["unit_id"]), none)[name] for name in none}
        for row in rows
    ]
