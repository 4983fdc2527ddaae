"""The register: search, filters, columns, order and totals, all kept in the address."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get

from api.auth.guards import Call
from api.auth.powers import Thing, guard
from api.problems import Problem
from api.queries.asking import Answered
from api.web.acting import Act, bulk_acts
from api.web.pages import Page, page_of
from api.web.rendering import state_name
from api.web.words import OVERLAYS, class_name, pick
from domain.catalogue.ways import ACQ_WAYS
from domain.states import State


def _(text: str) -> str:
    """Mark `text` for the catalogue; the template translates it."""
    return text


class Column(msgspec.Struct, frozen=True):
    """A column of the register; `sort` names the order that its heading gives."""

    code: str
    title: str
    kind: str = ""
    sort: str = ""
    first: bool = True


COLUMNS: Final = (
    Column("card_no", _("资产编号"), sort="card_no"),
    Column("name", _("资产名称"), "wide", sort="name"),
    Column("class", _("分类"), "desk", sort="class_code"),
    Column("state", _("状态"), sort="state"),
    Column("unit", _("单位"), "wide"),
    Column("dept", _("使用部门"), "desk"),
    Column("keeper", _("管理人"), sort="keeper"),
    Column("place", _("存放地点"), sort="place"),
    Column("acquired_on", _("取得日期"), "desk", sort="acquired_on"),
    Column("gross", _("原值（元）"), "num", sort="gross_fen"),
    Column("accum", _("累计折旧（元）"), "num", first=False),
    Column("net", _("净值（元）"), "num"),
    Column("model", _("品牌型号"), first=False),
    Column("serial_no", _("出厂编号"), first=False),
    Column("label_no", _("标签号"), first=False),
    Column("qty", _("数量"), "num", first=False),
    Column("user", _("使用人"), first=False),
    Column("booked_on", _("入账日期"), first=False),
    Column("acq_way", _("取得方式"), first=False),
)
"""Every column that the reader may choose; `first` ones stand until he does."""

TEXTS: Final = (
    "q", "class_prefix", "keeper", "user_id", "dept", "place", "warehouse_id", "overlay",
    "acq_way", "acquired_from", "acquired_to", "cursor",
)  # fmt: skip
NUMBER_LENGTH_MIN: Final = 6


@get("/assets", opt=guard(Thing.CARD), sync_to_thread=True)
def assets(request: Call) -> Response[str]:
    """The register; a search for exactly one thing's number opens that card."""
    page = page_of(request)
    chosen = request.query_params.getall("col", [])
    if chosen:
        codes = ",".join(column.code for column in COLUMNS if column.code in chosen)
        return _to(page.url(cols=codes, col=None))
    hit = _exact_hit(page)
    if hit:
        return _to(page.url(f"/assets/{hit}"))
    answer, problem = _asked(page)
    return page.render(
        "register.html", answer=answer, problem=problem, columns=_columns(page),
        all_columns=COLUMNS, names=_names(page, answer), acts=_bulk(page), filters=_filters(page),
        more_open=_narrowed(page), words=_words(page), sort=_sort(page),
    )  # fmt: skip


def _to(address: str) -> Response[str]:
    return Response("", status_code=303, headers={"Location": address}, media_type="text/html")


def _asked(page: Page) -> tuple[Answered | None, Problem | None]:
    values: dict[str, Any] = dict(page.values(*TEXTS))
    states = page.request.query_params.get("states") or page.request.query_params.get("state")
    if states == "all":
        values["live"] = False
    elif states:
        values["states"] = states.split(",")
    values |= _order(page) | page.values("limit")
    if page.request.query_params.get("totals") == "money":
        values["totals"] = "money"
    try:
        return page.ask("register", **values), None
    except Problem as problem:
        if problem.status == 403:
            raise
        return None, problem


def _sort(page: Page) -> tuple[str, bool]:
    sort = page.request.query_params.get("sort") or "card_no"
    return sort, page.request.query_params.get("dir") == "desc"


def _order(page: Page) -> dict[str, Any]:
    sort, descending = _sort(page)
    return {"sort": sort, "descending": descending}


def _columns(page: Page) -> list[Column]:
    wanted = (page.request.query_params.get("cols") or "").split(",")
    chosen = [column for column in COLUMNS if column.code in wanted]
    if not chosen:
        chosen = [column for column in COLUMNS if column.first]
    if page.unit or len(page.units) == 1:
        chosen = [column for column in chosen if column.code != "unit" or "unit" in wanted]
    return chosen


def _exact_hit(page: Page) -> str | None:
    """The one asset that bears the searched number; None where a list says more."""
    values = page.values("q", "cursor", "state", "states", "class_prefix", "keeper", "dept")
    q = values.pop("q", "").strip()
    if values or len(q) < NUMBER_LENGTH_MIN or not q.isascii() or not page.can_ask("find"):
        return None
    found = {row["asset_id"] for row in page.ask("find", number=q).rows}
    return found.pop() if len(found) == 1 else None


def _names(page: Page, answer: Answered | None) -> dict[str, str]:
    rows = answer.rows if answer else []
    people = [row[key] for row in rows for key in ("keeper", "user_id") if row[key]]
    asked = page.values("keeper", "user_id").values()
    return page.names(*people, *asked)


def _bulk(page: Page) -> list[Act]:
    return bulk_acts(page.principal, page.request.app.state.paths) if page.asked.is_now else []


def _narrowed(page: Page) -> bool:
    """Tell whether one of the folded filters is in use."""
    return bool(
        page.values("class_prefix", "keeper", "dept", "place", "overlay", "acq_way")
        or page.values("acquired_from", "acquired_to", "user_id", "warehouse_id")
    )


def _filters(page: Page) -> dict[str, list[tuple[str, str]]]:
    lang = page.lang
    states = [("all", page.translate("全部，含已处置"))]
    states += [(state.value, state_name(state.value, lang)) for state in State]
    return {
        "states": states,
        "acq_way": [(term.code, term.zh if lang == "zh" else term.en) for term in ACQ_WAYS],
        "overlay": [(code, pick(words, lang)) for code, words in OVERLAYS.items()],
    }


def _words(page: Page) -> dict[str, Any]:
    ways = {term.code: term.zh if page.lang == "zh" else term.en for term in ACQ_WAYS}
    return {"class_name": class_name, "acq_ways": ways}


REGISTER: Final = [assets]
