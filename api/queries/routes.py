"""One GET route per question; the answer repeats the clocks it holds for."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from api.auth.guards import Call, house_of
from api.problems import parameter_problem
from api.queries.asking import ask, guard_of
from api.queries.clocks import read_clocks
from projections.queries import PAGE_LIMIT_MAX, Query

PREFIX: Final = "/api/v1/queries"
CLOCKS: Final = frozenset({"as_of", "known_at", "lang"})


def query_routes(queries: Mapping[str, Query]) -> list[HTTPRouteHandler]:
    """The routes of all questions; one without a place in the matrix gets no guard: refused."""
    return [_route(name) for name in sorted(queries)]


def _route(name: str) -> HTTPRouteHandler:
    def handle(request: Call) -> Response[bytes]:
        return _handle(request, name)

    handle.__name__ = f"query_{name.replace('-', '_')}"
    needed = guard_of(name)
    return get(f"{PREFIX}/{name}", opt={"guard": needed} if needed else {}, sync_to_thread=True)(
        handle
    )


def _handle(request: Call, name: str) -> Response[bytes]:
    assert request.user is not None, "the guard lets nobody pass without a principal"
    house = house_of(request)
    asked = read_clocks(house, request.query_params)
    values = values_of(request, house.queries[name])
    _check_limit(values.get("limit"))
    answer = ask(
        house, request.user, name, values, asked,
        route=request.url.path, address=request.client.host if request.client else "",
    )  # fmt: skip
    return Response(msgspec.json.encode(answer), media_type="application/json")


def values_of(request: Call, query: Query) -> dict[str, Any]:
    """The question's own parameters, each given once; a list is repeated or split by commas."""
    lists = {
        field.name for field in msgspec.structs.fields(query.params)
        if typing.get_origin(field.type) is tuple
    }  # fmt: skip
    values: dict[str, Any] = {}
    for key, value in request.query_params.multi_items():
        if key in CLOCKS:
            continue
        if key in lists:
            values.setdefault(key, []).extend(filter(None, value.split(",")))
            continue
        if key in values:
            raise parameter_problem(key, f"{key} 只能给一次。", f"{key} is given twice.")
        values[key] = value
    return values


def _check_limit(text: str | None) -> None:
    if text is None:
        return
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= PAGE_LIMIT_MAX):
        raise parameter_problem(
            "limit", f"limit 须在 1 到 {PAGE_LIMIT_MAX} 之间。", f"limit is 1 to {PAGE_LIMIT_MAX}."
        )
