"""Refusals: what the rules forbid, with a stable code and the rule's source (handbook 2.10)."""

from __future__ import annotations

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """One row of the refusal catalogue; `status` is the HTTP status of the answer."""

    zh: str
    en: str
    source: str = ""
    status: int = 422


_TEXTS: dict[str, tuple[str, str, str]] = {
    "E_STATE": ("资产当前状态不允许此操作", "the asset's state does not allow this", "产品规则"),
    "E_TERMINAL": ("资产已处置或作废，不能再办理业务", "the card is closed for good", "产品规则"),
    "E_UNKNOWN_ASSET": ("没有这项资产", "there is no such asset", ""),
    "E_UNKNOWN_UNIT": ("没有这个单位", "there is no such unit", ""),
    "E_UNKNOWN_PROCESS": ("没有这个业务单", "there is no such process", ""),
    "E_UNKNOWN_WAREHOUSE": ("没有这个公物仓", "there is no such warehouse", ""),
    "E_UNKNOWN_STOCKTAKE": ("没有这个盘点任务", "there is no such stocktake", ""),
    "E_EXISTS": ("编号已存在", "the id exists already", ""),
    "E_NO_BOOKS": ("该单位尚未建账，请先设定建账期间", "the unit's books are not opened yet", ""),
    "E_NO_APPROVAL": ("业务日期前没有有效批复", "no approval in force", "条例第53条第1项"),
    "E_LEVEL": ("批复机关权限不足", "the deciding office's limit is lower", "条例第26条"),
    "E_SPLIT_BATCH": (
        "疑似拆分批次：同类资产近期各批合计超过审批权限",
        "a batch that looks split: with its neighbours it passes the limit",
        "产品规则",
    ),
    "E_STEP_OPEN": ("尚有前置环节未办理", "steps before the approval are open", "内部控制规范"),
    "E_STEP_ORDER": ("未轮到该环节", "it is not this step's turn", "内部控制规范"),
    "E_NOT_YOUR_STEP": ("该环节不由本岗位办理", "this step is another post's", "内部控制规范"),
    "E_NO_ROUTE": ("该业务未设置审批环节", "no route is set for this request", "产品规则"),
    "E_NOT_REQUESTER": ("只有申请人可以办理", "only the requester may do this", "内部控制规范"),
    "E_DELEGATION": ("没有有效的授权代理", "no delegation in force", "内部控制规范"),
    "E_MONEY_OPEN": ("款项尚未结清", "money is still owed", "产品规则"),
    "E_APPROVAL_EXPIRED": ("批复已过有效期", "the approval has expired", "地方规定"),
    "E_STD_PRICE": ("单价超过配置标准", "price above the standard", "条例第10条"),
    "E_MIN_LIFE": ("未达最低使用年限，须说明理由", "younger than minimum life", "财资〔2016〕27号"),
    "E_CLASS_UNKNOWN": ("资产分类代码不存在", "unknown class code", "GB/T 14885"),
    "E_DUP_CARD": ("资产编号已被使用", "the card number is taken", "产品规则"),
    "E_DUP_LABEL": ("标签号已被使用", "the label number is taken", "产品规则"),
    "E_DUP_SERIAL": ("同品牌型号下出厂编号重复", "serial number appears twice", "产品规则"),
    "E_DUP_VIN": ("车架号已在另一张在账卡片上", "another live card bears this VIN", "产品规则"),
    "E_DUP_PLATE": ("车牌号已在另一张在账卡片上", "another live card bears this plate", "产品规则"),
    "E_DUP_CERTIFICATE": (
        "权属证号已在另一张在账卡片上",
        "another live card bears this certificate",
        "产品规则",
    ),
    "E_VIN_DIGIT": ("车架号校验位不符", "the VIN's check digit does not fit", "GB 16735"),
    "E_MATERIAL": ("办公家具使用名贵木材", "office furniture of precious wood", "财资〔2016〕27号"),
    "E_LATE_BOOKING": ("取得后一个多月才入账", "booked more than a month late", "会计法"),
    "E_LATE_ENTRY": ("补录：早于该资产已登记的业务", "entered late, after later facts", "产品规则"),
    "E_LATE_CONFLICT": (
        "与之后已登记的业务矛盾，请先更正或冲销后来的业务",
        "later facts contradict it: correct or reverse those first",
        "产品规则",
    ),
    "E_RECLASS_BOOKS": (
        "变更分类不得改变会计科目和折旧口径",
        "a class may not change account or depreciation",
        "GB/T 14885-2022 说明",
    ),
    "E_CLASS_CHOICE": ("请从候选分类中选定", "choose one of the candidates", "产品规则"),
    "E_CROSSWALK": (
        "不在新旧分类对照的候选之内",
        "not among the crosswalk's candidates",
        "产品规则",
    ),
    "E_LIFE_SHORT": (
        "折旧年限低于该分类的最低年限",
        "life below the class's minimum",
        "财会〔2017〕4号",
    ),
    "E_DOCUMENT": ("更正该字段须填写依据文号", "this correction needs a document", "产品规则"),
    "E_VEHICLE_DONATION": (
        "政府部门不得接受企业事业单位或个人捐赠的车辆",
        "a government department may not accept a donated vehicle",
        "机关事务管理条例第25条",
    ),
    "E_SELF_POSTING": (
        "登记人与入账（复核）人不能是同一人",
        "the person who registered may not post or release",
        "内部控制规范",
    ),
    "E_SELF_APPROVAL": (
        "申请人与审批人不能是同一人",
        "requester and approver are one person",
        "条例第53条",
    ),
    "E_PERIOD_CLOSED": ("会计期间已结账", "the period is closed", "会计法"),
    "E_PERIOD_RUN": (
        "该期间已计提折旧，请记入下一期间",
        "the period's depreciation has run",
        "产品规则",
    ),
    "E_ALREADY_RUN": ("该期间已计提折旧", "depreciation has run for this period", "产品规则"),
    "E_PREVIOUS_OPEN": (
        "上一期间尚未计提或结账",
        "the previous period is not done",
        "产品规则",
    ),
    "E_NOT_RUN": (
        "该期间未计提折旧，如确需结账请填写原因",
        "no depreciation run; closing needs a reason",
        "产品规则",
    ),
    "E_VALUE_MISMATCH": ("卡片价值与凭证不一致", "card value and voucher differ", "条例第35条"),
    "E_FUND_SPLIT": (
        "财政与非财政资金之和不等于价值",
        "funds do not add up to the value",
        "产品规则",
    ),
    "E_VOUCHER_EXISTS": ("已有凭证，不能作废", "a voucher exists", "产品规则"),
    "E_COUNT_FROZEN": ("盘点期间冻结变动", "moves are frozen by a count", "产品规则"),
    "E_SEALED": ("资产被查封冻结", "the asset is sealed", "产品规则"),
    "E_SEALED_FOR_DISPOSAL": (
        "资产已批复处置，不得使用或移动",
        "approved for disposal: no use or move",
        "产品规则",
    ),
    "E_PROCESS_OPEN": ("资产已有在办业务", "another process holds the asset", "产品规则"),
    "E_NO_COUNT_TASK": ("盘盈须在盘点任务中登记", "a gain needs a stocktake", "产品规则"),
    "E_SINGLE_COUNTER": ("盘亏须由第二人复核", "a second counter must confirm", "产品规则"),
    "E_ALREADY_WRITTEN_OFF": ("已核销，不能恢复", "written off already", "产品规则"),
    "E_NO_LIABILITY_DECISION": ("缺少责任认定", "no liability decision", "条例第38-39条"),
    "E_TITLE_DISPUTE": ("权属有争议，不能入仓", "title is disputed", "产品规则"),
    "E_CLASSIFIED_WH": ("涉密资产不得入公物仓", "classified goods are refused", "保密法第28条"),
    "E_CONDITION": ("品相不符合要求", "the condition does not allow this", "产品规则"),
    "E_NO_ATTACHMENT": ("须附上文件", "a file is needed", "产品规则"),
    "E_NO_PHOTO": ("上架前须有照片", "a photo is needed before listing", "产品规则"),
    "E_RESERVED": ("已被其他单位预约", "somebody reserved it first", "产品规则"),
    "E_RESERVED_BY_OTHER": ("由其他单位预约", "reserved by another unit", "产品规则"),
    "E_NOT_APPROVED": ("借用未经批准", "the loan is not approved", "产品规则"),
    "E_NO_DUE_DATE": ("须填写归还日期", "a due date is needed", "产品规则"),
    "E_RETURN_INSPECTION": ("归还须有查验记录", "a return needs an inspection", "产品规则"),
    "E_TERM_LIMIT": ("超过最长期限", "longer than the limit", "地方规定"),
    "E_NOT_HOLDER": ("借用单位无权办理", "the borrower may not do this", "产品规则"),
    "E_ENCUMBERED": ("资产出租出借中，不能处置", "let or lent: no disposal", "产品规则"),
    "E_SECRECY_REPAIR": (
        "涉密设备不得送外维修",
        "no outside repair of classified",
        "保密法实施条例",
    ),
    "E_NO_SECRECY_CERT": ("缺少涉密载体销毁证明", "no destruction certificate", "保密法第31条"),
    "E_NO_APPRAISAL": ("未经评估", "no appraisal", "条例第36条"),
    "E_PREMISES_LEASE": (
        "政府部门办公用房不得出租、出借，确需办理须有本级政府批准文号",
        "a government department's office premises are not let or lent",
        "机关事务管理条例第23条",
    ),
    "E_ADMIN_INVEST": (
        "行政单位不得以国有资产对外投资",
        "an administrative unit may not invest",
        "条例第12条",
    ),
    "E_RENT_OPEN": ("租金尚未收齐", "rent is still open", "产品规则"),
    "E_NO_ACCEPTANCE": ("缺少竣工验收", "no acceptance of the work", "条例第31条"),
    "E_MILEAGE": ("里程数须填写且不得减少", "the mileage is needed and never falls", "产品规则"),
    "E_BELOW_FLOOR": ("成交价低于批准底价", "price below the approved floor", "产品规则"),
    "E_KIND_MISMATCH": ("处置方式与批复不一致", "kind differs from the approval", "产品规则"),
    "E_ALREADY_EXECUTED": ("已执行，不能撤销批复", "executed already", "产品规则"),
    "E_ALREADY_CLOSED": ("业务单已结清", "the process is closed", ""),
    "E_AMOUNT": ("金额不合理", "the amount does not fit", ""),
    "E_RECEIVER": ("调入单位不正确", "the receiver is wrong", "产品规则"),
    "E_RECEIVER_OVER_STD": ("调入后超标准", "receiver over standard", "产品规则"),
    "E_TOUCHED": ("导入后已有后续业务，不能整批撤销", "used since the import", ""),
    "E_CARD_FIELD": ("卡片字段不正确", "a card field is wrong", "产品规则"),
    "E_ATTRIBUTE": ("不允许更正此字段", "this field is not corrected this way", ""),
    "E_DATE": ("业务日期不合理", "the business date does not fit", ""),
    "E_REASON": ("须填写原因", "a reason is needed", ""),
    "E_LOW_VALUE": (
        "低于固定资产单位价值标准，应计入费用或库存物品（1302）并登记备查",
        "below the capitalisation line: an expense or stores (1302), with a register",
        "财政部令第108号、第113号",
    ),
    "E_EXPENSED": (
        "单价低于标准的无形资产一次性计入费用，不建卡片",
        "a cheap intangible is expensed at once and gets no card",
        "政府会计准则第4号",
    ),
    "E_PREMISES_RENT": (
        "政府部门租用办公用房须经本级政府批准",
        "a government department rents premises by its government's leave only",
        "机关事务管理条例第23条",
    ),
    "E_NO_WIPE_CERT": ("缺少数据清除证明", "no certificate that media were wiped", "保密法第31条"),
    "E_PAID_OVER": (
        "款项已上缴国库，不能冲销；请先向财政申请退付，再按新业务重新入账",
        "paid to the treasury: ask for a refund, then book the thing anew",
        "条例第25-26条",
    ),
    "E_OMITTED": ("另有漏提月份，须一并补提", "other months were left out too", "产品规则"),
    "E_PENDING_OPEN": (
        "待处理财产损溢（1902）尚有余额，年终不得结账",
        "1902 is not empty: the year is not closed",
        "政府会计制度",
    ),
    "E_BOOKS_DIFFER": (
        "账卡不符，请先对账",
        "ledger and cards differ: reconcile first",
        "会计法",
    ),
    "E_YEAR_OPEN": (
        "12 月须办理年终结账（close-year）",
        "December is closed with its year (close-year)",
        "政府会计制度",
    ),
    "E_SUB_KIND": ("业务类型不正确", "unknown sub-kind", "产品规则"),
}

