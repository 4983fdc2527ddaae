"""Whose turn a request is, on both clocks: by its route, its limits and what was signed."""

from __future__ import annotations

from typing import Any

import pytest

from domain.events import (
    Delegated,
    DelegationEnded,
    Limit,
    LimitsSet,
    ProcessOpened,
    ProcessStep,
    RequestItem,
    RouteSet,
    RouteStep,
)
from eventstore.embedded import Urls
from projections.asof import AsOf, Scope
from projections.organisation.fold import Organisation
from projections.processes import Processes
from projections.processes.rules import lent_to
from projections.register.fold import Register
from tests.projections.life import Life
from tests.projections.read_models import LATEST, ask, fold, reading
from tests.projections.stories import day, record

ITEMS = (RequestItem(name="台式计算机", class_code="A02010105", pieces=10, price_fen=500_000),)
STEPS = (
    RouteStep(code="minutes", zh="集体决策", role="unit_head", group=1),
    RouteStep(code="review", zh="主管部门审核", role="competent_dept", group=2),
    RouteStep(code="large", zh="专家评审", role="organ_affairs", group=3, from_fen=10_000_000),
)
ROWS = (Limit(office="organ_affairs", below_fen=5_000_000), Limit(office="finance",
                                                                 min_fen=5_000_000))  # fmt: skip


class Office(Life):
    """A life with routes, limits, requests and deputies."""

    def route(self, on: str, *steps: RouteStep, kind: str = "*", scope: str = "*") -> None:
        """A route from `on`, set that day."""
        body = RouteSet(kind=kind, scope=scope, valid_from=day(on), steps=steps)
        self.add("approval:rules", "rule.route_set", "RULE.ROUTE", "CITY", body, on)

    def limits(self, on: str, *rows: Limit) -> None:
        """Limits of everything from `on`."""
        body = LimitsSet(kind="*", scope="*", valid_from=day(on), rows=rows)
        self.add("approval:rules", "rule.limits_set", "RULE.LIMITS", "CITY", body, on)

    def asks(self, name: str, unit: str, on: str, items: tuple[RequestItem, ...] = ITEMS) -> None:
        """A request to buy."""
        total = sum(item.pieces * item.price_fen for item in items)
        body = ProcessOpened(
            kind="CONFIG.PURCHASE", amount_fen=total, requester="officer", items=items
        )
        self.add(f"process:{name}", "process.opened", "CONFIG.PURCHASE", unit, body, on)

    def took(self, name: str, what: str, on: str, by: str, **more: Any) -> None:
        """A step of the request by somebody."""
        body = ProcessStep(**more)
        self.add(f"process:{name}", f"process.{what}", "CONFIG.PURCHASE", "U1", body, on,
                 actor_id=by)  # fmt: skip

    def lends(self, on: str, until: str) -> None:
        """The head asks the accountant to stand in."""
        body = Delegated(
            to_person="accountant", role="unit_head", valid_from=day(on), valid_to=day(until)
        )
        self.add("delegation:head", "org.delegated", "ORG.DELEGATE", "U1", body, on)

    def takes_back(self, on: str) -> None:
        """The head is here again."""
        body = DelegationEnded(to_person="accountant", role="unit_head")
        self.add("delegation:head", "org.delegation_ended", "ORG.DELEGATION_END", "U1", body, on)


def story() -> Office:
    """One request that goes to and fro, one that stays small, rules that change in between."""
    told = Office()
    told.unit("D1")
    told.unit("U1", parent="D1")
    told.unit("U2")
    told.route("2024-01-01", *STEPS)
    told.limits("2024-01-01", *ROWS)
    told.asks("big", "U1", "2024-03-01")
    told.took("big", "reviewed", "2024-03-02", "head", steps=("minutes",))
    told.took("big", "reviewed", "2024-03-04", "dept", steps=("review",))
    told.took("big", "returned", "2024-03-05", "boss", detail={"to": "minutes"},
              steps=("minutes", "review"))  # fmt: skip
    told.took("big", "returned", "2024-03-06", "head", detail={"to": "applicant"})
    told.took("big", "resubmitted", "2024-03-07", "officer")
    told.asks("small", "U2", "2024-03-08", (RequestItem(
        name="打印机", class_code="A02021003", pieces=1, price_fen=200_000),))  # fmt: skip
    told.lends("2024-03-01", "2024-03-31")
    told.takes_back("2024-03-20")
    told.route("2024-06-01", kind="CONFIG")
    told.process("bought", "U1", "2024-03-01", "CONFIG.PURCHASE", amount_fen=500_000)
    return told


