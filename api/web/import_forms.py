"""What the import pages offer and what their forms mean: columns, class choices, defaults."""

from __future__ import annotations

from collections.abc import Mapping as Form
from typing import Any, Final

import msgspec

from api.imports import headings
from api.imports.batch import Defaults
from api.imports.mapping import Column, Mapping
from api.imports.rehearsal import Rehearsal
from api.problems import Problem, Wrong
from domain.card_fields import BY_CODE, FIELDS
from domain.card_traits import TRAITS
from domain.catalogue import classes, ways

_UNITS_YUAN: Final = {"1": 1, "10000": 10_000}
_MONTHS_EACH: Final = {"1": 1, "12": 12}

Choice = tuple[str, str]
"""A code and its words."""


def targets(lang: str) -> list[Choice]:
    """What a column may be read as: the fields of a card, then the traits of its types."""
    both = "资产名称及规格型号" if lang == "zh" else "Name and model"
    at = 0 if lang == "zh" else 1
    fields = [(field.code, (field.zh, field.en.capitalize())[at]) for field in FIELDS]
    traits: dict[str, str] = {}
    for trait in TRAITS:
        traits.setdefault(headings.TRAIT_PREFIX + trait.code, (trait.zh, trait.en.capitalize())[at])
    return [*fields, (headings.NAME_AND_MODEL, both), *traits.items()]


def terms(field: str, lang: str) -> list[Choice]:
    """The values of an enumeration."""
    return [(term.code, term.zh if lang == "zh" else term.en) for term in BY_CODE[field].terms]


class ColumnShown(msgspec.Struct, frozen=True):
    """A column as the mapping page shows it: `is_money` and `is_life` ask for its unit."""

    column: Column
    samples: list[str]
    is_money: bool
    is_life: bool


def columns_shown(found: Rehearsal, samples: list[list[str]]) -> list[ColumnShown]:
    """The columns of the sheet with their first values; wholly blank ones are left out."""
    shown = []
    for column in found.mapping.columns:
        values = [row[column.index] if column.index < len(row) else "" for row in samples]
        if not column.heading and not any(values):
            continue
        field = BY_CODE.get(column.target or "")
        kind = field.kind if field else ""
        is_life = column.target in ("life_months", "done_months")
        shown.append(ColumnShown(column, [v[:40] for v in values], kind == "money", is_life))
    return shown


def mapping_of(form: Form[str, Any], found: Rehearsal) -> Mapping:
    """The clerk's reading in a posted form; Problem E_FIELDS where two columns are one field."""
    columns = tuple(_column(form, column) for column in found.mapping.columns)
    seen: dict[str, Column] = {}
    for column in columns:
        if column.target is None:
            continue
        rival = seen.setdefault(column.target, column)
        if rival is not column:
            zh = f"{rival.letter} 列与 {column.letter} 列对应了同一字段，请只保留一个。"
            en = f"Columns {rival.letter} and {column.letter} are read as one field; keep one."
            wrong = Wrong(f"/target-{column.index}", zh, en, "E_IMPORT_COLUMN_TWICE")
            raise Problem("E_IMPORT_COLUMN_TWICE", zh, en, status=422, errors=(wrong,))
    std = str(form.get("class_std") or "") or None
    return msgspec.structs.replace(
        found.mapping,
        columns=columns,
        class_std=std if std in classes.CODE_FORMS else None,
        class_choices=found.mapping.class_choices | _choices(form),
    )


def _column(form: Form[str, Any], column: Column) -> Column:
    name = f"target-{column.index}"
    if name not in form:
        return column
    known = {code for code, _ in targets("zh")}
    target = str(form.get(name) or "")
    target_read = target if target in known else None
    changed = target_read != column.target
    return msgspec.structs.replace(
        column,
        target=target_read,
        how="clerk" if changed else column.how,
        unit_yuan=_UNITS_YUAN.get(str(form.get(f"unit-{column.index}")), column.unit_yuan),
        months_each=_MONTHS_EACH.get(str(form.get(f"months-{column.index}")), column.months_each),
        fill_down=form.get(f"fill-{column.index}") == "1",
    )


def _choices(form: Form[str, Any]) -> dict[str, str]:
    """The 2022 classes that the clerk chose for old ones; an unknown code is refused."""
    chosen: dict[str, str] = {}
    at = 0
    while f"choice-key-{at}" in form:
        typed = str(form.get(f"choice-code-{at}") or "").strip().upper()
        code = typed or str(form.get(f"choice-{at}") or "")
        if code and classes.find(classes.STD_2022, code) is None:
            zh = f"2022版分类中没有代码 {code[:20]}。"
            en = f"There is no class {code[:20]} in the 2022 edition."
            wrong = Wrong(f"/choice-code-{at}", zh, en, "E_CLASS_UNKNOWN")
            raise Problem("E_CLASS_UNKNOWN", zh, en, status=422, errors=(wrong,))
        if code:
            chosen[str(form[f"choice-key-{at}"])] = code
        at += 1
    return chosen


_TERMS: Final = {
    "use_direction": ways.USE_DIRECTIONS,
    "value_type": ways.VALUE_TYPES,
    "acq_way": ways.ACQ_WAYS,
    "use_status": ways.USE_STATUSES,
}


def defaults_of(form: Form[str, Any]) -> Defaults:
    """What the clerk says once for all cards whose file is silent."""
    given: dict[str, str] = {}
    for name in ("keeper", "user", "manage_dept", "use_dept", "place"):
        text = str(form.get(name) or "").strip()[:100]
        if text:
            given[name] = text
    for name, known in _TERMS.items():
        code = str(form.get(name) or "")
        if code in {term.code for term in known}:
            given[name] = code
    if form.get("accumulated") == "zero":
        given["accumulated"] = "zero"
    return Defaults(**given)
