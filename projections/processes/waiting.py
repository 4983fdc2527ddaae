"""Whose turn it is: which step of its route, or which office, a request waits for.

The rules are those of `domain.approval`, put to the routes and limits, the signatures and the
things as they were known on the day asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from domain.approval import (
    OFFICE_NAMES,
    OFFICE_OF_ROLE,
    RANKS,
    ApprovalRules,
    asked_for,
    office_for,
    suffices,
    waiting,
)
from domain.decisions.approving import REQUESTS
from domain.decisions.processing import batch_from, values_of
from domain.events import Limit, RequestItem, RouteSet, RouteStep
from domain.organisation import Unit
from eventstore.statements import statements
from projections.asof import EVERYTHING, AsOf
from projections.organisation.queries import UnitsParams, units
from projections.processes.rules import rules_known
from projections.queries import Cursor, Row, fetched

_SQL = statements("projections.processes", "queries.sql")
_DECIDING: Final = ("competent_dept", "organ_affairs", "finance")
_MAKER: Final = "unit_asset_officer"


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """One who may act now: by `step` of the route, by deciding, or by handing in again.

    `units` are those whose people of `role` may act; None leaves it to the role's own reach.
    """

    act: str
    """sign, decide or resubmit."""
    role: str
    zh: str
    en: str
    step: str | None = None
    units: tuple[str, ...] | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a request is: its route, what is signed, who may act now, and who took part."""

    route: RouteSet | None = None
    asked: tuple[RouteStep, ...] = ()
    signed: tuple[str, ...] = ()
    limit: Limit | None = None
    """The row of the limits that names the deciding office."""
    waits: tuple[Wait, ...] = ()
    requester: str | None = None
    people: frozenset[str] = frozenset()
    """Who asked or signed, and for whom: none of them signs again."""

    def waits_for(self, role: str, unit_id: str | None, person_id: str | None) -> bool:
        """Tell whether somebody of `role`, in `unit_id` where given, may act now."""
        return any(
            wait.role == role
            and (unit_id is None or wait.units is None or unit_id in wait.units)
            and self._may(wait, person_id)
            for wait in self.waits
        )

    def _may(self, wait: Wait, person_id: str | None) -> bool:
        if person_id is None:
            return True
        if wait.act == "resubmit":
            return person_id == self.requester
        return person_id not in self.people


class _Known(msgspec.Struct, frozen=True):
    """What all requests of one question are judged by."""

    rules: ApprovalRules
    units: Mapping[str, Unit]
    day: date
    signatures: Mapping[str, list[Row]]
    things: Mapping[str, list[tuple[int, str]]]

    def above(self, unit_id: str) -> list[Unit]:
        """Return the unit and those above it, the nearest first."""
        found: list[Unit] = []
        while unit_id in self.units and all(unit.unit_id != unit_id for unit in found):
            found.append(self.units[unit_id])
            unit_id = found[-1].parent_id or ""
        return found


def waits_of(cur: Cursor, rows: Sequence[Row], as_of: AsOf) -> dict[str, Standing]:
    """Return process id → how far it is, for rows of requests."""
    if not rows:
        return {}
    known = _known(cur, rows, as_of)
    return {row["process_id"]: _standing(row, known) for row in rows}


def standing_of(cur: Cursor, row: Row, as_of: AsOf) -> Standing:
    """Return how far one process is, decided ones too."""
    return _standing(row, _known(cur, [row], as_of))


def _known(cur: Cursor, rows: Sequence[Row], as_of: AsOf) -> _Known:
    asked = as_of.parameters() | {"ids": [row["process_id"] for row in rows]}
    cur.execute(_SQL["signatures"], asked)
    signatures: dict[str, list[Row]] = {}
    for row in fetched(cur):
        signatures.setdefault(row["process_id"], []).append(row)
    things: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        items = msgspec.convert(row["items"], tuple[RequestItem, ...])
        things[row["process_id"]] = values_of(items)
    rules = rules_known(cur, as_of)
    if rules.limits:
        cur.execute(_SQL["things"], asked)
        for row in fetched(cur):
            things[row["process_id"]].append((row["fen"], row["class_code"]))
    tree = units(cur, UnitsParams(), as_of, EVERYTHING).rows
    standing = {
        row["unit_id"]: Unit(unit_id=row["unit_id"], level=row["level"], parent_id=row["parent_id"])
        for row in tree
    }
    return _Known(rules, standing, as_of.day, signatures, things)


