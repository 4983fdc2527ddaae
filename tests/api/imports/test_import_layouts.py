"""Other files of the same kinds: other words, order, titles, sums, versions, forms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pytest
from workbooks import DESK, HEADING, LAPTOP, Rows, places, rehearsed, text_csv, xls, xlsx

from api.imports.batch import Defaults
from api.imports.mapping import Mapping
from domain.catalogue.classes import STD_2013, STD_2022

TWO = [HEADING, DESK, LAPTOP]


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (xlsx(TWO), "a.xlsx"),
        (xls(TWO), "a.xls"),
        (text_csv(TWO), "a.csv"),
        (text_csv(TWO, "utf-8-sig"), "a.csv"),
        (text_csv(TWO, "gb18030"), "a.csv"),
        (text_csv(TWO, "utf-16"), "a.txt"),
        (text_csv(TWO, "gbk", "\t"), "a.txt"),
        (text_csv(TWO, "utf-8", ";"), "a.csv"),
        (xlsx(TWO), "renamed.csv"),
        (text_csv(TWO, "gbk"), "renamed.xls"),
    ],
)
def test_every_kind_of_file_gives_the_same_cards(data: bytes, filename: str) -> None:
    """The content says what a file is, not its name."""
    found = rehearsed(data, filename)

    assert found.errors == []
    assert [one.card.card_no for one in found.cards] == ["Z-0001", "Z-0002"]
    assert found.gross_fen == 750000


@pytest.mark.parametrize(
    "heading",
    [
        ["卡片编号", "名称", "国标码", "账面原值(元)", "购置时间"],
        ["* 资产编码", "设备名称", "分类号", "原 值", "购入日期"],
        ["卡片号【必填】", "品名", "资产分类编码", "金额", "取得时间"],
        ["资产\n编号", "资产\n名称", "国标\n分类", "资产原值", "购买日期"],
    ],
)
def test_headings_in_other_words_are_understood(heading: list[str]) -> None:
    """Synonyms, marks of duty, line breaks and units in a heading change nothing."""
    found = rehearsed(xlsx([heading, DESK, LAPTOP]))

    assert found.errors == []
    assert found.gross_fen == 750000


def test_order_and_strange_columns_do_not_matter() -> None:
    """Columns in any order; what is not understood is left unread and shown in the mapping."""
    heading = ["序号", "取得日期", "月折旧额", *HEADING[:4][::-1]]
    rows = [heading, [1, DESK[4], 8.33, *DESK[:4][::-1]], [2, LAPTOP[4], 83.3, *LAPTOP[:4][::-1]]]

    found = rehearsed(xlsx(rows))

    assert found.errors == []
    unread = [one.heading for one in found.mapping.columns if one.target is None]
    assert unread == ["序号", "月折旧额"]


def test_headings_without_a_clue_are_guessed_by_content() -> None:
    """Codes, dates, amounts and unique numbers show what they are."""
    heading = ["资产编号", "资产名称", "代号", "价值", "哪天来的"]

    found = rehearsed(xlsx([heading, DESK, LAPTOP]))

    assert found.errors == []
    how = {one.heading: (one.target, one.how) for one in found.mapping.columns}
    assert how["代号"] == ("class_code", "content")
    assert how["哪天来的"] == ("acquired_on", "content")


TITLES: list[list[Any]] = [
    ["临江市某局固定资产明细表"],
    ["填报单位:某局", "", "", "2025年12月31日", "单位:元"],
    [],
]


@pytest.mark.parametrize("titles", [[], TITLES[:1], TITLES])
@pytest.mark.parametrize(
    "sums",
    [
        [["小计", "", "", 7500.0], ["合计", "", "", 7500.0]],
        [["", "办公室合计", "", "7,500.00"], ["", "总 计", "", 7500.0]],
        [["共计:", "", "", 7500.0]],
        [["", "", "", 7500.0]],
        [["", "资产科计", "", 7500.0]],
        [["本页合计", "", "", 7500.0], HEADING],
        [["", "", "", ""], ["制表人:张三", "", "审核人:", "", "第1页 共1页"]],
        [["注:以上为年末数"], ["以下空白"]],
    ],
)
def test_titles_sums_and_footers_are_no_cards(titles: Rows, sums: Rows) -> None:
    """Whatever stands around the cards is told apart, in words or by its figures."""
    found = rehearsed(xlsx([*titles, *TWO, *sums]))

    assert found.errors == []
    assert len(found.cards) == 2
    assert len(titles) + 1 == found.layout.header_row


def test_a_sum_that_is_wrong_is_pointed_at() -> None:
    """A line of sums that differs from the cards above is a warning."""
    found = rehearsed(xlsx([*TWO, ["合计", "", "", 7400.0]]))

    assert [one.code for one in found.warnings if one.code == "W_SUM"] == ["W_SUM"]
    assert len(found.cards) == 2


def test_two_heading_rows_and_merged_departments() -> None:
    """A heading over two, and a department merged over several cards."""
    rows = [
        ["登记簿"],
        ["资产编号", "资产名称", "资产分类代码", "折旧", "", "原值", "取得日期", "使用情况", ""],
        ["", "", "", "累计", "净值", "", "", "使用部门", "使用人"],
        [*DESK[:3], 100, 1400, 1500, DESK[4], "办公室", "张 三"],
        [*LAPTOP[:3], 1000, 5000, 6000, LAPTOP[4], "", "李四"],
        ["Z-3", *LAPTOP[1:3], 1000, 5000, 6000, LAPTOP[4], "财务科", "李四"],
    ]

    found = rehearsed(xlsx(rows, ["A1:I1", "D2:E2", "H2:I2", "H4:H5"]))

    assert found.errors == []
    assert [one.card.use_dept for one in found.cards] == ["办公室", "办公室", "财务科"]
    assert [one.opening.accum_fen for one in found.cards] == [10000, 100000, 100000]
    assert [one.user_name for one in found.cards] == ["张三", "李四", "李四"]


@pytest.mark.parametrize(
    "written",
    [
        "2024-01-02",
        "2024/1/2",
        "2024年1月2日",
        "2024.1.2",
        "20240102",
        20240102,
        45293,
        "45293",
        "２０２４-０１-０２",
        "2024-01-02 00:00:00",
        date(2024, 1, 2),
        datetime(2024, 1, 2, 8, 30),
    ],
)
def test_dates_in_every_form(written: Any) -> None:
    """All forms of one day are that day."""
    found = rehearsed(xlsx([HEADING, [*DESK[:4], written], LAPTOP, [*LAPTOP[:4], "2024-03-02"]]))

    assert found.cards[0].card.acquired_on == date(2024, 1, 2)


@pytest.mark.parametrize(
    ("at", "written", "code"),
    [
        (0, "1.23457E+12", "E_CODE_SCIENTIFIC"),
        (0, 1.2345678901234567e18, "E_CODE_SCIENTIFIC"),
        (0, 1.5, "E_CODE_NUMBER"),
        (0, date(2024, 1, 2), "E_CODE_NUMBER"),
        (0, "@SUM(A1)", "E_CODE_FORMULA"),
        (0, "", "E_REQUIRED"),
        (0, "=1+1", "E_FORMULA"),
        (0, "X" * 31, "E_TOO_LONG"),
        (1, "", "E_REQUIRED"),
        (1, "#N/A", "E_FORMULA"),
        (2, "A0209999", "E_CLASS_FORM"),
        (2, "A99010100", "E_CLASS_UNKNOWN"),
        (2, "", "E_REQUIRED"),
        (3, "四千五百元", "E_MONEY_TEXT"),
        (3, "", "E_REQUIRED"),
        (3, "12,34", "E_MONEY_GROUPING"),
        (3, 10.005, "E_MONEY_FRACTION"),
        (3, 1e16, "E_MONEY_DIGITS"),
        (3, "-1", "E_NEGATIVE"),
        (4, "2031-02-30", "E_DATE"),
        (4, "2024.1", "E_DATE_MONTH_UNCLEAR"),
        (4, 2024.1, "E_DATE_MONTH_UNCLEAR"),
        (4, "2024-13", "E_DATE"),
        (4, "2024", "E_DATE"),
        (4, 2024, "E_DATE"),
        (4, "####", "E_CELL_ERROR"),
        (4, "去年", "E_DATE"),
        (4, "2031-02-03", "E_DATE_FUTURE"),
        (4, "", "E_REQUIRED"),
    ],
)
def test_one_wrong_cell_is_one_error_at_its_place(at: int, written: Any, code: str) -> None:
    """Nothing that follows from the wrong cell is reported beside it."""
    wrong = list(LAPTOP)
    wrong[at] = written

    found = rehearsed(xlsx([HEADING, DESK, wrong, ["Z-9", *LAPTOP[1:]]]))

    assert [(3, HEADING[at], code)] == places(found)
    assert [one.card.card_no for one in found.cards] == ["Z-0001", "Z-9"]
    assert "ABCDE"[at] == found.errors[0].column_letter


def test_all_errors_of_a_row_are_told_at_once() -> None:
    """Independent errors of one row are all there."""
    found = rehearsed(xlsx([HEADING, DESK, ["", "", "A0209999", "x", "y"]]))

    assert len(found.errors) == 5


def test_editions_are_told_apart_by_names() -> None:
    """A02010104 with 台式计算机 is of the 2013 catalogue, with 服务器 of 2022."""
    old = [HEADING, ["1001", "台式计算机", "A02010104", "5000", "2015-01-02"]]
    new = [HEADING, ["1001", "服务器", "A02010104", "5000", "2015-01-02"]]

    from_old, from_new = rehearsed(xlsx(old)), rehearsed(xlsx(new))

    assert (from_old.class_std, from_new.class_std) == (STD_2013, STD_2022)
    assert from_old.cards[0].card.class_code == "A02010105"
    assert from_new.cards[0].card.class_code == "A02010104"


def test_an_unclear_old_class_waits_for_a_person() -> None:
    """Furniture by material has candidates; the choice in the mapping settles it."""
    rows = [HEADING, ["1001", "老板台", "6010299", "5000", "2015-01-02"], ["1002", *DESK[1:]]]
    first = rehearsed(xlsx(rows))

    assert places(first) == [(2, "资产分类代码", "E_CLASS_CHOICE")]
    choice = first.choices[0]
    corrected = msgspec.structs.replace(first.mapping, class_choices={choice.key: "A05010201"})
    kept = msgspec.json.decode(msgspec.json.encode(corrected), type=Mapping)

    second = rehearsed(xlsx(rows), mapping=kept)

    assert second.errors == []
    assert second.cards[0].card.class_code == "A05010201"
    assert second.cards[0].old_class_code == "6010299"


def test_ten_thousands_and_years_are_scaled() -> None:
    """万元 in a heading or above the table, lives in years."""
    heading = [*HEADING[:3], "原值(万元)", HEADING[4], "使用年限"]
    rows = [heading, [*DESK[:3], 0.15, DESK[4], 15], [*LAPTOP[:3], "0.6", LAPTOP[4], "6年"]]
    above = [["单位:万元"], [*HEADING], [*DESK[:3], "0.15", DESK[4]]]

    found = rehearsed(xlsx(rows))

    assert [(one.card.gross_fen, one.card.life_months) for one in found.cards] == [
        (150000, 180),
        (600000, 72),
    ]
    assert rehearsed(xlsx(above)).gross_fen == 150000


def test_the_batch_fills_what_the_file_is_silent_about() -> None:
    """Defaults of keeper, direction, value type and ways; zero depreciation if so said."""
    given = Defaults(keeper="王五", use_direction="TEACHING", accumulated="zero", acq_way="OTHER")

    found = rehearsed(xlsx(TWO), defaults=given)

    card = found.cards[0].card
    assert (card.use_direction, card.acq_way, card.value_type) == ("TEACHING", "OTHER", "COST")
    assert [one.opening.accum_fen for one in found.cards] == [0, 0]
    assert {"王五"} == {one.keeper_name for one in found.cards}


def test_missing_depreciation_is_computed_to_the_opening() -> None:
    """Straight line from the month of addition to the month before the opening."""
    found = rehearsed(xlsx(TWO))

    laptop = found.cards[1]
    assert (laptop.opening.done_months, laptop.opening.accum_fen) == (22, 22 * 8333)
    assert laptop.card.life_months == 72


def test_number_and_name_alone_split_where_they_share_a_cell() -> None:
    """Name and model in brackets, after a space, and a class name that has brackets itself."""
    heading = ["资产编号", "资产名称及规格型号", *HEADING[2:]]
    rows = [
        heading,
        ["1", "办公桌(1600*800)", *DESK[2:]],
        ["2", "便携式计算机 联想昭阳X5", *LAPTOP[2:]],
        ["3", "普通电视设备(电视机)", "A02091001", "2000", "2020-01-02"],
    ]

    found = rehearsed(xlsx(rows))

    assert [(one.card.name, one.card.model) for one in found.cards] == [
        ("办公桌", "1600*800"),
        ("便携式计算机", "联想昭阳X5"),
        ("普通电视设备(电视机)", None),
    ]


def test_the_sheet_with_cards_is_found_among_others() -> None:
    """A cover sheet before the cards is passed over, and named in the assumptions if similar."""
    import io

    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "封面"
    page = book.create_sheet("卡片")
    for row in TWO:
        page.append(row)
    held = io.BytesIO()
    book.save(held)

    found = rehearsed(held.getvalue())

    assert found.sheet == "卡片"
    assert len(found.cards) == 2