@pytest.fixture(scope="module")
def told(database: Urls) -> Office:
    """The story, folded."""
    office = story()
    record(database.app_url, office.events)
    fold(database, office.events, (Organisation(), Register(), Processes()))
    return office


@pytest.mark.parametrize(
    ("on", "status", "waits"),
    [
        ("2024-03-01", "open", ["unit_head:U1"]),
        ("2024-03-03", "open", ["competent_dept:U1,D1"]),
        ("2024-03-04", "open", ["finance:*"]),
        ("2024-03-05", "open", ["unit_head:U1"]),
        ("2024-03-06", "returned", ["unit_asset_officer:U1"]),
        ("2024-03-07", "open", ["unit_head:U1"]),
        ("2024-06-01", "open", ["finance:*"]),
    ],
)
def test_a_request_waits_for_the_first_unfinished_group(
    database: Urls, told: Office, on: str, status: str, waits: list[str]
) -> None:
    """Signatures taken back are wanted again; a route without steps leads to the decision."""
    (row,) = ask(database, "process", on=on, process_id="big").rows
    found = [f"{wait['role']}:{','.join(wait['units'] or ['*'])}" for wait in row["waiting"]]

    assert (status, waits) == (row["status"], found)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"waiting_for": "unit_head"}, ["small", "big"]),
        ({"waiting_for": "unit_head", "waiting_unit": "U1"}, ["big"]),
        ({"waiting_for": "unit_head", "waiting_unit": "D1"}, []),
        ({"waiting_for": "unit_head", "waiting_person": "officer"}, []),
        ({"waiting_for": "unit_head", "waiting_person": "newcomer"}, ["small", "big"]),
        ({"waiting_for": "unit_head", "waiting_person": "head"}, ["small"]),
        ({"waiting_for": "organ_affairs"}, []),
        ({"waiting_for": "nobody"}, []),
    ],
)
def test_the_list_keeps_what_waits_for_a_role_a_unit_a_person(
    database: Urls, told: Office, asked: dict[str, Any], expected: list[str]
) -> None:
    """Who asked or signed before waits for nobody but others; totals follow the list."""
    answer = ask(database, "processes", on="2024-03-10", **asked)

    assert expected == [row["process_id"] for row in answer.rows]
    assert len(expected) == answer.totals["count"]


def test_known_at_leaves_out_what_was_not_yet_recorded(database: Urls, told: Office) -> None:
    """Before the second signature was recorded the department was still asked."""
    position = next(e.position for e in told.events if e.actor_id == "dept")
    (row,) = ask(database, "process", on="2024-03-10", at=position - 1, process_id="big").rows

    assert [wait["role"] for wait in row["waiting"]] == ["competent_dept"]


def test_a_registered_purchase_waits_for_nobody(database: Urls, told: Office) -> None:
    """What was merely accepted is no request."""
    (row,) = ask(database, "process", process_id="bought").rows

    assert (row["is_request"], row["waiting"]) == (False, [])


def test_a_request_shows_its_route_its_limit_and_its_pieces(database: Urls, told: Office) -> None:
    """The step for large batches is not asked of this one."""
    (row,) = ask(database, "process", on="2024-03-04", process_id="big").rows

    assert (row["asked"], row["signed"]) == (["minutes", "review"], ["minutes", "review"])
    assert (row["limit"]["office"], row["pieces"]) == ("finance", 10)
    assert row["people"] == ["dept", "head", "officer"]


def test_rules_in_force_and_all_of_them(database: Urls, told: Office) -> None:
    """A later rule for a narrower kind stands beside the general one."""
    early = ask(database, "approval-rules", on="2024-03-01").rows
    late = ask(database, "approval-rules", on="2024-06-01", what="route").rows
    every = ask(database, "approval-rules", on="2024-03-01", what="route", all=True).rows

    assert [(row["what"], row["kind"]) for row in early] == [("route", "*"), ("limits", "*")]
    assert [row["kind"] for row in late] == ["*", "CONFIG"]
    assert [row["in_force"] for row in every] == [True, False]


@pytest.mark.parametrize(
    ("on", "standing"), [("2024-02-29", 0), ("2024-03-01", 1), ("2024-03-19", 1), ("2024-03-20", 0)]
)
def test_a_delegation_holds_until_it_is_ended(
    database: Urls, told: Office, on: str, standing: int
) -> None:
    """From its first day to the day before its end; others see theirs only."""
    with reading(database) as cur:
        lent = lent_to(cur, "accountant", AsOf(day(on), LATEST))

    assert standing == len(lent)
    rows = ask(database, "delegations", on=on, person="head").rows
    assert standing == len(rows)
    assert ask(database, "delegations", on=on, scope=Scope(("U2",))).rows == []
