"""What the log calls by code, in the reader's words: events, fields, steps, values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from api.problems import Problem
from api.web.command_words import WORDS
from api.web.rendering import headed, instant, money, quantity, state_name
from api.web.trait_words import trait_name, trait_text
from domain.card_fields import BY_CODE
from domain.cards import choice_text
from domain.catalogue import accounts, classes
from domain.decisions.approving import REQUESTS

Words = tuple[str, str]
"""Chinese and English."""

EVENTS: Final[dict[str, Words]] = {
    "CONFIG.PURCHASE": ("购置验收", "Purchase accepted"),
    "CONFIG.DONATION_IN": ("接受捐赠", "Donation received"),
    "CONFIG.REALLOC_IN": ("外部划转转入", "Transfer in from outside"),
    "CONFIG.BUILD": ("建设", "Construction"),
    "CONFIG.PURCHASE_INSTALL": ("购置待安装", "Purchase to be installed"),
    "CONFIG.EXCHANGE_IN": ("置换换入", "Exchanged in"),
    "CONFIG.DEVELOP": ("自研", "Self-developed"),
    "CONFIG.LAND_GRANT": ("划拨土地", "Land allocated"),
    "CONFIG.RENT_IN": ("租入", "Rented in"),
    "CONFIG.GAIN": ("盘盈登记", "Stocktake gain"),
    "CONFIG.OPENING": ("期初建卡", "Opening card"),
    "BOOK.POST": ("入账", "Posted to the books"),
    "BOOK.GAIN_VERIFIED": ("盘盈核实", "Gain verified"),
    "USE.ISSUE": ("领用", "Issued"),
    "USE.RETURN": ("交回（退库）", "Returned to store"),
    "USE.HANDOVER": ("交接", "Handed over"),
    "USE.MOVE": ("变更存放地点", "Moved"),
    "USE.DECLARE_IDLE": ("申报闲置", "Declared idle"),
    "USE.LEASE": ("出租", "Let"),
    "USE.LEND": ("出借", "Lent outside"),
    "USE.INVEST": ("对外投资", "Invested"),
    "USE.SHARE": ("共享共用", "Shared"),
    "USE.SERVICE": ("维护保养", "Serviced"),
    "LEASE.RENT": ("租金收入", "Rent"),
    "LEASE.RECOGNISED": ("预收租金结转", "Rent recognised"),
    "WH.INTAKE": ("入公物仓", "Into the warehouse"),
    "WH.MOVE": ("移库", "Moved inside the warehouse"),
    "WH.LIST": ("公物仓上架", "Listed"),
    "WH.UNLIST": ("公物仓下架", "Taken off the list"),
    "WH.RESERVE": ("预约", "Reserved"),
    "WH.UNRESERVE": ("取消预约", "Reservation released"),
    "WH.LOAN": ("借用出仓", "Lent out of the warehouse"),
    "WH.EXTEND": ("续借", "Loan extended"),
    "WH.RETURN": ("归还公物仓", "Loan returned"),
    "WH.REALLOC": ("调剂出仓", "Given out for good"),
    "REALLOC.IN_DEPT": ("部门内调拨", "Moved within the department"),
    "REALLOC.CROSS_DEPT": ("跨部门调拨", "Moved to another department"),
    "REALLOC.CROSS_LEVEL": ("跨级次调拨", "Moved to another level"),
    "REALLOC.INTERNAL": ("本单位内调剂", "Moved inside the unit"),
    "REALLOC.REFORM": ("机构改革划转", "Moved by a reform"),
    "REALLOC.LOAN": ("临时借调", "Lent to another unit"),
    "REPAIR.ORDINARY": ("维修", "Repair"),
    "REPAIR.MAJOR": ("重大维修", "Major repair"),
    "REPAIR.PREMISES": ("办公用房维修", "Premises repair"),
    "REPAIR.VEHICLE": ("公务用车大修", "Vehicle overhaul"),
    "REPAIR.IMPROVE": ("改建扩建", "Improvement"),
    "REPAIR.PARTS": ("拆除部分核销", "Removed parts"),
    "DISP.SCRAP": ("报废", "Scrap"),
    "DISP.SALE": ("出售、转让", "Sale"),
    "DISP.LOSS": ("报损", "Loss"),
    "DISP.DEMOLISH": ("拆除", "Demolition"),
    "DISP.DONATE": ("对外捐赠", "Donation out"),
    "DISP.TRANSFER": ("无偿划转", "Free transfer"),
    "DISP.EXCHANGE": ("置换", "Exchange"),
    "CARD.SPLIT": ("拆分卡片", "Card split"),
    "CONFIG.SPLIT": ("拆分建卡", "Card split off"),
    "CARD.MERGE": ("合并卡片", "Cards merged into it"),
    "CARD.MERGED": ("并入其他卡片", "Merged into another card"),
    "CORRECT.RECLASSIFY": ("变更资产分类", "Class changed"),
    "CORRECT.CARD": ("更正卡片", "Card corrected"),
    "CORRECT.CATCH_UP": ("补提折旧", "Omitted depreciation charged"),
    "CORRECT.ESTIMATE": ("调整价值或年限", "Value or life adjusted"),
    "CORRECT.REVERSE_POSTING": ("入账冲销", "Booking taken back"),
    "CORRECT.REVERSE_DISPOSAL": ("处置冲销", "Disposal taken back"),
    "DISP.CONFISCATED": ("罚没", "Confiscated"),
    "CORRECT.ATTACH": ("补充附件", "Files added"),
    "CORRECT.VOID": ("作废卡片", "Card voided"),
    "CORRECT.UNDO_IMPORT": ("撤销导入", "Import undone"),
    "CORRECT.GAIN_VERIFIED": ("盘盈更正", "Gain corrected"),
    "COUNT.MATCH": ("盘点相符", "Counted: matches"),
    "COUNT.LOSS": ("盘亏", "Counted: missing"),
    "COUNT.GAIN": ("盘盈", "Counted: extra"),
    "LABEL.PRINT": ("打印标签", "Label printed"),
    "DEPRECIATION": ("计提折旧", "Depreciation"),
    "DEPRECIATION.RUN": ("计提折旧", "Depreciation"),
    "DISPOSAL.PROCEEDS": ("处置收入", "Disposal proceeds"),
    "DISPOSAL.COST": ("处置费用", "Disposal cost"),
    "DISPOSAL.SETTLE": ("结转处置净收入", "Disposal settled"),
    "TREASURY.PAID": ("上缴国库", "Paid to the treasury"),
    "GAIN.VERIFIED": ("盘盈核实", "Gain verified"),
    "GAIN.TO_SURPLUS": ("盘盈转盈余", "Gain to surplus"),
    "CATCH_UP.PRIOR_YEARS": ("补提以前年度折旧", "Omitted in earlier years"),
    "CATCH_UP.TO_SURPLUS": ("补提折旧转累计盈余", "Omissions to surplus"),
    "CATCH_UP.THIS_YEAR": ("补提本年折旧", "Omitted this year"),
    "ESTIMATE.SETTLED.ADJUSTED": ("价值调整", "Value adjusted"),
    "ESTIMATE.SETTLED.TO_SURPLUS": ("价值调整转累计盈余", "Adjustment to surplus"),
    "ESTIMATE.WRONG_ENTRY.ADJUSTED": ("以前年度差错更正", "Error of an earlier year"),
    "ESTIMATE.WRONG_ENTRY.TO_SURPLUS": ("差错更正转累计盈余", "Error to surplus"),
    "ESTIMATE.WRONG_ENTRY.RED": ("红字冲销", "Reversed (red)"),
    "ESTIMATE.WRONG_ENTRY.BLUE": ("蓝字更正", "Written anew (blue)"),
    "YEAR.SURPLUS": ("结转本期盈余", "Income and expenses to surplus"),
    "YEAR.DISTRIBUTION": ("结转本年盈余分配", "Surplus to distribution"),
    "YEAR.ACCUMULATED": ("转入累计盈余", "To accumulated surplus"),
    "YEAR.TRANSFERS": ("结转无偿调拨净资产", "Free transfers to surplus"),
    "PERIOD.CLOSE": ("月末结账", "Month closed"),
    "PERIOD.OPEN": ("建账", "Books opened"),
    "CALENDAR.DAY": ("日切", "Day passed"),
    "COUNT.OPEN": ("发起盘点", "Stocktake opened"),
    "COUNT.CLOSE": ("结束盘点", "Stocktake closed"),
}  # fmt: skip

_PARTS: Final[dict[str, Words]] = {
    "PENDING": ("转入待处置", "to pending disposal"),
    "WRITE_OFF": ("核销", "written off"),
    "EXPENSED": ("费用化", "expensed"), "ADJUSTED": ("决算调整", "adjusted"),
    "TO_SURPLUS": ("转入累计盈余", "to surplus"),
    "STARTED": ("转入", "begun"), "SPENT": ("支出", "spent"),
    "REMOVED": ("拆除", "parts removed"), "DELIVERED": ("完工交付", "delivered"),
}  # fmt: skip

STEPS: Final[dict[str, Words]] = {
    "applied": ("申请", "asked for"), "approved": ("批复", "approved"),
    "rejected": ("退回", "rejected"), "withdrawn": ("撤回", "withdrawn"),
    "revoked": ("撤销批复", "approval revoked"), "executed": ("执行", "carried out"),
    "missing": ("发现缺失", "found missing"), "found": ("找回", "found again"),
    "sent": ("送修", "sent"), "completed": ("完工", "completed"),
    "beyond": ("无修复价值", "beyond repair"),
    "started": ("开始", "begun"), "spent": ("支出", "spent"),
    "removed": ("拆除", "parts removed"), "delivered": ("完工交付", "delivered"),
    "let": ("出租", "let"), "lent": ("借出", "lent"), "extended": ("延长", "extended"),
    "taken_back": ("收回", "taken back"),
    "rent_recognised": ("预收租金结转", "rent recognised"),
    "proceeds_recorded": ("登记收入", "proceeds recorded"),
    "cost_recorded": ("登记费用", "cost recorded"),
    "compensation_claimed": ("应收赔偿", "compensation claimed"),
    "compensation_received": ("收到赔偿", "compensation received"),
    "settled": ("结转净收入", "settled"), "treasury_paid": ("上缴国库", "paid to the treasury"),
    "retention_paid": ("支付质保金", "retention paid"),
    "reversed": ("冲销", "taken back"), "given_back": ("退还", "given back"),
    "abandoned": ("终止", "given up"), "undone": ("已冲销", "taken back"),
    "opened": ("提出申请", "asked for"), "reviewed": ("审核", "signed"),
    "returned": ("退回补正", "returned"), "resubmitted": ("重新提交", "handed in again"),
    "filed": ("备案", "filed"), "cut": ("审减", "cut"),
    "open": ("办理中", "open"), "closed": ("办结", "closed"), "ended": ("已消除", "ended"),
}  # fmt: skip

FIELDS: Final[dict[str, Words]] = {
    "state": ("状态", "State"), "keeper": ("管理人", "Keeper"), "user": ("使用人", "User"),
    "label_no": ("标签号", "Label"), "process_id": ("业务单", "Process"),
    "warehouse_id": ("公物仓", "Warehouse"), "borrower_unit": ("借用单位", "Borrower"),
    "due_on": ("应还日期", "Due on"), "reserved_by": ("预约单位", "Reserved by"),
    "reserved_until": ("预约至", "Reserved until"), "gross_fen": ("原值", "Gross value"),
    "booked_on": ("入账日期", "Booked on"), "basis": ("折旧依据", "Basis of depreciation"),
    "overlays_on": ("标记", "Marks set"), "overlays_off": ("取消标记", "Marks removed"),
    "original_gross_fen": ("最初原值", "Original value"),
    "unit_id": ("单位", "Unit"), "card_no": ("资产编号", "Card number"),
    "acquired_from": ("取得日期从", "Acquired from"), "acquired_to": ("取得日期到", "Acquired to"),
    "true_from": ("发现日期从", "Found from"), "true_to": ("发现日期到", "Found to"),
}  # fmt: skip

OVERLAYS: Final[dict[str, Words]] = {
    "PROCESS_OPEN": ("有在办业务", "in process"), "COUNT_FROZEN": ("盘点冻结", "frozen by a count"),
    "SEALED": ("封存", "sealed"), "DISPUTED": ("有争议", "disputed"),
    "CLASSIFIED": ("涉密", "classified"), "ESTIMATED": ("暂估", "estimated"),
    "LISTED": ("已上架", "listed"), "RESERVED": ("已预约", "reserved"),
    "LABEL_MISSING": ("无标签", "no label"), "SCRAP_SUGGESTED": ("建议报废", "scrap suggested"),
}  # fmt: skip

BOOKS: Final[dict[str, Words]] = {
    "FA": ("财务会计", "Financial accounting"), "BA": ("预算会计", "Budget accounting"),
}  # fmt: skip

LEVELS: Final[dict[str, Words]] = {
    "unit": ("单位", "unit"), "department": ("主管部门", "competent department"),
    "finance": ("财政部门", "finance department"),
    "organ_affairs": ("机关事务管理局", "organ affairs"),
    "city": ("市级", "city"), "county": ("县级", "county"),
}  # fmt: skip

GROSS_ACCOUNTS: Final = frozenset(a.contra_of for a in accounts.ACCOUNTS if a.contra_of)
ACCUM_ACCOUNTS: Final = frozenset(a.code for a in accounts.ACCOUNTS if a.contra_of)

_PEOPLE: Final = frozenset({"keeper", "user", "actor_id", "requester", "user_id", "on_behalf_of"})
_UNITS: Final = frozenset({
    "unit_id", "borrower_unit", "reserved_by", "from_unit", "to_unit", "warehouse_id",
})  # fmt: skip


def pick(words: Words, lang: str) -> str:
    """The word in the reader's language."""
    return words[0 if lang == "zh" else 1]


