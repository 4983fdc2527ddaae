"""Processes: what was asked for, decided and carried out, what is owed and what was paid."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import CREATE, Thing, guard, may
from api.problems import Problem
from api.web import words
from api.web.command_forms import fresh_id
from api.web.command_words import OPTIONS
from api.web.named_cards import cards_of
from api.web.pages import Page, page_of
from api.web.request_acts import acts_on_request, executing, identities
from domain.approval import OFFICE_NAMES
from domain.commands.table import COMMANDS
from domain.decisions.approving import REQUESTS
from projections.queries import Row

KINDS: Final = tuple(dict.fromkeys((
    "DISP", "DISP.SCRAP", "DISP.SALE", "DISP.LOSS", "DISP.DEMOLISH", "DISP.TRANSFER",
    "CONFIG.PURCHASE", "CONFIG.DONATION_IN", "CONFIG.REALLOC_IN", "CONFIG.OPENING", *REQUESTS,
)))  # fmt: skip
STATUSES: Final = (
    "open", "returned", "approved", "executed", "settled", "filed", "rejected", "withdrawn",
)  # fmt: skip
_FILTERS: Final = ("kind", "status", "asset_id", "cursor", "limit")
_WAITING: Final = ("waiting_for", "waiting_unit", "waiting_person")

_NEXT: Final = {
    "approved": ("execute-disposal", "revoke-approval"),
    "executed": ("record-proceeds", "record-disposal-cost", "claim-compensation",
                 "receive-compensation", "close-disposal"),
    "settled": ("pay-treasury",),
}  # fmt: skip
_NAMED_CARDS_MAX: Final = 50


class Amount(msgspec.Struct, frozen=True):
    """One sum of a process; `tone` marks what is still owed."""

    title: str
    fen: int
    tone: str = ""


@get("/processes", opt=guard(Thing.DISPOSAL), sync_to_thread=True)
def processes(request: Call) -> Response[str]:
    """The list, by kind and status, or those that still owe money to the treasury."""
    page = page_of(request)
    values: dict[str, Any] = dict(page.values(*_FILTERS, *_WAITING))
    if request.query_params.get("due") == "1":
        values["due"] = True
    problem, answer = None, None
    try:
        answer = page.ask("processes", **values)
    except Problem as refused:
        if refused.status == 403:
            raise
        problem = refused
    return page.render(
        "processes.html", answer=answer, problem=problem, words=words,
        kinds=[(kind, kind_name(kind, page.lang)) for kind in KINDS],
        statuses=[(status, words.step_name(status, page.lang)) for status in STATUSES],
        may_ask=may(page.principal.roles, Thing.REQUEST, CREATE),
    )  # fmt: skip


@get("/processes/{process_id:str}", opt=guard(Thing.DISPOSAL), sync_to_thread=True)
def process(request: Call, process_id: FromPath[str]) -> Response[str]:
    """One process: its way to the decision, its things, its steps in order, and its money."""
    return process_page(page_of(request), process_id)


def process_page(
    page: Page, process_id: str, *, problem: Problem | None = None, act: str = "",
    entered: dict[str, str] | None = None, kept: list[str] | None = None,
) -> Response[str]:  # fmt: skip
    """The page of one process, after a refused act with what was entered."""
    row, given, who = seen(page, process_id), entered or {}, identities(page)
    people = [step[name] for step in row["steps"] for name in ("actor_id", "on_behalf_of")]
    may = acts_on_request(row, who) if _is_live(page, row) else None
    cards = cards_of(page, row["asset_ids"][:_NAMED_CARDS_MAX], unit="")
    cut = {part.get("asset_id") for step in row["steps"] for part in step["cut"]}
    errors = problem.errors if problem else ()
    return page.render(
        "process.html", status=problem.status if problem else 200, row=row,
        amounts=_amounts(page, row), acts=_acts(page, row), words=words, may=may,
        people=page.names(*filter(None, people), row["requester"] or ""),
        cards=cards, cards_open={key: card for key, card in cards.items() if key not in cut},
        kind=words.process_name(row, page.lang),
        problem=problem, act=act, entered=given, kept_ids=kept or [],
        command_id=fresh_id(given),
        wrong={one.pointer.strip("/"): one.detail(page.lang) for one in errors},
        today=page.house.today(), levels=OPTIONS["approval.level"], offices=OFFICE_NAMES,
        stages=_stages(page, row) if row["is_request"] else [],
    )  # fmt: skip


def seen(page: Page, process_id: str) -> Row:
    """The process as the reader may see it, or as somebody may who asked him to stand in."""
    for one in identities(page):
        rows = page.ask_as(one.principal, "process", process_id=process_id, unit="").rows
        if rows:
            return rows[0]
    raise Problem("E_NOT_FOUND", "此时点没有这张业务单。", "There is no such process then.")


def _is_live(page: Page, row: Row) -> bool:
    return page.asked.is_now and bool(row["is_request"])


def _stages(page: Page, row: Row) -> list[tuple[str, str]]:
    """The way of a request as words and marks: done, now or nothing."""
    decided = row["status"] in {"approved", "executed", "settled", "filed"}
    waiting = {wait["step"] for wait in row["waiting"]}
    stages = [(page.translate("申请"), "now" if row["status"] == "returned" else "done")]
    steps = row["route"]["steps"] if row["route"] else []
    for step in steps:
        if step["code"] in row["asked"]:
            word = step["zh"] if page.lang == "zh" else step.get("en") or step["code"]
            done = decided or step["code"] in row["signed"]
            mark = "now" if step["code"] in waiting else "done" if done else ""
            stages.append((word, mark))
    deciding = any(wait["act"] == "decide" for wait in row["waiting"])
    stages.append((page.translate("批复"), "done" if decided else "now" if deciding else ""))
    done = row["status"] in {"executed", "settled", "filed"}
    now = "now" if row["status"] == "approved" else ""
    stages.append((page.translate("执行"), "done" if done else now))
    filed, due = row["status"] == "filed", done and row["status"] != "filed"
    stages.append((page.translate("备案"), "done" if filed else "now" if due else ""))
    return stages if row["status"] not in {"rejected", "withdrawn"} else []


def kind_name(kind: str, lang: str) -> str:
    """A kind of process; the bare prefix stands for all disposals."""
    if kind == "DISP":
        return words.pick(("全部处置", "All disposals"), lang)
    return words.event_name(kind, lang)


def _amounts(page: Page, row: Row) -> list[Amount]:
    """The sums that are not nothing, what is still owed marked."""
    named = (
        ("账面原值", "amount_fen", ""), ("审减", "cut_fen", "warn"),
        ("批准金额", "approved_fen", ""), ("处置收入", "proceeds_fen", ""),
        ("处置费用", "costs_fen", ""), ("应收赔偿", "claimed_fen", ""),
        ("已收赔偿", "received_fen", ""), ("应缴国库", "owed_fen", ""),
        ("已缴国库", "paid_fen", ""), ("尚欠国库", "due_fen", "bad"),
        ("已付质保金", "retention_paid_fen", ""),
    )  # fmt: skip
    return [
        Amount(page.translate(title), row[name], tone)
        for title, name, tone in named
        if row[name] or name == "amount_fen"
    ]


def _acts(page: Page, row: Row) -> list[tuple[str, str]]:
    """Address and words of the commands that the process may take next."""
    paths = page.request.app.state.paths
    is_disposal = row["kind"].startswith("DISP.")
    if not page.asked.is_now or not any(p.startswith("/do/") for p in paths):
        return []
    if not is_disposal:
        found = executing(page, row)
        return [found] if found else []
    names = list(_NEXT.get(row["status"], ()))
    if row["due_fen"] > 0 and "pay-treasury" not in names:
        names.append("pay-treasury")
    if row["status"] in {"settled", "filed"} and row["due_fen"] <= 0:
        names = []
    specs = [COMMANDS[name] for name in names]
    return [
        (_address(page, spec.name, row), spec.zh if page.lang == "zh" else spec.en.capitalize())
        for spec in specs
        if may(page.principal.roles, Thing(spec.subject), spec.action)
    ]


def _address(page: Page, name: str, row: Row) -> str:
    given = {"process_id": row["process_id"]}
    if "asset_ids" in COMMANDS[name].struct.__struct_fields__:
        given["asset_ids"] = ",".join(row["asset_ids"])
    return page.url(f"/do/{name}", **given)


PROCESSES: Final = [processes, process]
