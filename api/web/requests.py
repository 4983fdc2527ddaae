"""Requests on pages: the form that makes one, and the acts that lead it to its decision."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import CREATE, Thing, guard
from api.commands.bodies import read_value
from api.commands.running import run_command
from api.problems import Problem, Wrong
from api.web.attaching import attached, file_error
from api.web.command_fields import UnreadableError, read
from api.web.command_forms import fresh_id, ids_of, things_of
from api.web.pages import Page, page_of
from api.web.processes import process_page, seen
from api.web.request_acts import identity_of
from domain.commands.table import COMMANDS
from domain.decisions.approving import REQUESTS, RequestKind

LINES: Final = 5
"""Lines of a form for things to be bought."""

_COMMANDS: Final = {
    "sign": "review-request", "return": "return-request", "resubmit": "resubmit-request",
    "file": "file-process",
}  # fmt: skip
_DECISIONS: Final = {
    "approve": ("approve-request", "approve-disposal"),
    "reject": ("reject-request", "reject-disposal"),
    "withdraw": ("withdraw-request", "withdraw-disposal"),
}
_SUPPLIED: Final = ("appraisal_no", "minutes_no", "opinion_no", "min_life_reason")


@get("/requests/new", opt=guard(Thing.REQUEST, CREATE), sync_to_thread=True)
def new_request(request: Call) -> Response[str]:
    """The form: first the kind, then the things it is about or those to be bought."""
    return _form(page_of(request), dict(request.query_params.items()))


@post("/requests/new", opt=guard(Thing.REQUEST, CREATE), sync_to_thread=True, status_code=200)
def make_request(request: Call) -> Response[str]:
    """Make the request and go to it."""
    page = page_of(request)
    entered = {key: str(value) for key, value in request.state.form.items()}
    try:
        command = read_value(_opening(entered), COMMANDS["open-request"].struct)
        receipt = page.run("open-request", command, command_id=fresh_id(entered))
    except Problem as problem:
        return _form(page, entered, problem)
    return _to(page, receipt.created["process_id"][0])


def _form(page: Page, entered: dict[str, Any], problem: Problem | None = None) -> Response[str]:
    entered.pop("csrf_token", None)
    asset_ids = ids_of(entered)
    things = things_of(page, asset_ids)
    kind = REQUESTS.get(str(entered.get("kind")))
    unit = things[0]["unit_id"] if things else page.unit or page.principal.unit_id or ""
    defaults = {"occurred_on": page.house.today().isoformat(), "unit_id": unit}
    wrong = {one.pointer.strip("/"): one.detail(page.lang) for one in problem.errors} if (
        problem) else {}  # fmt: skip
    return page.render(
        "request_form.html", status=problem.status if problem else 200, problem=problem,
        kind=kind, kinds=_kinds(page, buys=not asset_ids), entered={**defaults, **entered},
        things=things, asset_ids=asset_ids, lines=range(LINES), wrong=wrong,
        command_id=fresh_id(entered), units=page.house.units.lines().values(),
        file_error=file_error(wrong),
    )  # fmt: skip


def _kinds(page: Page, *, buys: bool) -> list[tuple[str, str]]:
    """What may be asked for: about things that are there, or things to be bought."""
    return [(kind.code, _word(page, kind)) for kind in REQUESTS.values() if kind.buys == buys]


def _word(page: Page, kind: RequestKind) -> str:
    return kind.zh if page.lang == "zh" else kind.en.capitalize()


def _opening(entered: dict[str, str]) -> dict[str, Any]:
    """The command's JSON: plain fields, the things, and the lines that were filled in."""
    names = ("occurred_on", "kind", "unit_id", "to_unit", "reason")
    values: dict[str, Any] = {name: entered[name] for name in names if entered.get(name)}
    items = [_item(entered, line) for line in range(LINES) if entered.get(f"item.{line}.name")]
    if items:
        values["items"] = items
    elif ids := ids_of(entered):
        values["asset_ids"] = ids
    minutes = entered.get("minutes_no")
    return values | ({"detail": {"minutes_no": minutes}} if minutes else {}) | attached(entered)


def _item(entered: dict[str, str], line: int) -> dict[str, Any]:
    head = f"item.{line}."
    return {
        "name": entered[head + "name"],
        "class_code": entered.get(head + "class_code", ""),
        "pieces": _read("int", entered, head + "pieces"),
        "price_fen": _read("money", entered, head + "price"),
    }


