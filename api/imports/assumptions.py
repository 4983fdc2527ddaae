"""What a rehearsal took for granted, in sentences for the clerk to read before the import."""

from __future__ import annotations

from collections import Counter

from api.imports import headings
from api.imports.walk import Walk


def assumptions(walk: Walk, others: list[str]) -> list[tuple[str, str]]:
    """What the program took for granted, zh and en, for the clerk to read before the import."""
    layout, batch = walk.layout, walk.batch
    rows = f"{layout.header_row}" + (f"-{layout.header_row + 1}" if layout.header_rows == 2 else "")
    said = [(f"表头在第{rows}行", f"headings stand in row {rows}")]
    if batch.class_std:
        said.append((f"分类代码按 {batch.class_std} 理解", f"class codes of {batch.class_std}"))
    for column in batch.mapping.columns:
        if column.fill_down:
            zh = f"“{column.heading}”空白处沿用上一行"
            said.append((zh, f"blanks of {column.letter} repeat the row above"))
        if column.target == headings.NAME_AND_MODEL:
            zh = f"“{column.heading}”拆分为资产名称和规格型号"
            said.append((zh, f"{column.letter} is split into name and model"))
        if column.unit_yuan != 1:
            said.append((f"“{column.heading}”以万元为单位", f"{column.letter} is in 10,000 yuan"))
        if column.months_each != 1:
            said.append((f"“{column.heading}”以年为单位", f"{column.letter} is in years"))
    for kind, zh, en in (
        ("sums", "{}行合计、小计不是卡片", "{} rows of sums are no cards"),
        ("headings", "{}行是重复的表头或栏次", "{} rows repeat the headings"),
        ("notes", "{}行是说明或签字栏", "{} rows are notes or signatures"),
    ):
        if walk.counts[kind]:
            said.append((zh.format(walk.counts[kind]), en.format(walk.counts[kind])))
    said.extend(_derived(walk))
    said.extend(_noted(walk))
    if others:
        names = "、".join(others)
        said.append((f"其他工作表未读取:{names}", f"other sheets were not read: {names}"))
    return said


def _noted(walk: Walk) -> list[tuple[str, str]]:
    """Hidden rows and dates that are only months, counted."""
    said: list[tuple[str, str]] = []
    if walk.hidden:
        shown = "、".join(map(str, walk.hidden[:10])) + ("…" if len(walk.hidden) > 10 else "")
        zh = f"{len(walk.hidden)}个隐藏的行(如被筛选)也按卡片读取:第{shown}行"
        said.append((zh, f"{len(walk.hidden)} hidden rows are read as cards too"))
    months = Counter(
        one.column_heading for one in walk.reader.warnings if one.code == "W_DATE_MONTH"
    )
    for heading, count in months.items():
        zh = f"“{heading}”有{count}处只有年月,按当月1日(或当月的取得日期)处理,逐行见提示"
        said.append((zh, f"{count} dates are months only and stand for a day; see the warnings"))
    return said


_DERIVED: tuple[tuple[str, str, str], ...] = (
    ("fiscal_fen", "没有财政拨款列,全部视为财政拨款", "all value is taken as fiscal funds"),
    ("acq_way", "没有取得方式列,使用批次默认值", "way of acquisition is the batch's default"),
    ("life_months", "没有折旧年限列,使用最低折旧年限", "lives are the table's minimum"),
    ("keeper", "没有管理人列,使用批次默认值或使用人", "keepers are the default or the user"),
    ("use_status", "没有使用状况列,使用批次默认值", "condition of use is the batch's default"),
    ("value_type", "没有价值类型列,使用批次默认值", "value type is the batch's default"),
    ("use_direction", "没有使用方向列,使用批次默认值", "direction of use is the batch's default"),
)


def _derived(walk: Walk) -> list[tuple[str, str]]:
    said = [(zh, en) for field, zh, en in _DERIVED if not walk.reader.has(field)]
    if not walk.reader.has("accum_fen") and not walk.reader.has("net_fen"):
        if walk.batch.defaults.accumulated == "computed":
            zh = "没有累计折旧列,按取得月份至期初直线计算"
            said.append((zh, "accumulated depreciation is computed up to the opening date"))
        else:
            said.append(("没有累计折旧列,按未提折旧处理", "nothing is taken as depreciated"))
    return said
