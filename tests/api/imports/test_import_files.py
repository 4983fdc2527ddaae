"""Files as offices send them, one real file for each kind of trouble (design: files in)."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from api.imports.refusals import FileError
from api.imports.template import template_book
from tests.api.imports.workbooks import (
    DESK,
    HEADING,
    LAPTOP,
    OldBook,
    Rows,
    compound_file,
    places,
    rehearsed,
    text_csv,
    xls,
    xlsx,
)  # fmt: skip

TWO = [HEADING, DESK, LAPTOP]
NA, REF, DIV = 0x2A, 0x17, 0x07


SHEET = "xl/worksheets/sheet1.xml"


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", 8) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return held.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    """What a zip holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def sheet_xml(data: bytes) -> bytes:
    """The XML of the first sheet."""
    return members_of(data)[SHEET]


def with_sheet(data: bytes, xml: bytes) -> bytes:
    """The workbook with another first sheet."""
    return zipped(members_of(data) | {SHEET: xml})


def refused(data: bytes, filename: str = "cards.xlsx") -> FileError:
    """The refusal of a file that cannot be read."""
    with pytest.raises(FileError) as caught:
        rehearsed(data, filename)
    return caught.value


# --- error values and formulas ---------------------------------------------------------------

BAD = [HEADING, DESK, ["Z-8", "#REF!", "A05010201", "#DIV/0!", "#N/A"], LAPTOP]
BAD_OLD: Rows = [
    HEADING, DESK,
    ["Z-8", OldBook.error(REF), "A05010201", OldBook.formula_error(DIV), OldBook.error(NA)],
    LAPTOP,
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xlsx(BAD), "E_FORMULA"),
        (with_sheet(xlsx(BAD), sheet_xml(xlsx(BAD)).replace(b"<c ", b"<x:c ")
            .replace(b"</c>", b"</x:c>").replace(b"<worksheet ", b"<worksheet xmlns:x="
            b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main" ')), "E_FORMULA"),
        (xls(BAD_OLD), "E_FORMULA"),
        (text_csv(BAD), "E_CELL_ERROR"),
        (text_csv(BAD, "gb18030"), "E_CELL_ERROR"),
    ],
    ids=["xlsx", "xlsx with prefixes", "xls", "csv", "csv in GB18030"],
)  # fmt: skip
def test_error_values_are_told_by_row_and_column(data: bytes, code: str) -> None:
    """#REF!, #DIV/0! and #N/A are neither blank nor text, in whatever kind of file."""
    found = rehearsed(data)

    named = [(3, heading, code) for heading in ("资产名称", "价值", "取得日期")]
    assert named == places(found)
    assert [one.card.card_no for one in found.cards] == ["Z-0001", "Z-0002"]


def test_a_formula_is_read_by_its_result_or_told() -> None:
    """A stored result is a value like others; a formula that was never calculated is an error."""
    data = xlsx([*TWO, ["Z-8", "办公桌", "A05010201", "=1000+500", "2020-05-06"]])
    stored = sheet_xml(data).replace(b"<v></v>", b"<v>1500</v>").replace(b"<v />", b"<v>1500</v>")

    bare, calculated = rehearsed(data), rehearsed(with_sheet(data, stored))

    assert places(bare) == [(4, "价值", "E_FORMULA")]
    assert calculated.cards[-1].card.gross_fen == 150000


# --- rows and cells that a person does not see -----------------------------------------------


def hidden_xlsx() -> bytes:
    """Row 3 hidden by a filter, and a hidden sheet behind."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in TWO:
        page.append(row)
    page.row_dimensions[3].hidden = True
    book.create_sheet("旧表").sheet_state = "hidden"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize("data", [hidden_xlsx(), xls(TWO, hidden_rows=(2,))], ids=["xlsx", "xls"])
def test_hidden_rows_are_read_and_told(data: bytes) -> None:
    """A filter left on does not lose cards, and the clerk is told that rows were hidden."""
    found = rehearsed(data)

    assert len(found.cards) == 2
    assert [zh for zh, _ in found.assumptions if "隐藏" in zh] == [
        "1个隐藏的行(如被筛选)也按卡片读取:第3行"
    ]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_merged_department_holds_for_all_its_rows(kind: str) -> None:
    """One cell over two rows speaks for both; the next row has its own."""
    rows = [
        [*HEADING, "使用部门"], [*DESK, "办公室"], [*LAPTOP, ""], ["Z-3", *LAPTOP[1:], "财务科"],
    ]  # fmt: skip
    data = xlsx(rows, ["F2:F3"]) if kind == "xlsx" else xls(rows, merges=((1, 2, 5, 5),))

    found = rehearsed(data)

    assert [one.card.use_dept for one in found.cards] == ["办公室", "办公室", "财务科"]


@pytest.mark.parametrize("make", [xlsx, xls, text_csv], ids=["xlsx", "xls", "csv"])
def test_sums_at_the_end_are_no_cards(make: Any) -> None:
    """小计 and 合计 below the cards, in every kind of file."""
    sums = [["小计", "", "", "7500.00", ""], ["合计", "", "", "7500.00", ""], ["制表人:张三"]]

    found = rehearsed(make([*TWO, *sums]))

    assert (found.errors, len(found.cards), found.counts["sums"]) == ([], 2, 2)


# --- what is no workbook, or none that may be read -------------------------------------------

ENCRYPTED = compound_file({"EncryptionInfo": bytes(5000), "EncryptedPackage": bytes(9000)})
OTHER_FILES: list[tuple[str, bytes, str, str]] = [
    ("encrypted .xlsx", ENCRYPTED, "E_FILE_PASSWORD", "密码"),
    ("encrypted .xls", xls(TWO, password=True), "E_FILE_PASSWORD", "密码"),
    ("small encrypted file", compound_file({"EncryptedPackage": b"x" * 90}), "E_FILE_PASSWORD",
     "密码"),
    ("Word document", compound_file({"WordDocument": bytes(5000)}), "E_FILE_KIND", "Word"),
    ("zip of a workbook", zipped({"cards.xlsx": xlsx(TWO)}), "E_FILE_KIND", "压缩包"),
    ("new Word document", zipped({"word/document.xml": b"<w/>"}), "E_FILE_KIND", "Word"),
    ("OpenDocument", zipped({"content.xml": b"<o/>"}), "E_FILE_KIND", "ods"),
    ("web page", b"\xef\xbb\xbf <HTML><table></table>", "E_FILE_KIND", "网页"),
    ("web page in UTF-16", "<html><table/></html>".encode("utf-16"), "E_FILE_KIND", "网页"),
    ("web archive", b"MIME-Version: 1.0\r\n", "E_FILE_KIND", "网页"),
    ("XML of 2003", b'<?xml version="1.0"?><Workbook/>', "E_FILE_KIND", "XML"),
    ("PDF", b"%PDF-1.7\n", "E_FILE_KIND", "PDF"),
    ("RAR", b"Rar!\x1a\x07\x01\x00", "E_FILE_KIND", "压缩包"),
    ("picture", b"\x89PNG\r\n\x1a\n", "E_FILE_KIND", "图片"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "data", "code", "word"), OTHER_FILES)
@pytest.mark.parametrize("filename", ["cards.xlsx", "cards.xls", "cards.csv"])
def test_what_is_no_workbook_is_called_by_its_name(
    what: str, data: bytes, code: str, word: str, filename: str
) -> None:
    """A renamed or protected file is refused for what it is, with what to do."""
    error = refused(data, filename)

    assert (what, code) == (what, error.code)
    assert word in error.zh
    assert error.hint_zh


def test_a_csv_renamed_to_xlsx_is_read() -> None:
    """The content decides, whatever the name claims."""
    assert len(rehearsed(text_csv(TWO, "gbk"), "cards.xlsx").cards) == 2


def far_cell(place: str) -> bytes:
    """A workbook of a few hundred bytes with one cell far away."""
    cell = f'<row r="9"><c r="{place}" t="n"><v>1</v></c></row></sheetData>'.encode()
    return with_sheet(xlsx(TWO), sheet_xml(xlsx(TWO)).replace(b"</sheetData>", cell))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (far_cell("XFD1048576"), "E_FILE_ROWS"),
        (far_cell("XFD9"), "E_FILE_COLUMNS"),
        (far_cell("IV199999"), "E_FILE_ROWS"),
        (xls([HEADING, *[[]] * 8, [*[""] * 60_000, "x"]]), "E_FILE_COLUMNS"),
    ],
)
def test_one_far_cell_does_not_fill_the_memory(data: bytes, code: str) -> None:
    """A sheet is laid out as a rectangle: two far corners are refused before that."""
    begun = time.process_time()

    assert code == refused(data).code
    assert time.process_time() - begun < 5


def shared_text(length: int, cells: int) -> bytes:
    """A workbook whose cards are followed by many cells that share one text."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    page = book.add_worksheet()
    for at, row in enumerate([*TWO, *[[""] * 6 + ["字" * length]] * cells]):
        page.write_row(at, 0, row)
    book.close()
    return held.getvalue()


def test_one_text_in_many_cells_does_not_fill_the_memory() -> None:
    """Stored once, laid out in each cell: kilobytes would become gigabytes."""
    bomb = shared_text(30_000, 15_000)

    assert len(bomb) < 200_000
    assert refused(bomb).code == "E_FILE_BOMB"
    assert len(rehearsed(shared_text(300, 2_000)).cards) == 2


def test_coloured_blanks_to_the_end_of_the_sheet_are_no_columns() -> None:
    """Formats without content reach to XFD in many sheets and mean nothing."""
    blank = b'<row r="9"><c r="XFD1048576" s="0"/></row></sheetData>'
    data = with_sheet(xlsx(TWO), sheet_xml(xlsx(TWO)).replace(b"</sheetData>", blank))

    assert len(rehearsed(data).cards) == 2


# --- encodings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_of_the_office_is_read(encoding: str) -> None:
    """With a mark or without, a rare character of GB18030 included."""
    rare = "㐀" if encoding != "gbk" else "简"
    rows = [[*HEADING, "使用部门"], [*DESK, f"{rare}科"], [*LAPTOP, "办公室"]]

    found = rehearsed(text_csv(rows, encoding), "cards.csv")

    assert found.errors == []
    assert [one.card.use_dept for one in found.cards] == [f"{rare}科", "办公室"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_damaged_text_names_the_line(encoding: str) -> None:
    """A text that began well is not read as another encoding from its first fault on."""
    body = [[f"Z-{n}", *DESK[1:]] for n in range(20)]
    data = text_csv([HEADING, *body], encoding).replace("Z-11,办".encode(), b"Z-11,\xff\xfe")

    error = refused(data, "cards.csv")

    assert error.code == "E_FILE_ENCODING"
    assert "第13行" in error.zh


# --- numbers and dates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "12,345.60",
        "１２，３４５．６０",
        "¥12,345.60",
        "12345.6元",
        " 12345.60 ",
        12345.6,
        "12,345.6",
    ],
)
@pytest.mark.parametrize("make", [xlsx, xls, text_csv], ids=["xlsx", "xls", "csv"])
def test_money_in_every_form(written: Any, make: Any) -> None:
    """Thousands separators, full-width digits, signs of yuan."""
    found = rehearsed(make([HEADING, [*DESK[:3], written, DESK[4]], LAPTOP]))

    assert (found.errors, found.cards[0].card.gross_fen) == ([], 1234560)


