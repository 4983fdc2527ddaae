"""Labels: choose things and a size, print a sheet, renew a lost label with its reason."""

from __future__ import annotations

import uuid
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import EXECUTE, Thing, guard, may
from api.labelling.faces import faces
from api.labelling.printing import (
    MEDIA_TYPES,
    check_printable,
    check_used_up,
    labels_of,
    sheet_pdf,
    single,
)
from api.problems import Problem, Wrong
from api.web.named_cards import cards_of
from api.web.pages import Page, page_of
from domain.commands.command import MANY
from domain.commands.structs import PrintLabel
from domain.states import HOLDING, State
from scanners.label_sizes import SIZES


def _(text: str) -> str:
    """Mark `text` for the catalogue; the template translates it."""
    return text


SIZE_NAMES: Final = {
    "60x40": _("60×40 毫米标签纸"),
    "50x30": _("50×30 毫米标签纸"),
    "40x30": _("40×30 毫米标签纸"),
    "a4-24": _("A4 不干胶，每页 24 张"),
    "a4-40": _("A4 不干胶，每页 40 张"),
}
REASONS: Final = (_("标签遗失"), _("标签破损、无法识别"), _("资产信息变更"))
_PRINTABLE: Final = HOLDING | {State.ACCEPTED}
_FILTERS: Final = ("q", "dept", "place", "class_prefix", "overlay")
_SHOWN: Final = "200"


@get("/labels", opt=guard(Thing.CARD), sync_to_thread=True)
def labels_page(request: Call) -> Response[str]:
    """Choose what to print: things named in the address, or those that the filters find."""
    return _page(page_of(request), request.query_params.getall("asset_ids", []))


def _page(
    page: Page, asset_ids: list[str], problem: Problem | None = None, **given: Any
) -> Response[str]:
    things = [thing for thing in _things(page, asset_ids) if State(thing["state"]) in _PRINTABLE]
    values = {"size": "60x40", "used_up": "0", "act": "print", "reason": "", "outdoor": False}
    return page.render(
        "labels.html", things=things, picked=bool(asset_ids), problem=problem, sizes=SIZE_NAMES,
        status=problem.status if problem else 200, reasons=REASONS, values=values | given,
        may_print=may(page.principal.roles, Thing.CARD, EXECUTE), key=str(uuid.uuid4()), many=MANY,
        names=page.names(*(thing["keeper"] or "" for thing in things)),
    )  # fmt: skip


def _things(page: Page, asset_ids: list[str]) -> list[dict[str, Any]]:
    wanted = [one for text in asset_ids for one in text.split(",") if one][:MANY]
    if not wanted:
        filters = page.values(*_FILTERS)
        if not filters:
            return []
        found = page.ask("register", **filters, limit=_SHOWN, totals="none").rows
        wanted = [row["asset_id"] for row in found]
    elif page.principal.keeps_only_own:
        wanted = list(cards_of(page, wanted))
    return faces(page.house, page.house.scope_of(page.principal), page.asked.as_of, wanted)


@post("/labels", opt=guard(Thing.CARD, EXECUTE), sync_to_thread=True, status_code=200)
def print_labels(request: Call) -> Response[Any]:
    """Record that labels are printed and answer with the sheet as PDF."""
    page = page_of(request)
    form = request.state.form
    # Whatever is no form at all arrives as an empty dict.
    asset_ids = [str(one) for one in form.getall("asset_ids", [])] if form else []
    given = {name: str(form.get(name, "")) for name in ("size", "used_up", "act", "reason")}
    given["outdoor"] = form.get("outdoor") == "yes"
    try:
        pdf = _printed(page, asset_ids, given, str(form.get("key", "")))
    except Problem as problem:
        return _page(page, asset_ids, problem, **given)
    name = f"labels-{page.house.today():%Y%m%d}.pdf"
    return Response(
        pdf, media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def _printed(page: Page, asset_ids: list[str], given: dict[str, Any], key: str) -> bytes:
    """The sheet, after the printing is recorded; raises Problem with nothing recorded."""
    renew = given["act"] == "renew"
    used_up = check_used_up(given["used_up"])
    _check(asset_ids, given["size"], renew=renew, reason=given["reason"])
    check_printable(page.house)
    command = PrintLabel(
        asset_ids=tuple(dict.fromkeys(asset_ids)), occurred_on=page.house.today(), renew=renew,
        reason=given["reason"].strip() or None,
    )  # fmt: skip
    page.run("print-label", command, command_id=_command_id(key, command))
    scope = page.house.scope_of(page.principal, Thing.CARD, EXECUTE)
    things = faces(page.house, scope, page_of(page.request).asked.as_of, command.asset_ids)
    labels = labels_of(page.house, things, outdoor=given["outdoor"])
    return sheet_pdf(labels, given["size"], used_up)


def _check(asset_ids: list[str], size: str, *, renew: bool, reason: str) -> None:
    if not asset_ids:
        raise _wrong("asset_ids", "请至少勾选一项资产。", "Tick at least one asset.")
    if len(asset_ids) > MANY:
        raise _wrong("asset_ids", f"一次最多 {MANY} 张。", f"At most {MANY} at a time.")
    if size not in SIZES:
        raise _wrong("size", "请选择标签规格。", "Choose a label size.")
    if renew and not reason.strip():
        raise _wrong("reason", "换发新标签号须写明原因。", "A new number needs its reason.")


def _wrong(field: str, zh: str, en: str) -> Problem:
    return Problem("E_LABEL_FORM_FIELD", zh, en, status=400, errors=(Wrong(f"/{field}", zh, en),))


def _command_id(key: str, command: PrintLabel) -> str:
    """A second click of one form is the same command; another choice on it is another."""
    try:
        form = uuid.UUID(key)
    except ValueError as error:
        raise Problem("E_IDEMPOTENCY_KEY") from error
    return str(uuid.uuid5(form, msgspec.json.encode(command).decode()))


@get("/labels/{asset_id:str}/{file:str}", opt=guard(Thing.CARD, EXECUTE), sync_to_thread=True)
def label_image(request: Call, asset_id: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """One label as `label.png` or `label.svg` in the size of the address, nothing recorded."""
    page = page_of(request)
    kind = file.removeprefix("label.")
    if kind not in ("png", "svg") or file == kind:
        raise Problem("E_NOT_FOUND")
    size = request.query_params.get("size") or "60x40"
    scope = page.house.scope_of(page.principal, Thing.CARD, EXECUTE)
    labels = labels_of(page.house, faces(page.house, scope, page.asked.as_of, [asset_id]))
    if not labels:
        raise Problem("E_NOT_FOUND", "这项资产还没有标签号，请先打印。", "No label yet: print one.")
    image = single(labels[0], size, "png" if kind == "png" else "svg")
    return Response(image, media_type=MEDIA_TYPES[kind])


LABELS: Final = [labels_page, print_labels, label_image]