_STATUS = {
    "E_UNKNOWN_ASSET": 404,
    "E_UNKNOWN_UNIT": 404,
    "E_UNKNOWN_PROCESS": 404,
    "E_UNKNOWN_WAREHOUSE": 404,
    "E_UNKNOWN_STOCKTAKE": 404,
    "E_DUP_CARD": 409,
    "E_DUP_LABEL": 409,
    "E_DUP_VIN": 409,
    "E_DUP_PLATE": 409,
    "E_DUP_CERTIFICATE": 409,
    "E_EXISTS": 409,
    "E_RESERVED": 409,
}

REFUSALS: dict[str, Rule] = {
    code: Rule(zh, en, source, _STATUS.get(code, 422)) for code, (zh, en, source) in _TEXTS.items()
}
"""Every refusal code with its words in both languages and its source."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer of the rules, not a fault
    """A command that the rules forbid; nothing was changed.

    `field` names the part of the command, `detail_zh`/`detail_en` say what to do about it.
    """

    def __init__(
        self, code: str, detail_zh: str = "", detail_en: str = "", *, field: str | None = None
    ) -> None:
        self.code = code
        self.rule = REFUSALS[code]
        self.detail_zh = detail_zh
        self.detail_en = detail_en or detail_zh
        self.field = field
        super().__init__(f"{code}: {self.zh}")

    @property
    def zh(self) -> str:
        """The whole sentence in Chinese."""
        return f"{self.rule.zh}：{self.detail_zh}" if self.detail_zh else self.rule.zh

    @property
    def en(self) -> str:
        """The whole sentence in English."""
        return f"{self.rule.en}: {self.detail_en}" if self.detail_en else self.rule.en


def refuse_unless(
    condition: object,
    code: str,
    detail_zh: str = "",
    detail_en: str = "",
    *,
    field: str | None = None,
) -> None:
    """Raise `Refused(code)` unless `condition` holds."""
    if not condition:
        raise Refused(code, detail_zh, detail_en, field=field)
