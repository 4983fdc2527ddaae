"""Dated configuration standards: how many, how dear, how long (handbook 6.2, 6.3, 3.4)."""

from __future__ import annotations

from datetime import date

import msgspec

BUREAU, DIVISION = "司局级", "处级及以下"
CENTRAL = "central administrative units"
DOC_2016 = "财资〔2016〕27号"
DOC_CARS = "党政机关公务用车管理办法"


class Share(msgspec.Struct, frozen=True, tag="share"):
    """A percentage of the filled establishment, rounded down (product)."""

    percent: int
    percent_classified: int | None = None


class Steps(msgspec.Struct, frozen=True, tag="steps"):
    """One per `first_each` heads up to `first_until`, then one per `then_each`; parts count."""

    first_each: int
    first_until: int
    then_each: int


class PerPerson(msgspec.Struct, frozen=True, tag="per_person"):
    """A number of pieces a person, by rank where it differs."""

    pieces: int
    pieces_bureau: int | None = None


class ByNeed(msgspec.Struct, frozen=True, tag="by_need"):
    """No number: by room, area, quota or approved need; `note` says which."""

    note: str


QtyRule = Share | Steps | PerPerson | ByNeed


class StandardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a standard; prices in fen per `cap_basis`, both dates included, None open.

    `price_caps` pairs a rank (or a use of a vehicle) with its cap; rank None is for everyone.
    """

    item: str
    class_prefix: str
    qty_rule: QtyRule
    price_caps: tuple[tuple[str | None, int], ...]
    min_life_years: int
    clause: str
    mark: str
    doc_no: str = DOC_2016
    valid_from: date | None = date(2016, 7, 1)
    valid_to: date | None = None
    scope: str = CENTRAL
    cap_basis: str = "piece"
    life_alt: str | None = None


def _equipment(
    item: str, prefix: str, rule: QtyRule, yuan: int, mark: str = "V(T1)", life_alt: str = ""
) -> StandardRow:
    return StandardRow(
        item=item,
        class_prefix=prefix,
        qty_rule=rule,
        price_caps=((None, yuan * 100),),
        min_life_years=6,
        clause="通用办公设备配置标准表",
        mark=mark,
        life_alt=life_alt or None,
    )


def _furniture(
    item: str, prefix: str, rule: QtyRule, yuan: tuple[int, ...], life: int
) -> StandardRow:
    ranks: tuple[str | None, ...] = (None,) if len(yuan) == 1 else (BUREAU, DIVISION)
    return StandardRow(
        item=item,
        class_prefix=prefix,
        qty_rule=rule,
        price_caps=tuple((rank, cap * 100) for rank, cap in zip(ranks, yuan, strict=True)),
        min_life_years=life,
        clause="通用办公家具配置标准表",
        mark="V(T1)",
    )


def _vehicle(item: str, prefix: str, caps: tuple[tuple[str | None, int], ...]) -> StandardRow:
    return StandardRow(
        item=item,
        class_prefix=prefix,
        qty_rule=ByNeed("车辆编制"),
        price_caps=tuple((use, yuan * 100) for use, yuan in caps),
        min_life_years=8,
        clause="配备标准",
        mark="V(G1) caps; life and dates U-H",
        doc_no=DOC_CARS,
        valid_from=date(2017, 12, 5),
        scope="party and government organs",
    )


EQUIPMENT: tuple[StandardRow, ...] = (
    StandardRow(
        item="台式计算机",
        class_prefix="A02010105",
        qty_rule=ByNeed("2016年以前"),
        price_caps=((None, 6000_00),),
        min_life_years=5,
        clause="通用办公设备配置标准表",
        mark="V(T1) figures; number and first day not read",
        doc_no="2016年以前的标准",
        valid_from=None,
        valid_to=date(2016, 6, 30),
    ),
    _equipment("台式计算机", "A02010105", Share(100, 150), 5000),
    _equipment("便携式计算机", "A02010108", Share(50), 7000),
    _equipment("A4黑白打印机", "A02021003", Share(80), 1200),
    _equipment("A4彩色打印机", "A02021004", Share(3), 2000, "U-H"),
    _equipment("A3黑白打印机", "A02021001", Share(15), 7600, "V(T2); central U-H"),
    _equipment("A3彩色打印机", "A02021002", Share(3), 15000, "V(T2); central U-H"),
    _equipment("票据打印机", "A02021006", ByNeed("按需"), 3000, "U-M"),
    _equipment("复印机", "A020201", Steps(20, 100, 30), 35000, life_alt="300,000 copies"),
    _equipment("一体机", "A020204", Share(30), 3000),
    _equipment("传真机", "A02081001", Share(30), 3000),
    _equipment("扫描仪", "A02021118", ByNeed("按需"), 4000, "U-M"),
    _equipment("碎纸机", "A02021301", Share(5), 1000, "U-M"),
    _equipment("投影仪", "A020202", ByNeed("按需"), 10000, "U-M"),
)

FURNITURE: tuple[StandardRow, ...] = (
    _furniture("办公桌", "A05010201", PerPerson(1), (4500, 3000), 15),
    _furniture("办公椅", "A05010301", PerPerson(1), (1500, 800), 15),
    _furniture("三人沙发", "A05010401", ByNeed("按办公室面积"), (3000,), 15),
    _furniture("单人沙发", "A05010402", ByNeed("按办公室面积"), (1500,), 15),
    _furniture("大茶几", "A05010204", ByNeed("每间大小茶几任选其一"), (1000,), 15),
    _furniture("小茶几", "A05010204", ByNeed("每间大小茶几任选其一"), (800,), 15),
    _furniture("桌前椅", "A05010302", ByNeed("每间1把"), (800,), 15),
    _furniture("书柜", "A05010501", PerPerson(1, 2), (2000, 1200), 15),
    _furniture("文件柜", "A05010502", PerPerson(1), (2000, 1000), 20),
    _furniture("更衣柜", "A05010503", ByNeed("每间1组"), (2000, 1000), 15),
    _furniture("保密柜", "A05010504", ByNeed("按保密规定和需要"), (3000,), 20),
    _furniture("茶水柜", "A05010505", ByNeed("每间1组"), (1500,), 20),
    _furniture("会议椅", "A05010303", ByNeed("按会议室面积"), (800,), 15),
    StandardRow(
        item="会议桌",
        class_prefix="A05010202",
        qty_rule=ByNeed("按会议室面积"),
        price_caps=(("≤50", 1600_00), ("50-100", 1200_00), (">100", 1000_00)),
        min_life_years=20,
        clause="通用办公家具配置标准表",
        mark="V(T1)",
        cap_basis="m2",
    ),
)

VEHICLES: tuple[StandardRow, ...] = (
    _vehicle(
        "公务用轿车",
        "A02030501",
        (("机要通信用车", 120000), ("应急保障用车", 180000), (None, 180000)),
    ),
    _vehicle(
        "越野车、商务车",
        "A020305",
        (("机要通信用车", 120000), ("应急保障用车", 180000), ("特殊工作需要", 250000)),
    ),
    _vehicle("小型客车", "A02030601", (("特殊工作需要", 250000),)),
    _vehicle("大中型客车", "A02030602", ((None, 450000),)),
)

STANDARDS: tuple[StandardRow, ...] = (*EQUIPMENT, *FURNITURE, *VEHICLES)

# Shares that several items have together (6.2, V(T1); A3 V(T2)).
GROUP_SHARES: dict[str, Share] = {
    "打印机": Share(80),
    "A3打印机": Share(15),
    "彩色打印机": Share(3),
}


def in_force(row: StandardRow, day: date) -> bool:
    """Whether `day` lies within the row's dates."""
    begun = row.valid_from is None or row.valid_from <= day
    return begun and (row.valid_to is None or day <= row.valid_to)


