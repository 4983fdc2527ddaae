"""Role x route: everything declares its guard, and the matrix of handbook 1.3 holds for each."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from api.auth.powers import ADMINISTRATORS, POWERS, Guard, Role, Thing, permits
from api.bootstrap import Works
from api.commands.examples import example_of
from api.queries.asking import THINGS
from api.web.menu import MENU
from domain.commands.structs import Handover, Issue
from domain.commands.table import COMMANDS
from projections.queries import QUERIES
from tests.api.city import PEOPLE
from tests.api.conftest import SignedIn
from tests.api.labelled import DAY, OFFICER, bring_in
from tests.waiting import PATIENCE_SECONDS

ROLES = [(username, role) for username, _, _, role, _ in PEOPLE]
BUSINESS = set(Thing) - {
    Thing.ACCOUNTS, Thing.ACCESS_LOG, Thing.OPERATIONS, Thing.OWN_SESSION, Thing.PUBLIC,
}  # fmt: skip


def inventory(app: Litestar) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and declarations of every route, the framework's OPTIONS left out."""
    return [
        (method, route.path, handler.opt)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    ]


def test_every_route_declares_its_guard(app: Litestar) -> None:
    """A route without a declaration is a mistake, and is refused to everybody."""
    undeclared = [
        f"{method} {path}" for method, path, opt in inventory(app)
        if not isinstance(opt.get("guard"), Guard)
    ]  # fmt: skip

    assert undeclared == []


def test_every_line_of_the_menu_leads_somewhere(app: Litestar) -> None:
    """A line without a page would never be shown to anybody."""
    assert [item.path for item in MENU if item.path not in app.state.paths] == []


def test_every_query_and_command_has_its_place_in_the_matrix() -> None:
    """No name without an object, no object that is not in the table."""
    assert set(QUERIES) - set(THINGS) == set()
    assert all(Thing(spec.subject) in POWERS for spec in COMMANDS.values())
    assert [
        name for name, spec in COMMANDS.items()
        if not permits(Guard(Thing(spec.subject), spec.action), list(Role))
    ] == []  # fmt: skip


def test_administrators_have_no_power_over_business() -> None:
    """The three administrators see and change no business data (1.4)."""
    assert not [
        (thing, role) for thing in BUSINESS for role in ADMINISTRATORS if role in POWERS[thing]
    ]


def test_supervisors_write_no_business_data() -> None:
    """Discipline and audit may give none of the commands (1.2)."""
    for role in (Role.DISCIPLINE, Role.AUDIT):
        allowed = [
            name for name, spec in COMMANDS.items()
            if permits(Guard(Thing(spec.subject), spec.action), [role])
        ]  # fmt: skip

        assert allowed == []


@pytest.mark.parametrize(("username", "role"), ROLES)
def test_each_role_passes_exactly_the_doors_of_the_matrix(
    app: Litestar, signed_in: SignedIn, username: str, role: Role
) -> None:
    """A walk over every route: 403 where the matrix says no, anything but 401 and 403 where yes."""
    client = signed_in(username)
    wrong = []
    for method, path, opt in inventory(app):
        if path.startswith(("/static", "/sign-out", "/api/v1/session", "/sign-in", "/language")):
            continue
        allowed = permits(opt["guard"], [role])
        if role is Role.CUSTODIAN and allowed and ("{" in path or "/queries/" in path):
            # A custodian passes where the thing is his own: see the last test.
            continue
        answer = client.request(method, path, **({"json": {}} if method == "POST" else {}))
        if (answer.status_code in (401, 403)) == allowed or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code, answer.text[:200]))

    assert wrong == []


@pytest.mark.parametrize(("username", "role"), ROLES)
def test_commands_stay_within_the_reach_of_the_grant(
    signed_in: SignedIn, works: Works, username: str, role: Role
) -> None:
    """A foreign unit is refused as out of scope before the rules speak; one's own is not."""
    client = signed_in(username)
    reach = dict(zip(("username", "unit", "reach"), next(
        (name, unit, far) for name, _, unit, _, far in PEOPLE if name == username), strict=True
    ))  # fmt: skip
    for name in ("close-period", "open-stocktake"):
        spec = COMMANDS[name]
        if not permits(Guard(Thing(spec.subject), spec.action), [role]):
            continue
        for unit in ("JY", "ZX", "WJ", "XB"):
            within = unit in works.house.units.reached(reach["unit"], reach["reach"])
            within = within or reach["reach"] == "all"
            body = example_of(spec.struct) | {"unit_id": unit}
            answer = client.post(
                f"/api/v1/commands/{name}?dry_run=true", json=body,
                headers={"Idempotency-Key": str(uuid.uuid4())},
            )  # fmt: skip

            assert (answer.json().get("code") == "E_OUT_OF_SCOPE") == (not within), answer.text


