"""The public warehouse: what is in it, for whom, since when; what is lent out and overdue."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from litestar import Response, get

from api.auth.guards import Call
from api.auth.powers import EXECUTE, Thing, guard, may
from api.problems import Problem
from api.web.acting import Act
from api.web.pages import Page, page_of
from api.web.words import class_name
from domain.commands.table import COMMANDS

_STOCK_TEXTS: Final = ("warehouse_id", "class_prefix", "q", "listed", "free", "cursor")
_LOAN_TEXTS: Final = ("warehouse_id", "class_prefix", "q", "borrower", "overdue", "cursor")
_STANDARD: Final = "GB/T 14885-2022"
_PAGE: Final = "48"


@get("/warehouse", opt=guard(Thing.WAREHOUSE), sync_to_thread=True)
def warehouse(request: Call) -> Response[str]:
    """The stock as cards, or with `view=loans` what is lent out; `overdue` means loans too."""
    page = page_of(request)
    lent = request.query_params.get("view") == "loans" or "overdue" in request.query_params
    texts = _LOAN_TEXTS if lent else _STOCK_TEXTS
    answer, problem = None, None
    try:
        # A filter that stays in the address, such as "false", must not narrow the list.
        given = page.values(*texts)
        answer = page.ask("loans" if lent else "warehouse-stock", **given, limit=_PAGE)
    except Problem as refused:
        if refused.status == 403:
            raise
        problem = refused
    houses = [(row["warehouse_id"], row["name"]) for row in page.ask("warehouses", unit="").rows]
    return page.render(
        "loans.html" if lent else "warehouse.html", answer=answer, problem=problem,
        warehouses=houses, class_name=lambda code: class_name(_STANDARD, code),
        acts_for=_loan_acts if lent else _stock_acts, mine=_mine(page),
    )  # fmt: skip


def _reaches(page: Page, unit_id: str) -> bool:
    """Tell whether this reader hands things of the unit in and out himself."""
    return page.house.scope_of(page.principal, Thing.WAREHOUSE, EXECUTE).allows(unit_id)


def _mine(page: Page) -> Collection[str]:
    scope = page.house.scope_of(page.principal, Thing.WAREHOUSE)
    return {unit.unit_id for unit in page.units if scope.allows(unit.unit_id)}


def _stock_acts(page: Page, row: dict[str, Any]) -> list[Act]:
    """What this reader may do next with a thing in stock, the obvious act first."""
    if not page.asked.is_now:
        return []
    if row["reserved_by"]:
        return _acts(page, row, "deliver-loan", "deliver-realloc", "release-reservation")
    if row["listed_since"]:
        return _acts(page, row, "reserve", "unlist")
    return _acts(page, row, "list")


def _loan_acts(page: Page, row: dict[str, Any]) -> list[Act]:
    return _acts(page, row, "return-to-warehouse", "extend-loan") if page.asked.is_now else []


def _acts(page: Page, row: dict[str, Any], *names: str) -> list[Act]:
    """The acts within this reader's power; a request may reach into a foreign warehouse."""
    if not any(path.startswith("/do/") for path in page.request.app.state.paths):
        return []
    specs = [COMMANDS[name] for name in names]
    return [
        Act(spec.name, spec.zh, spec.en, f"/do/{spec.name}")
        for spec in specs
        if may(page.principal.roles, Thing(spec.subject), spec.action)
        and (spec.subject == Thing.WAREHOUSE_REQUEST or _reaches(page, row["unit_id"]))
    ]


WAREHOUSE: Final = [warehouse]
