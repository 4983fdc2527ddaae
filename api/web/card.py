"""The card of one asset: what it is, what happened to it, its money, labels, papers and issues."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import Thing, guard
from api.problems import Problem
from api.web import words
from api.web.acting import Act, acts_on
from api.web.attached import files_of
from api.web.card_money import Schedule, schedule_of
from api.web.pages import Page, page_of
from api.web.trait_words import trait_name, trait_text
from domain.card_fields import FIELDS
from domain.states import TERMINAL
from projections.queries import Row


def _(text: str) -> str:
    """Mark `text` for the catalogue; the template translates it."""
    return text


TABS: Final = (
    ("", _("基本信息")),
    ("history", _("变动记录")),
    ("journal", _("明细账")),
    ("depreciation", _("折旧")),
    ("labels", _("标签")),
    ("documents", _("单据")),
    ("files", _("附件")),
    ("issues", _("问题")),
)
"""The tabs in their lasting order; people complain when one goes away."""

_GROUPS: Final = (
    (_("名称与规格"), ("name", "class_code", "class_std", "card_type", "brand", "model",
     "serial_no", "maker", "qty_centi", "unit_of_measure", "legacy_no", "remark")),
    (_("取得"), ("acq_way", "acquired_on", "seller", "donor", "donation_purpose",
     "procurement_form", "contract_no", "invoice_no", "budget_project_no", "warranty_end")),
    (_("价值与折旧"), ("account_code", "value_type", "gross_fen", "fiscal_fen", "nonfiscal_fen",
     "dep_status", "dep_method", "life_months")),
    (_("使用"), ("in_service_on", "use_direction", "headcount_basis")),
)  # fmt: skip


class Group(msgspec.Struct, frozen=True):
    """Fields of a card that belong together: heading, then label and value of each."""

    title: str
    pairs: list[tuple[str, str]]


class Told(msgspec.Struct, frozen=True):
    """One event of the history in words."""

    row: Row
    title: str
    changes: list[tuple[str, str, str]]
    late: bool


@get("/assets/{asset_id:str}", opt=guard(Thing.CARD), sync_to_thread=True)
def card(request: Call, asset_id: FromPath[str]) -> Response[str]:
    """One card, as it stood on the day and was known at the instant in the header."""
    return _card(page_of(request), asset_id, "")


@get("/assets/{asset_id:str}/{tab:str}", opt=guard(Thing.CARD), sync_to_thread=True)
def card_tab(request: Call, asset_id: FromPath[str], tab: FromPath[str]) -> Response[str]:
    """Another side of the card: history, journal, depreciation, labels, documents, issues."""
    return _card(page_of(request), asset_id, tab)


def _card(page: Page, asset_id: str, tab: str) -> Response[str]:
    if tab not in dict(_tabs(page)):
        raise Problem("E_NOT_FOUND")
    holdings = page.ask("card", asset_id=asset_id, unit="").rows
    if not holdings:
        return page.render("card_missing.html", status=404, asset_id=asset_id)
    holding = next((row for row in holdings if row["state"] not in TERMINAL), holdings[0])
    context = _BUILD[tab](page, asset_id, holding)
    names = page.names(*(str(row[key]) for row in holdings for key in ("keeper", "user_id")))
    return page.render(
        f"card_{tab or 'info'}.html", holding=holding, holdings=holdings, tab=tab,
        tabs=[(_path(asset_id, code), page.translate(title)) for code, title in _tabs(page)],
        here=_path(asset_id, tab), acts=_acts(page, holding), names=names, words=words, **context,
    )  # fmt: skip


def _path(asset_id: str, tab: str) -> str:
    return f"/assets/{asset_id}/{tab}" if tab else f"/assets/{asset_id}"


def _tabs(page: Page) -> list[tuple[str, str]]:
    asked = {"journal": "card-journal", "depreciation": "card-journal", "issues": "issues"}
    return [tab for tab in TABS if tab[0] not in asked or page.can_ask(asked[tab[0]])]


def _acts(page: Page, holding: Row) -> list[Act]:
    """Nothing is done to the past, nor to a card of a unit that only may be read."""
    if not page.asked.is_now:
        return []
    return acts_on(holding, page.principal, page.request.app.state.paths)


def _info(page: Page, _asset_id: str, holding: Row) -> dict[str, Any]:
    stored = holding["card"]
    known = {field.code: field for field in FIELDS}
    lang = page.lang
    groups = []
    for title, codes in _GROUPS:
        pairs = [
            (words.field_name(code, lang), _shown(code, stored[code], lang))
            for code in codes
            if code in known and stored.get(code) not in (None, "")
        ]
        groups.append(Group(page.translate(title), pairs))
    kind = stored["card_type"]
    traits = [
        (trait_name(code, lang, kind), trait_text(code, value, lang, kind))
        for code, value in stored.get("traits", {}).items()
    ]
    groups.append(Group(page.translate(_("专有信息")), traits))
    return {"groups": [group for group in groups if group.pairs]}


def _shown(code: str, value: Any, lang: str) -> str:
    if code == "class_code":
        return f"{value} {words.class_name('GB/T 14885-2022', str(value))}"
    if code == "account_code":
        return f"{value} {words.account_name(str(value), lang)}"
    if code == "card_type":
        return words.card_type_name(str(value), lang)
    return words.value_text(code, value, lang, {}, {})


def _history(page: Page, asset_id: str, _holding: Row) -> dict[str, Any]:
    rows = page.ask("card-history", asset_id=asset_id, unit="").rows
    people, unit_ids = words.ids_in(rows)
    names = page.names(*people)
    units = {unit_id: page.house.units.name(unit_id) for unit_id in unit_ids}
    if any(unit_id == name for unit_id, name in units.items()):
        units |= page.warehouses
    told = [_told(row, page.lang, names, units) for row in rows]
    numbers = {row["event_id"]: number for number, row in enumerate(rows, 1)}
    return {"told": list(reversed(told)), "people": names, "numbers": numbers}


def _told(row: Row, lang: str, people: dict[str, str], units: dict[str, str]) -> Told:
    changes = [
        (
            words.field_name(change["field"], lang),
            words.value_text(change["field"], change["old"], lang, people, units),
            words.value_text(change["field"], change["new"], lang, people, units),
        )
        for change in row["changes"]
        if change["old"] != change["new"]
    ]
    title = words.event_name(row["sub_kind"], lang, row["detail"].get("step"))
    late = (row["recorded_at"].date() - row["occurred_on"]).days > 1
    return Told(row, title, changes, late)


def _journal(page: Page, asset_id: str, _holding: Row) -> dict[str, Any]:
    rows = page.ask("card-journal", asset_id=asset_id, unit="").rows
    kind = page.request.query_params.get("kind") or ""
    shown = [row for row in rows if kind in ("", row["kind"])]
    sums = {
        side: sum(row["fen"] for row in shown if row["side"] == side and row["book"] == "FA")
        for side in ("D", "C")
    }
    return {"rows": shown, "kind": kind, "sums": sums}


def _depreciation(page: Page, asset_id: str, _holding: Row) -> dict[str, Any]:
    rows = page.ask("card-journal", asset_id=asset_id, unit="").rows
    schedule: Schedule = schedule_of(rows)
    return {"schedule": schedule}


def _labels(page: Page, asset_id: str, _holding: Row) -> dict[str, Any]:
    told = _history(page, asset_id, _holding)
    wanted = [t for t in told["told"] if t.row["sub_kind"].startswith("LABEL.") or _relabels(t.row)]
    return told | {"told": wanted}


def _relabels(row: Row) -> bool:
    return any(change["field"] == "label_no" for change in row["changes"])


def _documents(page: Page, asset_id: str, _holding: Row) -> dict[str, Any]:
    told = _history(page, asset_id, _holding)
    wanted = [t for t in told["told"] if t.row["attachments"] or t.row["approval"]]
    return told | {"told": wanted}


def _issues(page: Page, asset_id: str, _holding: Row) -> dict[str, Any]:
    return {"answer": page.ask("issues", asset_id=asset_id, unit="", limit="200")}


_BUILD: Final = {
    "": _info, "history": _history, "journal": _journal, "depreciation": _depreciation,
    "labels": _labels, "documents": _documents, "files": files_of, "issues": _issues,
}  # fmt: skip

CARD: Final = [card, card_tab]
