"""Asking one question for a caller: power, scope, clocks, and the record of foreign reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from api.auth.identity import Principal
from api.auth.powers import READ, Guard, Thing, may
from api.commands.bodies import check_text
from api.commands.field_words import in_chinese
from api.directory.access import AccessRecord, record_access
from api.house import House
from api.problems import Problem, Wrong
from api.queries.clocks import Asked
from projections.asof import Scope
from projections.queries import Answer, Query, QueryError, Row

# The object of handbook 1.3 that each question reads; one that is missing is refused to all.
THINGS: dict[str, Thing] = {
    "register": Thing.CARD, "card": Thing.CARD, "card-history": Thing.CARD, "find": Thing.CARD,
    "custody": Thing.CARD, "lookup-labels": Thing.CARD, "card-money": Thing.CARD,
    "card-journal": Thing.CARD, "units": Thing.OWN_SESSION, "unit": Thing.OWN_SESSION,
    "warehouses": Thing.WAREHOUSE, "settings": Thing.RULES, "setting": Thing.RULES,
    "processes": Thing.DISPOSAL, "process": Thing.DISPOSAL, "imports": Thing.CARD,
    "import": Thing.CARD, "balances": Thing.VOUCHER, "journal": Thing.VOUCHER,
    "voucher": Thing.VOUCHER, "depreciation": Thing.VOUCHER, "depreciation-why": Thing.CARD,
    "periods": Thing.VOUCHER,
    "warehouse-stock": Thing.WAREHOUSE, "loans": Thing.WAREHOUSE, "stocktakes": Thing.CENSUS,
    "stocktake": Thing.CENSUS, "issues": Thing.ISSUE, "issue": Thing.ISSUE,
    "issue-figures": Thing.ISSUE, "attachments": Thing.CARD,
    "process-attachments": Thing.DISPOSAL, "approval-rules": Thing.REQUEST,
    "delegations": Thing.REQUEST,
}  # fmt: skip


class Answered(msgspec.Struct, frozen=True):
    """An answer with the clocks it holds for."""

    rows: list[Row]
    totals: Row
    next_cursor: str | None
    as_of: Any
    known_at: datetime | None
    position: int


def guard_of(name: str) -> Guard | None:
    """The guard of a question; None for one that nobody has placed in the matrix."""
    thing = THINGS.get(name)
    return Guard(thing, READ) if thing else None


def ask(
    house: House,
    principal: Principal,
    name: str,
    values: Mapping[str, Any],
    asked: Asked,
    *,
    route: str = "",
    address: str = "",
) -> Answered:
    """The answer to the question `name`, cut to what `principal` may see.

    A supervisor's read beyond his own unit, and anybody's read of a foreign unit, is recorded.
    """
    query = house.queries.get(name)
    if query is None:
        raise Problem("E_NOT_FOUND", f"没有名为 {name} 的查询。", f"There is no query {name}.")
    thing = THINGS.get(name)
    if thing is None or not may(principal.roles, thing, READ):
        raise Problem("E_FORBIDDEN")
    scope = scope_for(house, principal, values, thing)
    params = read_params(query, values)
    if principal.keeps_only_own and thing is not Thing.OWN_SESSION:
        params = _own_things(house, principal, query, params, asked)
    answer = _answer(house, query, params, asked, scope)
    if thing is not Thing.OWN_SESSION and beyond_home(principal, scope):
        _record(house, principal, name, values, scope, answer, route, address)
    return Answered(
        answer.rows, answer.totals, answer.next_cursor, asked.day, asked.known_at,
        asked.as_of.position,
    )  # fmt: skip


def scope_for(
    house: House, principal: Principal, values: Mapping[str, Any], thing: Thing = Thing.CARD
) -> Scope:
    """The caller's scope over `thing`, narrowed to `unit` where asked; a foreign one is refused."""
    scope = house.scope_of(principal, thing)
    unit = values.get("unit")
    if unit and not scope.allows(unit):
        raise Problem("E_OUT_OF_SCOPE")
    return scope.narrowed(unit or None)


def read_params(query: Query, values: Mapping[str, Any]) -> Any:
    """The question's parameters from texts; unknown names are refused."""
    known = set(query.params.__struct_fields__)
    given = {key: value for key, value in values.items() if value not in (None, "")}
    given = {key: value for key, value in given.items() if key != "unit" or "unit" in known}
    check_text(given)
    try:
        return msgspec.convert(given, query.params, strict=False)
    except msgspec.ValidationError as error:
        unknown = next((key for key in given if key not in known), "")
        wrong = Wrong(f"/{unknown}", in_chinese(str(error)), str(error))
        raise Problem("E_PARAMETER", errors=(wrong,)) from error


def may_narrow_to_keeper(query: Query) -> bool:
    """Tell whether a custodian may ask: about what he keeps, or about one thing by its number."""
    names = query.params.__struct_fields__
    return "keeper" in names or ("asset_id" in names and THINGS.get(query.name) is Thing.CARD)


def _own_things(house: House, principal: Principal, query: Query, params: Any, asked: Asked) -> Any:
    """The question cut to what a custodian keeps; one about somebody else's thing is refused."""
    if not may_narrow_to_keeper(query):
        raise Problem("E_FORBIDDEN")
    if "keeper" in query.params.__struct_fields__:
        return msgspec.structs.replace(params, keeper=principal.person_id)
    card = house.queries["card"]
    fields = ("asset_id", "card_no", "label_no")
    named = {name: getattr(params, name, None) for name in fields}
    held = _answer(house, card, card.params(**named), asked, house.scope_of(principal)).rows
    if not any(row["keeper"] == principal.person_id for row in held):
        raise Problem("E_FORBIDDEN")
    return params


def beyond_home(principal: Principal, scope: Scope) -> bool:
    """Tell whether the answer may hold rows of a unit that is not the caller's own."""
    return scope.units is None or any(unit != principal.unit_id for unit in scope.units)


def _answer(house: House, query: Query, params: Any, asked: Asked, scope: Scope) -> Answer:
    with house.pool.connection() as connection:
        # Questions read tuples; the pool's rows are dicts for the directory.
        cur = connection.cursor(row_factory=psycopg.rows.tuple_row)
        try:
            return query.answer(cur, params, asked.as_of, scope)
        except QueryError as error:
            raise Problem(
                error.code, error.zh, error.en, status=400,
                errors=(Wrong(f"/{error.field}", error.zh, error.en, error.code),),
            ) from error  # fmt: skip
        except psycopg.DataError as error:
            raise Problem(
                "E_PARAMETER", "参数超出范围。", "A parameter is out of range."
            ) from error


def _record(
    house: House,
    principal: Principal,
    name: str,
    values: Mapping[str, Any],
    scope: Scope,
    answer: Answer,
    route: str,
    address: str,
) -> None:
    units = "*" if scope.units is None else ",".join(scope.units[:20])
    record_access(house.pool, AccessRecord(
        at=house.now(), kind="read", route=route or f"/api/v1/queries/{name}",
        person_id=principal.person_id, role=",".join(principal.roles), units=units,
        question=msgspec.json.encode({"query": name, **values}, enc_hook=str).decode(),
        purpose=",".join(filter(None, (grant.purpose for grant in principal.grants))),
        rows_read=len(answer.rows), address=address,
    ))  # fmt: skip
