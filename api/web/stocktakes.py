"""Stocktakes: the tasks with their figures, and what one task counted."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import CREATE, Thing, guard, may
from api.problems import Problem
from api.web.acting import Act
from api.web.pages import Page, page_of
from domain.commands.table import COMMANDS

Result = tuple[str, str, str]
"""Chinese, English, and the tone of the badge."""

# The result kinds of handbook 9.3.
RESULTS: Final[dict[str, Result]] = {
    "MATCH": ("账实相符", "Matches", "good"),
    "MOVED": ("错位", "Elsewhere", "warn"),
    "ATTR_DIFF": ("账实不符", "Differs", "warn"),
    "GAIN": ("盘盈", "Gain", "info"),
    "LOSS": ("盘亏", "Loss", "bad"),
    "DAMAGED": ("毁损", "Damaged", "bad"),
    "UNBOOKED": ("账外资产", "Not booked", "bad"),
    "NO_LABEL": ("无标签", "No label", "warn"),
    "DUP_CARD": ("一物多卡", "Two cards", "warn"),
    "UNCERTIFIED": ("权证不齐", "No title papers", "warn"),
    "PENDING": ("待查", "To be cleared", "warn"),
}


@get("/stocktakes", opt=guard(Thing.CENSUS), sync_to_thread=True)
def stocktakes(request: Call) -> Response[str]:
    """The tasks, each with how much is counted and what was found."""
    page = page_of(request)
    if not page.can_ask("stocktakes"):
        # A custodian counts what he keeps; the figures of the unit are not his to read.
        return page.render("stocktakes_own.html")
    answer = page.ask("stocktakes", **page.values("status", "cursor"))
    return page.render(
        "stocktakes.html", answer=answer, word=_word(page), tones=_tones(),
        acts=_acts(page, "open-stocktake"),
    )  # fmt: skip


@get("/stocktakes/{stocktake_id:str}", opt=guard(Thing.CENSUS), sync_to_thread=True)
def stocktake(request: Call, stocktake_id: FromPath[str]) -> Response[str]:
    """One task: its figures, and its counts page by page, filtered by result."""
    page = page_of(request)
    values = page.values("result", "cursor")
    answer = page.ask("stocktake", stocktake_id=stocktake_id, unit="", **values)
    if not answer.totals:
        raise Problem("E_NOT_FOUND")
    task = answer.totals
    acts = _acts(page, "record-count", "close-stocktake") if task["status"] == "open" else []
    people = page.names(*(row["counter"] or "" for row in answer.rows), *(task["counters"] or []))
    return page.render(
        "stocktake.html", answer=answer, task=task, acts=acts, people=people, word=_word(page),
        tones=_tones(), results=[code for code in RESULTS if task["figures"].get(code)],
    )  # fmt: skip


def _word(page: Page) -> dict[str, str]:
    return {code: zh if page.lang == "zh" else en for code, (zh, en, _) in RESULTS.items()}


def _tones() -> dict[str, str]:
    return {code: tone for code, (_, _, tone) in RESULTS.items()}


def _acts(page: Page, *names: str) -> list[Act]:
    paths: Any = page.request.app.state.paths
    if not page.asked.is_now or not any(path.startswith("/do/") for path in paths):
        return []
    if not may(page.principal.roles, Thing.CENSUS, CREATE):
        return []
    specs = [COMMANDS[name] for name in names]
    return [Act(spec.name, spec.zh, spec.en, f"/do/{spec.name}") for spec in specs]


STOCKTAKES: Final = [stocktakes, stocktake]
