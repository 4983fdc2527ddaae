"""The rules in force: names, weight, deadline, law and prose; the SQL stands in `<code>.sql`."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import LiteralString

import msgspec

DEADLINE_DAYS = {1: 90, 2: 60, 3: 30, 4: 15}
"""Days to put a finding right by severity (product default, U-L)."""

ASSET, PROCESS, MONTH = "asset", "process", "month"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. `subject` is what it is judged by; `version` is raised with every change of it.

    `severity` 1 low to 4 grave; a finding that stands long weighs `severity_grave` in the end.
    """

    code: str
    zh: str
    en: str
    severity: int
    source: str
    prose_zh: str
    prose_en: str
    subject: str = ASSET
    version: int = 1
    valid_from: date = date(1949, 10, 1)
    valid_to: date | None = None
    severity_grave: int | None = None

    @property
    def deadline_days(self) -> int:
        """Days from the finding to its rectification."""
        return DEADLINE_DAYS[self.severity]


RULES: tuple[Rule, ...] = (
    Rule(
        code="I01",
        zh="未批先购置",
        en="bought before approval",
        severity=3,
        source="国务院令第738号第53条(1)",
        prose_zh="购置取得日期早于最早的有效批复日期，或者没有批复。",
        prose_en="The purchase was made before the earliest approval, or without any.",
    ),
    Rule(
        code="I02",
        zh="未批先处置",
        en="disposed of before approval",
        severity=4,
        source="国务院令第738号第19、53条",
        prose_zh="处置执行日期早于批复日期或者没有批复；或者盘点已查明缺失，之后又申请处置。",
        prose_en="The disposal was carried out before its approval or without one; or it was asked "
        "for after a count had found the thing missing.",
    ),
    Rule(
        code="I03",
        zh="超标准配置(价格)",
        en="price above the standard",
        severity=3,
        source="国务院令第738号第8、10条; 财资〔2016〕27号",
        prose_zh="单价高于合同日期(没有合同日期的按取得日期)有效配置标准的价格上限。",
        prose_en="The price per piece is above the cap in force on the day of the contract, or of "
        "the acquisition where there is no contract day.",
    ),
    Rule(
        code="I05",
        zh="未先调剂",
        en="bought though the warehouse had one",
        severity=2,
        source="国务院令第738号第8至11条",
        prose_zh="批准购置当日，同级公物仓有同类(分类代码前六位相同)上架资产，且未说明不调剂的理由。",
        prose_en="On the day of the approval a warehouse of the level listed a thing of the same "
        "class, to its first six digits, and no reason for refusing it was given.",
    ),
    Rule(
        code="I11",
        zh="未及时入账",
        en="booked late",
        severity=1,
        source="国务院令第738号第30、35条",
        prose_zh="取得之日起满一个月后才入账，或者至今未入账。",
        prose_en="Booked more than a calendar month after the acquisition, or not booked yet.",
    ),
    Rule(
        code="I12",
        zh="应计未计折旧",
        en="depreciation left out",
        severity=2,
        source="政府会计准则第3号应用指南",
        prose_zh="已结账的月份没有给应计提折旧的资产计提，或者该月没有计提折旧。",
        prose_en="A closed month has no depreciation for a card that should have had some.",
        subject=MONTH,
    ),
    Rule(
        code="I15",
        zh="权证不齐",
        en="title certificate missing",
        severity=2,
        version=2,
        source="国务院令第738号第40条; 参数 title_office",
        prose_zh="房屋、土地没有权属证号，不论产权形式；或者权属人既不是本单位，"
        "也不是当日有效的权属统一登记单位。",
        prose_en="A house or land without a certificate number, whatever its title form; or whose "
        "certificate names an owner other than the unit or the office authorised to hold title.",
    ),
    Rule(
        code="I16",
        zh="低效闲置",
        en="idle too long",
        severity=2,
        source="国务院令第738号第8、11条; 参数 idle_months",
        prose_zh="闲置超过规定月数且未上架公物仓。",
        prose_en="Idle for more than the set number of months and not on a warehouse's list.",
    ),
    Rule(
        code="I20",
        zh="收入未上缴",
        en="proceeds not paid to the treasury",
        severity=4,
        source="国务院令第738号第25至26条; 参数 treasury_days",
        prose_zh="收到处置等收入后，超过规定工作日仍有应缴未缴款。",
        prose_en="Money owed to the treasury was not all paid within the set number of working "
        "days after its receipt.",
        subject=PROCESS,
    ),
    Rule(
        code="I21",
        zh="公物仓超期未还",
        en="warehouse loan overdue",
        severity=1,
        severity_grave=2,
        source="GB/T 44127-2024",
        prose_zh="公物仓借用到期未归还；超过30天加重。",
        prose_en="A warehouse loan was not back on its due day; it weighs more after 30 days.",
    ),
)

BY_CODE = {rule.code: rule for rule in RULES}


@cache
def rule_sql(code: str) -> LiteralString:
    """Return the SELECT of a rule: its findings about %(subjects)s, with ranges of positions."""
    path = files("projections.issues.rules") / f"{code.lower()}.sql"
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))
