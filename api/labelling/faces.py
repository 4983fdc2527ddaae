"""Things as labels and hand-over sheets show them, and what one command did to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from api.house import House
from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.entries import BODIES

_SQL: Final = statements("api.labelling", "statements.sql")


def faces(
    house: House, scope: Scope, as_of: AsOf, asset_ids: Sequence[str]
) -> list[dict[str, Any]]:
    """The things of `asset_ids` that lie within `scope`, in the order given."""
    wanted = {"assets": list(dict.fromkeys(asset_ids))}
    return _rows(house, "faces", wanted | as_of.parameters() | scope.parameters())


def done_by_command(
    house: House, scope: Scope, as_of: AsOf, command_id: str
) -> list[dict[str, Any]]:
    """The facts of one command about things within `scope`, each with `changes` and `before`."""
    values = {"command_id": command_id} | as_of.parameters() | scope.parameters()
    facts = _rows(house, "done_by_command", values)
    for fact in facts:
        body = msgspec.to_builtins(
            BODIES.read_text(fact["type"], fact.pop("body"), fact["position"])
        )
        fact["changes"] = body.get("changes") or {}
        fact["before"] = body.get("before") or {}
    return facts


def _rows(house: House, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with house.pool.connection() as connection:
        return [dict(row) for row in connection.execute(_SQL[name], values).fetchall()]