def event_name(sub_kind: str, lang: str, step: str | None = None) -> str:
    """What happened, with its step where the act has several."""
    head, _, part = sub_kind.rpartition(".") if sub_kind not in EVENTS else (sub_kind, "", "")
    name = pick(EVENTS.get(head, (sub_kind, sub_kind)), lang)
    for code in (part, step):
        words = _PARTS.get(code or "") or STEPS.get(code or "")
        if words:
            name += f" · {pick(words, lang)}"
    return name


def process_name(row: Mapping[str, Any], lang: str) -> str:
    """What a process is about; what is asked for has not happened yet, and is named so."""
    kind = str(row["kind"])
    if row.get("is_request") and kind in REQUESTS:
        known = REQUESTS[kind]
        return known.zh if lang == "zh" else headed(known.en)
    return event_name(kind, lang)


def step_name(step: str | None, lang: str) -> str:
    """A step or status of a process."""
    return pick(STEPS.get(step or "", (step or "—", step or "—")), lang)


def process_status(kind: str, status: str, lang: str, *, request: bool = False) -> str:
    """How far a process is; what needs no further step is registered, not open."""
    if status == "open" and not kind.startswith("DISP.") and not request:
        return pick(("已登记", "registered"), lang)
    return step_name(status, lang)


def field_name(code: str, lang: str) -> str:
    """A field of a card or of its holding."""
    bare = code.removeprefix("card.").removeprefix("traits.")
    if bare in FIELDS:
        return pick(FIELDS[bare], lang)
    known = BY_CODE.get(bare)
    if known is None:
        return trait_name(bare, lang)
    return known.zh if lang == "zh" else headed(known.en)


