"""The rules of approval as questions: routes and limits in force, and who stands in for whom."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from domain.approval import ApprovalRules, Neighbour
from domain.decisions.processing import values_of
from domain.events import LimitsSet, RequestItem, RouteSet
from eventstore.statements import statements
from projections.asof import EVERYTHING, AsOf, Scope
from projections.queries import Answer, Cursor, Params, Row, fetched, query

_SQL = statements("projections.processes", "queries.sql")
_LAST_DAY = date.max - timedelta(days=1)
"""What stands on it stands still: open versions end on the day after."""


class RulesParams(Params, frozen=True):
    """`what` is route or limits, `kind` a prefix such as DISP; `all` shows past and future."""

    what: str | None = None
    kind: str | None = None
    all: bool = False


class DelegationsParams(Params, frozen=True):
    """`person` keeps those that the person gave or received; `all` shows past and future."""

    person: str | None = None
    all: bool = False


class Lent(msgspec.Struct, frozen=True):
    """A role in which somebody may act for `person_id` on the day asked about."""

    person_id: str
    role: str
    valid_to: date


@query("approval-rules", "审批环节与权限", "approval routes and limits", RulesParams)
def approval_rules(cur: Cursor, params: RulesParams, as_of: AsOf, _scope: Scope) -> Answer:
    """Answer with the routes and tables of limits, those in force marked.

    Of two for one kind and scope the later date counts, of one date the one set last.
    """
    rows = [
        _rule(row)
        for row in _rules(cur, as_of)
        if (params.what in (None, row["what"])) and row["kind"].startswith(params.kind or "")
    ]
    best: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        if not row["valid_from"] <= as_of.day <= (row["valid_to"] or date.max):
            continue
        key = (row["what"], row["kind"], row["scope"])
        if key not in best or row["valid_from"] >= best[key]["valid_from"]:
            best[key] = row
    for row in best.values():
        row["in_force"] = True
    shown = [row for row in rows if params.all or row["in_force"]]
    shown.sort(key=lambda row: (row["kind"], row["scope"], row["valid_from"], row["position"]))
    return Answer(shown, {"count": len(shown)})


def _rule(row: Row) -> Row:
    body = row["body"]
    given = {
        "valid_from": date.fromisoformat(body["valid_from"]),
        "valid_to": date.fromisoformat(body["valid_to"]) if body.get("valid_to") else None,
        "source": body.get("source", ""),
        "valid_months": body.get("valid_months"),
        "in_force": False,
    }
    if row["what"] == "route":
        given["steps"] = steps_of(msgspec.convert(body, RouteSet))
    else:
        limits = msgspec.convert(body, LimitsSet).rows
        given["limits"] = [msgspec.structs.asdict(limit) for limit in limits]
    named = ("what", "kind", "scope", "position")
    return {name: row[name] for name in named} | {"set_on": row["day"]} | given


def steps_of(route: RouteSet) -> list[Row]:
    """Return the steps of a route as rows, their defaults written out."""
    return [msgspec.structs.asdict(step) for step in route.steps]


def _rules(cur: Cursor, as_of: AsOf) -> list[Row]:
    cur.execute(_SQL["rules"], as_of.parameters())
    return fetched(cur)


def rules_known(cur: Cursor, as_of: AsOf) -> ApprovalRules:
    """Return the rules as the log told them up to the position, for the domain's functions."""
    routes: list[RouteSet] = []
    limits: list[LimitsSet] = []
    for row in _rules(cur, as_of):
        if row["what"] == "route":
            routes.append(msgspec.convert(row["body"], RouteSet))
        else:
            limits.append(msgspec.convert(row["body"], LimitsSet))
    return ApprovalRules(routes=tuple(routes), limits=tuple(limits))


@query("delegations", "授权代理", "delegations", DelegationsParams)
def delegations(cur: Cursor, params: DelegationsParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with who may act for whom, in which role and until when."""
    asked = as_of.parameters() | scope.parameters() | {"person": params.person}
    cur.execute(_SQL["delegations"], asked)
    rows = [row for row in fetched(cur) if params.all or row["in_force"]]
    return Answer(rows, {"count": len(rows)})


def lent_to(cur: Cursor, person_id: str, as_of: AsOf) -> list[Lent]:
    """Return for whom, and in which role, a person may act on the day."""
    params = DelegationsParams(person=person_id)
    rows = delegations(cur, params, as_of, EVERYTHING).rows
    return [
        Lent(row["person_id"], row["role"], row["valid_to"])
        for row in rows
        if row["to_person"] == person_id
    ]


def neighbours(
    cur: Cursor, process_id: str, unit_id: str, kind: str, days: tuple[date, date]
) -> list[Neighbour]:
    """Return the other batches of a unit and kind that were asked for within `days`."""
    first, last = days
    named = {"process_id": process_id, "unit": unit_id, "kind": kind}
    cur.execute(_SQL["neighbours"], named | {"first": first, "last": last})
    items = {row["process_id"]: row["items"] for row in fetched(cur)}
    latest = {"ids": list(items), "day": _LAST_DAY, "position": 2**62}
    cur.execute(_SQL["things"], latest)
    things: dict[str, list[tuple[int, str]]] = {
        key: values_of(msgspec.convert(found, tuple[RequestItem, ...]))
        for key, found in items.items()
    }
    for row in fetched(cur):
        things[row["process_id"]].append((row["fen"], row["class_code"]))
    return [Neighbour(key, tuple(found)) for key, found in things.items() if found]