def _read(kind: str, entered: dict[str, str], name: str) -> Any:
    """One input's value; Problem E_FIELDS names it."""
    try:
        return read(kind, entered.get(name, "").strip())
    except UnreadableError as error:
        wrong = Wrong(f"/{name}", error.zh, error.en, "E_FIELDS")
        raise Problem("E_FIELDS", errors=(wrong,)) from error


@post("/processes/{process_id:str}/{act:str}", opt=guard(Thing.REQUEST), sync_to_thread=True,
      status_code=200)  # fmt: skip
def act_on(request: Call, process_id: FromPath[str], act: FromPath[str]) -> Response[str]:
    """Sign, return, approve, reject, withdraw, hand in again or file; then show the request."""
    page = page_of(request)
    entered = {key: str(value) for key, value in request.state.form.items()}
    kept = _kept(request)
    if act not in _COMMANDS and act not in _DECISIONS:
        raise Problem("E_NOT_FOUND")
    row = seen(page, process_id)
    try:
        step, _, person = entered.get("who", "").rpartition(":")
        name = _COMMANDS.get(act) or _DECISIONS[act][row["kind"].startswith("DISP.")]
        values = _values(act, row, entered, step, kept)
        command = read_value(values | attached(entered), COMMANDS[name].struct)
        run_command(
            page.house, identity_of(page, person), name, command,
            command_id=fresh_id(entered), wait=True,
        )  # fmt: skip
    except Problem as problem:
        return process_page(page, process_id, problem=problem, act=act, entered=entered, kept=kept)
    return _to(page, process_id)


def _kept(request: Call) -> list[str]:
    """The things whose box was marked; a body that is no form has none."""
    form = request.state.form
    return list(form.getall("keep", [])) if isinstance(form, FormMultiDict) else []


def _values(
    act: str, row: dict[str, Any], entered: dict[str, str], step: str, kept: list[str]
) -> dict[str, Any]:
    """The JSON of an act's command from its form."""
    values: dict[str, Any] = {"process_id": row["process_id"]}
    values |= {name: entered[name] for name in ("occurred_on", "reason") if entered.get(name)}
    match act:
        case "sign":
            values |= {"step": step, "opinion": entered.get("opinion") or None}
        case "return":
            values["to"] = entered.get("to") or "applicant"
        case "file":
            values["document_no"] = entered.get("document_no", "")
        case "resubmit":
            given = {name: entered[name] for name in _SUPPLIED if entered.get(name)}
            if entered.get("floor_fen"):
                given["floor_fen"] = _read("money", entered, "floor_fen")
            values["detail"] = given
        case "approve":
            values |= _decision(row, entered, kept)
    return values


def _decision(row: dict[str, Any], entered: dict[str, str], kept: list[str]) -> dict[str, Any]:
    parts = ("no", "on", "level", "document", "office")
    approval = {part: value for part in parts if (value := entered.get(f"approval.{part}"))}
    left = _items_left(row, entered) if row["items"] else _things_left(entered, kept)
    decided: dict[str, Any] = {"approval": approval, "leave_out": left}
    if entered.get("floor_fen") and row["kind"].startswith("DISP."):
        decided["floor_fen"] = _read("money", entered, "floor_fen")
    return decided


def _things_left(entered: dict[str, str], kept: list[str]) -> list[dict[str, Any]]:
    """Things that stood on the page with a box and came back without its mark."""
    gone = [one for one in entered.get("listed", "").split(",") if one and one not in kept]
    return [{"asset_id": one, "reason": _reason(entered, one)} for one in gone]


def _reason(entered: dict[str, str], key: str) -> str:
    reason = entered.get(f"cut.{key}", "").strip()
    if not reason:
        wrong = Wrong(f"/cut.{key}", "须填写审减原因", "say why it is cut", "E_REASON")
        raise Problem("E_FIELDS", errors=(wrong,))
    return reason


def _items_left(row: dict[str, Any], entered: dict[str, str]) -> list[dict[str, Any]]:
    """What of each line is not granted, in pieces and price."""
    left: list[dict[str, Any]] = []
    for number, item in enumerate(row["items"]):
        head = f"item.{number}."
        if f"{head}pieces" not in entered:
            continue
        pieces = _read("int", entered, head + "pieces")
        price = _read("money", entered, head + "price")
        if (pieces, price) != (item["pieces"], item["price_fen"]):
            cut = {"item": number, "pieces": item["pieces"] - pieces, "price_fen": price}
            left.append(cut | {"reason": _reason(entered, f"item.{number}")})
    return left


def _to(page: Page, process_id: str) -> Response[str]:
    address = page.url(f"/processes/{process_id}")
    return Response("", status_code=303, headers={"Location": address}, media_type="text/html")


REQUEST_PAGES: Final = [new_request, make_request, act_on]