def field_title(pointer: str, lang: str) -> str:
    """The field of a command or of a card that `pointer` names; empty for one without words."""
    bare = pointer.strip("/").replace("/", ".").removeprefix("fields.")
    if bare in WORDS:
        return pick(WORDS[bare], lang)
    title = field_name(bare.rpartition(".")[2], lang)
    return "" if title == bare.rpartition(".")[2] else title


def places(problem: Problem, lang: str) -> list[tuple[str, str]]:
    """What is wrong and where, for a person; nothing that the sentence itself has said."""
    said = problem.detail(lang)
    lines = [(field_title(one.pointer, lang), one.detail(lang)) for one in problem.errors]
    return [(place, text) for place, text in lines if text != said]


def overlay_name(code: str, lang: str) -> str:
    """A mark over a state."""
    return pick(OVERLAYS.get(code, (code, code)), lang)


def account_name(code: str, lang: str) -> str:
    """An account by its name; sub-accounts that the chart does not list carry their parent's."""
    found = accounts.account(code) or accounts.account(code.partition(".")[0])
    if found is None:
        return code
    return found.name if lang == "zh" else found.name_en


def card_type_name(code: str, lang: str) -> str:
    """A style of card."""
    found = next((row for row in classes.CARD_TYPES if row.code == code), None)
    return code if found is None else (found.name if lang == "zh" else found.name_en)


