"""Processes: what was asked for, decided and carried out, what is owed and what was paid."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import Thing, guard, may
from api.problems import Problem
from api.web import words
from api.web.pages import Page, page_of
from domain.commands.table import COMMANDS
from projections.queries import Row

KINDS: Final = (
    "DISP", "DISP.SCRAP", "DISP.SALE", "DISP.LOSS", "DISP.DEMOLISH", "DISP.TRANSFER",
    "CONFIG.PURCHASE", "CONFIG.DONATION_IN", "CONFIG.REALLOC_IN", "CONFIG.OPENING",
)  # fmt: skip
STATUSES: Final = ("open", "approved", "executed", "settled", "rejected", "withdrawn", "revoked")

_NEXT: Final = {
    "open": ("approve-disposal", "reject-disposal", "withdraw-disposal"),
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
    values: dict[str, Any] = dict(page.values("kind", "status", "asset_id", "cursor", "limit"))
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
    )  # fmt: skip


@get("/processes/{process_id:str}", opt=guard(Thing.DISPOSAL), sync_to_thread=True)
def process(request: Call, process_id: FromPath[str]) -> Response[str]:
    """One process: its things, its steps in order, and its money."""
    page = page_of(request)
    rows = page.ask("process", process_id=process_id, unit="").rows
    if not rows:
        raise Problem("E_NOT_FOUND", "此时点没有这张业务单。", "There is no such process then.")
    row = rows[0]
    people = [step["actor_id"] for step in row["steps"]]
    return page.render(
        "process.html", row=row, amounts=_amounts(page, row), acts=_acts(page, row), words=words,
        people=page.names(*people, row["requester"] or ""), cards=_cards(page, row["asset_ids"]),
        kind=kind_name(row["kind"], page.lang),
    )  # fmt: skip


def kind_name(kind: str, lang: str) -> str:
    """A kind of process; the bare prefix stands for all disposals."""
    if kind == "DISP":
        return words.pick(("全部处置", "All disposals"), lang)
    return words.event_name(kind, lang)


def _amounts(page: Page, row: Row) -> list[Amount]:
    """The sums that are not nothing, what is still owed marked."""
    named = (
        ("账面原值", "amount_fen", ""), ("处置收入", "proceeds_fen", ""),
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
    if not page.asked.is_now or not is_disposal or not any(p.startswith("/do/") for p in paths):
        return []
    names = list(_NEXT.get(row["status"], ()))
    if row["due_fen"] > 0 and "pay-treasury" not in names:
        names.append("pay-treasury")
    if row["status"] == "settled" and row["due_fen"] <= 0:
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


def _cards(page: Page, asset_ids: list[str]) -> dict[str, Row]:
    """The newest holding of each thing, of as many as a page shows by name."""
    if not page.can_ask("card"):
        return {}
    found: dict[str, Row] = {}
    for asset_id in asset_ids[:_NAMED_CARDS_MAX]:
        rows = page.ask("card", asset_id=asset_id, unit="").rows
        if rows:
            found[asset_id] = rows[0]
    return found


PROCESSES: Final = [processes, process]
