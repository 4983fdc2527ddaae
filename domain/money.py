"""Money as people write it and as the books keep it: integer fen, never a float."""

from __future__ import annotations

import re
import unicodedata

DIGITS_MAX = 15
"""More digits than a spreadsheet keeps: beyond it the last ones are invented."""

_SIGNS = {"\u2212": "-", "\u2013": "-"}
_CURRENCY = re.compile(r"^(?:¥|RMB|CNY|人民币)|(?:元整|元正|元|圆|RMB|CNY)$", re.IGNORECASE)
_SIGNED_CURRENCY = re.compile(r"^([+-])¥")
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_EXPONENT = re.compile(r"^[+-]?[\d.,]+[eE][+-]?\d+$")
_NUMBER = re.compile(r"^([+-]?)(\d[\d,]*|(?=\.\d))(?:\.(\d+))?$")


class MoneyError(ValueError):
    """Text that is no amount of money; carries a stable code and both languages.

    MoneyError
     ├── E_MONEY_EMPTY      nothing written
     ├── E_MONEY_TEXT       not a number (四千五百元, 约4500)
     ├── E_MONEY_EXPONENT   scientific notation, digits may be lost
     ├── E_MONEY_GROUPING   separators that do not stand at thousands
     ├── E_MONEY_FRACTION   a part of a fen
     └── E_MONEY_DIGITS     more than 15 digits
    """

    def __init__(self, code: str, value: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.value = value
        self.zh = zh
        self.en = en


def plain_text(text: str) -> str:
    """Fold full-width characters and every kind of space away: `４８７．５０ ` → `487.50`."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(_SIGNS.get(c, c) for c in folded if not c.isspace() and c not in "\ufeff\u200b")


def _bare_number(text: str) -> str:
    bare = _SIGNED_CURRENCY.sub(r"\1", plain_text(text))
    return _CURRENCY.sub("", _CURRENCY.sub("", bare))


def fen_from_text(text: str, *, unit_yuan: int = 1) -> int:
    """Read an amount as fen; `unit_yuan` is 10,000 where the column is kept in 万元.

    Thousands separators, full-width digits, a currency sign before and 元 behind are accepted.
    The sign is kept: whether an amount may be negative is for the caller to say.
    """
    bare = _bare_number(text)
    if not bare:
        raise MoneyError("E_MONEY_EMPTY", text, "金额为空", "the amount is empty")
    if _EXPONENT.match(bare):
        zh, en = "金额是科学计数法,位数可能已丢失", "the amount is in scientific notation"
        raise MoneyError("E_MONEY_EXPONENT", text, zh, en)
    found = _NUMBER.match(bare)
    if not found:
        zh, en = "金额不是数字,请填阿拉伯数字,如 4500.00", "the amount is not a number in digits"
        raise MoneyError("E_MONEY_TEXT", text, zh, en)
    sign, whole, fraction = found[1], found[2] or "0", found[3] or ""
    if "," in whole and not _GROUPED.match(whole):
        zh, en = "千位分隔符位置不对", "separators do not stand at thousands"
        raise MoneyError("E_MONEY_GROUPING", text, zh, en)
    fen = _exact_fen(text, whole.replace(",", ""), fraction, unit_yuan)
    return -fen if sign == "-" else fen


def _exact_fen(text: str, whole: str, fraction: str, unit_yuan: int) -> int:
    fraction = fraction.rstrip("0")
    if len((whole + fraction).lstrip("0")) > DIGITS_MAX:
        zh, en = "金额超过 15 位数字", "the amount has more than 15 digits"
        raise MoneyError("E_MONEY_DIGITS", text, zh, en)
    one = int("1" + "0" * len(fraction))
    fen, rest = divmod(int(whole + fraction) * 100 * unit_yuan, one)
    if rest:
        zh, en = "金额不足一分,最多两位小数", "the amount has parts of a fen"
        raise MoneyError("E_MONEY_FRACTION", text, zh, en)
    return fen


def yuan(fen: int) -> str:
    """Write fen as yuan for people: 123450 → `1,234.50`."""
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{cents:02d}"


def yuan_plain(fen: int) -> str:
    """Write fen as yuan for programs: 123450 → `1234.50`."""
    return yuan(fen).replace(",", "")


def split_by_weights(total_fen: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """Share an amount by weights; the parts add up to it exactly, the last takes the rest."""
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("weights must be non-negative and not all zero")
    parts = [total_fen * weight // sum(weights) for weight in weights[:-1]]
    return (*parts, total_fen - sum(parts))
