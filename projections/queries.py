"""The registry of questions: what `ask`, the API and the pages are generated from."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import msgspec
import psycopg

from projections.asof import AsOf, Scope

Cursor = psycopg.Cursor[Any]
Row = dict[str, Any]
PAGE_LIMIT = 50
PAGE_LIMIT_MAX = 1000


class Answer(msgspec.Struct, frozen=True):
    """The rows of one page, totals over all pages, and the cursor of the next page."""

    rows: list[Row]
    totals: Row = {}
    next_cursor: str | None = None


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of the parameters of a question."""


class PageParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parameters of a question that is answered page by page."""

    cursor: str | None = None
    limit: int = PAGE_LIMIT

    @property
    def rows_wanted(self) -> int:
        """`limit` within its bounds."""
        return max(1, min(self.limit, PAGE_LIMIT_MAX))


Asked = Callable[[Cursor, Any, AsOf, Scope], Answer]
"""A function that answers one question: cursor, parameters, the two clocks, the scope."""


Function = TypeVar("Function", bound=Asked)


class Query(msgspec.Struct, frozen=True):
    """A question by name, its titles, its parameters and the function that answers it."""

    name: str
    title_zh: str
    title_en: str
    params: type[Params]
    answer: Asked


class QueryError(Exception):
    """A parameter cannot be read; `code` is stable, `field` names the parameter."""

    def __init__(self, code: str, field: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.field = field
        self.zh = zh
        self.en = en


QUERIES: dict[str, Query] = {}


def query(
    name: str, title_zh: str, title_en: str, params: type[Params]
) -> Callable[[Function], Function]:
    """Register the decorated function as the answer to the question `name`."""

    def register(function: Function) -> Function:
        if name in QUERIES:
            raise ValueError(f"the question {name} is registered twice")
        QUERIES[name] = Query(name, title_zh, title_en, params, function)
        return function

    return register


def ask(cur: Cursor, name: str, params: Params, as_of: AsOf, scope: Scope) -> Answer:
    """Answer the question `name`."""
    return QUERIES[name].answer(cur, params, as_of, scope)


def cursor_of(*key: str | int | date | None) -> str:
    """Return the opaque cursor behind the row whose sort key is `key`."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def key_of(cursor: str, *kinds: type) -> list[Any]:
    """Return the sort key in `cursor`, each part read as the kind given for its place."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        parts = msgspec.json.decode(text, type=list[Any])
        if len(parts) != len(kinds):
            raise ValueError("another question's cursor")
        return [msgspec.convert(part, kind | None) for part, kind in zip(parts, kinds, strict=True)]
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise QueryError(
            "E_CURSOR",
            "cursor",
            "翻页标记无效。请从第一页重新查询。",
            "The cursor is not valid. Start again from the first page.",
        ) from error


def fetched(cur: Cursor) -> list[Row]:
    """Return all rows of the last statement as dicts by column name."""
    names = [column.name for column in cur.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cur.fetchall()]


def page_of(rows: list[Row], limit: int, key: tuple[str, ...], totals: Row | None = None) -> Answer:
    """Cut `rows`, of which one more than `limit` was fetched, into a page; `key` sorts them."""
    more = len(rows) > limit
    rows = rows[:limit]
    next_cursor = cursor_of(*(rows[-1][name] for name in key)) if more and rows else None
    return Answer(rows, totals or {}, next_cursor)
