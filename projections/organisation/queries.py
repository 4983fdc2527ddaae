"""Questions about the organisation: the tree of units, the warehouses, the settings."""

from __future__ import annotations

from eventstore.statements import statements
from projections.asof import EVERYTHING, AsOf, Scope
from projections.queries import Answer, Cursor, Params, fetched, query

_SQL = statements("projections.organisation", "queries.sql")


class UnitsParams(Params, frozen=True):
    """`root` narrows to one unit and everything below it."""

    root: str | None = None


class SettingsParams(Params, frozen=True):
    """`all` shows past and future values as well."""

    name: str | None = None
    all: bool = False


@query("units", "单位", "units", UnitsParams)
def units(cur: Cursor, params: UnitsParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the units as a tree in depth-first order."""
    cur.execute(_SQL["units"], as_of.parameters() | scope.parameters() | {"root": params.root})
    rows = fetched(cur)
    return Answer(rows, {"count": len(rows)})


@query("warehouses", "公物仓", "public warehouses", Params)
def warehouses(cur: Cursor, _params: Params, as_of: AsOf, _scope: Scope) -> Answer:
    """Answer with every public warehouse: who may see the stock is asked of the stock."""
    cur.execute(_SQL["warehouses"], as_of.parameters())
    rows = fetched(cur)
    return Answer(rows, {"count": len(rows)})


@query("settings", "参数", "settings", SettingsParams)
def settings(cur: Cursor, params: SettingsParams, as_of: AsOf, _scope: Scope) -> Answer:
    """Answer with the dated settings of the rules and their sources."""
    asked = {"name": params.name, "all": params.all}
    cur.execute(_SQL["settings"], as_of.parameters() | asked)
    return Answer(fetched(cur))


def setting_on(cur: Cursor, name: str, as_of: AsOf) -> int | str | None:
    """Return the value of the setting `name` in force on the day; None for an unknown name."""
    found = settings(cur, SettingsParams(name=name), as_of, EVERYTHING).rows
    if not found:
        return None
    number: int | None = found[0]["number"]
    return str(found[0]["value"]) if number is None else number


def subtree(cur: Cursor, unit_id: str, as_of: AsOf) -> tuple[str, ...]:
    """Return the ids of `unit_id` and all units below it."""
    found = units(cur, UnitsParams(root=unit_id), as_of, EVERYTHING).rows
    return tuple(row["unit_id"] for row in found)
