"""The product's own workbook for asset cards: locked headings, guide, drop-downs, text codes."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from domain.card_fields import FIELDS, Field
from domain.card_traits import TRAITS
from domain.catalogue import classes

ROWS = 5_000
"""Rows that carry drop-downs and text format; more may be typed below."""
SHEET, GUIDE, CODES = "资产卡片", "填写说明", "分类代码"

_EXAMPLES: dict[str, str] = {
    "card_no": "TY2026000001",
    "name": "台式计算机",
    "class_code": "A02010105",
    "class_std": classes.STD_2022,
    "model": "联想 启天M455",
    "unit_of_measure": "台",
    "qty_centi": "1",
    "gross_fen": "4500.00",
    "fiscal_fen": "4500.00",
    "nonfiscal_fen": "0.00",
    "value_type": "原值",
    "acq_way": "新购",
    "acquired_on": "2024-01-02",
    "in_service_on": "2024-01-05",
    "booked_on": "2024-01-10",
    "voucher_no": "记-0012",
    "dep_status": "提折旧/摊销",
    "life_months": "72",
    "done_months": "24",
    "accum_fen": "1500.00",
    "use_status": "在用",
    "use_direction": "行政办公",
    "manage_dept": "资产科",
    "use_dept": "办公室",
    "place": "A座302室",
    "classified": "否",
}
_NOTES = (
    "日期可写 2024-01-02、2024/1/2、2024年1月2日、20240102;不能用公式算出而未保存结果的单元格。",
    "只有年月的日期:取得、投入使用、财务入账三列接受(折旧按月计算),按当月1日处理,"
    "逐行列在提示里,原文记入卡片备注;保修截止等其他日期须写到日。",
    "2021.1 分不清是1月还是10月,会被退回,请写成 2021-01 或 2021-10;只写年份也会被退回。",
    "金额可带千分位,最多两位小数;编号请用文本格式,科学计数法会被退回。",
    "#N/A、#REF!、#### 等错误值会按行列指出;隐藏的行也会读取;合计、小计行不会当作卡片。",
    "同品牌型号下出厂编号与在账卡片重复的,可以导入,但会带标记。没有编号请留空或填“无”。",
)
_KINDS: dict[str, str] = {
    "text": "文字",
    "code": "文字(编号)",
    "date": "日期,如 2024-01-02",
    "money": "金额(元),最多两位小数",
    "int": "整数",
    "qty": "数字,最多两位小数",
    "term": "从下拉框选择",
    "flag": "从下拉框选择",
    "person": "姓名",
    "dept": "部门名称",
}


def template_fields() -> tuple[Field, ...]:
    """The columns of the template, in order."""
    return tuple(field for field in FIELDS if field.in_template)


def template_traits() -> tuple[tuple[str, str], ...]:
    """Trait columns of houses and vehicles, headings not used twice."""
    wanted = ("structure", "gross_floor_area", "cert_no", "plate", "vin", "vehicle_use")
    return tuple((trait.code, trait.zh) for trait in TRAITS if trait.code in wanted[:2]) + tuple(
        (trait.code, trait.zh)
        for trait in TRAITS
        if trait.card_type == "vehicle" and trait.code in wanted[3:]
    )


def template_book() -> bytes:
    """The template as .xlsx bytes."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1}),
        "must": book.add_format({"bold": True, "bg_color": "#F8CBAD", "border": 1}),
        "text": book.add_format({"num_format": "@", "locked": False}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    page = book.add_worksheet(SHEET)
    _guide(book.add_worksheet(GUIDE), formats)
    _codes(book.add_worksheet(CODES), formats)
    _cards(page, formats)
    page.activate()
    book.close()
    return held.getvalue()


def _cards(page: Any, formats: dict[str, Any]) -> None:
    fields = template_fields()
    for at, field in enumerate(fields):
        # Every column is text: numbers and codes stay exactly as they were typed.
        page.set_column(at, at, max(12, len(field.zh) * 2 + 2), formats["text"])
        page.write_string(0, at, field.zh, formats["must" if field.required else "head"])
        if field.guide:
            page.write_comment(0, at, field.guide)
        _drop_down(page, at, field)
    for at, (_, heading) in enumerate(template_traits(), len(fields)):
        page.set_column(at, at, max(12, len(heading) * 2 + 2), formats["text"])
        page.write_string(0, at, heading, formats["head"])
    page.freeze_panes(1, 2)
    allowed = {
        "format_cells": True,
        "format_columns": True,
        "insert_rows": True,
        "delete_rows": True,
        "sort": True,
        "autofilter": True,
    }
    page.protect("", allowed)


def _drop_down(page: Any, at: int, field: Field) -> None:
    if field.terms:
        rule: dict[str, Any] = {"validate": "list", "source": [term.zh for term in field.terms]}
    elif field.code == "class_std":
        rule = {"validate": "list", "source": [classes.STD_2022, classes.STD_2010]}
    elif field.code == "class_code":
        count = len(classes.rows(classes.STD_2022))
        rule = {"validate": "list", "source": f"={CODES}!$A$2:$A${count + 1}"}
        # The list is known to be incomplete: a code outside it warns and is kept.
        rule |= {"error_type": "warning", "error_message": "不在已收录的分类表中,确认无误可继续"}
    else:
        return
    page.data_validation(1, at, ROWS, at, rule)


def _guide(page: Any, formats: dict[str, Any]) -> None:
    page.set_column(0, 0, 18)
    page.set_column(1, 2, 12)
    page.set_column(3, 4, 50, formats["wrap"])
    for column, heading in enumerate(("列名", "必填", "类型", "说明", "示例")):
        page.write_string(0, column, heading, formats["head"])
    for row, field in enumerate(template_fields(), 1):
        allowed = "可填:" + "、".join(term.zh for term in field.terms) if field.terms else ""
        said = (
            field.zh,
            "必填" if field.required else "",
            _KINDS[field.kind],
            ";".join(part for part in (field.guide, allowed) if part),
            _EXAMPLES.get(field.code, ""),
        )
        for column, text in enumerate(said):
            page.write_string(row, column, text)
    for row, note in enumerate(_NOTES, len(template_fields()) + 2):
        page.write_string(row, 0, "注" if row == len(template_fields()) + 2 else "")
        page.write_string(row, 3, note)
    page.protect()


def _codes(page: Any, formats: dict[str, Any]) -> None:
    page.set_column(0, 0, 14)
    page.set_column(1, 2, 30)
    for column, heading in enumerate(("代码", "名称", "会计科目", "核对标记")):
        page.write_string(0, column, heading, formats["head"])
    for row, one in enumerate(classes.rows(classes.STD_2022), 1):
        said = (one.code, one.name, classes.account_of(one.code) or "", one.mark)
        for column, text in enumerate(said):
            page.write_string(row, column, text)
    page.protect()
