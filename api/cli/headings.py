"""How the command line heads its tables and names its fields, and which columns people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.cli.words import LANG
from api.exports import table_columns
from api.web import words
from api.web.command_words import WORDS

# Columns that neither a card nor a command nor an export has.
_TITLES: Final[dict[str, words.Words]] = {
    "accum_fen": ("累计折旧", "Accumulated depreciation"), "net_fen": ("净值", "Net value"),
    "opening_fen": ("期初余额", "Opening balance"), "closing_fen": ("期末余额", "Closing balance"),
    "debit_fen": ("借方", "Debit"), "credit_fen": ("贷方", "Credit"), "fen": ("金额", "Amount"),
    "side": ("借贷", "Side"), "lines": ("分录数", "Lines"), "kind": ("类别", "Kind"),
    "original_gross_fen": ("初始原值", "Original gross value"),
    "overlays": ("标记", "Marks"), "timing_difference": ("时间性差异", "Timing difference"),
    "from_card_no": ("原卡片编号", "Former card"), "effective_from": ("生效日期", "Effective from"),
    "effective_to": ("失效日期", "Effective to"), "count": ("条数", "Count"),
    "count_is_exact": ("条数准确", "Count is exact"), "sub_kind": ("事项", "What happened"),
    "occurred_on": ("业务日期", "Business date"), "recorded_at": ("记录时间", "Recorded at"),
    "actor_id": ("经办人", "By"), "on_behalf_of": ("代办", "On behalf of"),
    "changes": ("变动", "Changes"), "opening_on": ("建账日期", "Opening date"),
    "cards": ("卡片数", "Cards"), "undone": ("已撤销", "Undone"), "done": ("已办卡片", "Done"),
    "unchanged": ("未变卡片", "Unchanged"), "errors": ("错误", "Errors"),
    "warnings": ("提示", "Warnings"), "problem": ("中断原因", "Stopped by"),
    "filename": ("文件", "File"), "imported_gross_fen": ("导入原值", "Imported gross value"),
    "released_by": ("复核人", "Released by"), "zh": ("问题", "Finding"), "en": ("问题", "Finding"),
    "found": ("发现", "Found"), "open": ("未解决", "Open"), "ended": ("已消除", "Ended"),
    "withdrawn": ("已撤回", "Withdrawn"), "severity": ("严重程度", "Severity"),
    "by_rule": ("按规则", "By rule"), "by_unit": ("按单位", "By unit"),
    "by_status": ("按状态", "By status"), "overdue": ("超期", "Overdue"),
    "overdue_days": ("超期天数", "Days overdue"),
    "overdue_days_max": ("最长超期", "Longest overdue"),
    "last_day_passed": ("已过日期", "Last day passed"), "opened_from": ("建账月份", "Opened from"),
    "last_closed": ("已结账到", "Closed until"), "last_run": ("已计提到", "Depreciated until"),
    "first_open": ("当前月份", "Open month"), "pieces": ("件数", "Pieces"),
    "approved_fen": ("批准金额", "Approved"), "approved_pieces": ("批准件数", "Pieces approved"),
    "filed_on": ("备案日期", "Filed on"), "filed_no": ("备案文号", "Filing number"),
    "is_request": ("须审批", "A request"), "waiting": ("待办环节", "Waits for"),
    "route": ("审批环节", "Route"), "limit": ("审批权限", "Limit"),
    "asked": ("应办环节", "Steps due"),
    "signed": ("已办环节", "Steps signed"), "people": ("经办人员", "People"),
    "returned_to": ("退回到", "Returned to"), "cut_pieces": ("审减件数", "Pieces cut"),
    "cut_fen": ("审减金额", "Cut"), "what": ("类别", "What"), "limits": ("审批权限", "Limits"),
    "set_on": ("设定日期", "Set on"), "person_id": ("授权人", "For whom"),
    "ended_on": ("结束日期", "Ended on"),
    "owed_fen": ("应缴", "Owed"), "paid_fen": ("已缴", "Paid"), "due_fen": ("待缴", "Due"),
    "number": ("数值", "Number"), "valid_to": ("失效日期", "Valid to"),
    "in_force": ("现行", "In force"), "base_on": ("基准日", "Base day"),
    "opened_on": ("开始日期", "Opened on"), "closed_on": ("结束日期", "Closed on"),
    "frozen": ("冻结", "Frozen"), "counted": ("已盘", "Counted"),
    "uncounted": ("未盘", "Uncounted"),
    "figures": ("数字", "Figures"), "depth": ("层次", "Depth"),
    "warehouse_name": ("公物仓", "Warehouse"), "warehouse_unit": ("仓库单位", "Warehouse of"),
    "in_since": ("入仓日期", "In since"), "listed_since": ("上架日期", "Listed since"),
    "days_in": ("在仓天数", "Days in"), "days_listed": ("上架天数", "Days listed"),
    "lent_on": ("借出日期", "Lent on"), "listed": ("已上架", "Listed"),
    "reserved": ("已预约", "Reserved"), "file": ("文件", "File"), "stage": ("识别步骤", "Stage"),
    "genuine": ("验证", "Genuine"), "message": ("说明", "Message"), "unit": ("单位", "Unit"),
    "result": ("结果", "Result"), "text": ("说明", "Text"), "check": ("检查项", "Check"),
    "ok": ("正常", "OK"), "needed": ("必需", "Needed"), "version": ("版本", "Version"),
    "behind": ("落后", "Behind"), "error": ("故障", "Error"), "username": ("用户名", "User name"),
    "error_position": ("故障位置", "Error at"), "error_at": ("故障时间", "Error since"),
    "moved_at": ("最近推进", "Moved at"), "position": ("位置", "Position"),
    "projection": ("账表", "Read model"), "reaches": ("数据范围", "Reach"),
    "person": ("姓名", "Person"), "disabled_at": ("停用时间", "Disabled at"),
    "seen_at": ("最近登录", "Last seen"), "token_id": ("令牌号", "Token"),
    "label": ("用途", "Purpose"), "created_at": ("签发时间", "Issued at"),
    "issued_by": ("签发人", "Issued by"), "last_used_at": ("最近使用", "Last used"),
    "expires_at": ("到期时间", "Expires at"), "thing": ("事项", "What"),
    "step": ("结果", "Result"), "name": ("名称", "Name"),
    "begun_on": ("起始日期", "Begun on"), "actor_role": ("岗位", "Role"),
    "corrects": ("更正", "Corrects"), "corrected_by": ("被更正", "Corrected by"),
    "attachments": ("附件", "Attachments"), "voucher_ids": ("凭证", "Vouchers"),
    "start_period": ("起提月份", "First month"),
    "regular_fen": ("月折旧额", "Monthly charge"), "before_fen": ("此前已提", "Charged before"),
    "stored_fen": ("记录金额", "Recorded"), "found_fen": ("复算金额", "Worked out again"),
    "omitted": ("漏提卡片", "Left out"), "differs": ("不一致项", "Differs in"),
    "executed_on": ("执行日期", "Carried out on"), "proceeds_fen": ("收入", "Proceeds"),
    "claimed_fen": ("应收赔偿", "Claimed"), "received_fen": ("已收赔偿", "Received"),
    "retention_paid_fen": ("已付质保金", "Retention paid"), "steps": ("步骤", "Steps"),
    "asset_ids": ("资产", "Assets"),
    "issue_status": ("状态", "State"), "setting": ("参数", "Setting"),
    "requester": ("申请人", "Asked by"), "flags": ("提示", "Warnings"),
    "approved_on": ("批复日期", "Approved on"), "executed": ("已执行", "Carried out"),
}  # fmt: skip

_EXPORTED: Final = {
    column.key: (column.zh, column.en)
    for columns in (
        table_columns.REGISTER, table_columns.JOURNAL, table_columns.BALANCES,
        table_columns.ISSUES, table_columns.DEPRECIATION,
    )
    for column in columns
}  # fmt: skip

# What a table leaves to `--json`: places in the log and ids that open nothing by themselves.
_FOR_PROGRAMS: Final = frozenset({
    "stream", "event_id", "type", "first_position", "last_position", "positions", "position_from",
    "rule_version", "count_is_exact", "voucher_id", "line_no", "class_std", "kind_text", "key",
})  # fmt: skip

_SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "register": ("card_no", "name", "state", "unit_id", "use_dept", "keeper", "place",
                 "acquired_on", "gross_fen", "net_fen"),
    "custody": ("card_no", "name", "state", "unit_id", "use_dept", "keeper", "place", "gross_fen"),
    "journal": ("booked_on", "unit_id", "voucher_no", "summary", "book", "account", "side", "fen"),
    "issues": ("rule", LANG, "unit_id", "card_no", "process_id", "issue_status", "true_on",
               "ended_on"),
    "issue-figures": ("rule", LANG, "severity", "found", "open", "ended", "withdrawn"),
    "find": ("card_no", "name", "unit_id", "state", "label_no", "asset_id"),
}  # fmt: skip

_RENAMED: Final[dict[str, dict[str, str]]] = {
    "issues": {"status": "issue_status"}, "issue": {"status": "issue_status"},
    "settings": {"name": "setting"},
}  # fmt: skip
"""A column that means something else in this question than everywhere else."""


def named(question: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of an answer under the names that have headings; nested values are left out."""
    names = _RENAMED.get(question, {})
    return {names.get(k, k): v for k, v in row.items() if not isinstance(v, dict)}


def title(code: str) -> str:
    """The heading of a field in the language of the line; the code itself where none is known."""
    known = _TITLES.get(code)
    if known is None:
        named = words.field_name(code, LANG)
        if named != code.removeprefix("card.").removeprefix("traits."):
            return named
        known = WORDS.get(code) or _EXPORTED.get(code)
    return words.pick(known, LANG) if known else code


def columns_of(question: str, names: list[str]) -> list[str]:
    """The columns of an answer that a person reads; the rest is in `--json`."""
    chosen = [name for name in _SHOWN.get(question, ()) if name in names]
    return chosen or [name for name in names if name not in _FOR_PROGRAMS]
