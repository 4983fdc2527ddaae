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
        "idle_months",
        6,
        "闲置预警月数",
        "months before an idle thing is a finding",
        "handbook 10.1 I16",
        "U-L",
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
        "reservation_working_days",
        5,
        "预约保留工作日",
        "working days that a reservation holds",
        "handbook 7.3",
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
