"""Which columns each exported table has; the rows are those of the question of the same name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from api.exports.columns import Column, Value
from api.exports.export import Lang
from domain.cards import choice_text
from domain.catalogue.accounts import account
from domain.catalogue.classes import CARD_TYPES
from domain.states import STATE_NAMES, State
from projections.queries import Row

_BOOKS: Final = {
    "FA": ("财务会计", "financial accounting"),
    "BA": ("预算会计", "budget accounting"),
}
_CARD_TYPES: Final = {one.code: (one.name, one.name_en) for one in CARD_TYPES}
_STATUSES: Final = {
    "open": ("未解决", "open"),
    "ended": ("已消除", "ended"),
    "withdrawn": ("已撤回", "withdrawn"),
}


def _account_name(row: Row, lang: Lang) -> str | None:
    found = account(str(row.get("account") or ""))
    if found is None:
        return None
    return found.name if lang == "zh" else found.name_en


def _choice(field: str) -> Value:
    return lambda row, lang: choice_text(field, row.get(field), lang) or None


def _words(key: str, words: dict[str, tuple[str, str]]) -> Value:
    def value(row: Row, lang: Lang) -> str | None:
        code = row.get(key)
        return words.get(code, (code, code))[lang == "en"] if code else None

    return value


def _state(row: Row, lang: Lang) -> str | None:
    code = row.get("state")
    return STATE_NAMES[State(code)][lang == "en"] if code else None


def _side(side: str) -> Callable[[Row, Lang], Any]:
    return lambda row, _lang: row["fen"] if row["side"] == side else None


def _balance_side(key: str, sign: int) -> Value:
    """The amount where it stands on that side, as a trial balance is read."""
    return lambda row, _lang: row[key] * sign if row[key] * sign > 0 else None


def _days_open(row: Row, _lang: Lang) -> int | None:
    ended_on: date | None = row.get("ended_on")
    return (ended_on - row["true_on"]).days if ended_on else None


_UNIT: Final = (
    Column("unit_id", "单位编码", "Unit code", width=12),
    Column("unit_name", "单位名称", "Unit", width=22),
)

REGISTER: Final = (
    Column("card_no", "资产编号", "Card number", width=20),
    Column("name", "资产名称", "Name", width=24),
    *_UNIT,
    Column("state", "使用状况", "State", value=_state),
    Column("class_code", "资产分类代码", "Class code", width=14),
    Column("class_std", "国标版本", "Class standard", width=18),
    Column("card_type", "卡片类型", "Card type", value=_words("card_type", _CARD_TYPES)),
    Column("account_code", "会计科目", "Account", width=10),
    Column("brand", "品牌", "Brand"),
    Column("model", "规格型号", "Model", width=20),
    Column("serial_no", "出厂编号", "Serial number", width=18),
    Column("label_no", "标签号", "Label number", width=18),
    Column("qty_centi", "数量", "Quantity", "quantity", width=8),
    Column("unit_of_measure", "计量单位", "Unit of measure", width=8),
    Column("acq_way", "取得方式", "Way of coming in", value=_choice("acq_way")),
    Column("acquired_on", "取得日期", "Acquired on", "date", width=12),
    Column("booked_on", "入账日期", "Booked on", "date", width=12),
    Column("gross_fen", "原值(元)", "Gross (CNY)", "money", width=16),
    Column("accum_fen", "累计折旧(元)", "Accumulated (CNY)", "money", width=16),
    Column("net_fen", "净值(元)", "Net (CNY)", "money", width=16),
    Column("timing_difference", "时间性差异", "Timing difference", width=8),
    Column("manage_dept", "管理部门", "Managing department"),
    Column("use_dept", "使用部门", "Using department"),
    Column("keeper", "保管人(工号)", "Keeper (staff no.)"),
    Column("user_id", "使用人(工号)", "User (staff no.)"),
    Column("place", "存放地点", "Place", width=20),
    Column("warehouse_id", "公物仓", "Warehouse"),
    Column("borrower_unit", "借用单位", "Borrower"),
    Column("due_on", "应归还日期", "Due on", "date", width=12),
    Column("asset_id", "资产内码", "Asset id", width=28),
)

JOURNAL: Final = (
    Column("booked_on", "记账日期", "Booked on", "date", width=12),
    *_UNIT,
    Column("voucher_no", "凭证号", "Voucher no.", "count", width=8),
    Column("line_no", "分录号", "Line", "count", width=7),
    Column("summary", "摘要", "Summary", width=36),
    Column("book", "账套", "Book", value=_words("book", _BOOKS)),
    Column("account", "科目代码", "Account", width=10),
    Column("account_name", "科目名称", "Account name", width=22, value=_account_name),
    Column("debit", "借方(元)", "Debit (CNY)", "money", width=16, value=_side("D")),
    Column("credit", "贷方(元)", "Credit (CNY)", "money", width=16, value=_side("C")),
    Column("period", "会计期间", "Period", width=9),
    Column("occurred_on", "业务日期", "Occurred on", "date", width=12),
    Column("rule", "规则", "Rule", width=12),
    Column("approval_no", "批复文号", "Approval", width=18),
    Column("asset_id", "资产内码", "Asset id", width=28),
    Column("voucher_id", "凭证内码", "Voucher id", width=28),
    Column("reverses", "冲销凭证", "Reverses", width=28),
    Column("actor_id", "制单人(工号)", "Made by (staff no.)"),
    Column("recorded_at", "记录时间", "Recorded at", "instant", width=20),
    Column("position", "日志位置", "Log position", "count", width=12),
)

BALANCES: Final = (
    *_UNIT,
    Column("book", "账套", "Book", value=_words("book", _BOOKS)),
    Column("account", "科目代码", "Account", width=10),
    Column("account_name", "科目名称", "Account name", width=22, value=_account_name),
    Column("opening_debit", "期初借方(元)", "Opening debit (CNY)", "money", 16,
           _balance_side("opening_fen", 1)),
    Column("opening_credit", "期初贷方(元)", "Opening credit (CNY)", "money", 16,
           _balance_side("opening_fen", -1)),
    Column("debit_fen", "本期借方(元)", "Debit (CNY)", "money", width=16),
    Column("credit_fen", "本期贷方(元)", "Credit (CNY)", "money", width=16),
    Column("closing_debit", "期末借方(元)", "Closing debit (CNY)", "money", 16,
           _balance_side("closing_fen", 1)),
    Column("closing_credit", "期末贷方(元)", "Closing credit (CNY)", "money", 16,
           _balance_side("closing_fen", -1)),
)  # fmt: skip

ISSUES: Final = (
    Column("rule", "规则", "Rule", width=8),
    Column("title", "问题", "Finding", width=30, value=lambda row, lang: row.get(lang)),
    *_UNIT,
    Column("card_no", "资产编号", "Card number", width=20),
    Column("process_id", "业务单号", "Process", width=28),
    Column("severity", "严重程度", "Severity", "count", width=8),
    Column("status", "状态", "Status", value=_words("status", _STATUSES)),
    Column("true_on", "成立日期", "True since", "date", width=12),
    Column("deadline_on", "整改期限", "Deadline", "date", width=12),
    Column("ended_on", "消除日期", "Ended on", "date", width=12),
    Column("days", "持续天数", "Days open", "count", width=8, value=_days_open),
    Column("asset_id", "资产内码", "Asset id", width=28),
    Column("key", "问题内码", "Finding id", width=28),
)

DEPRECIATION: Final = (
    *_UNIT,
    Column("period", "会计期间", "Period", width=9),
    Column("card_no", "资产编号", "Card number", width=20),
    Column("name", "资产名称", "Name", width=24),
    Column("class_code", "资产分类代码", "Class code", width=14),
    Column("gross_fen", "原值(元)", "Gross (CNY)", "money", width=16),
    Column("months", "应提月数", "Months to spread", "count", width=9),
    Column("nth", "第几个月", "Month no.", "count", width=9),
    Column("fen", "本月折旧(元)", "This month (CNY)", "money", width=16),
    Column("accum_fen", "累计折旧(元)", "Accumulated (CNY)", "money", width=16),
    Column("net", "净值(元)", "Net (CNY)", "money", 16,
           lambda row, _lang: None if row.get("gross_fen") is None
           else row["gross_fen"] - row["accum_fen"]),
    Column("expense_account", "费用科目", "Expense account", width=10),
    Column("accum_account", "累计科目", "Accumulated account", width=10),
    Column("asset_id", "资产内码", "Asset id", width=28),
)  # fmt: skip
