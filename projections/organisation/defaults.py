"""The settings that hold until an administrator sets others, each with its source and mark."""

from __future__ import annotations

from datetime import date

import msgspec


class DefaultSetting(msgspec.Struct, frozen=True):
    """One seeded setting; `mark` as in handbook 0.1."""

    name: str
    value: int
    title_zh: str
    title_en: str
    source: str
    mark: str


VALID_FROM = date(1949, 10, 1)
"""Seeds hold from before any asset was bought, so that every day finds a value."""

DEFAULTS: tuple[DefaultSetting, ...] = (
    DefaultSetting(
        "approval_valid_months",
        12,
        "批复有效期(月)",
        "validity of an approval, months",
        "handbook 8.2",
        "U-L",
    ),
    DefaultSetting(
        "expense_intangibles_below_fen",
        0,
        "单件无形资产直接费用化限额(分，0为不适用)",
        "intangibles below this sum are expensed, fen (0: none)",
        "handbook 5.5",
        "V(P3)",
    ),
    DefaultSetting(
        "idle_months",
        6,
        "闲置预警月数",
        "months before an idle thing is a finding",
        "handbook 10.1 I16",
        "U-L",
    ),
    DefaultSetting(
        "institution_keeps_rent",
        0,
        "事业单位租金留用(1为留用)",
        "institutions keep their rent (1 if so)",
        "handbook 5.8 E20",
        "U-L",
    ),
    DefaultSetting(
        "lease_max_years",
        5,
        "出租最长年限",
        "longest lease, years",
        "handbook 2.3",
        "V(E1)",
    ),
    DefaultSetting(
        "lease_special_max_years",
        10,
        "特殊情况出租最长年限",
        "longest lease in a special case, years",
        "handbook 2.3",
        "V(E1)",
    ),
    DefaultSetting(
        "lend_max_months",
        12,
        "出借、借调最长月数",
        "longest lending, months",
        "handbook 2.3",
        "V(E1)",
    ),
    DefaultSetting(
        "loan_max_days",
        365,
        "公物仓借用最长天数",
        "longest warehouse loan, days",
        "handbook 7.3",
        "U-L",
    ),
    DefaultSetting(
        "repair_major_fen",
        5_000_000,
        "重大维修限额(分)",
        "limit of an ordinary repair, fen",
        "handbook 2.6",
        "U-L",
    ),
    DefaultSetting(
        "repair_scrap_share",
        50,
        "建议报废的维修费占重置价比例(%)",
        "share of the replacement price at which scrapping is suggested, per cent",
        "handbook 2.6",
        "U-L",
    ),
    DefaultSetting(
        "reservation_working_days",
        5,
        "预约保留工作日",
        "working days that a reservation holds",
        "handbook 7.3",
        "U-L",
    ),
    DefaultSetting(
        "split_batch_days",
        30,
        "疑似拆分批次的天数",
        "days within which batches look split",
        "handbook 2.10 E_SPLIT_BATCH",
        "U-L",
    ),
    DefaultSetting(
        "treasury_days",
        10,
        "收入上缴工作日",
        "working days to pay proceeds to the treasury",
        "handbook 10.1 I20",
        "U-L",
    ),
)