def _standing(row: Row, known: _Known) -> Standing:
    above = known.above(row["unit_id"])
    kind, amount = row["kind"], row["amount_fen"]
    route = known.rules.route(kind, above, known.day)
    marks = known.signatures.get(row["process_id"], [])
    signed = _signed(marks)
    limits = known.rules.limits_of(kind, above, known.day)
    limit = office_for(limits, batch_from(known.things[row["process_id"]])) if limits else None
    waits: Iterable[Wait] = ()
    if row["status"] == "returned":
        waits = [_wait("resubmit", _MAKER, ("申请人重新提交", "the applicant hands in again"),
                       units=(row["unit_id"],))]  # fmt: skip
    elif row["status"] == "open":
        due = waiting(route, signed, amount) if route else ()
        waits = [_of_step(found, above) for found in due] or _deciders(kind, limit, above)
    people = {mark[name] for mark in marks for name in ("actor_id", "on_behalf_of")}
    return Standing(
        route=route,
        asked=asked_for(route, amount) if route else (),
        signed=tuple(signed),
        limit=limit,
        waits=tuple(waits),
        requester=row["requester"],
        people=frozenset(filter(None, people | {row["requester"]})),
    )


def _signed(marks: Iterable[Row]) -> list[str]:
    """Return the steps signed, a return having taken some back."""
    signed: list[str] = []
    for mark in marks:
        if mark["what"] == "reviewed":
            signed += mark["signed"]
        else:
            signed = [step for step in signed if step not in mark["signed"]]
    return signed


def _wait(
    act: str,
    role: str,
    words: tuple[str, str],
    *,
    step: str | None = None,
    units: tuple[str, ...] | None = None,
) -> Wait:
    return Wait(act=act, role=role, zh=words[0], en=words[1], step=step, units=units)


def _of_step(step: RouteStep, above: Sequence[Unit]) -> Wait:
    words = (step.zh, step.en or step.code)
    return _wait("sign", step.role, words, step=step.code, units=_near(step.role, above))


def _near(role: str, above: Sequence[Unit]) -> tuple[str, ...] | None:
    """Return where a role's people must sit: in the unit, or in it and above; None anywhere."""
    office = OFFICE_OF_ROLE.get(role, "unit")
    ids = tuple(unit.unit_id for unit in above)
    if office == "unit":
        return ids[:1]
    return ids if office == "department" else None


def _deciders(kind: str, limit: Limit | None, above: Sequence[Unit]) -> list[Wait]:
    """Return the offices that may decide: those of the kind that the limits let."""
    offices = REQUESTS[kind].offices if kind in REQUESTS else frozenset(RANKS) - {"unit"}
    roles = [
        role
        for role in _DECIDING
        if (office := OFFICE_OF_ROLE[role]) in offices
        and (limit is None or suffices(office, limit.office) or limit.office == "government")
    ]
    if limit is not None and limit.office != "government":
        # A higher office may decide as well, but it is the named one's duty.
        roles = [role for role in roles if OFFICE_OF_ROLE[role] == limit.office] or roles
    if limit is not None and limit.office == "government":
        roles = [role for role in roles if role != "competent_dept"]
    return [
        _wait("decide", role, _decision(limit.office if limit else OFFICE_OF_ROLE[role]),
              units=_near(role, above))
        for role in roles
    ]  # fmt: skip


def _decision(office: str) -> tuple[str, str]:
    zh, en = OFFICE_NAMES[office]
    return f"{zh}批复", f"decision of {en}"
