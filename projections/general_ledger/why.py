"""Why a run charged a card what it did, or nothing: the figures behind one line, in words."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.depreciation import Basis, accumulated_fen, charge_fen, monthly_fen, planned_fen
from domain.money import yuan
from domain.organisation import LATE
from domain.periods import last_day
from domain.world import Depreciable
from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.general_ledger.depreciables import CAUGHT_UP, depreciables
from projections.queries import Answer, Cursor, Params, Row, fetched, query

SQL = statements("projections.general_ledger", "queries.sql")

_WORDS: dict[str, tuple[str, str]] = {
    "NOT_RUN": ("该单位本期尚未计提折旧。", "The unit's month has not been run."),
    "NOT_BOOKED": (
        "计提时资产尚未入账（当月入账、当月起提）。",
        "The thing was not booked yet: the month of booking is the first.",
    ),
    "REMOVED": (
        "资产于本期或以前减少，当月减少当月不再计提。",
        "The thing left the books in this month or before: that month has no charge.",
    ),
    "EXEMPT": (
        "免提折旧：文物陈列品、动植物、图书档案、单独计价的土地，或按名义金额入账。",
        "Exempt: relics, living things, books, land, or a nominal amount.",
    ),
    "EXHAUSTED": (
        "已提足折旧，继续使用不再计提。",
        "Fully depreciated: it stays in use without a charge.",
    ),
    "ROUNDED": (
        "每月不足半分，四舍五入后为零；余额在最后一个月提足。",
        "Less than half a fen a month: the last month takes it all.",
    ),
    "UNDER_IMPROVEMENT": (
        "改扩建期间转入在建工程（1613），不提折旧。",
        "It is being rebuilt and stands in 1613: no charge.",
    ),
    "UNDER_CONSTRUCTION": (
        "尚在建设中（1613），交付前不提折旧。",
        "It is being built and stands in 1613: no charge.",
    ),
    "PENDING_BOOKING": ("盘盈待核实，尚未入账。", "A gain to be verified, not booked yet."),
    "LOSS_PENDING": ("盘亏待核实，已转入待处理财产损溢。", "Missing at a count, pending in 1902."),
    CAUGHT_UP: ("本期折旧已由补提凭证计入。", "The month was caught up by a voucher."),
    LATE: (
        "本期计提时漏提，应补提（catch-up-depreciation）。",
        "The run left it out: catch it up (catch-up-depreciation).",
    ),
}
"""Reason to its words in Chinese and English (handbook 5.3)."""


class DepreciationWhyParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One asset and one period ("YYYY-MM")."""

    asset_id: str
    period: str


@query("depreciation-why", "折旧说明", "Why this depreciation", DepreciationWhyParams)
def depreciation_why(
    cur: Cursor, params: DepreciationWhyParams, as_of: AsOf, scope: Scope
) -> Answer:
    """One row: what the period's run charged the asset and why, from what the run knew."""
    day = last_day(params.period)
    asked: dict[str, Any] = {
        "asset": params.asset_id,
        "period": params.period,
        "day": day,
        "position": as_of.position,
    }
    found = fetched(cur.execute(SQL["why"], asked))
    if not found or not scope.allows(found[0]["unit_id"]):
        return Answer([])
    place = found[0]
    names = ("asset_id", "card_no", "unit_id")
    row: Row = {name: place[name] for name in names} | {"period": params.period}
    if place["run_position"] is None:
        return Answer([row | _nothing("NOT_RUN")])
    unit_id, known = place["unit_id"], place["inputs_position"]
    inputs = depreciables(cur, unit_id, params.period, known, params.asset_id)
    card = inputs.cards[0] if inputs.cards else None
    return Answer([row | _told(card, place)])


def _told(card: Depreciable | None, place: Row) -> Row:
    if place["late"]:
        return _nothing(LATE)
    if card is None:
        gone = place["state"] in {"DISPOSED", "VOIDED", "INVESTED"}
        return _nothing("REMOVED" if gone else "NOT_BOOKED")
    if card.basis is None:
        return _nothing(card.exempt_reason or "EXEMPT")
    if charge_fen(card.basis, card.runs) == 0:
        rest = card.basis.months > card.basis.done + card.runs and card.basis.amount_fen > 0
        left = rest and _figures(card.basis, card.runs)["before_fen"] < card.basis.amount_fen
        return _nothing("ROUNDED" if left else "EXHAUSTED") | _figures(card.basis, card.runs)
    zh, en = in_words(card.basis, card.runs)
    return {"reason": "LINE", **_figures(card.basis, card.runs), "zh": zh, "en": en}


def _nothing(reason: str) -> Row:
    zh, en = _WORDS[reason]
    return {"reason": reason, "fen": 0, "zh": zh, "en": en}


def _figures(basis: Basis, runs: int) -> Row:
    """The figures of the plan and of the month that follows `runs` runs."""
    plan = msgspec.structs.asdict(basis)
    return plan | {
        "done_months": plan.pop("done"),
        "nth": basis.done + runs + 1,
        "regular_fen": monthly_fen(basis.amount_fen, basis.months) if basis.months else 0,
        "before_fen": planned_fen(basis.amount_fen, basis.months, basis.done + runs),
        "fen": charge_fen(basis, runs),
        "accum_fen": accumulated_fen(basis, runs + 1),
    }


def in_words(basis: Basis, runs: int) -> tuple[str, str]:
    """Return the sum behind the charge that follows `runs` runs, in Chinese and English."""
    nth = basis.done + runs + 1
    regular = yuan(monthly_fen(basis.amount_fen, basis.months))
    amount, fen = yuan(basis.amount_fen), yuan(charge_fen(basis, runs))
    before = yuan(planned_fen(basis.amount_fen, basis.months, nth - 1))
    months = basis.months
    zh = f"应提总额 {amount} 元，分 {months} 个月，每月 {amount} ÷ {months} = {regular} 元"
    en = f"{amount} over {months} months: {amount} ÷ {months} = {regular} a month"
    zh, en = f"{zh}（四舍五入到分）。", f"{en}, rounded half up."
    if nth < basis.months and fen == regular:
        return (
            f"{zh}本期为第 {nth} 个月，计提 {fen} 元。",
            f"{en} This is month {nth}: {fen}.",
        )
    last = nth >= basis.months
    return (
        f"{zh}本期为第 {nth} 个月{'，即最后一个月，提足余额' if last else '，余额不足一个月'}："
        f"{amount} − 已提 {before} = {fen} 元。",
        f"{en} This is month {nth}{', the last one, which takes the remainder' if last else ''}: "
        f"{amount} − {before} charged = {fen}.",
    )