def mac_xlsx(rows: Rows) -> bytes:
    """A workbook whose days count from 1904."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize("written", [date(2024, 1, 2), 43831, "43831", "2024-01-02"])
@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_days_that_count_from_1904_are_no_four_years_off(written: Any, kind: str) -> None:
    """As dates, as plain numbers and as text, in both kinds of workbook."""
    rows = [HEADING, [*DESK[:4], written], LAPTOP]
    if kind == "xls" and isinstance(written, date):
        written = rows[1][4] = 43831
    data = mac_xlsx(rows) if kind == "xlsx" else xls(rows, epoch_1904=True)

    assert rehearsed(data).cards[0].card.acquired_on == date(2024, 1, 2)


@pytest.mark.parametrize(
    "written",
    ["2021-05", "2021.5", "2021.05", "2021年5月", "2021年05月", "2021/5", "202105", 202105, 2021.5,
     "２０２１－０５", "2021 年 5 月"],
)  # fmt: skip
@pytest.mark.parametrize("make", [xlsx, xls, text_csv], ids=["xlsx", "xls", "csv"])
def test_a_month_stands_for_its_first_day_where_months_count(written: Any, make: Any) -> None:
    """Taken with a warning that names row and column; the card keeps what was written."""
    found = rehearsed(make([HEADING, [*DESK[:4], written], LAPTOP]))

    assert found.errors == []
    assert found.cards[0].card.acquired_on == date(2021, 5, 1)
    told = [one for one in found.warnings if one.code == "W_DATE_MONTH"]
    assert [(one.row, one.column_letter, one.column_heading) for one in told] == [
        (2, "E", "取得日期")
    ]
    assert found.cards[0].written[0].startswith("取得日期原填2")


def test_a_month_of_entry_lies_not_before_the_acquisition() -> None:
    """Bought on the 18th, in use and booked "in May": the 18th, not a day before there was one."""
    heading = [*HEADING, "投入使用日期", "财务入账日期"]
    rows = [heading, [*DESK[:4], "2021-05-18", "2021-05", "2021年6月"]]

    [one] = rehearsed(xlsx(rows)).cards

    assert one.card.in_service_on == date(2021, 5, 18)
    assert one.opening.booked_on == date(2021, 6, 1)
    assert one.written == ("投入使用日期原填2021-05", "财务入账日期原填2021年6月")


def test_a_month_is_not_enough_for_a_warranty() -> None:
    """A term that ends in a month does not end on its first day: the day is asked for."""
    rows = [[*HEADING, "保修截止日期"], [*DESK, "2026-05"]]

    assert places(rehearsed(xlsx(rows))) == [(2, "保修截止日期", "E_DATE_MONTH")]


def test_the_guide_says_what_a_month_means() -> None:
    """The template's guide names the columns that take a month, and what is sent back."""
    guide = openpyxl.load_workbook(io.BytesIO(template_book()))["填写说明"]
    rows = {str(row[0].value): str(row[3].value) for row in guide.iter_rows()}
    said = "".join(str(row[3].value) for row in guide.iter_rows())

    taken = [name for name, text in rows.items() if "只知年月" in text]
    assert taken == ["取得日期", "投入使用日期", "财务入账日期"]
    assert "2021.1 分不清" in said


