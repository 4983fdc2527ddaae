"""One form for each command (`/do/{command}`): entered, tried, recorded, linked to the cards."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any, Final, Protocol, cast

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import SIGNED_IN, Thing
from api.commands.bodies import check_text
from api.commands.field_words import in_chinese
from api.commands.routes import guard_of
from api.directory.people import find_people
from api.problems import Problem, Wrong
from api.web import command_fields as inputs
from api.web import words
from api.web.attaching import attached, file_error
from api.web.command_fields import BadFieldsError, Field
from api.web.named_cards import cards_of
from api.web.pages import Page, page_of
from domain.catalogue import classes
from domain.commands.command import MANY
from domain.commands.table import COMMANDS, CommandSpec
from domain.decisions.decision import Decision
from domain.envelope import Actor
from domain.events import VoucherPosted
from domain.refusals import REFUSALS
from projections.queries import Row

THINGS_SHOWN: Final = 20
PEOPLE_MAX: Final = 1_000
COPIES_MAX: Final = 200
# Imports have pages of their own; a correction has its own form with old and new side by side.
_ELSEWHERE: Final = frozenset({
    "import-opening-card", "undo-import", "correct-card", "open-request", "set-route",
    "set-limits", "delegate", "end-delegation", "split-card",
})  # fmt: skip


class _Previewing(Protocol):
    """The part of the ledger that decides without recording."""

    def preview(self, command: Any, actor: Actor) -> Decision:
        """What the command would lead to."""


def command_pages() -> list[HTTPRouteHandler]:
    """A form and its answer for each command, each guarded like the command itself."""
    routes: list[HTTPRouteHandler] = [done]
    for name, spec in sorted(COMMANDS.items()):
        if name not in _ELSEWHERE:
            routes += _pages(name, spec)
    return routes


def _pages(name: str, spec: CommandSpec) -> list[HTTPRouteHandler]:
    def show(request: Call) -> Response[str]:
        page = page_of(request)
        return form_page(page, spec, dict(request.query_params.items()))

    def give(request: Call) -> Response[str]:
        return _give(page_of(request), spec, request.state.form)

    show.__name__ = f"form_{name.replace('-', '_')}"
    give.__name__ = f"give_{name.replace('-', '_')}"
    opt, path = {"guard": guard_of(spec)}, f"/do/{name}"
    return [
        get(path, opt=opt, sync_to_thread=True)(show),
        post(path, opt=opt, sync_to_thread=True, status_code=200)(give),
    ]


def form_page(
    page: Page, spec: CommandSpec, entered: dict[str, Any], *,
    problem: Problem | None = None, preview: dict[str, Any] | None = None,
) -> Response[str]:  # fmt: skip
    """The form with what was entered, the things it is about, a refusal or a preview."""
    asset_ids = ids_of(entered)
    things = things_of(page, asset_ids)
    fields = inputs.fields_of(spec.struct)
    card = inputs.takes_card(spec.struct)
    if card:
        fields = [*fields[:-1], *inputs.card_inputs(), fields[-1]]
    defaults = _defaults(page, spec, things)
    errors = problem.errors if problem else ()
    wrong = {one.pointer.strip("/"): one.detail(page.lang) for one in errors}
    return page.render(
        "command.html", status=problem.status if problem else 200, spec=spec, fields=fields,
        entered={**defaults, **entered}, wrong=wrong, problem=problem, preview=preview,
        file_error=file_error(wrong),
        things=things, asset_ids=asset_ids, shown_max=THINGS_SHOWN, many_cards=card == "cards",
        command_id=fresh_id(entered), options=options_for(page, fields, things),
        title=spec.zh if page.lang == "zh" else spec.en.capitalize(),
        needs_things="asset_ids" in spec.struct.__struct_fields__ and not asset_ids,
    )  # fmt: skip


def _give(page: Page, spec: CommandSpec, form: Any) -> Response[str]:
    entered = {key: str(value) for key, value in form.items() if key != "csrf_token"}
    try:
        command = _command(spec, entered)
        if entered.get("what") == "try":
            return form_page(page, spec, entered, preview=preview_of(page, spec, command))
        receipt = page.run(spec.name, command, command_id=fresh_id(entered))
    except Problem as problem:
        return form_page(page, spec, entered, problem=problem)
    return to_done(page, spec, receipt, ids_of(entered))


def to_done(page: Page, spec: CommandSpec, receipt: Any, asset_ids: list[str]) -> Response[str]:
    """Go to the page that says what was recorded."""
    made = receipt.created
    shown = (made.get("asset_ids") or asset_ids)[:THINGS_SHOWN]
    process = next((ids[0] for key, ids in made.items() if "process" in key and ids), None)
    address = page.url(
        f"/done/{spec.name}", asset_ids=",".join(shown) or None, process=process,
        count=len(made.get("asset_ids") or asset_ids) or None, position=receipt.position,
        flags=",".join(receipt.flags) or None, again="1" if receipt.replayed else None,
    )  # fmt: skip
    return Response("", status_code=303, headers={"Location": address}, media_type="text/html")


@get("/done/{name:str}", opt=SIGNED_IN, sync_to_thread=True)
def done(request: Call, name: FromPath[str]) -> Response[str]:
    """What a command has led to, with links to the cards."""
    page = page_of(request)
    spec = COMMANDS.get(name)
    if spec is None:
        raise Problem("E_NOT_FOUND")
    values = page.values("process", "count", "position", "flags", "again")
    codes = [code for code in values.get("flags", "").split(",") if code in REFUSALS]
    flags = [(code, REFUSALS[code]) for code in codes]
    return page.render(
        "command_done.html", spec=spec, values=values, flags=flags,
        title=spec.zh if page.lang == "zh" else spec.en.capitalize(),
        things=things_of(page, ids_of(dict(request.query_params.items()))),
    )  # fmt: skip


def _command(spec: CommandSpec, entered: dict[str, str]) -> Any:
    """The command in a posted form; Problem E_FIELDS points at inputs."""
    fields = inputs.fields_of(spec.struct)
    card = inputs.takes_card(spec.struct)
    fields += inputs.card_inputs() if card else []
    try:
        values = inputs.values_of(fields, entered)
    except BadFieldsError as error:
        raise Problem("E_FIELDS", errors=error.wrong) from error
    if "asset_ids" in spec.struct.__struct_fields__:
        values["asset_ids"] = ids_of(entered)
    if card:
        _put_card(values, card, entered, spec)
    values |= attached(entered)
    check_text(values)
    return converted(values, spec.struct)


def converted(values: dict[str, Any], struct: type[Any]) -> Any:
    """The Struct in `values`; a refusal points at the input by its name."""
    try:
        return msgspec.convert(values, struct)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at `$")
        pointer = place.rstrip("`").strip(".").replace("[...]", "").replace("cards.", "card.")
        wrong = Wrong(f"/{pointer}", in_chinese(text), text, "E_FIELDS")
        raise Problem("E_FIELDS", errors=(wrong,)) from error


def _put_card(
    values: dict[str, Any], name: str, entered: dict[str, str], spec: CommandSpec
) -> None:
    """Complete the card by its class, and repeat it where several alike were bought."""
    card = values.pop("card", {})
    code = str(card.get("class_code", "")).upper()
    card |= {
        "class_code": code, "class_std": classes.STD_2022, "card_no": card.get("card_no", ""),
        "card_type": classes.card_type(code) or "other",
        "account_code": classes.account_of(code) or "1601",
        "acq_way": _ACQ_WAYS.get(values.get("sub_kind", ""), "OTHER"),
    }  # fmt: skip
    if spec.name == "record-gain":
        card["acq_way"] = "STOCKTAKE_GAIN"
    if name == "card":
        values["card"] = card
        return
    text = entered.get("copies", "1") or "1"
    copies = int(text) if text.isdigit() and len(text) < 4 else 0
    if not 1 <= copies <= COPIES_MAX:
        zh, en = f"件数须为 1 到 {COPIES_MAX}", f"from 1 to {COPIES_MAX}"
        raise Problem("E_FIELDS", errors=(Wrong("/copies", zh, en, "E_FIELDS"),))
    if copies > 1:
        card["card_no"] = ""
    values["cards"] = [card] * copies


_ACQ_WAYS: Final = {
    "CONFIG.PURCHASE": "PURCHASE", "CONFIG.DONATION_IN": "DONATION",
    "CONFIG.REALLOC_IN": "TRANSFER_IN",
}  # fmt: skip


def preview_of(page: Page, spec: CommandSpec, command: Any) -> dict[str, Any]:
    """What the command would record and post; refused as the command would be."""
    receipt = page.run(spec.name, command, dry_run=True, wait=False)
    actor = page.principal.actor(Thing(spec.subject), spec.action)
    decision = cast("_Previewing", page.house.ledger).preview(command, actor)
    facts = [fact for fact in decision.facts if not isinstance(fact.body, VoucherPosted)]
    kinds = Counter(words.event_name(fact.sub_kind, page.lang, _step(fact.body)) for fact in facts)
    vouchers = [
        {"unit": page.house.units.name(fact.unit_id), "summary": fact.body.summary,
         "booked_on": fact.booked_on, "lines": _lines(fact.body, page.lang)}
        for fact in decision.facts if isinstance(fact.body, VoucherPosted)
    ]  # fmt: skip
    flags = [(code, REFUSALS[code]) for code in receipt.flags if code in REFUSALS]
    return {"events": list(kinds.items()), "vouchers": vouchers, "flags": flags}


def _step(body: Any) -> str | None:
    detail = getattr(body, "detail", None)
    return detail.get("step") if isinstance(detail, dict) else None


def _lines(body: VoucherPosted, lang: str) -> list[dict[str, Any]]:
    """The voucher's lines, summed by book, account and side."""
    sums: dict[tuple[str, str, str], int] = {}
    for line in body.lines:
        key = (line.book, line.account, line.side)
        sums[key] = sums.get(key, 0) + line.fen
    return [
        {"book": words.pick(words.BOOKS[book], lang), "account": account,
         "name": words.account_name(account, lang), "side": side, "fen": fen}
        for (book, account, side), fen in sums.items()
    ]  # fmt: skip


