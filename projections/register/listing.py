"""The register as a list: filters, order, pages and totals."""

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
    cursor_of,
    fetched,
    key_of,
    query,
)

SQL = statements("projections.register", "queries.sql")
FILTERS = statements("projections.register", "filters.sql")
COUNT_BOUND = 1_000
"""Holdings are counted so far; beyond, a list says "more than" and counts only when asked to."""

_OF_CARD = frozenset(
    ("class_prefix", "acq_way", "acquired_from", "acquired_to", "q_long", "q_short")
)
"""Filters that ask the card; without one, holdings are chosen alone and only theirs are read."""

Sort = Literal[
    "card_no", "name", "class_code", "acquired_on", "state", "keeper", "place", "gross_fen"
]

_SORTS: dict[str, tuple[str, str, type]] = {
    "card_no": ("h.card_no", "text", str),
    "name": ("c.name", "text", str),
    "class_code": ("c.class_code", "text", str),
    "acquired_on": ("c.acquired_on", "date", date),
    "state": ("h.state", "text", str),
    "keeper": ("coalesce(h.keeper, '')", "text", str),
    "place": ("coalesce(h.place, '')", "text", str),
    "gross_fen": ("h.gross_fen", "bigint", int),
}
_PLAIN = (
    "class_prefix",
    "keeper",
    "user_id",
    "dept",
    "place",
    "warehouse_id",
    "overlay",
    "acq_way",
    "acquired_from",
    "acquired_to",
)


class RegisterParams(PageParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filters of the register; without `states` it shows what is still held (`live`).

    `totals` is "none", "count" (with filters on the holding exact up to 1,000 only) or "money"
    (exact, card by card).
    """

    q: str | None = None
    unit: str | None = None
    states: tuple[str, ...] = ()
    live: bool = True
    class_prefix: str | None = None
    keeper: str | None = None
    user_id: str | None = None
    dept: str | None = None
    place: str | None = None
    warehouse_id: str | None = None
    overlay: str | None = None
    acq_way: str | None = None
    acquired_from: date | None = None
    acquired_to: date | None = None
    sort: Sort = "card_no"
    descending: bool = False
    totals: Literal["none", "count", "money"] = "count"


@query("register", "资产台账", "Register of assets", RegisterParams)
def register(cur: Cursor, params: RegisterParams, as_of: AsOf, scope: Scope) -> Answer:
    """The cards that the filters find, with their money at the as-of day."""
    values = _values(params, as_of, scope.narrowed(params.unit))
    key, kind, python = _SORTS[params.sort]
    names = _filters(params, values)
    finds = not _OF_CARD.isdisjoint(names) or (key.startswith("c.") and not as_of.current)
    totals = {} if params.cursor else _totals(cur, params, names, values, counts=not finds)
    if params.cursor is not None:
        after = key_of(params.cursor, python, str)
        values |= {"after_key": after[0], "after_card": after[1]}
        names.append("before" if params.descending else "after")
    parts = {
        "source": _source(as_of.current, names, key),
        "filters": _conditions(names, key=key, kind=kind),
        "key": key,
        "direction": "DESC" if params.descending else "ASC",
    }
    text = SQL["register"].format(
        page=SQL["page_of_found" if finds else "page"].format(**parts),
        holding_of_page=SQL["now_holding" if as_of.current else "then_holding"],
        card_of_page=_card(as_of.current, "shown"),
        found="(SELECT count(*) FROM found)" if finds else "NULL",
        direction=parts["direction"],
    )
    rows = fetched(_run(cur, text, values))
    if finds and params.totals == "count" and params.cursor is None:
        totals |= {"count": rows[0]["found"] if rows else 0, "count_is_exact": True}
    return _page(rows, params.rows_wanted, totals)


def _page(rows: list[Row], limit: int, totals: Row) -> Answer:
    next_cursor = None
    if len(rows) > limit:
        last = rows[limit - 1]
        next_cursor = cursor_of(last["sort_key"], last["card_no"])
    page = rows[:limit]
    for row in page:
        del row["sort_key"], row["found"]
    return Answer(page, totals, next_cursor)


def _values(params: RegisterParams, as_of: AsOf, scope: Scope) -> dict[str, Any]:
    q = (params.q or "").strip().lower()
    plain = {name: getattr(params, name) for name in _PLAIN}
    return {
        **as_of.parameters(),
        **scope.parameters(),
        **plain,
        "q": q,
        "q_pattern": f"%{_literal(q)}%",
        "states": list(params.states) or None,
        "live": params.live,
        "limit": params.rows_wanted + 1,
        "bound": COUNT_BOUND + 1,
    }


def _literal(q: str) -> str:
    """`q` with the signs that mean something to LIKE taken as they are."""
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _filters(params: RegisterParams, values: dict[str, Any]) -> list[str]:
    names = [name for name in ("units", "states", *_PLAIN) if values[name] is not None]
    if params.live and not params.states:
        names.append("live")
    if values["q"]:
        names.append("q_long" if len(values["q"]) > 2 else "q_short")
    return names


def _conditions(names: list[str], **parts: str) -> str:
    return "".join(f"\n    AND {FILTERS[name].format(**parts)}" for name in names)


def _source(current: bool, names: list[str], key: str = "") -> str:
    wants_card = key.startswith("c.") or not _OF_CARD.isdisjoint(names)
    card = _card(current, "h") if wants_card else ""
    return SQL["now" if current else "then"].format(card=card)


def _card(current: bool, of: str) -> str:
    return SQL["now_card" if current else "then_card"].format(of=of)


def _totals(
    cur: Cursor, params: RegisterParams, names: list[str], values: dict[str, Any], *, counts: bool
) -> Row:
    """Counts and money of all pages, from the cheapest place that knows them exactly.

    Without `counts` the page itself will say how many there are.
    """
    if params.totals == "none":
        return {}
    source = _source(values["current"], names)
    if params.totals == "money":
        text = SQL["money"].format(source=source, filters=_conditions(names))
        count, gross, accum = _one(cur, text, values)
        return _money(gross, accum) | {"count": count, "count_is_exact": True}
    totals: Row = {}
    if values["current"] and set(names) <= {"units", "live", "states"}:
        totals = {"count": _one(cur, SQL["tally"], values)[0], "count_is_exact": True}
    elif counts:
        order = "ORDER BY h.unit_id, h.card_no" if "units" in names else ""
        text = SQL["count"].format(source=source, filters=_conditions(names), order=order)
        found = _one(cur, text, values)[0]
        totals = {"count": min(found, COUNT_BOUND), "count_is_exact": found <= COUNT_BOUND}
    if set(names) <= {"units", "live"}:
        totals |= _money(*_one(cur, SQL["books"], values))
    return totals


def _money(gross_fen: int, accum_fen: int) -> Row:
    return {"gross_fen": gross_fen, "accum_fen": accum_fen, "net_fen": gross_fen - accum_fen}


def _one(cur: Cursor, text: str, values: dict[str, Any]) -> tuple[Any, ...]:
    row = _run(cur, text, values).fetchone()
    return tuple(row or ())


def _run(cur: Cursor, text: str, values: dict[str, Any]) -> Cursor:
    # Planned for these values each time: a plan for any filters would use none of the indexes.
    return cur.execute(text.encode(), values, prepare=False)
