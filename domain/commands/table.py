"""The one table of commands: name → Struct, decision, event type, words, object and action.

`subject` and `action` name the cell of the powers matrix (handbook 1.3) that a role needs.
The command line, the HTTP routes and the pages are all made from these rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from domain.commands import structs as c
from domain.decisions import (
    acquisition,
    approval_rules,
    approving,
    disposal,
    gains,
    losses,
    opening,
    organising,
    reallocation,
    settlement,
    use,
)
from domain.decisions import warehousing as wh
from domain.decisions.decision import Decision
from domain.decisions.processing import require_deputy
from domain.refusals import refuse_unless
from domain.world import World


class CommandSpec(msgspec.Struct, frozen=True):
    """One command: what it is called, what decides it and who may give it."""

    name: str
    struct: type[c.Command]
    decide: Callable[[Any, World], Decision]
    event: str
    subject: str
    action: str
    zh: str
    en: str


_ROWS: tuple[CommandSpec, ...] = (
    CommandSpec("register-unit", c.RegisterUnit, organising.register_unit,
                "org.unit_registered/1", "rules", "C", "登记单位", "register a unit"),
    CommandSpec("open-books", c.OpenBooks, organising.open_books,
                "period.opened/1", "voucher", "X", "建账", "open a unit's books"),
    CommandSpec("open-warehouse", c.OpenWarehouse, organising.open_warehouse,
                "org.warehouse_opened/1", "rules", "C", "设立公物仓", "open a public warehouse"),
    CommandSpec("set-setting", c.SetSetting, organising.set_setting,
                "rule.setting_set/1", "rules", "C", "设定参数", "set a dated setting"),
    CommandSpec("pass-day", c.PassDay, organising.pass_day,
                "calendar.day_passed/1", "rules", "C", "日切", "record that a day has passed"),
    CommandSpec("register-acquisition", c.RegisterAcquisition, acquisition.register_acquisition,
                "asset.configured/1", "card", "C", "验收登记", "accept new things"),
    CommandSpec("post-to-books", c.PostToBooks, acquisition.post_to_books,
                "asset.booked/1", "voucher", "C", "入账", "post accepted things to the books"),
    CommandSpec("void", c.Void, acquisition.void,
                "asset.corrected/1", "card", "X", "作废卡片", "void a card accepted in error"),
    CommandSpec("import-opening-card", c.ImportOpeningCard, opening.import_opening_card,
                "asset.configured/1", "voucher", "C", "期初导入", "bring in cards of older books"),
    CommandSpec("undo-import", c.UndoImport, opening.undo_import,
                "asset.corrected/1", "voucher", "C", "撤销导入", "undo an import"),
    CommandSpec("record-gain", c.RecordGain, gains.record_gain,
                "asset.configured/1", "card", "C", "登记盘盈", "record a stocktake gain"),
    CommandSpec("verify-gain", c.VerifyGain, gains.verify_gain,
                "asset.booked/1", "census", "V", "盘盈核实", "verify a gain"),
    CommandSpec("reject-gain", c.RejectGain, gains.reject_gain,
                "asset.corrected/1", "census", "V", "盘盈不予确认", "reject a gain"),
    CommandSpec("issue", c.Issue, use.issue,
                "asset.used/1", "movement", "C", "领用", "issue things to a user"),
    CommandSpec("return-to-store", c.ReturnToStore, use.return_to_store,
                "asset.used/1", "movement", "C", "交回（退库）", "take things back into store"),
    CommandSpec("handover", c.Handover, use.handover,
                "asset.used/1", "movement", "C", "交接", "hand things over"),
    CommandSpec("move", c.Move, use.move,
                "asset.used/1", "movement", "C", "变更存放地点", "move things"),
    CommandSpec("declare-idle", c.DeclareIdle, use.declare_idle,
                "asset.used/1", "movement", "C", "申报闲置", "declare things idle"),
    CommandSpec("correct-card", c.CorrectCard, use.correct_card,
                "asset.corrected/1", "card", "X", "更正卡片", "correct a card"),
    CommandSpec("print-label", c.PrintLabel, use.print_label,
                "asset.labelled/1", "card", "X", "打印标签", "record printed labels"),
    CommandSpec("send-repair", c.SendRepair, use.send_repair,
                "asset.repaired/1", "movement", "C", "送修", "send things to repair"),
    CommandSpec("complete-repair", c.CompleteRepair, use.complete_repair,
                "asset.repaired/1", "movement", "C", "维修完工", "complete a repair"),
    CommandSpec("declare-beyond-repair", c.DeclareBeyondRepair, use.declare_beyond_repair,
                "asset.repaired/1", "movement", "C", "无修复价值", "declare beyond repair"),
    CommandSpec("realloc-out", c.ReallocOut, reallocation.realloc_out,
                "asset.reallocated/1", "reallocation", "X", "调拨（无偿划转）",
                "reallocate things to another unit"),
    CommandSpec("warehouse-in", c.WarehouseIn, wh.warehouse_in,
                "asset.warehoused/1", "warehouse", "C", "入公物仓", "bring into the warehouse"),
    CommandSpec("list", c.List, wh.list_,
                "asset.warehoused/1", "warehouse", "X", "上架", "list warehoused things"),
    CommandSpec("unlist", c.Unlist, wh.unlist,
                "asset.warehoused/1", "warehouse", "X", "下架", "take off the list"),
    CommandSpec("reserve", c.Reserve, wh.reserve,
                "asset.warehoused/1", "warehouse-request", "C", "预约", "reserve listed things"),
    CommandSpec("release-reservation", c.ReleaseReservation, wh.release_reservation,
                "asset.warehoused/1", "warehouse-request", "C", "取消预约",
                "give a reservation back"),
    CommandSpec("deliver-loan", c.DeliverLoan, wh.deliver_loan,
                "asset.warehoused/1", "warehouse", "X", "借用出仓", "lend warehoused things"),
    CommandSpec("extend-loan", c.ExtendLoan, wh.extend_loan,
                "asset.warehoused/1", "warehouse", "X", "续借", "extend a loan"),
    CommandSpec("return-to-warehouse", c.ReturnToWarehouse, wh.return_to_warehouse,
                "asset.warehoused/1", "warehouse", "X", "归还公物仓", "take a loan back"),
    CommandSpec("deliver-realloc", c.DeliverRealloc, wh.deliver_realloc,
                "asset.reallocated/1", "warehouse", "X", "调剂出仓",
                "give warehoused things to a unit for good"),
    CommandSpec("apply-disposal", c.ApplyDisposal, disposal.apply_disposal,
                "asset.disposed/1", "disposal", "C", "处置申请", "ask for a disposal"),
    CommandSpec("approve-disposal", c.ApproveDisposal, disposal.approve_disposal,
                "asset.disposed/1", "disposal", "A", "处置批复", "approve a disposal"),
    CommandSpec("reject-disposal", c.RejectDisposal, disposal.reject_disposal,
                "asset.disposed/1", "disposal", "A", "处置退回", "reject a disposal"),
    CommandSpec("withdraw-disposal", c.WithdrawDisposal, disposal.withdraw_disposal,
                "asset.disposed/1", "disposal", "C", "撤回处置申请", "withdraw a request"),
    CommandSpec("revoke-approval", c.RevokeApproval, disposal.revoke_approval,
                "asset.disposed/1", "disposal", "A", "撤销批复", "revoke an approval"),
    CommandSpec("execute-disposal", c.ExecuteDisposal, disposal.execute_disposal,
                "asset.disposed/1", "voucher", "C", "处置执行（报废、出售等）",
                "carry out an approved disposal"),
    CommandSpec("record-executed-disposal", c.RecordExecutedDisposal,
                disposal.record_executed_disposal,
                "asset.disposed/1", "voucher", "C", "补录已处置", "record a past disposal"),
    CommandSpec("open-request", c.OpenRequest, approving.open_request,
                "asset.requested/1", "request", "C", "提出申请", "make a request"),
    CommandSpec("review-request", c.ReviewRequest, approving.review_request,
                "process.reviewed/1", "request", "V", "审核", "sign a step of a request"),
    CommandSpec("return-request", c.ReturnRequest, approving.return_request,
                "process.returned/1", "request", "V", "退回", "return a request"),
    CommandSpec("resubmit-request", c.ResubmitRequest, approving.resubmit_request,
                "process.resubmitted/1", "request", "C", "重新提交", "hand a request in again"),
    CommandSpec("approve-request", c.ApproveRequest, approving.approve_request,
                "process.approved/1", "request", "A", "批复", "approve a request"),
    CommandSpec("reject-request", c.RejectRequest, approving.reject_request,
                "process.rejected/1", "request", "A", "不予批准", "reject a request"),
    CommandSpec("withdraw-request", c.WithdrawRequest, approving.withdraw_request,
                "process.withdrawn/1", "request", "C", "撤回申请", "withdraw a request"),
    CommandSpec("revoke-request", c.RevokeRequest, approving.revoke_request,
                "process.revoked/1", "request", "A", "撤销批准", "take an approval back"),
    CommandSpec("file-process", c.FileProcess, approving.file_process,
                "process.filed/1", "request", "A", "备案", "file a finished process"),
    CommandSpec("set-route", c.SetRoute, approval_rules.set_route,
                "rule.route_set/1", "rules", "C", "设定审批环节", "set a route of approval"),
    CommandSpec("set-limits", c.SetLimits, approval_rules.set_limits,
                "rule.limits_set/1", "rules", "C", "设定审批权限", "set approval limits"),
    CommandSpec("delegate", c.Delegate, approval_rules.delegate,
                "org.delegated/1", "own_session", "C", "授权代理", "let somebody stand in"),
    CommandSpec("end-delegation", c.EndDelegation, approval_rules.end_delegation,
                "org.delegation_ended/1", "own_session", "C", "结束授权", "end a delegation"),
    CommandSpec("count-missing", c.CountMissing, losses.count_missing,
                "asset.disposed/1", "census", "C", "登记盘亏", "record a missing thing"),
    CommandSpec("found-again", c.FoundAgain, losses.found_again,
                "asset.disposed/1", "census", "C", "盘亏找回", "a missing thing was found"),
    CommandSpec("approve-loss", c.ApproveLoss, losses.approve_loss,
                "asset.disposed/1", "census", "A", "报损核销", "approve a loss"),
    CommandSpec("record-proceeds", c.RecordProceeds, settlement.record_proceeds,
                "process.proceeds_recorded/1", "voucher", "C", "登记处置收入",
                "record proceeds"),
    CommandSpec("record-disposal-cost", c.RecordDisposalCost, settlement.record_disposal_cost,
                "process.cost_recorded/1", "voucher", "C", "登记处置费用",
                "record a disposal cost"),
    CommandSpec("claim-compensation", c.ClaimCompensation, settlement.claim_compensation,
                "process.compensation_claimed/1", "voucher", "C", "应收赔偿",
                "claim compensation"),
    CommandSpec("receive-compensation", c.ReceiveCompensation, settlement.receive_compensation,
                "process.compensation_received/1", "voucher", "C", "收到赔偿",
                "receive compensation"),
    CommandSpec("close-disposal", c.CloseDisposal, settlement.close_disposal,
                "process.settled/1", "voucher", "C", "结转处置净收入", "settle a disposal"),
    CommandSpec("pay-treasury", c.PayTreasury, settlement.pay_treasury,
                "process.treasury_paid/1", "voucher", "C", "上缴国库", "pay the treasury"),
    CommandSpec("pay-retention", c.PayRetention, settlement.pay_retention,
                "process.retention_paid/1", "voucher", "C", "支付质保金", "pay a retention"),
    CommandSpec("depreciate", c.Depreciate, organising.depreciate,
                "ledger.depreciation_run/1", "voucher", "C", "计提折旧", "run depreciation"),
    CommandSpec("close-period", c.ClosePeriod, organising.close_period,
                "period.closed/1", "voucher", "X", "月末结账", "close a month"),
    CommandSpec("open-stocktake", c.OpenStocktake, organising.open_stocktake,
                "stocktake.opened/1", "census", "C", "发起盘点", "open a stocktake"),
    CommandSpec("record-count", c.RecordCount, organising.record_count,
                "stocktake.counted/1", "census", "C", "登记盘点结果", "record a counted thing"),
    CommandSpec("close-stocktake", c.CloseStocktake, organising.close_stocktake,
                "stocktake.closed/1", "census", "C", "结束盘点", "close a stocktake"),
)  # fmt: skip

COMMANDS: dict[str, CommandSpec] = {spec.name: spec for spec in _ROWS}
"""Kebab-case name to its row."""

BY_STRUCT: dict[type[c.Command], CommandSpec] = {spec.struct: spec for spec in _ROWS}


def decide(command: c.Command, world: World) -> Decision:
    """Decide `command`; whatever it is, its business date does not lie in the future."""
    refuse_unless(
        command.occurred_on <= world.today,
        "E_DATE",
        f"业务日期 {command.occurred_on} 晚于今天 {world.today}",
        f"{command.occurred_on} lies after today, {world.today}",
        field="occurred_on",
    )
    require_deputy(world, command.occurred_on)
    return BY_STRUCT[type(command)].decide(command, world)
