"""The issue list and one issue: the rule in words, its law, the facts and the events behind it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import Thing, guard
from api.problems import Problem
from api.queries.asking import Answered
from api.web import words
from api.web.pages import Page, page_of
from projections.issues.rules.catalogue import BY_CODE, RULES
from projections.queries import Row

_FILTERS: Final = ("rule", "status", "severity", "true_from", "true_to", "asset_id", "cursor")

FACTS: Final[dict[str, tuple[str, str]]] = {
    "acquired_on": ("取得日期", "Acquired on"), "applied_on": ("申请日期", "Asked for on"),
    "approval_no": ("批复文号", "Approval number"), "approved_on": ("批复日期", "Approved on"),
    "booked_on": ("入账日期", "Booked on"), "borrower_unit": ("借用单位", "Borrower"),
    "cap_fen": ("价格上限（元）", "Cap (yuan)"),
    "class6": ("分类代码前六位", "First six digits of the class"),
    "class_code": ("分类代码", "Class code"),
    "closed_on": ("结账日期", "Closed on"), "due_on": ("期限", "Due on"),
    "executed_on": ("执行日期", "Carried out on"), "gross_fen": ("原值（元）", "Gross (yuan)"),
    "held_from": ("持有起始", "Held from"), "idle_since": ("闲置起始", "Idle since"),
    "kind": ("种类", "Kind"), "listed_asset_id": ("公物仓同类资产", "Thing in the warehouse"),
    "missing_on": ("发现缺失", "Found missing on"), "months": ("月数", "Months"),
    "name": ("资产名称", "Name"), "owed_fen": ("应缴（元）", "Owed (yuan)"),
    "paid_on": ("缴清日期", "Paid on"), "period": ("期间", "Period"),
    "qty_centi": ("数量", "Quantity"), "received_on": ("收到日期", "Received on"),
    "run": ("该月已计提", "Depreciation run"), "standard_on": ("标准适用日", "Day of the standard"),
    "warehouse_id": ("公物仓", "Warehouse"), "working_days": ("工作日", "Working days"),
}  # fmt: skip


@get("/issues", opt=guard(Thing.ISSUE), sync_to_thread=True)
def issues(request: Call) -> Response[str]:
    """The findings by rule, weight and status, the newest first; figures open their lists."""
    page = page_of(request)
    answer, problem = _asked(page)
    rules = [(rule.code, f"{rule.code} {rule.zh if page.lang == 'zh' else rule.en.capitalize()}")
             for rule in RULES]  # fmt: skip
    return page.render(
        "issues.html", answer=answer, problem=problem, rules=rules, by_rule=_by_rule(page, answer)
    )


def _asked(page: Page) -> tuple[Answered | None, Problem | None]:
    values: dict[str, Any] = dict(page.values(*_FILTERS, "limit"))
    try:
        return page.ask("issues", **values), None
    except Problem as problem:
        if problem.status == 403:
            raise
        return None, problem


def _by_rule(page: Page, answer: Answered | None) -> list[tuple[str, str, int]]:
    """Code, words and number of findings of each rule that has found something."""
    counts = answer.totals.get("by_rule", {}) if answer else {}
    return [
        (code, BY_CODE[code].zh if page.lang == "zh" else BY_CODE[code].en.capitalize(), count)
        for code, count in sorted(counts.items())
    ]


@get("/issues/{key:str}", opt=guard(Thing.ISSUE), sync_to_thread=True)
def issue(request: Call, key: FromPath[str]) -> Response[str]:
    """One finding with its evidence; links open the card as of the day it became true."""
    page = page_of(request)
    rows = page.ask("issue", key=key, unit="").rows
    if not rows:
        raise Problem("E_NOT_FOUND", "此时点没有这个问题。", "There is no such issue then.")
    row = rows[0]
    people = page.names(*(event["actor_id"] for event in row["events"]))
    return page.render(
        "issue.html", row=row, people=people, words=words, facts=facts_of(page, row["facts"])
    )


def facts_of(page: Page, facts: Row) -> list[tuple[str, str]]:
    """The facts of a finding in words."""
    units = {line.unit_id: line.name for line in page.house.units.lines().values()}
    units |= page.warehouses if "warehouse_id" in facts else {}
    found = []
    for code, value in facts.items():
        name = (
            words.pick(FACTS[code], page.lang)
            if code in FACTS
            else (words.field_name(code, page.lang))
        )
        text = _fact(code, value, page.lang, units)
        found.append((name, _listed(page, text) if code == "listed_asset_id" else text))
    return found


def _listed(page: Page, asset_id: str) -> str:
    """A thing in a warehouse by its name and number, where this reader may see its card."""
    rows = page.ask("card", asset_id=asset_id, unit="").rows if page.can_ask("card") else []
    return f"{rows[0]['name']} {rows[0]['card_no']}" if rows else asset_id


def _fact(code: str, value: Any, lang: str, units: dict[str, str]) -> str:
    if isinstance(value, list):
        return "、".join(_fact(code, part, lang, units) for part in value) or "—"
    if code in ("borrower", "borrower_unit", "unit_id", "warehouse_id"):
        return units.get(str(value), str(value))
    if code == "kind":
        return words.event_name(str(value), lang)
    return words.value_text(code, value, lang, {}, units)


ISSUES: Final = [issues, issue]
