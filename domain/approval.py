"""How a request is decided: dated routes of steps, dated limits of amounts, who stands in for whom.

All three are data that the offices set (条例 art. 26; handbook 8.1): a decision is judged by what
is in force on its own business date. Scopes are `*`, `level:<level>` or `unit:<unit id>`, the
last with all units below it; the nearest scope wins, then the longest kind, then the latest date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from domain.envelope import Recorded
from domain.events import (
    Body,
    Delegated,
    DelegationEnded,
    Limit,
    LimitsSet,
    RouteSet,
    RouteStep,
)
from domain.organisation import Unit

EVERYWHERE = "*"

RANKS = {"unit": 0, "department": 1, "organ_affairs": 2, "finance": 2, "government": 3}
"""Offices that approve, the higher the further from the unit (handbook 8.1)."""

OFFICE_NAMES: dict[str, tuple[str, str]] = {
    "unit": ("单位", "the unit"),
    "department": ("主管部门", "the competent department"),
    "organ_affairs": ("机关事务管理局", "the organ affairs office"),
    "finance": ("财政部门", "the finance department"),
    "government": ("本级人民政府", "the government of the level"),
}

OFFICE_OF_ROLE = {
    "unit_asset_officer": "unit",
    "unit_accountant": "unit",
    "unit_head": "unit",
    "competent_dept": "department",
    "organ_affairs": "organ_affairs",
    "finance": "finance",
}
"""The office for which a role decides; a government's document is recorded by an office."""

ASSET_KINDS = ("land", "house", "vehicle", "other")

Dated = TypeVar("Dated", RouteSet, LimitsSet)


class ApprovalRules(msgspec.Struct, frozen=True, kw_only=True):
    """Every route and every table of limits that was ever set, in the order recorded."""

    version: int = 0
    routes: tuple[RouteSet, ...] = ()
    limits: tuple[LimitsSet, ...] = ()

    def route(self, kind: str, units: Sequence[Unit], day: date) -> RouteSet | None:
        """Return the route of `kind` for a unit, given with the units above it."""
        return _nearest(self.routes, kind, units, day)

    def limits_of(self, kind: str, units: Sequence[Unit], day: date) -> LimitsSet | None:
        """Return the table of limits of `kind` for a unit, given with the units above it."""
        return _nearest(self.limits, kind, units, day)


class Batch(msgspec.Struct, frozen=True):
    """What a limit looks at: original values of the things in fen, and what kinds they are of."""

    values_fen: tuple[int, ...]
    kinds: frozenset[str]

    @property
    def total_fen(self) -> int:
        """The batch's sum of original values (账面原值)."""
        return sum(self.values_fen)


class Neighbour(msgspec.Struct, frozen=True):
    """Another batch of the same unit and kind: original value in fen and class of each thing."""

    process_id: str
    things: tuple[tuple[int, str], ...]


def fold_rules(rules: ApprovalRules, event: Recorded, body: Body) -> ApprovalRules:
    """Return the rules after one more event of their stream."""
    replace = msgspec.structs.replace
    match body:
        case RouteSet():
            return replace(rules, version=event.version, routes=(*rules.routes, body))
        case LimitsSet():
            return replace(rules, version=event.version, limits=(*rules.limits, body))
        case _:
            raise TypeError(f"{event.type} is no rule of approval")


def _nearest(rows: Iterable[Dated], kind: str, units: Sequence[Unit], day: date) -> Dated | None:
    """Return the row in force: nearest scope, longest kind, latest date, last recorded."""
    best: tuple[tuple[int, int, date, int], Dated] | None = None
    for order, row in enumerate(rows):
        near = _nearness(row.scope, units)
        if near is None or not covers(row.kind, kind) or not _in_force(row, day):
            continue
        rank = (near, len(row.kind), row.valid_from, order)
        if best is None or rank > best[0]:
            best = (rank, row)
    return best[1] if best else None


def _in_force(row: RouteSet | LimitsSet, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def covers(pattern: str, kind: str) -> bool:
    """Tell whether a rule for `pattern` (`*`, a family or a sub-kind) speaks of `kind`."""
    return pattern in {EVERYWHERE, kind} or kind.startswith(f"{pattern}.")


def _nearness(scope: str, units: Sequence[Unit]) -> int | None:
    """Return how near a scope stands to the first of `units`; None when it does not hold."""
    if scope == EVERYWHERE:
        return 0
    what, _, name = scope.partition(":")
    if what == "level":
        return 1 if units and units[0].level == name else None
    for distance, unit in enumerate(units):
        if unit.unit_id == name:
            return 2 + len(units) - distance
    return None


def waiting(route: RouteSet, signed: Sequence[str], total_fen: int) -> tuple[RouteStep, ...]:
    """Return the steps that may be taken now: what is open of the first unfinished group.

    `signed` holds the code of a step once for each person who signed it.
    """
    open_steps = [step for step in asked_for(route, total_fen) if not _is_done(step, signed)]
    first = min((step.group for step in open_steps), default=None)
    return tuple(step for step in open_steps if step.group == first)


def asked_for(route: RouteSet, total_fen: int) -> tuple[RouteStep, ...]:
    """Return the steps that a batch of this value needs."""
    return tuple(step for step in route.steps if total_fen >= step.from_fen)


def _is_done(step: RouteStep, signed: Sequence[str]) -> bool:
    return signed.count(step.code) >= step.signers


def office_for(limits: LimitsSet, batch: Batch) -> Limit | None:
    """Return the limit that names who approves `batch`: of all that hold, the highest office."""
    holding = [row for row in limits.rows if _holds(row, batch)]
    return max(holding, key=lambda row: RANKS[row.office], default=None)


def _holds(limit: Limit, batch: Batch) -> bool:
    if limit.asset_kinds and batch.kinds.isdisjoint(limit.asset_kinds):
        return False
    value = batch.total_fen if limit.basis == "batch" else max(batch.values_fen, default=0)
    return limit.min_fen <= value and (limit.below_fen is None or value < limit.below_fen)


def suffices(office: str, needed: str) -> bool:
    """Tell whether `office` may decide where `needed` is named; of two equals only the named."""
    return office == needed or RANKS[office] > RANKS[needed]


class Deputy(msgspec.Struct, frozen=True):
    """Somebody who acts for another in one role, on the days from `valid_from` to `valid_to`."""

    person_id: str
    role: str
    valid_from: date
    valid_to: date


class Delegations(msgspec.Struct, frozen=True, kw_only=True):
    """Whom one person has asked to stand in (授权代理), as far as not ended since."""

    person_id: str
    version: int = 0
    deputies: tuple[Deputy, ...] = ()

    def covers(self, deputy: str, role: str, day: date) -> bool:
        """Tell whether `deputy` may act in `role` on `day`."""
        return any(
            found.person_id == deputy
            and found.role == role
            and found.valid_from <= day <= found.valid_to
            for found in self.deputies
        )


def fold_delegations(before: Delegations, event: Recorded, body: Body) -> Delegations:
    """Return whom a person has asked after one more event of the stream."""
    match body:
        case Delegated():
            added = Deputy(body.to_person, body.role, body.valid_from, body.valid_to)
            deputies = (*before.deputies, added)
        case DelegationEnded():
            last = event.occurred_on - timedelta(days=1)
            deputies = tuple(
                msgspec.structs.replace(found, valid_to=min(found.valid_to, last))
                if (found.person_id, found.role) == (body.to_person, body.role)
                else found
                for found in before.deputies
            )
        case _:
            raise TypeError(f"{event.type} is no fact of delegations")
    return msgspec.structs.replace(before, version=event.version, deputies=deputies)
