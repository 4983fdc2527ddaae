"""From a command's Struct to the fields of its form, and from a posted form to its values."""

from __future__ import annotations

from collections.abc import Mapping as Form
from datetime import date
from typing import Any, Final

import msgspec
from msgspec import inspect

from api.problems import Wrong
from api.web.command_words import OPTIONS, WORDS, Option
from domain.card_fields import BY_CODE, FIELDS
from domain.commands.command import Command
from domain.money import MoneyError, fen_from_text, yuan


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One input of a form.

    `kind` is date, month, money, int, flag, text, area, list, select, unit, person, warehouse,
    process, stocktake or value; `path` is its place in the command's JSON.
    """

    name: str
    path: tuple[str, ...]
    kind: str
    zh: str
    en: str
    required: bool = False
    options: tuple[Option, ...] = ()
    group: str = ""


_BY_NAME: Final = {
    "unit_id": "unit", "to_unit": "unit", "for_unit": "unit", "borrower_unit": "unit",
    "parent_id": "unit", "warehouse_id": "warehouse", "keeper": "person", "user": "person",
    "person": "person", "second_counter": "person", "process_id": "process",
    "stocktake_id": "stocktake", "reason": "area", "opinion": "area", "fault": "area",
    "inspection": "area", "period": "month", "value": "value",
}  # fmt: skip
# What a command founds has no name yet to be picked from a list.
_FOUNDED: Final = frozenset({("RegisterUnit", "unit_id"), ("OpenWarehouse", "warehouse_id")})
_LEFT_OUT: Final = frozenset(
    ["asset_ids", "attachments", "photo", "cards", "card", "fields", "corrects"]
)
CARD_FIELDS: Final = (
    "card_no", "name", "class_code", "acquired_on", "gross_fen", "fiscal_fen", "nonfiscal_fen",
    "brand", "model", "serial_no", "unit_of_measure", "qty_centi", "maker", "seller",
    "contract_no", "invoice_no", "procurement_form", "warranty_end", "in_service_on",
    "life_months", "use_direction", "manage_dept", "use_dept", "keeper", "user", "place",
    "donor", "remark",
)  # fmt: skip
_CARD_MUST: Final = frozenset({"name", "class_code", "acquired_on", "gross_fen"})
LAST: Final = "reason"


def fields_of(struct: type[Command]) -> list[Field]:
    """The inputs of the command's form, required ones first, the reason last."""
    found: list[Field] = []
    for field in msgspec.structs.fields(struct):
        name = field.encode_name
        if name == "approval":
            found += _approval(required=field.required)
        elif name not in _LEFT_OUT:
            found.append(_field(struct, name, inspect.type_info(field.type), field.required))
    return sorted(found, key=lambda one: (one.name == LAST, bool(one.group), not one.required))


def takes_card(struct: type[Command]) -> str | None:
    """The name of the field that holds a whole card, if the command has one."""
    names = struct.__struct_fields__
    return next((name for name in ("card", "cards") if name in names), None)


def card_inputs() -> list[Field]:
    """The inputs of a new card."""
    inputs = []
    for code in CARD_FIELDS:
        known = BY_CODE[code]
        options = tuple((term.code, term.zh, term.en) for term in known.terms)
        kind = "select" if options else {"dept": "text", "code": "text"}.get(known.kind, known.kind)
        zh = known.zh + ("（元）" if known.kind == "money" else "")
        inputs.append(Field(
            name=f"card.{code}", path=("card", code), kind=kind, zh=zh,
            en=known.en.capitalize() + (" (yuan)" if known.kind == "money" else ""),
            required=code in _CARD_MUST, options=options, group="card",
        ))  # fmt: skip
    return inputs


def _approval(*, required: bool) -> list[Field]:
    kinds = {"no": "text", "on": "date", "level": "select", "document": "text"}
    return [
        Field(
            name=f"approval.{part}", path=("approval", part), kind=kind,
            zh=WORDS[f"approval.{part}"][0], en=WORDS[f"approval.{part}"][1],
            required=required and part != "document",
            options=OPTIONS.get(f"approval.{part}", ()), group="approval",
        )
        for part, kind in kinds.items()
    ]  # fmt: skip


def _field(struct: type[Command], name: str, kind: inspect.Type, required: bool) -> Field:
    options = OPTIONS.get(f"{struct.__name__}.{name}") or OPTIONS.get(name, ())
    zh, en = WORDS.get(name, (name, name))
    named = None if (struct.__name__, name) in _FOUNDED else _BY_NAME.get(name)
    shown = "select" if options else named or _by_type(name, kind)
    return Field(
        name=name, path=(name,), kind=shown, zh=zh, en=en, required=required, options=options
    )


def _by_type(name: str, kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        kinds = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        return _by_type(name, kinds[0])
    match kind:
        case inspect.DateType():
            return "date"
        case inspect.BoolType():
            return "flag"
        case inspect.IntType():
            return "money" if name.endswith("_fen") else "int"
        case inspect.VarTupleType():
            return "list"
    return "text"


class UnreadableError(ValueError):
    """The text of one input cannot be read; says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class BadFieldsError(Exception):
    """Inputs that could not be read; `wrong` names each by its input."""

    def __init__(self, wrong: tuple[Wrong, ...]) -> None:
        super().__init__(", ".join(one.pointer for one in wrong))
        self.wrong = wrong


def values_of(fields: list[Field], form: Form[str, Any]) -> dict[str, Any]:
    """The command's JSON from a posted form; BadFieldsError names every input that is wrong."""
    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for field in fields:
        text = str(form.get(field.name) or "").strip()
        if field.kind == "flag":
            _put(values, field.path, text == "1")
        elif text:
            try:
                _put(values, field.path, read(field.kind, text))
            except UnreadableError as error:
                wrong.append(Wrong(f"/{field.name}", error.zh, error.en, "E_FIELDS"))
        elif field.required:
            wrong.append(Wrong(f"/{field.name}", "必填", "required", "E_REQUIRED"))
    if wrong:
        raise BadFieldsError(tuple(wrong))
    return values


def read(kind: str, text: str) -> Any:
    """One input's text as JSON; UnreadableError says what is wrong."""
    match kind:
        case "money" | "qty":
            return _money(text)
        case "int":
            return _int(text)
        case "list":
            return [part for part in text.replace("、", ",").replace("，", ",").split(",") if part]
        case "value":
            return int(text) if text.lstrip("-").isdigit() and len(text) < 16 else text
        case "date":
            return _day(text)
    return text


def _money(text: str) -> int:
    try:
        return fen_from_text(text)
    except MoneyError as error:
        raise UnreadableError(error.zh, error.en) from error


def _int(text: str) -> int:
    if not text.lstrip("-").isdigit() or len(text) > 15:
        raise UnreadableError("须为整数", "a whole number")
    return int(text)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UnreadableError("日期须写作 2026-01-31", "write a day as 2026-01-31") from error


def _put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        values = values.setdefault(part, {})
    values[path[-1]] = value


def shown(kind: str, value: Any) -> str:
    """A stored value as the text of its input."""
    if value is None:
        return ""
    if kind in ("money", "qty") and isinstance(value, int):
        return yuan(value).replace(",", "")
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)


def card_field_kind(code: str) -> str:
    """The kind of input for a field of the card."""
    known = BY_CODE[code]
    if known.terms:
        return "select"
    return {"dept": "text", "code": "text"}.get(known.kind, known.kind)


KNOWN_CARD_FIELDS: Final = tuple(field.code for field in FIELDS if field.part == "card")
