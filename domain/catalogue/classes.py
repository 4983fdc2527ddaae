"""Asset classes by standard and code: what a code means, and what follows from it."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import msgspec

from domain.catalogue import rows_2010, rows_2013, rows_2022

STD_2022 = "GB/T 14885-2022"
STD_2010 = "GB/T 14885-2010"
STD_1994 = "GB/T 14885-1994"
STD_2013 = "政府采购品目分类目录-2013"

CODE_FORMS: dict[str, re.Pattern[str]] = {
    STD_2022: re.compile(r"A\d{8}"),
    STD_2013: re.compile(r"A\d{4}(?:\d\d){0,3}"),
    STD_2010: re.compile(r"[1-6]\d{6}"),
    STD_1994: re.compile(r"\d{6}"),
}
"""Form of a whole code in each standard (handbook 4.1)."""

STD_IN_FORCE: dict[str, date] = {
    STD_2022: date(2022, 12, 30),  # V(N3)
    STD_2013: date(2013, 12, 1),  # U-M
    STD_2010: date(2011, 5, 1),  # U-M; amendment 1 in force 2013-12-15
    STD_1994: date(1994, 12, 1),  # U-M
}
"""First day of each edition. An older card may carry a newer code: units re-code."""


class ClassRow(msgspec.Struct, frozen=True):
    """One class of one standard; `mark` as in handbook 0.1."""

    std: str
    code: str
    name: str
    name_en: str
    mark: str


class CodeFinding(msgspec.Struct, frozen=True):
    """What is odd about a class code; `severity` is "error" or "warning"."""

    code: str
    severity: str
    zh: str
    en: str


def _row_2022(row: tuple[str, str, str, str]) -> ClassRow:
    return ClassRow(STD_2022, *row)


@cache
def _rows_by_std() -> dict[str, dict[str, ClassRow]]:
    old_2013 = (ClassRow(STD_2013, code, name, "", "V(C6)") for code, name in rows_2013.ROWS)
    old_2010 = (ClassRow(STD_2010, code, name, "", "V(C7,N4)") for code, name in rows_2010.ROWS)
    return {
        STD_2022: {row[0]: _row_2022(row) for row in rows_2022.ROWS},
        STD_2013: {row.code: row for row in old_2013},
        STD_2010: {row.code: row for row in old_2010},
        STD_1994: {},
    }


def rows(std: str = STD_2022) -> tuple[ClassRow, ...]:
    """Every seeded class of a standard, by code."""
    return tuple(_rows_by_std()[std].values())


def find(std: str, code: str) -> ClassRow | None:
    """The seeded class, or None: the tables are known to be incomplete."""
    return _rows_by_std().get(std, {}).get(code)


@cache
def nearest(code: str) -> ClassRow | None:
    """The 2022 class itself, or its closest seeded parent (6, then 4, then 2 digits)."""
    for length in (9, 7, 5, 3):
        row = find(STD_2022, code[:length].ljust(9, "0"))
        if row is not None:
            return row
    return None


@cache
def check_code(std: str, code: str) -> CodeFinding | None:
    """None when the code is seeded; a warning when it may be right; an error when it cannot."""
    form = CODE_FORMS.get(std)
    if form is None:
        return CodeFinding("E_CLASS_STD", "error", f"不认识的国标版本:{std}", "unknown standard")
    if not form.fullmatch(code):
        zh = f"资产分类代码 {code} 不符合 {std} 的形式"
        return CodeFinding("E_CLASS_FORM", "error", zh, f"code is not of the form of {std}")
    if find(std, code) is not None:
        return None
    if std == STD_2022 and nearest(code) is None:
        zh = f"资产分类代码 {code} 的门类不存在"
        return CodeFinding("E_CLASS_UNKNOWN", "error", zh, "no such top level of classes")
    zh = f"资产分类代码 {code} 不在已收录的 {std} 表中,请核对"
    return CodeFinding("W_CLASS_NOT_SEEDED", "warning", zh, "code is not in the seeded table")


OFFICE = "A010101"
HOUSE, STRUCTURE, EQUIPMENT, VEHICLE = "A0101", "A0102", "A02", "A0203"
RELIC, BOOK, FURNITURE, LIVING = "A03", "A04", "A05", "A06"
MEDIA_BEARING = (
    "A020101", "A020102", "A020103", "A020104", "A020105", "A02020100", "A02020400", "A020205",
    "A02020600",
)  # fmt: skip
MATERIAL, INTANGIBLE, LAND_RIGHT, SOFTWARE = "A07", "A08", "A080401", "A080603"


def is_house(code: str) -> bool:
    """Houses: life by building structure, title certificate."""
    return code.startswith(HOUSE)


def is_office(code: str) -> bool:
    """Office premises (办公用房) of the 2022 edition."""
    return code.startswith(OFFICE)


def is_land(code: str) -> bool:
    """Land-use rights carried separately."""
    return code.startswith(LAND_RIGHT)


def is_vehicle(code: str) -> bool:
    """Vehicles: plate, VIN, quota."""
    return code.startswith(VEHICLE)


def bears_media(code: str) -> bool:
    """Devices that keep data: computers, storage, terminals, copiers, printers, cameras (8.4)."""
    return code.startswith(MEDIA_BEARING)


def is_furniture(code: str) -> bool:
    """Furniture and utensils: batch cards are allowed."""
    return code.startswith(FURNITURE)


def is_book(code: str) -> bool:
    """Books and archives: batch cards are allowed, no depreciation."""
    return code.startswith(BOOK)


def is_software(code: str) -> bool:
    """Computer software held as an intangible asset."""
    return code.startswith(SOFTWARE)


def is_intangible(code: str) -> bool:
    """Intangible assets: amortised, booked under 1701."""
    return code.startswith(INTANGIBLE)


class CardType(msgspec.Struct, frozen=True):
    """One of the fifteen card styles of the integrated budget system (handbook 3)."""

    code: str
    name: str
    name_en: str
    mark: str


CARD_TYPES: tuple[CardType, ...] = (
    CardType("land", "土地", "land", "V(N1)"),
    CardType("house", "房屋(不含附属设施)", "houses", "V(N1)"),
    CardType("vehicle", "车辆", "vehicles", "V(N1)"),
    CardType("equipment", "设备和家具", "equipment and furniture", "V(N1)"),
    CardType("other_fixed", "其他固定资产", "other fixed assets", "V(N1)"),
    CardType("intangible", "无形资产", "intangible assets", "U-M"),
    CardType("construction", "在建工程", "construction in progress", "U-M"),
    CardType("inventory", "存货", "inventories", "U-M"),
    CardType("investment", "长期投资", "long-term investments", "U-M"),
    CardType("infrastructure", "公共基础设施", "public infrastructure", "U-M"),
    CardType("reserve", "政府储备物资", "government reserves", "U-M"),
    CardType("cultural", "文物资源", "cultural resources", "U-M"),
    CardType("housing", "保障性住房", "affordable housing", "U-M"),
    CardType("ppp", "PPP项目资产", "PPP project assets", "U-M"),
    CardType("other", "其他资产", "other assets", "U-M"),
)

# Longest prefix first: (2022 prefix, card style, account, letters of the display number 12).
_BY_PREFIX: tuple[tuple[str, str, str, str], ...] = (
    (LAND_RIGHT, "land", "1701", "TD"),
    (HOUSE, "house", "1601", "FW"),
    (VEHICLE, "vehicle", "1601", "CL"),
    ("A01", "other_fixed", "1601", "GZ"),
    (EQUIPMENT, "equipment", "1601", "TY"),
    (RELIC, "other_fixed", "1601", "WW"),
    (BOOK, "other_fixed", "1601", "TS"),
    (FURNITURE, "equipment", "1601", "JJ"),
    (LIVING, "other_fixed", "1601", "TZ"),
    (MATERIAL, "inventory", "1302", "WZ"),
    (INTANGIBLE, "intangible", "1701", "WX"),
)


@cache
def _by_prefix(code: str) -> tuple[str, str, str, str] | None:
    return next((row for row in _BY_PREFIX if code.startswith(row[0])), None)


def card_type(code: str) -> str | None:
    """The card style of a 2022 code; None for a top level that does not exist."""
    row = _by_prefix(code)
    return row[1] if row else None


def account_of(code: str) -> str | None:
    """The usual account of a 2022 code; the unit may keep another (N3: neither changes both)."""
    row = _by_prefix(code)
    return row[2] if row else None


def number_prefix(code: str) -> str:
    """Letters that a display number of this class begins with (handbook 12, mostly U-M)."""
    row = _by_prefix(code)
    return row[3] if row else "QT"
