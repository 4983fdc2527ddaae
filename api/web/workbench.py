"""The workbench: what waits for me, which lamps are lit, and the figures of my units."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get

from api.auth.guards import Call
from api.auth.powers import SIGNED_IN
from api.problems import Problem
from api.queries.asking import Answered
from api.web import words
from api.web.pages import Page, page_of
from api.web.request_acts import deciding_roles, identities

_MINE_MAX: Final = 6


def _(text: str) -> str:
    """Mark `text` for the catalogue; the template translates it."""
    return text


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: the question it comes from, which total it shows, and the list behind it.

    `link` are the parameters of that list; `tone` colours the tile while the figure is not zero.
    """

    title: str
    query: str
    values: dict[str, Any]
    path: str
    total: str = "count"
    kind: str = "count"
    tone: str = ""
    note: str = ""
    link: dict[str, str] = {}


def _in_state(title: str, state: str, tone: str, note: str) -> Tile:
    return Tile(
        title=title, query="register", values={"states": [state]}, path="/assets",
        link={"states": state}, tone=tone, note=note,
    )  # fmt: skip


DUTIES: Final = (
    _in_state(_("待入账"), "ACCEPTED", "warn", _("已验收，等会计入账")),
    _in_state(_("盘盈待核实"), "PENDING_BOOKING", "warn", _("盘点多出的资产，等核实")),
    _in_state(_("盘亏待核实"), "LOSS_PENDING", "bad", _("盘点缺少的资产，等责任认定")),
    _in_state(_("已批复待处置"), "DISPOSAL_APPROVED", "warn", _("批复已到，等执行并下账")),
    _in_state(_("维修中"), "UNDER_REPAIR", "info", _("送修未归")),
)

LAMPS: Final = (
    Tile(title=_("未结问题"), query="issues", values={"status": "open"}, path="/issues",
         link={"status": "open"}, tone="bad", note=_("由规则发现，尚未消除")),
    Tile(title=_("借用超期"), query="loans", values={"overdue": True}, path="/warehouse",
         link={"overdue": "true"}, tone="bad", note=_("公物仓借出，过期未还")),
    _in_state(_("闲置资产"), "IDLE", "warn", _("可入公物仓或调剂")),
)  # fmt: skip

FIGURES: Final = (
    Tile(title=_("资产数量"), query="register", values={}, path="/assets", note=_("卡片张数")),
    Tile(title=_("资产原值"), query="register", values={}, path="/assets", total="gross_fen",
         kind="money", note=_("元")),
    Tile(title=_("累计折旧"), query="register", values={}, path="/assets", total="accum_fen",
         kind="money", note=_("元")),
    Tile(title=_("资产净值"), query="register", values={}, path="/assets", total="net_fen",
         kind="money", note=_("元")),
    Tile(title=_("公物仓在仓"), query="warehouse-stock", values={}, path="/warehouse",
         note=_("件")),
)  # fmt: skip


class Shown(msgspec.Struct, frozen=True):
    """A tile with its figure; None when the question could not be answered."""

    tile: Tile
    figure: int | None
    url: str


class Mine(msgspec.Struct, frozen=True):
    """Requests that wait for the reader in one role; `behalf` names whom he stands in for."""

    behalf: str
    rows: list[dict[str, Any]]
    count: int
    url: str


@get("/", opt=SIGNED_IN, sync_to_thread=True)
def workbench(request: Call) -> Response[str]:
    """The first page after sign-in; each figure opens the list behind it."""
    page = page_of(request)
    answers: dict[str, Answered | None] = {}
    return page.render(
        "workbench.html",
        mine=_waiting_for_me(page),
        words=words,
        todo=shown(page, DUTIES, answers),
        lamps=shown(page, LAMPS, answers),
        figures=shown(page, FIGURES, answers),
        latest=_latest_issues(page),
    )


def _waiting_for_me(page: Page) -> list[Mine]:
    """The requests whose turn it is for the reader, or for somebody who asked him to stand in."""
    if not page.can_ask("processes") or not page.asked.is_now:
        return []
    found = []
    for one in identities(page):
        for role in deciding_roles(one.principal):
            person = one.person_id or one.principal.person_id
            values = {"waiting_for": role, "waiting_person": person}
            values["waiting_unit"] = one.principal.unit_id or ""
            answer = page.ask_as(one.principal, "processes", **values, limit=_MINE_MAX)
            if answer.rows:
                link = page.url("/processes", **values)
                name = one.name if one.person_id else ""
                found.append(Mine(name, answer.rows, answer.totals["count"], link))
    return found


def shown(page: Page, tiles: tuple[Tile, ...], answers: dict[str, Answered | None]) -> list[Shown]:
    """The tiles that this reader may see, each question asked once."""
    return [
        Shown(tile, _figure(page, tile, answers), page.url(tile.path, **tile.link))
        for tile in tiles
        if page.can_ask(tile.query)
    ]


def _figure(page: Page, tile: Tile, answers: dict[str, Answered | None]) -> int | None:
    key = tile.query + repr(sorted(tile.values.items()))
    if key not in answers:
        try:
            answers[key] = page.ask(tile.query, **tile.values, limit=1)
        except Problem as problem:
            if problem.code == "E_OUT_OF_SCOPE":
                raise
            answers[key] = None
    answer = answers[key]
    return answer.totals.get(tile.total) if answer else None


def _latest_issues(page: Page) -> list[dict[str, Any]]:
    if not page.can_ask("issues"):
        return []
    try:
        return page.ask("issues", status="open", limit=6).rows
    except Problem as problem:
        if problem.code == "E_OUT_OF_SCOPE":
            raise
        return []


WORKBENCH: Final = [workbench]
