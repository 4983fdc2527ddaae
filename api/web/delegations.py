"""Who stands in for whom, as one person sees it: given, received, and the form that gives one."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import REVIEW, Thing, guard
from api.commands.bodies import read_value
from api.directory.people import find_people
from api.problems import Problem
from api.web.command_forms import PEOPLE_MAX, fresh_id
from api.web.pages import Page, page_of
from api.web.request_acts import deciding_roles
from domain.commands.table import COMMANDS

_COMMANDS: Final = {"give": "delegate", "end": "end-delegation"}
_FIELDS: Final = ("occurred_on", "to_person", "role", "valid_from", "valid_to", "reason")


@get("/delegations", opt=guard(Thing.REQUEST), sync_to_thread=True)
def delegations(request: Call) -> Response[str]:
    """What the reader has given and received, in force or not."""
    return _page(page_of(request))


@post("/delegations/{act:str}", opt=guard(Thing.REQUEST, REVIEW), sync_to_thread=True,
      status_code=200)  # fmt: skip
def change(request: Call, act: FromPath[str]) -> Response[str]:
    """Give a delegation, or end one from today on."""
    page = page_of(request)
    if act not in _COMMANDS:
        raise Problem("E_NOT_FOUND")
    entered = {key: str(value) for key, value in request.state.form.items()}
    name = _COMMANDS[act]
    try:
        values = {field: entered[field] for field in _FIELDS if entered.get(field)}
        values["occurred_on"] = page.house.today().isoformat()
        command = read_value(values, COMMANDS[name].struct)
        page.run(name, command, command_id=fresh_id(entered))
    except Problem as problem:
        return _page(page, entered=entered, problem=problem)
    headers = {"Location": page.url("/delegations")}
    return Response("", status_code=303, headers=headers, media_type="text/html")


def _page(
    page: Page, *, entered: dict[str, Any] | None = None, problem: Problem | None = None
) -> Response[str]:
    person_id = page.principal.person_id
    rows = page.ask("delegations", person=person_id, all=True).rows
    names = page.names(*(row[name] for row in rows for name in ("person_id", "to_person")))
    errors = problem.errors if problem else ()
    return page.render(
        "delegations.html", status=problem.status if problem else 200, problem=problem,
        given=[row for row in rows if row["person_id"] == person_id], names=names,
        received=[row for row in rows if row["to_person"] == person_id],
        roles=deciding_roles(page.principal), people=_people(page), entered=entered or {},
        wrong={one.pointer.strip("/"): one.detail(page.lang) for one in errors},
        today=page.house.today(), command_id=fresh_id(entered or {}),
    )  # fmt: skip


def _people(page: Page) -> list[tuple[str, str]]:
    """Whom the reader may ask: the people of his own unit."""
    unit_id = page.principal.unit_id
    rows = find_people(page.house.pool, "", [unit_id], PEOPLE_MAX) if unit_id else []
    own = page.principal.person_id
    return [(row["person_id"], row["name"]) for row in rows if row["person_id"] != own]


DELEGATIONS: Final = [delegations, change]