def rows_on(class_code: str, day: date) -> tuple[StandardRow, ...]:
    """Rows in force that fit the class, longest prefix only (大茶几 and 小茶几 share one)."""
    fit = [row for row in STANDARDS if class_code.startswith(row.class_prefix)]
    fit = [row for row in fit if in_force(row, day)]
    longest = max((len(row.class_prefix) for row in fit), default=0)
    return tuple(row for row in fit if len(row.class_prefix) == longest)


def price_cap_on(class_code: str, day: date, rank: str | None = None) -> int | None:
    """The price cap in fen per piece on `day`; None where no standard caps it.

    Without a known rank the highest cap holds: nobody is accused on a guess.
    """
    caps = [
        (cap_rank, fen)
        for row in rows_on(class_code, day)
        if row.cap_basis == "piece"
        for cap_rank, fen in row.price_caps
    ]
    named = [fen for cap_rank, fen in caps if rank is not None and cap_rank == rank]
    return max(named or [fen for _, fen in caps], default=None)


def min_life_years_on(class_code: str, day: date) -> int | None:
    """Years before which a thing is not renewed; not the depreciation life (5.4)."""
    return min((row.min_life_years for row in rows_on(class_code, day)), default=None)


def quantity_cap(
    item: str,
    headcount: int,
    *,
    day: date = date(2016, 7, 1),
    classified: bool = False,
    bureau_heads: int = 0,
) -> int | None:
    """Most pieces of `item` for `headcount` filled posts; None where it goes by need.

    `bureau_heads` of them hold the rank of a bureau. 打印机, A3打印机 and 彩色打印机 are the
    shares that several items have together.
    """
    rule: QtyRule | None = GROUP_SHARES.get(item)
    if rule is None:
        rule = next((r.qty_rule for r in STANDARDS if r.item == item and in_force(r, day)), None)
    match rule:
        case Share(percent, secret):
            return headcount * (secret if classified and secret else percent) // 100
        case Steps(first_each, first_until, then_each):
            excess = max(0, headcount - first_until)
            return -(-min(headcount, first_until) // first_each) + -(-excess // then_each)
        case PerPerson(pieces, pieces_bureau):
            more = (pieces_bureau or pieces) - pieces
            return headcount * pieces + bureau_heads * more
        case _:
            return None
