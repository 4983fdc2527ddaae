"""What a batch has brought in, on paper: totals, classes, departments, people, assumptions."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from api.imports.batch import ImportedCard
from api.imports.rehearsal import Rehearsal
from domain.catalogue import classes
from domain.money import yuan

WARNINGS_MAX = 20_000


def receipt_book(
    rehearsal: Rehearsal,
    batch_id: str,
    imported_at: str,
    imported_by: str,
    flagged: Sequence[ImportedCard] = (),
) -> bytes:
    """The receipt as .xlsx bytes; `imported_at` is text in local time.

    `flagged` are the cards that were recorded with E_DUP_SERIAL.
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    bold = book.add_format({"bold": True, "bg_color": "#D9E2F3"})
    facts = _facts(rehearsal, batch_id, imported_at, imported_by)
    facts.append(("出厂编号重复(已带标记入账)", str(len(flagged))))
    _table(book.add_worksheet("导入回执"), ("项目", "内容"), facts, bold)
    by_class = _sums((_class_name(one), one) for one in rehearsal.cards)
    heading = ("资产分类", "卡片数", "价值(元)", "累计折旧(元)", "净值(元)")
    _table(book.add_worksheet("按分类"), heading, by_class, bold)
    by_dept = _sums((one.card.use_dept or "(未填)", one) for one in rehearsal.cards)
    _table(book.add_worksheet("按使用部门"), ("使用部门", *heading[1:]), by_dept, bold)
    cards = (
        (
            str(one.row),
            one.card.card_no,
            one.card.name,
            one.card.class_code,
            yuan(one.card.gross_fen),
        )
        for one in rehearsal.cards
    )
    columns = ("文件行号", "资产编号", "资产名称", "分类代码", "价值(元)")
    _table(book.add_worksheet("卡片清单"), columns, cards, bold)
    same = (
        (str(one.row), one.card.card_no, one.card.name, one.card.serial_no or "", "E_DUP_SERIAL")
        for one in flagged
    )
    columns = ("文件行号", "资产编号", "资产名称", "出厂编号", "标记")
    _table(book.add_worksheet("出厂编号重复"), columns, same, bold)
    warned = (
        (
            str(one.row),
            f"{one.column_letter} {one.column_heading}".strip(),
            one.value,
            one.zh,
            one.code,
        )
        for one in rehearsal.warnings[:WARNINGS_MAX]
    )
    _table(book.add_worksheet("提示"), ("文件行号", "列", "内容", "提示", "代码"), warned, bold)
    book.close()
    return held.getvalue()


def _facts(
    rehearsal: Rehearsal, batch_id: str, imported_at: str, imported_by: str
) -> list[tuple[str, str]]:
    skipped = Counter(error.row for error in rehearsal.errors)
    facts = [
        ("批次号", batch_id),
        ("单位", rehearsal.unit_id),
        ("文件", rehearsal.filename),
        ("文件SHA-256", rehearsal.digest),
        ("工作表", rehearsal.sheet),
        ("期初日期", rehearsal.opening_on.isoformat()),
        ("导入时间", imported_at),
        ("导入人", imported_by),
        ("导入卡片", str(len(rehearsal.cards))),
        ("未变卡片", str(rehearsal.counts["unchanged"])),
        ("有错误未导入的行", str(len(skipped))),
        ("提示", str(len(rehearsal.warnings))),
        ("价值合计(元)", yuan(rehearsal.gross_fen)),
        ("累计折旧合计(元)", yuan(rehearsal.accum_fen)),
        ("净值合计(元)", yuan(rehearsal.gross_fen - rehearsal.accum_fen)),
        ("涉及人员", str(len(rehearsal.people))),
    ]
    return facts + [("认定", zh) for zh, _ in rehearsal.assumptions]


def _class_name(one: ImportedCard) -> str:
    row = classes.find(classes.STD_2022, one.card.class_code)
    return f"{one.card.class_code} {row.name if row else ''}".strip()


def _sums(pairs: Iterable[tuple[str, ImportedCard]]) -> list[tuple[str, ...]]:
    sums: dict[str, list[int]] = {}
    for name, one in pairs:
        line = sums.setdefault(name, [0, 0, 0])
        line[0] += 1
        line[1] += one.card.gross_fen
        line[2] += one.opening.accum_fen
    return [
        (name, str(count), yuan(gross), yuan(accum), yuan(gross - accum))
        for name, (count, gross, accum) in sorted(sums.items())
    ]


def _table(page: Any, heading: tuple[str, ...], rows: Iterable[tuple[str, ...]], bold: Any) -> None:
    page.set_column(0, len(heading), 24)
    for column, text in enumerate(heading):
        page.write_string(0, column, text, bold)
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            page.write_string(at, column, text)
