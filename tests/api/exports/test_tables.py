"""Tables opened by real readers: what stands in them, and that nothing in them can be run."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from api.exports.columns import Column
from api.exports.csv_files import cell_text, csv_chunks
from api.exports.registry import EXPORTS
from api.exports.workbooks import workbook_chunks
from projections.asof import Scope
from projections.queries import QueryError
from tests.api.exports.conftest import AskYear, MakeExport
from tests.api.exports.year import BUREAU, SCHOOL, WICKED_NAME

TABLES = ("cards", "journal", "ledger", "issues", "depreciation")
HEAD = 8
"""The row of the headings: title, six notes, headings."""


def sheet_of(content: bytes) -> Any:
    """The first sheet of a workbook."""
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def table_of(sheet: Any) -> list[dict[str, Any]]:
    """The rows below the headings."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def csv_of(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_the_register_says_whose_it_is_and_as_of_when(export: MakeExport) -> None:
    """Title, unit, both clocks, log position and time of making stand above the headings."""
    file, content = export("cards", unit=SCHOOL)
    sheet = sheet_of(content)
    notes = [(row[0].value, row[1].value) for row in sheet.iter_rows(max_row=7)]
    position = file.file_name.rsplit("-p", 1)[1].removesuffix(".xlsx")

    expected = [
        ("资产台账", None), ("单位", f"市第一中学 ({SCHOOL})"), ("截止日期", "2025-12-31"),
        ("知悉时点", "当前"), ("日志位置", position), ("生成时间", "2026-01-06 00:30:00"),
        ("金额单位", "元"),
    ]  # fmt: skip
    assert expected == notes
    assert sheet.freeze_panes == f"C{HEAD + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")


def test_codes_are_text_and_money_is_numbers(export: MakeExport) -> None:
    """A card number of zeros keeps them; amounts add up, with two decimals and separators."""
    sheet = sheet_of(export("cards")[1])
    rows = {row["资产编号"]: row for row in table_of(sheet)}
    heads = {cell.value: cell.column for cell in sheet[HEAD]}
    money = sheet.cell(HEAD + 1, heads["原值(元)"])

    assert "000000000000000012" in rows
    assert (money.data_type, money.number_format, money.value) == ("n", "#,##0.00", 4999.99)
    assert datetime(2025, 1, 10) == rows["000000000000000012"]["取得日期"]
    assert rows["000000000000000012"]["时间性差异"] == "否"


def test_a_formula_stays_text_in_a_workbook(export: MakeExport) -> None:
    """A name that begins like a formula is shown as written, marked as text for the program."""
    sheet = sheet_of(export("cards")[1])
    cell = next(c for row in sheet.iter_rows(min_row=HEAD) for c in row if c.value == WICKED_NAME)

    assert (cell.data_type, bool(cell.quotePrefix)) == ("s", True)


def test_a_formula_gets_an_apostrophe_in_csv(export: MakeExport) -> None:
    """The same name in CSV cannot be taken for a formula."""
    names = {row["资产名称"] for row in csv_of(export("cards", format="csv")[1])}

    assert "'" + WICKED_NAME in names
    assert WICKED_NAME not in names


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"), ("+86", "'+86"), ("-12", "'-12"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("＝1", "'＝1"), ("A=1", "A=1"), (Decimal("-12.30"), "-12.30"), (None, ""), (0, "0"),
        (date(2025, 1, 2), "2025-01-02"),
    ],
)  # fmt: skip
def test_only_text_is_guarded(cell: Any, expected: str) -> None:
    """Negative amounts stay numbers; text in front of which a program would calculate does not."""
    assert expected == cell_text(cell)


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("gb18030", b"")])
def test_csv_comes_in_the_encoding_asked_for(
    export: MakeExport, encoding: str, mark: bytes
) -> None:
    """UTF-8 begins with the mark that Excel needs; GB18030 holds the same rows."""
    file, content = export("journal", format="csv", encoding=encoding)
    plain = csv_of(export("journal", format="csv")[1])

    assert content.startswith(mark + "记账日期".encode(encoding))
    assert plain == csv_of(content.removeprefix(mark), encoding)
    assert file.media_type == f"text/csv; charset={encoding}"


def test_headings_come_in_english_too(export: MakeExport) -> None:
    """The English reader gets English headings, words and notes."""
    rows = csv_of(export("cards", format="csv", lang="en")[1])
    sheet = sheet_of(export("ledger", lang="en")[1])

    assert {"in use", "idle"} == {row["State"] for row in rows}
    assert (
        sheet["A1"].value, sheet["A2"].value, sheet["B2"].value,
    ) == ("Trial balance", "Unit", "all units")  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_workbook_and_csv_hold_the_same(export: MakeExport, name: str) -> None:
    """One table, two files: the same rows under the same headings."""
    book = table_of(sheet_of(export(name)[1]))
    lines = csv_of(export(name, format="csv")[1])

    assert book
    assert [list(row) for row in lines] == [list(row) for row in book]
    assert [_said(row) for row in lines] == [_said(row) for row in book]


def _said(row: dict[str, Any]) -> list[str]:
    return [_word(value) for value in row.values()]


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = "" if value is None else str(value).removeprefix("'")
    return text.rstrip("0").rstrip(".") if "." in text or text.endswith("00") else text


def test_the_journal_is_whole_and_balances(export: MakeExport, ask: AskYear) -> None:
    """Debits and credits of the file are those of the question."""
    rows = csv_of(export("journal", format="csv")[1])
    debit = sum(Decimal(row["借方(元)"] or 0) for row in rows)
    credit = sum(Decimal(row["贷方(元)"] or 0) for row in rows)
    lines = ask("journal", limit=1000)

    assert len(lines) == len(rows)
    assert debit == credit == Decimal(sum(r["fen"] for r in lines if r["side"] == "D")) / 100


