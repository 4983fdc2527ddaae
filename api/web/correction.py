"""Correcting a card (更正): old and new side by side, with the reason and the document's number."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get, post

from api.auth.guards import Call
from api.commands.bodies import check_text
from api.commands.routes import guard_of
from api.problems import Problem, Wrong
from api.web import command_fields as inputs
from api.web.attaching import attached, file_error
from api.web.command_fields import Field, UnreadableError
from api.web.command_forms import (
    converted,
    fresh_id,
    ids_of,
    people_for,
    preview_of,
    things_of,
    to_done,
)
from api.web.pages import Page, page_of
from api.web.rendering import headed
from api.web.trait_words import trait_name, trait_text
from domain.card_fields import BY_CODE
from domain.card_traits import TRAITS
from domain.commands.table import COMMANDS
from domain.decisions.use import CORRECTABLE
from projections.queries import Row

SPEC: Final = COMMANDS["correct-card"]
_OPT: Final = {"guard": guard_of(SPEC)}
_TRAIT: Final = "traits."
_SHOWN: Final = "shown."
"""Prefix of the hidden inputs that hold the values which the page showed."""
_KIND_OF_TRAIT: Final = {"area": "qty", "choice": "select", "money": "money", "int": "int"}


class Side(msgspec.Struct, frozen=True):
    """One field with its stored value as text."""

    field: Field
    old: str


@get("/do/correct-card", opt=_OPT, sync_to_thread=True)
def correction(request: Call) -> Response[str]:
    """The card's fields, each with an input that holds its present value."""
    page = page_of(request)
    return _form(page, dict(request.query_params.items()))


@post("/do/correct-card", opt=_OPT, sync_to_thread=True, status_code=200)
def correct(request: Call) -> Response[str]:
    """Record what was changed; fields left as they were are not touched."""
    page, form = page_of(request), request.state.form
    entered = {key: str(value) for key, value in form.items() if key != "csrf_token"}
    try:
        command = _command(page, entered)
        if entered.get("what") == "try":
            return _form(page, entered, preview=preview_of(page, SPEC, command))
        receipt = page.run(SPEC.name, command, command_id=fresh_id(entered))
    except Problem as problem:
        return _form(page, entered, problem=problem)
    return to_done(page, SPEC, receipt, ids_of(entered))


CORRECTION: Final = [correction, correct]


def _thing(page: Page, entered: dict[str, Any]) -> Row | None:
    things = things_of(page, ids_of(entered)[:1])
    return things[0] if things else None


def _sides(row: Row) -> list[Side]:
    """The fields that may be corrected, in the order of the data dictionary."""
    card = row["card"]
    sides = [
        Side(_field(code), inputs.shown(inputs.card_field_kind(code), card.get(code)))
        for code in inputs.KNOWN_CARD_FIELDS
        if code in CORRECTABLE
    ]
    traits = card.get("traits", {})
    for trait in TRAITS:
        if trait.card_type == card.get("card_type"):
            kind = _KIND_OF_TRAIT.get(trait.kind, trait.kind)
            field = Field(
                name=_TRAIT + trait.code, path=("fields", _TRAIT + trait.code), kind=kind,
                zh=trait.zh, en=trait_name(trait.code, "en", trait.card_type),
                options=tuple((c, c, trait_text(trait.code, c, "en")) for c in trait.choices),
            )  # fmt: skip
            sides.append(Side(field, inputs.shown(kind, traits.get(trait.code))))
    return sides


def _field(code: str) -> Field:
    known = BY_CODE[code]
    return Field(
        name=code, path=("fields", code), kind=inputs.card_field_kind(code), zh=known.zh,
        en=headed(known.en),
        options=tuple((term.code, term.zh, term.en) for term in known.terms),
    )  # fmt: skip


def _command(page: Page, entered: dict[str, str]) -> Any:
    row = _thing(page, entered)
    if row is None:
        raise Problem("E_NOT_FOUND")
    fields: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for side in _sides(row):
        shown = entered.get(_SHOWN + side.field.name, side.old)
        text = entered.get(side.field.name, shown).strip()
        # What the page showed is what the clerk left alone, even if it has changed since.
        if text == shown:
            continue
        if side.old not in (shown, text):
            wrong.append(_changed_since(side))
            continue
        try:
            read = inputs.read(side.field.kind, text) if text else None
        except UnreadableError as error:
            wrong.append(Wrong(f"/{side.field.name}", error.zh, error.en, "E_FIELDS"))
        else:
            fields[side.field.name] = read
    if any(one.code == "E_VERSION" for one in wrong):
        raise Problem("E_VERSION", errors=tuple(wrong))
    if wrong:
        raise Problem("E_FIELDS", errors=tuple(wrong))
    values = {
        "occurred_on": entered.get("occurred_on") or page.house.today().isoformat(),
        "asset_id": row["asset_id"], "fields": fields,
        "reason": entered.get("reason", "").strip() or None,
        "document_no": entered.get("document_no", "").strip() or None,
    }  # fmt: skip
    values |= attached(entered)
    check_text(values)
    return converted(values, SPEC.struct)


def _changed_since(side: Side) -> Wrong:
    zh = f"别人刚把{side.field.zh}改成了“{side.old or '空'}”，请核对后再更正。"
    en = f"{side.field.en} was changed to “{side.old or 'nothing'}” meanwhile; check it first."
    return Wrong(f"/{side.field.name}", zh, en, "E_VERSION")


def _as_left(entered: dict[str, Any], sides: list[Side]) -> dict[str, Any]:
    """What was entered, without the fields that were left as they were shown."""
    left = {
        name for side in sides
        if (name := side.field.name) in entered and entered[name] == entered.get(_SHOWN + name)
    }  # fmt: skip
    return {name: value for name, value in entered.items() if name not in left}


def _form(
    page: Page, entered: dict[str, Any], *, problem: Problem | None = None,
    preview: dict[str, Any] | None = None,
) -> Response[str]:  # fmt: skip
    row = _thing(page, entered)
    if row is None:
        raise Problem("E_NOT_FOUND")
    sides = _sides(row)
    errors = problem.errors if problem else ()
    wrong = {
        one.pointer.strip("/").removeprefix("fields."): one.detail(page.lang) for one in errors
    }
    return page.render(
        "correction.html", status=problem.status if problem else 200, row=row, sides=sides,
        entered=_as_left(entered, sides), wrong=wrong, problem=problem, preview=preview, spec=SPEC,
        file_error=file_error(wrong),
        title=SPEC.zh if page.lang == "zh" else SPEC.en.capitalize(),
        command_id=fresh_id(entered), options={"person": people_for(page, [row]), "unit": []},
    )  # fmt: skip