def class_name(std: str, code: str) -> str:
    """The class's own name, or its code where the catalogue does not hold it."""
    found = classes.find(std, code) or classes.nearest(code)
    return found.name if found else code


def ids_in(rows: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The people and units that the changes of a history name."""
    people: list[str] = []
    units: list[str] = []
    for row in rows:
        people += [str(row[name]) for name in ("actor_id", "on_behalf_of") if row.get(name)]
        for change in row.get("changes", ()):
            bare = change["field"].removeprefix("card.")
            found = [str(v) for v in (change["old"], change["new"]) if isinstance(v, str) and v]
            people += found if bare in _PEOPLE else []
            units += found if bare in _UNITS else []
    return people, units


def value_text(
    field: str, value: Any, lang: str, people: Mapping[str, str], units: Mapping[str, str]
) -> str:
    """A stored value as a clerk reads it; a dash for nothing."""
    bare = field.removeprefix("card.")
    if value in (None, "", [], ()):
        return "—"
    if bare.startswith("traits."):
        return trait_text(bare.removeprefix("traits."), value, lang)
    plain = _plain_text(bare, value, lang)
    return plain if plain is not None else _coded_text(bare, str(value), lang, people, units)


def _plain_text(bare: str, value: Any, lang: str) -> str | None:
    """A value whose kind alone says how it is written; None for a text."""
    text: str | None = None
    match value:
        case bool():
            text = pick(("是", "yes") if value else ("否", "no"), lang)
        case int() if bare.endswith("_fen"):
            text = money(value)
        case int() if "_centi" in bare:
            text = quantity(value)
        case dict() if bare == "traits":
            text = pick(("；", "; "), lang).join(
                f"{trait_name(code, lang)} {trait_text(code, one, lang)}"
                for code, one in value.items()
            )
        case dict():
            text = _basis_text(value, lang)
        case list() | tuple():
            marks = [overlay_name(str(mark), lang) for mark in value]
            text = pick(("、", ", "), lang).join(marks)
        case datetime():
            text = instant(value)
        case date():
            text = value.isoformat()
        case _:
            text = None
    return text


def _coded_text(
    bare: str, text: str, lang: str, people: Mapping[str, str], units: Mapping[str, str]
) -> str:
    """A text that may be a code: of a state, a person, a unit or a choice."""
    if bare == "state":
        return state_name(text, lang)
    if bare in _PEOPLE:
        return people.get(text, text)
    if bare in _UNITS:
        return units.get(text, text)
    known = BY_CODE.get(bare)
    return choice_text(bare, text, lang) if known and known.terms else text


def _basis_text(basis: Mapping[str, Any], lang: str) -> str:
    months, start = basis.get("months", 0), basis.get("start_period", "")
    if not months:
        return pick(("不再计提", "no more to charge"), lang)
    amount = money(int(basis.get("amount_fen", 0)))
    if lang == "zh":
        return f"自 {start} 起 {months} 个月计提 {amount} 元"
    return f"{amount} yuan over {months} months from {start}"