def ids_of(entered: dict[str, Any]) -> list[str]:
    """The assets that a form or an address names, each once."""
    text = str(entered.get("asset_ids") or entered.get("asset_id") or "")
    ids = [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
    return list(dict.fromkeys(ids))[:MANY]


def things_of(page: Page, asset_ids: list[str]) -> list[Row]:
    """The holdings of the first assets, as the reader may see them."""
    return list(cards_of(page, asset_ids[:THINGS_SHOWN]).values())


def _defaults(page: Page, spec: CommandSpec, things: list[Row]) -> dict[str, str]:
    """What the form begins with: today, the reader's unit, the process of the thing."""
    today = page.house.today()
    unit = page.unit or page.principal.unit_id or ""
    given = {
        "occurred_on": today.isoformat(), "unit_id": unit, "period": f"{today:%Y-%m}",
        "card.acquired_on": today.isoformat(), "card.qty_centi": "1.00", "copies": "1",
    }  # fmt: skip
    if spec.name == "register-unit":
        # A unit that is founded is none that exists.
        del given["unit_id"]
    if spec.name in ("reserve",):
        given["for_unit"] = unit
    if "outside" in spec.struct.__struct_fields__:
        given["outside"] = "1"
    for row in things[:1]:
        given["process_id"] = row.get("process_id") or ""
        if spec.name == "deliver-loan":
            given["borrower_unit"] = row.get("reserved_by") or ""
    return given


def options_for(page: Page, fields: list[Field], things: list[Row]) -> dict[str, Any]:
    """What the pickers of the form offer: units, people, warehouses."""
    kinds = {field.kind for field in fields}
    offered: dict[str, Any] = {"unit": [], "person": [], "warehouse": []}
    if "unit" in kinds:
        lines = page.house.units.lines().values()
        offered["unit"] = [(line.unit_id, line.name) for line in lines]
    if "person" in kinds:
        offered["person"] = people_for(page, things)
    if "warehouse" in kinds and page.can_ask("warehouses"):
        rows = page.ask("warehouses").rows
        offered["warehouse"] = [(row["warehouse_id"], row["name"]) for row in rows]
    return offered


def people_for(page: Page, things: list[Row]) -> list[tuple[str, str]]:
    """People of the things' units, else of the chosen or the reader's own unit."""
    units = {row["unit_id"] for row in things} or {page.unit or page.principal.unit_id or ""}
    scope = page.house.scope_of(page.principal)
    allowed = sorted(unit for unit in units if scope.allows(unit))
    rows = find_people(page.house.pool, "", allowed, PEOPLE_MAX) if allowed else []
    return [(row["person_id"], row["name"]) for row in rows]


def fresh_id(entered: dict[str, Any]) -> str:
    """The id that was given to this form once, so that a double click is one command."""
    try:
        return str(uuid.UUID(str(entered.get("command_id"))))
    except ValueError:
        return str(uuid.uuid4())