@pytest.mark.parametrize(
    ("username", "unit", "status"),
    [
        ("officer", "JY", 200), ("officer", "ZX", 403), ("dept", "ZX", 200), ("dept", "WJ", 403),
        ("organ", "WJ", 200), ("organ", "XB", 403), ("audit", "XB", 200), ("keeper", "XB", 403),
    ],
)  # fmt: skip
def test_reads_stay_within_the_scope(
    signed_in: SignedIn, username: str, unit: str, status: int
) -> None:
    """Own unit, subtree, level and all, as the grant says."""
    answer = signed_in(username).get("/api/v1/queries/register", params={"unit": unit})

    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("username", "unit", "recorded"),
    [("officer", "JY", 0), ("audit", "JY", 1), ("discipline", "XB", 1), ("finance", "CZ", 0),
     ("finance", "WJ", 1)],
)  # fmt: skip
def test_reads_of_a_foreign_unit_are_recorded(
    works: Works, signed_in: SignedIn, username: str, unit: str, recorded: int
) -> None:
    """Who, which unit, which question, how many rows (1.6)."""
    client = signed_in(username)
    before = _records(works)
    client.get("/api/v1/queries/register", params={"unit": unit})
    new = _records(works)[: len(_records(works)) - len(before)]

    assert recorded == len(new)
    if new:
        assert (f"p-{username}", "read", unit) == (new[0]["person_id"], new[0]["kind"],
                                                  new[0]["units"])  # fmt: skip


def _records(works: Works) -> list[dict[str, Any]]:
    from api.directory.access import access_records

    return access_records(works.house.pool, limit=100_000)


def test_a_custodian_asks_only_about_what_he_keeps(signed_in: SignedIn) -> None:
    """His register is his own; questions that cannot be cut to a keeper are refused."""
    client = signed_in("custodian")

    assert client.get("/api/v1/queries/register?keeper=p-officer").json()["rows"] == []
    for name in ("lookup-labels?label_nos=B1", "imports", "card-money?asset_ids=A1"):
        assert client.get(f"/api/v1/queries/{name}").status_code == 403


@pytest.fixture(scope="module")
def things(works: Works) -> dict[str, dict[str, Any]]:
    """Three things of one unit: in the custodian's care, in the officer's, once the custodian's."""
    own, foreign, once = bring_in(works)
    for thing, keepers in (
        (own, ["p-custodian"]), (foreign, ["p-officer"]), (once, ["p-custodian", "p-officer"]),
    ):  # fmt: skip
        for number, keeper in enumerate(keepers):
            command = (Issue, Handover)[number](
                asset_ids=(thing["asset_id"],), occurred_on=DAY + timedelta(days=number),
                use_dept="办公室", keeper=keeper, place="3号楼305",
            )  # fmt: skip
            done = works.ledger.execute(command, OFFICER)
    assert works.engine.wait_for(done.position, timeout=PATIENCE_SECONDS), works.engine.status()
    return {"own": own, "foreign": foreign, "once": once}


ABOUT_ONE = (
    "/api/v1/queries/card?asset_id={asset_id}", "/api/v1/queries/card?card_no={card_no}",
    "/api/v1/queries/card?asset_ids={asset_id}", "/api/v1/queries/card?asset_ids=x,{asset_id}",
    "/api/v1/queries/card?label_no={label_no}", "/api/v1/queries/find?number={card_no}",
    "/api/v1/queries/card-history?asset_id={asset_id}",
    "/api/v1/queries/card-journal?asset_id={asset_id}",
    "/assets/{asset_id}", "/assets/{asset_id}/history", "/assets/{asset_id}/journal",
    "/assets/{asset_id}/depreciation", "/assets/{asset_id}/labels",
    "/assets/{asset_id}/documents", "/assets?q={card_no}",
)  # fmt: skip
"""Every way to one thing: as a question, as a page, as a tab of it, by the search box."""


def shows(client: Any, path: str, thing: dict[str, Any]) -> bool:
    """Tell whether the answer at `path` is about the thing; nothing and a refusal are not."""
    answer = client.get(path.format(**thing), follow_redirects=False)
    if answer.status_code == 303:
        return shows(client, answer.headers["location"], thing)
    assert answer.status_code in (200, 403, 404), answer.text
    if answer.status_code != 200:
        return False
    if "/queries/" in path:
        return bool(answer.json()["rows"])
    return thing["name"] in answer.text


@pytest.mark.parametrize("path", ABOUT_ONE)
@pytest.mark.parametrize(("username", "role"), ROLES)
def test_one_thing_opens_to_its_keeper_and_to_who_reads_the_unit(
    signed_in: SignedIn, things: dict[str, dict[str, Any]], username: str, role: Role, path: str
) -> None:
    """A custodian sees what he keeps now; the others every thing of the units they reach."""
    reads = role not in ADMINISTRATORS
    seen = {name: shows(signed_in(username), path, thing) for name, thing in things.items()}

    expected = {"own": reads, "foreign": reads, "once": reads}
    if role is Role.CUSTODIAN:
        expected = {"own": True, "foreign": False, "once": False}
    assert expected == seen


def test_what_a_custodian_kept_on_a_day_opens_as_of_that_day(
    signed_in: SignedIn, things: dict[str, dict[str, Any]]
) -> None:
    """His register of that day and the card behind its row say the same."""
    client, thing = signed_in("custodian"), things["once"]
    rows = client.get(f"/api/v1/queries/register?as_of={DAY}").json()["rows"]
    card = client.get(f"/assets/{thing['asset_id']}?as_of={DAY}")

    assert {things["own"]["card_no"], thing["card_no"]} == {row["card_no"] for row in rows}
    assert card.status_code == 200
    assert (
        f'href="/assets/{thing["asset_id"]}?as_of={DAY}"' in client.get(f"/assets?as_of={DAY}").text
    )
