"""Handing things over by scanning their labels, and the address that a label's code opens."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import CREATE, Thing, guard, may
from api.commands.bodies import read_body
from api.commands.running import run_command
from api.directory.people import find_people
from api.labelling.faces import done_by_command, faces
from api.labelling.reading import look_up
from api.labelling.routes import reader_of
from api.problems import Problem
from api.web.pages import Page, page_of
from api.web.words import event_name
from domain.commands.command import MANY
from domain.commands.table import COMMANDS
from domain.refusals import REFUSALS

PEOPLE_MAX: Final = 500

ACTS: Final[dict[str, tuple[str, ...]]] = {
    "handover": ("keeper*", "use_dept", "place"),
    "issue": ("keeper*", "use_dept*", "place"),
    "return-to-store": ("keeper", "place"),
    "move": ("place*",),
}
"""What may be done with a scanned list, and the fields of each; a star marks the needed ones."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which things to try an act on, without doing it."""

    act: str
    asset_ids: Annotated[tuple[str, ...], msgspec.Meta(max_length=MANY)]
    occurred_on: date | None = None


@get("/scan", opt=guard(Thing.MOVEMENT), sync_to_thread=True)
def scan_page(request: Call) -> Response[str]:
    """The list that scanned things drop into, with the form that stays above it."""
    page = page_of(request)
    acts = {}
    if may(page.principal.roles, Thing.MOVEMENT, CREATE):
        acts = {name: COMMANDS[name] for name in ACTS}
    return page.render(
        "scan.html", acts=acts, fields=ACTS, people=_people(page) if acts else [],
        today=page.house.today(), many=MANY,
    )  # fmt: skip


def _people(page: Page) -> list[dict[str, str]]:
    scope = page.house.scope_of(page.principal, Thing.MOVEMENT, CREATE)
    return find_people(page.house.pool, "", scope.units, PEOPLE_MAX)


@post("/scan/check", opt=guard(Thing.MOVEMENT, CREATE), sync_to_thread=True, status_code=200)
def check(request: Call) -> Response[bytes]:
    """Why an act would be refused, thing by thing: the rules themselves are asked, dry."""
    page = page_of(request)
    asked = read_body(request.state.body, Check)
    if asked.act not in ACTS:
        raise Problem("E_NOT_FOUND")
    blocks = {}
    for asset_id in asked.asset_ids:
        try:
            _try(page, asked, asset_id)
        except Problem as problem:
            blocks[asset_id] = _block(problem, page.lang)
    return Response(msgspec.json.encode({"blocks": blocks}), media_type="application/json")


def _try(page: Page, asked: Check, asset_id: str) -> None:
    """Run the act on one thing without recording it; the receiver stands in for any other."""
    me = page.principal.person_id
    given = {name.rstrip("*"): me for name in ACTS[asked.act]}
    struct: Any = COMMANDS[asked.act].struct
    command = struct(
        asset_ids=(asset_id,), occurred_on=asked.occurred_on or page.house.today(), **given
    )
    run_command(page.house, page.principal, asked.act, command, dry_run=True)


def _block(problem: Problem, lang: str) -> dict[str, str]:
    rule = REFUSALS.get(problem.code)
    title = problem.title(lang) if rule is None else (rule.zh if lang == "zh" else rule.en)
    return {"code": problem.code, "title": title, "source": rule.source if rule else ""}


@get("/scan/sheet", opt=guard(Thing.MOVEMENT), sync_to_thread=True)
def sheet(request: Call) -> Response[str]:
    """The hand-over sheet of one submitted list, for two signatures; it can be printed again."""
    page = page_of(request)
    try:
        command_id = str(uuid.UUID(request.query_params.get("command", "")))
    except ValueError as error:
        raise Problem("E_NOT_FOUND") from error
    scope = page.house.scope_of(page.principal, Thing.MOVEMENT)
    facts = done_by_command(page.house, scope, page.asked.as_of, command_id)
    if not facts:
        raise Problem("E_NOT_FOUND")
    things = faces(page.house, scope, page.asked.as_of, [fact["asset_id"] for fact in facts])
    by_id = {thing["asset_id"]: thing for thing in things}
    former = {fact["asset_id"]: _former(fact, by_id.get(fact["asset_id"])) for fact in facts}
    people = page.names(*_people_of(facts), *former.values())
    return page.render(
        "handover_sheet.html", facts=facts, things=by_id, people=people, command_id=command_id,
        title=event_name(facts[0]["sub_kind"], page.lang), values=_values(facts), former=former,
    )  # fmt: skip


def _former(fact: dict[str, Any], thing: dict[str, Any] | None) -> str:
    """Who kept the thing before: the old value, or who keeps it still where that did not change."""
    if "keeper" in fact["changes"]:
        return fact["before"].get("keeper") or ""
    return (thing or {}).get("keeper") or ""


def _people_of(facts: list[dict[str, Any]]) -> set[str]:
    sides = [fact[side] for fact in facts for side in ("changes", "before")]
    found = {side.get("keeper") or "" for side in sides} | {fact["actor_id"] for fact in facts}
    return found - {""}


def _values(facts: list[dict[str, Any]]) -> dict[str, str]:
    """What the list set for all its things alike."""
    first = facts[0]["changes"]
    return {name: first[name] for name in ("keeper", "use_dept", "place") if first.get(name)}


@get("/A/{text:str}", opt=guard(Thing.CARD), sync_to_thread=True)
def open_label(request: Call, text: FromPath[str]) -> Response[str]:
    """The address in a label's code: opens the card, or says why not."""
    page = page_of(request)
    seen = look_up(reader_of(request), [text])
    if seen and seen[0].status == "found" and seen[0].thing:
        target = page.url(f"/assets/{seen[0].thing.asset_id}")
        return Response("", status_code=303, headers={"Location": target}, media_type="text/html")
    if not seen:
        raise Problem("E_NOT_FOUND")
    return page.render("label_refused.html", status=404, seen=seen[0])


SCAN: Final = [scan_page, check, sheet, open_label]
