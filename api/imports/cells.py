"""One cell to one value: text, codes, dates, money, quantities as clerks write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from api.imports.reading import CELL_CHARS_MAX, Cell
from api.imports.refusals import CellError
from domain.catalogue.ways import Term, find_term
from domain.money import DIGITS_MAX, MoneyError, fen_from_text

SERIAL_MIN, SERIAL_MAX = 1, 73_050
"""Excel's day numbers from 1900-01-01 to 2099-12-31."""
_SERIAL_ZERO = date(1899, 12, 30)
_EPOCH_1904_DAYS = 1_462
"""Days by which numbers that count from 1904 fall short."""
_YEARS = range(1900, 2101)
_ERROR_VALUES = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_ODS_ERROR = re.compile(r"Err:\d{3}")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_MONTH = re.compile(r"(\d{4})(?:[-/年](\d{1,2})月?|\.(\d{1,2})月?|(\d{2}))")
_TOO_NARROW = re.compile(r"#{3,}")
_COMPACT = re.compile(r"\d{8}")
_TIME_TAIL = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?$")
_QUANTITY = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)\s*[\u4e00-\u9fffa-zA-Z²㎡³]{0,3}")
_INTEGER = re.compile(r"([+-]?\d+)(?:\.0+)?\s*(个月|月|年|期)?")
_EXCEL_TEXT = re.compile(r'="(.*)"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def is_blank(cell: Cell) -> bool:
    """Nothing written, or only spaces of any width."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown(cell: Cell) -> str:
    """The cell as a person sees it, for messages and copies."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    if number.is_integer() and abs(number) < 10**DIGITS_MAX:
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")


def text(cell: Cell) -> str:
    """Text with outer spaces of any width removed and full-width letters and digits folded."""
    return _clean(cell) if isinstance(cell, str) else shown(cell)


@lru_cache(maxsize=65536)
def _clean(written: str) -> str:
    wrapped = _EXCEL_TEXT.fullmatch(written)
    bare = (wrapped[1] if wrapped else written).strip().strip("\ufeff\u200b").strip()
    if not bare.isascii():
        bare = "".join(_fold(letter) for letter in bare)
    if _TOO_NARROW.fullmatch(bare):
        zh = "单元格只存了 ####(列太窄),请加宽该列后重新另存"
        raise CellError("E_CELL_ERROR", zh, "only #### was saved; widen the column, save again")
    if bare in _ERROR_VALUES or _ODS_ERROR.fullmatch(bare):
        raise CellError("E_CELL_ERROR", f"单元格是错误值{bare}", "the cell holds an error value")
    if len(bare) > CELL_CHARS_MAX or _CONTROL.search(bare):
        zh, en = "含有控制字符或文字过长", "control characters or too long a text"
        raise CellError("E_CELL_TEXT", zh, en)
    return bare


def _fold(letter: str) -> str:
    """Full-width digits and letters become plain; Chinese punctuation stays as written."""
    if letter in "\u3000\xa0":
        return " "
    folded = unicodedata.normalize("NFKC", letter)
    return folded if folded.isalnum() and folded.isascii() else letter


def code(cell: Cell) -> str:
    """An identifier; a number is taken only where no digit can be lost."""
    if isinstance(cell, float):
        if abs(cell) >= 10**DIGITS_MAX:
            raise _scientific()
        if not cell.is_integer():
            zh, en = "编号是带小数的数字,请改为文本", "a code with decimals; make it text"
            raise CellError("E_CODE_NUMBER", zh, en)
    if isinstance(cell, (date, datetime)):
        zh, en = "编号被存成了日期,请改为文本", "a code stored as a date; make it text"
        raise CellError("E_CODE_NUMBER", zh, en)
    bare = text(cell).lstrip("'").replace(" ", "")
    if _SCIENTIFIC.fullmatch(bare) and ("." in bare or "+" in bare):
        raise _scientific()
    if bare[:1] in ("=", "+", "@"):
        zh, en = "编号不能以 = + @ 开头", "a code may not begin with = + @"
        raise CellError("E_CODE_FORMULA", zh, en)
    return bare


def _scientific() -> CellError:
    zh = "编号是科学计数法,末位数字可能已丢失,请改为文本后重新填写"
    return CellError("E_CODE_SCIENTIFIC", zh, "a code in scientific notation has lost digits")


def class_code(cell: Cell) -> str:
    """A class code: capitals, no points or spaces between its parts."""
    return code(cell).upper().replace("-", "").replace(".", "").replace("/", "")


def day(cell: Cell, *, epoch_1904: bool = False) -> date:
    """A date in any of the forms that offices write; no guess where day or month is unclear."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (float, int)) and not isinstance(cell, bool):
        return _day_from_number(float(cell), epoch_1904)
    return _day_from_text(text(cell), epoch_1904)


def day_or_month(cell: Cell, *, epoch_1904: bool = False) -> tuple[date, str | None]:
    """A date, or the first day of a month together with what was written in its place.

    For dates of which the books count months only: 2021-05, 2021年5月, 2021.5, 202105.
    """
    if not isinstance(cell, (date, datetime, bool)):
        written = text(cell)
        first = _first_of_month(written)
        if first is not None:
            return first, written
    return day(cell, epoch_1904=epoch_1904), None


@lru_cache(maxsize=65536)
def _first_of_month(written: str) -> date | None:
    found = _MONTH.fullmatch(_date_text(written))
    if found is None or int(found[1]) not in _YEARS:
        return None
    if found[3] == "1":
        # A sheet that takes 2021.10 for a number shows 2021.1: nobody can tell them apart.
        zh = f"“{written}”分不清是1月还是10月,请写成 {found[1]}-01 或 {found[1]}-10"
        raise CellError("E_DATE_MONTH_UNCLEAR", zh, "January or October? write 2021-01 or 2021-10")
    month = int(found[2] or found[3] or found[4])
    if not 1 <= month <= 12:
        raise _no_date(written)
    return date(int(found[1]), month, 1)


def _day_from_number(number: float, epoch_1904: bool) -> date:
    if number.is_integer() and 19_000_101 <= number <= 21_001_231:
        return _day_from_text(str(int(number)), epoch_1904)
    if int(number) in _YEARS or 190_001 <= number <= 210_012:
        # Days of the year 1905 to a sheet, a year or a month to whoever wrote it.
        return _day_from_text(_number_text(number), epoch_1904)
    if SERIAL_MIN <= number <= SERIAL_MAX:
        days = int(number) + (_EPOCH_1904_DAYS if epoch_1904 else 0)
        return _SERIAL_ZERO + timedelta(days=days)
    raise _no_date(shown(number))


def _no_date(written: str) -> CellError:
    zh = f"“{written}”不是有效日期,请写成 2024-01-02"
    return CellError("E_DATE", zh, "no such date; write 2024-01-02")


def _date_text(written: str) -> str:
    """A written date with plain digits and signs, without time and spaces."""
    bare = _TIME_TAIL.sub("", unicodedata.normalize("NFKC", written)).replace(" ", "")
    return bare.replace("\u2014", "-").replace("\u2013", "-").replace("。", ".")


@lru_cache(maxsize=65536)
def _day_from_text(written: str, epoch_1904: bool) -> date:
    bare = _date_text(written)
    if _COMPACT.fullmatch(bare):
        bare = f"{bare[:4]}-{bare[4:6]}-{bare[6:]}"
    if bare.isdigit() and len(bare) == 5:
        return _day_from_number(float(bare), epoch_1904)
    whole = _DATE.fullmatch(bare)
    if whole is None:
        raise _only_month(written) if _MONTH.fullmatch(bare) else _no_date(written)
    try:
        return date(int(whole[1]), int(whole[2]), int(whole[3]))
    except ValueError as error:
        raise _no_date(written) from error


def _only_month(written: str) -> CellError:
    zh = f"“{written}”只有年月,请补上日"
    return CellError("E_DATE_MONTH", zh, "only year and month; add the day")


def money(cell: Cell, unit_yuan: int = 1, *, computed: bool = False) -> int:
    """Fen from a number or its text; `computed` values may carry parts of a fen (half up)."""
    if isinstance(cell, (bool, date, datetime, timedelta)):
        raise CellError("E_MONEY_TEXT", "金额不是数字", "the amount is not a number")
    if isinstance(cell, (float, int)):
        if abs(cell) >= 10**DIGITS_MAX:
            raise CellError("E_MONEY_DIGITS", "金额超过 15 位数字", "more than 15 digits")
        exact = Decimal(f"{cell:.15g}") * unit_yuan * 100
        whole = int(exact.to_integral_value("ROUND_HALF_UP"))
        # Sheets compute in binary: a fraction below a thousandth of a fen is noise, not money.
        if computed or abs(exact - whole) < Decimal("0.001"):
            return whole
        zh, en = "金额不足一分,最多两位小数", "the amount has parts of a fen"
        raise CellError("E_MONEY_FRACTION", zh, en)
    return _money_from_text(text(cell), unit_yuan)


@lru_cache(maxsize=65536)
def _money_from_text(written: str, unit_yuan: int) -> int:
    if written in ("-", "—", "－"):
        return 0
    try:
        return fen_from_text(written, unit_yuan=unit_yuan)
    except MoneyError as error:
        raise CellError(error.code, error.zh, error.en) from error


def quantity(cell: Cell) -> int:
    """Hundredths of a unit; a counter behind the number (3台) is accepted."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**12:
        return int(cell) * 100
    bare = unicodedata.normalize("NFKC", text(cell)).replace(" ", "")
    found = _QUANTITY.fullmatch(bare)
    if not found:
        raise CellError("E_QTY_TEXT", "数量不是数字", "the quantity is not a number")
    try:
        return fen_from_text(found[1])
    except MoneyError as error:
        zh, en = "数量最多两位小数", "a quantity has at most two decimals"
        raise CellError("E_QTY_TEXT", zh, en) from error


def integer(cell: Cell, scale: int = 1) -> int:
    """A whole number; months and years may be named (72个月, 6年) and win over `scale`."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**9:
        return int(cell) * scale
    bare = unicodedata.normalize("NFKC", text(cell)).replace(" ", "")
    found = _INTEGER.fullmatch(bare)
    if not found or len(found[1]) > 9:
        raise CellError("E_INTEGER", "不是整数", "not a whole number")
    unit = {"年": 12, "个月": 1, "月": 1, "期": 1}.get(found[2] or "", scale)
    return int(found[1]) * unit


def term(cell: Cell, terms: tuple[Term, ...], zh_name: str) -> str:
    """The code of an enumeration's value, by its name or a known synonym."""
    written = text(cell)
    found = find_term(terms, written)
    if found is None:
        allowed = "、".join(one.zh for one in terms)
        zh = f"{zh_name}“{written[:40]}”不在可选值中,可填:{allowed}"
        raise CellError("E_TERM", zh, f"unknown value; allowed: {allowed}")
    return found.code