def test_the_trial_balance_balances(export: MakeExport) -> None:
    """Both sides of the closing columns are equal in each book."""
    rows = csv_of(export("ledger", format="csv")[1])
    sides = {
        book: [
            sum(Decimal(row[side] or 0) for row in rows if row["账套"] == book)
            for side in ("期末借方(元)", "期末贷方(元)")
        ]
        for book in ("财务会计", "预算会计")
    }

    assert all(debit == credit > 0 for debit, credit in sides.values())


def test_the_depreciation_table_adds_up_to_the_run(export: MakeExport, ask: AskYear) -> None:
    """The month asked for, all units, card by card: as much as the runs posted."""
    rows = csv_of(export("depreciation", format="csv", period="2025-06")[1])
    posted = sum(
        row["fen"] for row in ask("journal", limit=1000)
        if row["kind"] == "run" and row["side"] == "D" and row["period"] == "2025-06"
    )  # fmt: skip

    assert {"2025-06"} == {row["会计期间"] for row in rows}
    assert Decimal(posted) / 100 == sum(Decimal(row["本月折旧(元)"]) for row in rows)


def test_now_is_the_same_as_today(export: MakeExport) -> None:
    """The open slice, which stands for now, gives the file that the last day gives."""
    then = csv_of(export("cards", format="csv")[1])

    assert then == csv_of(export("cards", format="csv", current=True)[1])


def test_a_past_day_gives_the_past(export: MakeExport) -> None:
    """As of the end of January the school holds nothing, and what was sold is still there."""
    rows = csv_of(export("cards", format="csv", on=date(2025, 1, 31))[1])

    assert {BUREAU} == {row["单位编码"] for row in rows}
    assert {"K-1", "K-2", "K-3", "000000000000000012"} == {row["资产编号"] for row in rows}


def test_known_earlier_gives_less(export: MakeExport) -> None:
    """Known at position 0 nothing had been recorded."""
    assert csv_of(export("cards", format="csv", known=0)[1]) == []


@pytest.mark.parametrize("name", TABLES)
def test_scope_and_unit_cut_every_table(export: MakeExport, name: str) -> None:
    """A reader of one unit gets its rows only, and none when he asks for another unit."""
    own = csv_of(export(name, format="csv", scope=Scope((SCHOOL,)))[1])
    foreign = csv_of(export(name, format="csv", scope=Scope((SCHOOL,)), unit=BUREAU)[1])

    assert {SCHOOL} == {row["单位编码"] for row in own}
    assert foreign == []


def test_filters_of_the_page_cut_the_register(export: MakeExport) -> None:
    """What the register page filters by, the export filters by."""
    rows = csv_of(export("cards", format="csv", q="K-5")[1])

    assert [row["资产编号"] for row in rows] == ["K-5"]


@pytest.mark.parametrize("wrong", [{"nonsense": "1"}, {"format": "pdf"}, {"acquired_from": "x"}])
def test_a_wrong_parameter_is_an_answer(export: MakeExport, wrong: dict[str, str]) -> None:
    """A parameter that nobody knows is refused with a stable code before a byte leaves."""
    with pytest.raises(QueryError) as refused:
        export("cards", **wrong)

    assert refused.value.code == "E_PARAMETER"


def test_every_export_has_titles_and_formats() -> None:
    """The page can be made from the registry."""
    assert all(one.title_zh and one.title_en and one.formats for one in EXPORTS.values())
    assert {*TABLES, "hledger", "beancount", "events"} == set(EXPORTS)


NUMBERS = (
    Column("name", "名称", "name"),
    Column("fen", "金额", "amount", "money"),
    Column("qty", "数量", "quantity", "quantity"),
    Column("on", "日期", "date", "date"),
    Column("at", "时间", "instant", "instant"),
)


def test_a_long_table_goes_on_in_a_further_sheet() -> None:
    """No row is lost where a sheet ends, and every sheet has its headings."""
    rows = [{"name": f"K{number}", "fen": number} for number in range(7)]
    content = b"".join(workbook_chunks("表", [], NUMBERS, rows, "zh", sheet_rows=3))
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = [[row[0].value for row in sheet.iter_rows(min_row=3)] for sheet in book.worksheets]

    assert found == [["K0", "K1", "K2"], ["K3", "K4", "K5"], ["K6"]]
    assert book.sheetnames == ["表", "表 2", "表 3"]
    assert {"名称"} == {sheet["A2"].value for sheet in book.worksheets}


def test_what_a_spreadsheet_would_round_is_written_as_text() -> None:
    """Sixteen digits and dates before 1900 keep every sign."""
    row = {"name": "-", "fen": 1234567890123456, "qty": 150, "on": date(1899, 1, 2)}
    content = b"".join(workbook_chunks("表", [], NUMBERS, [row], "zh"))
    cells = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).active[3]]

    assert cells == ["-", "12345678901234.56", 1.5, "1899-01-02", None]


def test_instants_are_told_by_chinas_clocks() -> None:
    """Screens and files show Asia/Shanghai."""
    rows = [{"name": "x", "at": datetime(2025, 12, 31, 16, 5, tzinfo=UTC)}]
    text = b"".join(csv_chunks(NUMBERS, rows, "zh", "utf-8")).decode("utf-8-sig")

    assert text.splitlines()[1] == "x,,,,2026-01-01 00:05:00"
