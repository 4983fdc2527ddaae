"""Errors planted anywhere in a clean file are found there and nowhere else."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

import pytest
from workbooks import DATA, rehearsed, text_csv

from api.imports.cells import shown
from api.imports.reading import read_sheets

PLANTS: tuple[tuple[str, str], ...] = (
    ("资产分类代码", "A0209999"),
    ("资产分类代码", "A98765432"),
    ("资产分类代码", ""),
    ("国标版本", "GB/T 99999"),
    ("价值", "四千五百元"),
    ("价值", "-100.00"),
    ("价值", ""),
    ("取得日期", "2031-02-30"),
    ("取得日期", "2031-02-03"),
    ("取得日期", ""),
    ("投入使用日期", "2001-01-01"),
    ("数量", "0"),
    ("数量", "-1"),
    ("数量", "一台"),
    ("财政拨款", "1.00"),
    ("非财政拨款", "1.00"),
    ("累计折旧", "999999999.00"),
    ("累计折旧", "-1.00"),
    ("取得方式", "偷来的"),
    ("使用状况", "丢了"),
    ("财务入账日期", "2003-01-01"),
    ("财务入账日期", "昨天"),
    ("资产名称", ""),
    ("资产编号", ""),
    ("资产编号", "1.23E+15"),
    ("折旧年限(月)", "12"),
    ("折旧年限(月)", "六年整"),
    ("已提折旧月数", "999"),
    ("已提折旧月数", "-3"),
)


@cache
def _clean() -> tuple[list[str], list[list[str]]]:
    """The headings and the rows of the sample that have no planted error."""
    data = (DATA / "cards-1000.xlsx").read_bytes()
    truth = json.loads((DATA / "cards-1000.errors.json").read_text())
    planted = {one["row"] for one in truth}
    rows: list[list[Any]] = list(read_sheets(data, "cards-1000.xlsx")[0].rows())
    kept = [row for number, row in enumerate(rows, 1) if number not in planted]
    return [shown(cell) for cell in kept[0]], [[shown(cell) for cell in row] for row in kept[1:]]


@pytest.mark.parametrize("seed", range(12))
def test_planted_errors_are_found_exactly(seed: int) -> None:
    """Every plant of the table on rows of its own, in columns of any order."""
    heading, clean = _clean()
    dice = random.Random(seed)
    rows = [list(row) for row in clean]
    chosen = dice.sample(range(1, len(rows)), len(PLANTS) + 1)
    planted = []
    for at, (column, value) in zip(chosen, PLANTS, strict=False):
        rows[at][heading.index(column)] = value
        planted.append((at + 2, column))
    twice = chosen[-1]
    rows[twice][0] = rows[0][0]
    planted.append((twice + 2, heading[0]))
    order = dice.sample(range(len(heading)), len(heading))
    shuffled = [[row[index] for index in order] for row in [heading, *rows]]

    found = rehearsed(text_csv(shuffled, "gb18030"), "cards.csv")

    assert sorted(planted) == sorted((one.row, one.column_heading) for one in found.errors)
    assert len(rows) - len(planted) == len(found.cards)
