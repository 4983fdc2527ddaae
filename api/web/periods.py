"""Periods of the books: run the month's depreciation and close it, with what stands in the way."""

from __future__ import annotations

import uuid
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import CREATE, EXECUTE, Thing, guard, may
from api.commands.running import check_units
from api.months import monthly_command
from api.problems import Problem
from api.queries.asking import Answered
from api.web.pages import Page, page_of
from domain.commands.command import Command
from projections.queries import Row


def _(text: str) -> str:
    """Mark `text` for the catalogue; the template translates it."""
    return text


class Step(msgspec.Struct, frozen=True):
    """One of the two acts of a month's end."""

    name: str
    action: str
    title: str
    word: str
    done: str


STEPS: Final = {
    "depreciate": Step(
        "depreciate", CREATE, _("计提折旧"), _("确认计提"), _("折旧已计提"),
    ),
    "close": Step("close", EXECUTE, _("月末结账"), _("确认结账"), _("已结账")),
}  # fmt: skip

# What a clerk finishes before the month is closed: it blocks nothing, but is easily forgotten.
_OPEN_ENDS: Final = (
    ("ACCEPTED", _("已验收未入账")),
    ("PENDING_BOOKING", _("盘盈待核实")),
    ("LOSS_PENDING", _("盘亏待核实")),
    ("DISPOSAL_APPROVED", _("已批复待处置")),
)


@get("/periods", opt=guard(Thing.VOUCHER), sync_to_thread=True)
def periods(request: Call) -> Response[str]:
    """Every unit's books: begun, last month run, last month closed, and the next step."""
    page = page_of(request)
    rows = page.ask("periods").rows
    return page.render("periods.html", rows=rows, next_of={
        row["unit_id"]: next_step(row) for row in rows
    }, may_act=_may_act(page), done=_done(page))  # fmt: skip


def next_step(row: Row) -> tuple[str, str]:
    """Which step comes next for a unit's books, and for which period."""
    period = row["first_open"]
    ran = row["last_run"] is not None and row["last_run"] >= period
    return ("close" if ran else "depreciate"), period


@get("/periods/{unit_id:str}/{step:str}", opt=guard(Thing.VOUCHER, CREATE), sync_to_thread=True)
def rehearse(request: Call, unit_id: FromPath[str], step: FromPath[str]) -> Response[str]:
    """What the step would do and what stands in its way; nothing is recorded yet."""
    page = page_of(request)
    values = page.values("period", "reason")
    return _confirm(page, unit_id, _step(step), values.get("period", ""), values.get("reason", ""))


@post("/periods/{unit_id:str}/{step:str}", opt=guard(Thing.VOUCHER, CREATE),
      sync_to_thread=True, status_code=200)  # fmt: skip
def carry_out(request: Call, unit_id: FromPath[str], step: FromPath[str]) -> Response[str]:
    """Carry the step out; a double click is one command."""
    page = page_of(request)
    form = request.state.form
    chosen = _step(step)
    period, reason = str(form.get("period", "")), str(form.get("reason", ""))
    command_id = str(form.get("command_id", ""))
    try:
        name, command = _command(page, chosen, unit_id, period, reason)
        page.run(name, command, command_id=str(uuid.UUID(command_id)))
    except ValueError as error:
        raise Problem("E_IDEMPOTENCY_KEY") from error
    except Problem as problem:
        if problem.status in (401, 403):
            raise
        return _confirm(page, unit_id, chosen, period, reason, problem)
    address = page.url("/periods", did=step, of=unit_id, period=period)
    return Response("", status_code=303, headers={"Location": address}, media_type="text/html")


def _step(name: str) -> Step:
    if name not in STEPS:
        raise Problem("E_NOT_FOUND")
    return STEPS[name]


def _command(page: Page, step: Step, unit_id: str, period: str, reason: str) -> tuple[str, Command]:
    try:
        name, command = monthly_command(
            page.house, step.name, unit_id, period, reason.strip() or None
        )
        return name, msgspec.convert(msgspec.to_builtins(command), type(command))
    except (ValueError, msgspec.ValidationError) as error:
        raise Problem(
            "E_PARAMETER", "期间须写作 2026-03。", "A period is written 2026-03."
        ) from error


def _confirm(
    page: Page, unit_id: str, step: Step, period: str, reason: str, problem: Problem | None = None
) -> Response[str]:
    check_units(page.house.scope_of(page.principal, Thing.VOUCHER, step.action), {unit_id})
    if problem is None:
        problem = _rehearsed(page, step, unit_id, period, reason)
    return page.render(
        "period_step.html", status=200 if problem is None else 422, unit_id=unit_id, step=step,
        period=period, reason=reason, problem=problem, command_id=str(uuid.uuid4()),
        open_ends=_open_ends(page, unit_id), path=page.request.url.path,
        reasonable=problem is not None and problem.code == "E_NOT_RUN",
    )  # fmt: skip


def _rehearsed(page: Page, step: Step, unit_id: str, period: str, reason: str) -> Problem | None:
    """The refusal that the step would meet; None when the way is free."""
    try:
        name, command = _command(page, step, unit_id, period, reason)
        page.run(name, command, dry_run=True, wait=False)
    except Problem as problem:
        if problem.status in (401, 403):
            raise
        return problem
    return None


def _open_ends(page: Page, unit_id: str) -> list[tuple[str, str, int]]:
    """State, words and number of cards that wait for somebody in this unit."""
    if not page.can_ask("register"):
        return []
    found = []
    for state, title in _OPEN_ENDS:
        answer: Answered = page.ask("register", states=[state], unit=unit_id, limit="1")
        if answer.totals.get("count"):
            found.append((state, title, answer.totals["count"]))
    return found


def _may_act(page: Page) -> bool:
    return page.asked.is_now and may(page.principal.roles, Thing.VOUCHER, CREATE)


def _done(page: Page) -> tuple[str, str, str] | None:
    """What was just carried out: words, unit, period."""
    values = page.values("did", "of", "period")
    if len(values) < 3 or values["did"] not in STEPS:
        return None
    return STEPS[values["did"]].done, page.house.units.name(values["of"]), values["period"]


PERIODS: Final = [periods, rehearse, carry_out]
