"""Enumerations of the card and the words that clerks use for them (handbook 3.1)."""

from __future__ import annotations

import unicodedata
from functools import cache

import msgspec


class Term(msgspec.Struct, frozen=True):
    """One value of an enumeration: `code` is stored, `zh` shown, `said` are synonyms in files."""

    code: str
    zh: str
    en: str
    said: tuple[str, ...] = ()
    mark: str = "V(C1)"


ACQ_WAYS: tuple[Term, ...] = (
    Term("PURCHASE", "新购", "purchase", ("购置", "购入", "采购", "购买", "外购", "自购", "买入")),
    Term(
        "TRANSFER_IN",
        "调拨",
        "transfer in",
        ("无偿调拨", "调入", "无偿调入", "划拨", "无偿划转", "划转", "划入", "上级拨入", "调剂"),
    ),
    Term("DONATION", "接受捐赠", "donation received", ("捐赠", "受赠", "赠予", "捐赠收入", "捐入")),
    Term("SELF_BUILT", "自建", "built by the unit", ("建造", "自行建造", "在建工程转入", "建设")),
    Term("EXCHANGE", "置换", "exchange", ("置换取得", "置换换入", "换入")),
    Term("STOCKTAKE_GAIN", "盘盈", "stocktake gain", ("盘盈入账", "清查盘盈")),
    Term("OTHER", "其他", "other", ("其它", "其他方式", "其它方式")),
    Term("SELF_DEVELOPED", "自研", "developed by the unit", ("自行研制", "自行开发", "自主研发")),
    Term("RENTED_IN", "租入", "rented in", ("租用", "融资租入")),
)

VALUE_TYPES: tuple[Term, ...] = (
    Term("COST", "原值", "cost", ("账面原值", "原价", "实际成本", "历史成本")),
    Term("ESTIMATE", "暂估值", "estimate", ("暂估", "暂估价", "暂估价值")),
    Term("APPRAISAL", "评估值", "appraisal", ("评估", "评估价", "评估价值")),
    Term("REPLACEMENT", "重置值", "replacement cost", ("重置", "重置成本", "重置价值")),
    Term("NOMINAL", "名义金额", "nominal amount", ("名义价值", "名义")),
)

DEP_STATUSES: tuple[Term, ...] = (
    Term(
        "DEPRECIATE",
        "提折旧/摊销",
        "depreciated",
        ("提折旧", "计提折旧", "提摊销", "在提", "正常计提", "计提", "提"),
    ),
    Term(
        "EXEMPT",
        "不提折旧/摊销",
        "not depreciated",
        ("不提折旧", "不计提折旧", "不提", "不计提", "免提"),
    ),
    Term(
        "COMPLETED",
        "已完成折旧/摊销",
        "fully depreciated",
        ("已完成折旧", "已提足", "提足", "已提足折旧", "折旧完成", "已提完"),
    ),
)

DEP_METHODS: tuple[Term, ...] = (
    Term(
        "STRAIGHT_LINE",
        "年限平均法",
        "straight line",
        ("平均年限法", "直线法", "直线折旧法", "年限法", "平均年限法(一)"),
        "V(P2)",
    ),
    Term("UNITS_OF_WORK", "工作量法", "units of work", (), "V(P2)"),
)

USE_STATUSES: tuple[Term, ...] = (
    Term(
        "IN_USE", "在用", "in use", ("自用", "使用中", "正常", "正常使用", "使用", "完好", "在使用")
    ),
    Term("LEASED_OUT", "出租", "leased out", ("对外出租", "出租中")),
    Term("LENT_OUT", "出借", "lent out", ("对外出借", "借出", "外借", "出借中")),
    Term("IDLE", "闲置", "idle", ("未使用", "封存", "停用", "库存", "在库", "不需用")),
    Term(
        "PENDING_DISPOSAL",
        "待处置",
        "pending disposal",
        ("待报废", "待处理", "拟报废", "待报损", "报废待处理", "毁损待报废", "损坏待报废"),
    ),
    Term("OTHER", "其他", "other", ("其它",)),
)

USE_DIRECTIONS: tuple[Term, ...] = (
    Term("ADMIN", "行政办公", "administration", ("行政", "办公", "行政用", "自用办公"), "V(C14)"),
    Term("BUSINESS", "业务", "business", ("业务用", "业务活动", "执法"), "V(C14)"),
    Term("TEACHING", "教学", "teaching", ("教学用",), "V(C14)"),
    Term("RESEARCH", "科研", "research", ("科研用", "研究"), "V(C14)"),
    Term("MEDICAL", "医疗", "medical", ("医疗用", "诊疗"), "V(C14)"),
    Term("LOGISTICS", "后勤", "logistics", ("后勤用", "后勤保障", "生活后勤"), "V(C14)"),
    Term("OPERATING", "经营", "operation for income", ("经营用", "经营活动"), "U-H"),
    Term("OTHER", "其他", "other", ("其它",), "U-H"),
)

PROCUREMENT_FORMS: tuple[Term, ...] = (
    Term(
        "CENTRAL_GOV", "政府集中采购", "central government procurement", ("集中采购", "集采"), "U-H"
    ),
    Term("CENTRAL_DEPT", "部门集中采购", "department procurement", ("部门集采",), "U-H"),
    Term(
        "DISPERSED",
        "分散采购",
        "dispersed procurement",
        ("自行采购", "单位自行采购", "零星采购"),
        "U-H",
    ),
    Term("OTHER", "其他", "other", ("其它", "非政府采购"), "U-H"),
)

BOOKED_STATUSES: tuple[Term, ...] = (
    Term("BOOKED", "已入账", "booked", ("入账", "是", "已记账")),
    Term("NOT_BOOKED", "未入账", "not booked", ("否", "未记账", "待入账")),
)

YES_NO: tuple[Term, ...] = (
    Term("YES", "是", "yes", ("Y", "YES", "1", "涉密", "TRUE", "√", "有", "是涉密")),
    Term("NO", "否", "no", ("N", "NO", "0", "非涉密", "不涉密", "FALSE", "×", "无")),
)

STATE_OF_USE: dict[str, str] = {
    "IN_USE": "IN_USE",
    "LEASED_OUT": "LEASED_OUT",
    "LENT_OUT": "LENT_OUT",
    "IDLE": "IDLE",
    "PENDING_DISPOSAL": "IDLE",
    "OTHER": "IN_USE",
}
"""State that an imported card begins in. A thing waiting for disposal has no approval yet, so
it begins idle; its word stays in `use_status` and shows as a hint (product)."""


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).upper()


@cache
def _by_word(terms: tuple[Term, ...]) -> dict[str, Term]:
    words = {_key(word): term for term in terms for word in term.said}
    words.update({_key(word): term for term in terms for word in (term.zh, term.en, term.code)})
    return words


def find_term(terms: tuple[Term, ...], text: str) -> Term | None:
    """The term that a clerk's word means; parts around a slash count (在用/自用); else None."""
    known = _by_word(terms)
    whole = known.get(_key(text))
    if whole is not None or "/" not in _key(text):
        return whole
    parts = {found for part in _key(text).split("/") if (found := known.get(part)) is not None}
    return parts.pop() if len(parts) == 1 else None


def term(terms: tuple[Term, ...], code: str) -> Term | None:
    """The term with this stored code."""
    return next((one for one in terms if one.code == code), None)
