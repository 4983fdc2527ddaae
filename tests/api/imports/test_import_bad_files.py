"""Files that cannot be read: each kind is refused by name, and none hurts."""

from __future__ import annotations

import io
import struct
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import DATA, DESK, HEADING, LAPTOP, rehearsed, text_csv, xls, xlsx

from api.imports import reading
from api.imports.errors_book import errors_book
from api.imports.reading import read_sheets
from api.imports.receipt import receipt_book
from api.imports.refusals import FileError
from api.imports.template import template_book, template_fields

GOOD = xlsx([HEADING, DESK, LAPTOP])


def _with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The zip with one member replaced."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", 8) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return held.getvalue()


def _understated(data: bytes) -> bytes:
    """A zip whose directory gives sizes that are too small."""
    cut = data.rfind(b"PK\x01\x02")
    return data[: cut + 24] + struct.pack("<I", 1) + data[cut + 28 :]


SHEET = "xl/worksheets/sheet1.xml"
BOMB = _with_member(GOOD, SHEET, b"<worksheet>" + b"<row/>" * 4_000_000)
ENTITIES = _with_member(
    GOOD, SHEET, b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><worksheet>&a;</worksheet>'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E_FILE_EMPTY"),
        (b"PK\x03\x04" + b"junk" * 100, "E_FILE_BROKEN"),
        (GOOD[: len(GOOD) // 2], "E_FILE_BROKEN"),
        (_understated(GOOD), "E_FILE_BROKEN"),
        (_with_member(GOOD, SHEET, b"<worksheet><sheetData><row"), "E_FILE_BROKEN"),
        (BOMB, "E_FILE_BOMB"),
        (ENTITIES, "E_FILE_ENTITIES"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000, "E_FILE_BROKEN"),
        (xls([HEADING, DESK])[:1500], "E_FILE_BROKEN"),
        ("<html><table><tr><td>资产</td></tr></table>".encode("gbk"), "E_FILE_KIND"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4, "E_FILE_KIND"),
        ('资产编号,"没有结束\n'.encode(), "E_FILE_BROKEN"),
        ("你好\n世界\n".encode(), "E_FILE_NO_HEADER"),
        (xlsx([["甲", "乙"], [1, 2]]), "E_FILE_NO_HEADER"),
        (xlsx([]), "E_FILE_NO_HEADER"),
        (text_csv([["x"] * 300]), "E_FILE_COLUMNS"),
    ],
)
def test_every_kind_of_bad_file_is_refused_by_name(data: bytes, code: str) -> None:
    """A typed refusal in both languages instead of a crash, for files of every kind."""
    with pytest.raises(FileError) as refused:
        rehearsed(data)

    assert code == refused.value.code
    assert refused.value.zh
    assert refused.value.en


def test_bounds_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes and rows are bounded before anything is kept."""
    monkeypatch.setattr(reading, "ROWS_MAX", 2)
    with pytest.raises(FileError, match="E_FILE_ROWS"):
        rehearsed(GOOD)

    monkeypatch.setattr(reading, "BYTES_MAX", 100)
    with pytest.raises(FileError, match="E_FILE_TOO_LARGE"):
        rehearsed(GOOD)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_bytes_never_crash(data: st.DataObject) -> None:
    """Whatever bytes are turned: cells or a typed refusal."""
    base = data.draw(st.sampled_from([GOOD, xls([HEADING, DESK]), text_csv([HEADING, DESK])]))
    at = data.draw(st.integers(0, len(base) - 1))
    turned = base[:at] + data.draw(st.binary(min_size=1, max_size=8)) + base[at + 4 :]

    try:
        outcome = [list(sheet.rows()) for sheet in read_sheets(turned, "x")]
    except FileError as refused:
        outcome = [[[refused.code]]]

    assert isinstance(outcome, list)


def test_the_clerk_gets_the_sheet_back_with_the_errors() -> None:
    """Same rows and values, red cells, a column of reasons, and no text became a formula."""
    rows = [["标题"], HEADING, DESK, [*LAPTOP[:3], "四千五百元", LAPTOP[4]], ["+1+1", "=cmd|x"]]
    data = text_csv(rows, "gbk")
    found = rehearsed(data, "cards.csv")

    book = openpyxl.load_workbook(io.BytesIO(errors_book(data, "cards.csv", found)))

    page = book.worksheets[0]
    assert page.cell(2, 6).value == "错误原因"
    assert page.cell(3, 6).value is None
    assert "金额不是数字" in str(page.cell(4, 6).value)
    assert page.cell(4, 4).value == "四千五百元"
    assert page.cell(4, 4).fill.fgColor.rgb == "FFFFC7CE"
    assert page.cell(3, 4).fill.fgColor.rgb != "FFFFC7CE"
    assert {"s"} == {page.cell(5, column).data_type for column in (1, 2)}
    assert [cell.value for cell in book["提示"][1]][:3] == ["行", "列", "列名"]


def test_the_template_comes_back_as_it_went_out() -> None:
    """Every heading of the template is its field; a filled row of text is a card."""
    book = openpyxl.load_workbook(io.BytesIO(template_book()))
    page = book["资产卡片"]
    headings = [str(cell.value) for cell in page[1]]
    values = dict(zip(HEADING, DESK, strict=True)) | {"取得方式": "新购", "取得日期": "2020/5/6"}
    for at, heading in enumerate(headings, 1):
        page.cell(2, at).value = values.get(heading)
    held = io.BytesIO()
    book.save(held)

    found = rehearsed(held.getvalue())

    assert [field.zh for field in template_fields()] == headings[: len(template_fields())]
    assert all(column.target for column in found.mapping.columns)
    assert found.errors == []
    assert found.gross_fen == 150000
    assert page.protection.sheet
    assert page.column_dimensions["A"].number_format == "@" or page.data_validations.count > 5


def test_the_receipt_says_what_came_in() -> None:
    """Totals, classes and the cards, with the digest of the file."""
    data = (DATA / "cards-gbk.csv").read_bytes()
    found = rehearsed(data, "cards-gbk.csv")

    receipt = receipt_book(found, "B-1", "2026-11-22 10:00", "张三")

    book = openpyxl.load_workbook(io.BytesIO(receipt))
    facts = {row[0].value: row[1].value for row in book["导入回执"].iter_rows()}
    assert (facts["价值合计(元)"], facts["导入卡片"]) == ("944,893.50", "200")
    assert found.digest == facts["文件SHA-256"]
    assert book["卡片清单"].max_row == 201
