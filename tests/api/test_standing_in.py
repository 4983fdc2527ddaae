"""Acting for somebody: by header and on the command line, while a delegation is in force."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.auth.deputies import acting_for
from api.bootstrap import Works
from api.directory.accounts import principal_named
from api.house import SHANGHAI
from api.openapi import document
from api.problems import Problem
from domain.commands.table import COMMANDS
from projections.queries import QUERIES
from tests.api.conftest import Account, SignedIn

TODAY = datetime.now(SHANGHAI).date()
COMMANDS_URL = "/api/v1/commands/"


def give(account: Account, name: str, behalf: str | None = None, **body: Any) -> Any:
    """Give a command, for somebody else where named."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    if behalf:
        headers["On-Behalf-Of"] = behalf
    body = {"occurred_on": TODAY.isoformat(), **body}
    return account.post(f"{COMMANDS_URL}{name}?wait=true", json=body, headers=headers)


@pytest.fixture(scope="module")
def request_id(signed_in: SignedIn) -> str:
    """A request of the officer's that waits for the head of the unit."""
    steps = [{"code": "minutes", "zh": "集体决策", "role": "unit_head", "group": 1}]
    route = give(signed_in("finance"), "set-route", kind="CONFIG", scope="*",
                 valid_from="2025-01-01", steps=steps)  # fmt: skip
    assert route.status_code == 200, route.text
    item = {"name": "台式计算机", "class_code": "A02010105", "pieces": 2, "price_fen": 498000}
    made = give(signed_in("officer"), "open-request", kind="CONFIG.PURCHASE", unit_id="JY",
                items=[item])  # fmt: skip
    assert made.status_code == 200, made.text
    found: str = made.json()["created"]["process_id"][0]
    return found


@pytest.fixture
def delegated(signed_in: SignedIn) -> Iterator[None]:
    """The accountant stands in for the head today; afterwards no more."""
    until = (TODAY + timedelta(days=3)).isoformat()
    asked = {"to_person": "p-accountant", "role": "unit_head"}
    given = give(signed_in("head"), "delegate", **asked, valid_from=TODAY.isoformat(),
                 valid_to=until)  # fmt: skip
    assert given.status_code == 200, given.text
    yield
    ended = give(signed_in("head"), "end-delegation", **asked)
    assert ended.status_code == 200, ended.text


def test_nobody_acts_for_another_unasked(signed_in: SignedIn, request_id: str) -> None:
    """The code is the ledger's own."""
    answer = give(signed_in("accountant"), "review-request", "p-head", process_id=request_id,
                  step="minutes")  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (422, "E_DELEGATION")


def test_a_deputy_acts_in_the_role_of_whom_he_stands_for(
    signed_in: SignedIn, request_id: str, delegated: None
) -> None:
    """In that role and no other; the event names both."""
    accountant = signed_in("accountant")
    own = give(accountant, "review-request", process_id=request_id, step="minutes")
    foreign = give(accountant, "depreciate", "p-head", unit_id="JY", period="2026-01")
    signed = give(accountant, "review-request", "p-head", process_id=request_id, step="minutes")
    url = f"/api/v1/queries/process?process_id={request_id}"
    step = signed_in("finance").get(url).json()["rows"][0]["steps"][-1]

    assert (own.status_code, own.json()["code"]) == (422, "E_NOT_YOUR_STEP")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "E_FORBIDDEN")
    assert signed.status_code == 200, signed.text
    assert (step["actor_id"], step["on_behalf_of"], step["actor_role"]) == (
        "p-accountant", "p-head", "unit_head",
    )  # fmt: skip


def test_before_its_first_day_a_delegation_is_none(
    signed_in: SignedIn, request_id: str, delegated: None
) -> None:
    """The ledger asks for the business day, not for today."""
    answer = give(signed_in("accountant"), "return-request", "p-head", process_id=request_id,
                  reason="补录", occurred_on=(TODAY - timedelta(days=1)).isoformat())  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (422, "E_DELEGATION")


def test_a_delegation_lends_grants_and_unit(works: Works, delegated: None) -> None:
    """The command line goes the same way; without a delegation it is refused."""
    today = works.house.today()
    accountant = principal_named(works.house.pool, "accountant", today)
    finance = principal_named(works.house.pool, "finance", today)
    assert accountant is not None
    assert finance is not None
    found = acting_for(works.house, accountant, "p-head")

    assert (found.person_id, found.on_behalf_of) == ("p-accountant", "p-head")
    assert (found.roles, found.unit_id) == (("unit_head",), "JY")
    with pytest.raises(Problem) as refused:
        acting_for(works.house, finance, "p-head")
    assert refused.value.code == "E_DELEGATION"


def test_the_delegations_and_rules_can_be_asked_for(signed_in: SignedIn, delegated: None) -> None:
    """With what is in force marked."""
    officer = signed_in("officer")
    rows = officer.get("/api/v1/queries/delegations?person=p-head").json()["rows"]
    rules = officer.get("/api/v1/queries/approval-rules?what=route").json()["rows"]

    assert [(row["to_person"], row["role"], row["in_force"]) for row in rows] == [
        ("p-accountant", "unit_head", True)
    ]
    assert "CONFIG" in [row["kind"] for row in rules if row["in_force"]]


def test_the_interface_says_so() -> None:
    """Every command has the header."""
    paths = document(COMMANDS, QUERIES)["paths"]
    parameters = paths[f"{COMMANDS_URL}review-request"]["post"]["parameters"]

    assert "On-Behalf-Of" in [one["name"] for one in parameters]