def test_a_column_of_months_is_found_and_counted() -> None:
    """Under a heading that says little, and told once as an assumption."""
    rows = [[*HEADING[:4], "哪月来的"], *([f"Z-{n}", *DESK[1:4], "2021-05"] for n in range(5))]

    found = rehearsed(xlsx(rows))

    assert (found.errors, len(found.cards)) == ([], 5)
    assert [zh for zh, _ in found.assumptions if "只有年月" in zh] == [
        "“哪月来的”有5处只有年月,按当月1日(或当月的取得日期)处理,逐行见提示"
    ]


@pytest.mark.parametrize("at", [datetime(2024, 1, 2, 8, 30), "2024-01-02T08:30:00", "20240102"])
def test_a_time_behind_a_date_is_left_out(at: Any) -> None:
    """Programs export instants where clerks mean days."""
    assert rehearsed(xlsx([HEADING, [*DESK[:4], at]])).cards[0].card.acquired_on == date(2024, 1, 2)


def test_a_serial_number_twice_in_the_file_is_told() -> None:
    """The later row names the earlier one; fillers of the column are no numbers."""
    heading = [*HEADING, "出厂编号"]
    rows = [
        heading, [*LAPTOP, "PF-1"], ["Z-3", *LAPTOP[1:], "pf-1"], ["Z-4", *LAPTOP[1:], "无编号"],
        ["Z-5", *LAPTOP[1:], "无编号"],
    ]  # fmt: skip

    found = rehearsed(xlsx(rows))

    told = [one for one in found.warnings if one.code == "E_DUP_SERIAL"]
    assert [(one.row, one.column_letter, one.severity) for one in told] == [(3, "F", "warning")]
    assert len(found.cards) == 4
