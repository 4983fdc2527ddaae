"""What the units of the demo city hold: kinds of things, what they cost, who buys them."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from itertools import accumulate

import msgspec

from domain.catalogue import classes, lives, standards
from domain.catalogue.classes import STD_2022

EVERYBODY = ("organ", "school", "hospital", "institution", "subordinate", "temporary")


class Good(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing; prices in yuan a piece, `weight` of 1,000 things of a unit that buys it."""

    code: str
    name: str
    models: tuple[tuple[str, str], ...]
    yuan: tuple[int, int]
    weight: float
    sorts: tuple[str, ...] = EVERYBODY
    measure: str = "台"
    many: int = 1
    """The most pieces of one purchase."""
    oldest_years: int = 8
    """How old the oldest of them are when the books are opened."""
    life_months: int | None = None
    steep: bool = False
    """Prices crowd at the lower end, as those of houses and software do."""

    @property
    def card_type(self) -> str:
        """The card style of the class."""
        return classes.card_type(self.code) or "other_fixed"

    @property
    def account(self) -> str:
        """The usual account of the class."""
        return classes.account_of(self.code) or "1601"

    def price_fen(self, rng: random.Random) -> int:
        """A price of one piece, in fen, whole yuan."""
        low, high = self.yuan
        if not self.steep:
            return rng.randint(low, high) * 100
        return min(high, int(low + rng.expovariate(1.0) * (high - low) / 44)) * 100

    @property
    def life(self) -> int:
        """Months of depreciation; 0 where the class has none."""
        return _life(self)

    def is_old(self, acquired_on: date, day: date) -> bool:
        """Tell whether a thing may be scrapped without a reason."""
        return (day - acquired_on).days > 366 * _service_years(self.code)


@cache
def _life(good: Good) -> int:
    if good.life_months is not None:
        return good.life_months
    if lives.exempt_reason(good.code) is not None:
        return 0
    rule = lives.life_rule(good.code, "钢筋混凝土结构")
    assert rule is not None, good.code
    return rule.min_months


@cache
def _service_years(code: str) -> int:
    return standards.min_life_years_on(code, date(2020, 1, 1)) or 6


def _good(
    code: str, name: str, models: str, yuan: tuple[int, int], weight: float, **more: object
) -> Good:
    """Return a row; `models` are "brand model" pairs with a slash between them."""
    pairs = tuple((pair.split(" ")[0], pair.split(" ")[1]) for pair in models.split("/"))
    return Good(code=code, name=name, models=pairs, yuan=yuan, weight=weight, **more)  # type: ignore[arg-type]


HOUSE = _good(
    "A01010100", "办公用房", "- -", (500_000, 200_000_000), 0, measure="幢", steep=True,
    oldest_years=25,
)  # fmt: skip
LAND = _good(
    "A08040100", "土地使用权", "- -", (1_000_000, 90_000_000), 0, measure="宗", steep=True,
    life_months=600, oldest_years=15,
)  # fmt: skip

GOODS: tuple[Good, ...] = (
    _good("A02010105", "台式计算机", "云启 T520/云启 T630/方舟 M4", (3800, 5000), 190, many=20),
    _good("A02010108", "便携式计算机", "云启 X13/方舟 L14", (5000, 7000), 70, many=10),
    _good("A02010104", "服务器", "岚图 R5300/岚图 R6500", (32_000, 180_000), 10, many=3),
    _good("A02010202", "交换设备", "岚图 S5735/岚图 S6720", (4_000, 26_000), 18, many=6),
    _good("A02020100", "复印机", "墨池 C3/墨池 C5", (12_000, 35_000), 12, many=2),
    _good("A02020200", "投影仪", "明窗 P20/明窗 P30", (4_000, 9_800), 20, many=6),
    _good("A02020400", "多功能一体机", "墨池 D2/墨池 D4", (1_500, 3_000), 36, many=6),
    _good("A02021003", "A4黑白打印机", "墨池 A1/墨池 A2", (900, 1_200), 70, many=10),
    _good("A02021301", "碎纸机", "墨池 S8/墨池 S9", (400, 1_000), 15, many=5),
    _good("A02061804", "空调机", "清岚 35G/清岚 72L", (2_500, 8_900), 60, many=12, oldest_years=10),
    _good("A02091107", "视频监控设备", "守望 V4/守望 V8", (1_800, 60_000), 16, many=4),
    _good("A02100000", "仪器仪表", "衡准 Y10/衡准 Y20", (6_000, 260_000), 12, many=3,
          sorts=("institution", "school", "hospital")),
    _good("A02320000", "医疗设备", "岚山 B超6/岚山 监护9/岚山 CT64", (30_000, 4_800_000), 90,
          many=2, sorts=("hospital",), steep=True, life_months=96),
    _good("A02030501", "轿车", "驰原 2.0/驰原 1.8", (120_000, 180_000), 9, measure="辆",
          oldest_years=12),
    _good("A02030601", "小型客车", "驰原 商旅9", (170_000, 250_000), 3, measure="辆",
          oldest_years=12),
    _good("A05010201", "办公桌", "云栖 D14/云栖 D16", (800, 3_000), 95, measure="张", many=30,
          oldest_years=18),
    _good("A05010301", "办公椅", "云栖 Y1/云栖 Y3", (200, 800), 130, measure="把", many=40,
          oldest_years=18),
    _good("A05010502", "文件柜", "云栖 G2/云栖 G4", (500, 1_000), 75, measure="组", many=20,
          oldest_years=22),
    _good("A05010203", "教学、实验用桌", "云栖 K1/云栖 K2", (300, 900), 120, measure="张", many=60,
          sorts=("school",), oldest_years=14),
    _good("A04010000", "图书", "- -", (2_000, 48_000), 12, measure="批",
          sorts=("school", "institution")),
    _good("A08060303", "应用软件", "松果 档案通/松果 协同办公", (5_000, 3_000_000), 18,
          measure="套", life_months=120, steep=True),
)  # fmt: skip

_ROWS = {sort: [good for good in GOODS if sort in good.sorts] for sort in EVERYBODY}
_SUMS = {sort: list(accumulate(good.weight for good in rows)) for sort, rows in _ROWS.items()}


def choose_good(sort: str, rng: random.Random) -> Good:
    """A kind of thing as a unit of this sort would hold it."""
    return rng.choices(_ROWS[sort], cum_weights=_SUMS[sort])[0]


def std() -> str:
    """The edition of the classes that the city uses."""
    return STD_2022


def cap_fen(good: Good, day: date) -> int | None:
    """The price cap of one piece on `day`, None where no standard caps it."""
    return standards.price_cap_on(good.code, day)


def class6(good: Good) -> str:
    """The class to its first six digits after the letter: what "the same class" means in I05."""
    return good.code[:7]
