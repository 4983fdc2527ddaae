"""The rules of approval on a page: routes and limits with their dates, and forms that set them."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import CREATE, TITLES, Role, Thing, guard, may
from api.commands.bodies import read_value
from api.problems import Problem, Wrong
from api.web import words
from api.web.command_fields import UnreadableError, read
from api.web.command_forms import fresh_id
from api.web.pages import Page, page_of
from api.web.processes import kind_name
from domain.approval import ASSET_KINDS, EVERYWHERE, OFFICE_NAMES, OFFICE_OF_ROLE
from domain.commands.table import COMMANDS
from domain.decisions.approving import REQUESTS
from domain.decisions.disposal import KINDS
from projections.queries import Row

LINES: Final = 6
"""Lines of a form, for steps or limits."""

_COMMANDS: Final = {"route": "set-route", "limits": "set-limits"}
_DATED: Final = ("occurred_on", "kind", "scope", "valid_from", "valid_to", "source", "reason")

_ASSET_KINDS: Final = {
    "land": ("土地", "land"), "house": ("房屋", "houses"), "vehicle": ("车辆", "vehicles"),
    "other": ("其他", "others"),
}  # fmt: skip
_BASES: Final = {"batch": ("批次合计", "the batch"), "single": ("单件", "one thing")}


@get("/rules", opt=guard(Thing.REQUEST), sync_to_thread=True)
def rules(request: Call) -> Response[str]:
    """Routes and tables of limits in force on the day; past and future ones when asked for."""
    return _page(page_of(request))


@post("/rules/{what:str}", opt=guard(Thing.RULES, CREATE), sync_to_thread=True, status_code=200)
def set_rule(request: Call, what: FromPath[str]) -> Response[str]:
    """Set a route or a table of limits from a day on; earlier ones hold for earlier days."""
    page = page_of(request)
    if what not in _COMMANDS:
        raise Problem("E_NOT_FOUND")
    entered = {key: str(value) for key, value in request.state.form.items()}
    name = _COMMANDS[what]
    try:
        values = {field: entered[field] for field in _DATED if entered.get(field)}
        values |= _steps(entered) if what == "route" else _limits(entered)
        command = read_value(values, COMMANDS[name].struct)
        page.run(name, command, command_id=fresh_id(entered))
    except Problem as problem:
        return _page(page, what=what, entered=entered, problem=problem)
    headers = {"Location": page.url("/rules")}
    return Response("", status_code=303, headers=headers, media_type="text/html")


def _page(
    page: Page, *, what: str = "", entered: dict[str, Any] | None = None,
    problem: Problem | None = None,
) -> Response[str]:  # fmt: skip
    every = page.request.query_params.get("all") == "1"
    rows = page.ask("approval-rules", all=every).rows
    errors = problem.errors if problem else ()
    chosen = page.request.query_params.get("from", "")
    model = next((row for row in rows if str(row["position"]) == chosen), None)
    return page.render(
        "rules.html", status=problem.status if problem else 200, problem=problem, words=words,
        routes=[row for row in rows if row["what"] == "route"], every=every,
        limits=[row for row in rows if row["what"] == "limits"],
        what=what or (model["what"] if model else ""), lines=range(LINES),
        entered=entered or (entered_of(model) if model else {}),
        wrong={one.pointer.strip("/"): one.detail(page.lang) for one in errors},
        may_set=page.asked.is_now and may(page.principal.roles, Thing.RULES, CREATE),
        kinds=_kinds(page), scopes=_scopes(page), scope_names=dict(_scopes(page)),
        kind_names=dict(_kinds(page)), roles=_roles(page), offices=_worded(page, OFFICE_NAMES),
        asset_kinds=_worded(page, {code: _ASSET_KINDS[code] for code in ASSET_KINDS}),
        bases=_worded(page, _BASES), today=page.house.today(), command_id=fresh_id(entered or {}),
    )  # fmt: skip


def _worded(page: Page, table: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {code: words.pick(pair, page.lang) for code, pair in table.items()}


def _roles(page: Page) -> dict[str, str]:
    return _worded(page, {role: TITLES[Role(role)] for role in OFFICE_OF_ROLE})


def _kinds(page: Page) -> list[tuple[str, str]]:
    """The families and kinds a rule may speak of."""
    families = {
        EVERYWHERE: ("全部业务", "everything"), "CONFIG": ("全部配置", "all acquisitions"),
        "USE": ("全部出租出借投资", "all uses by others"),
        "REALLOC": ("全部调剂", "all reallocations"), "WH": ("公物仓业务", "the warehouse"),
        "REPAIR": ("全部维修", "all repairs"),
    }  # fmt: skip
    known = list(_worded(page, families).items())
    codes = ["DISP", *KINDS, *REQUESTS]
    return known + [(code, _kind(page, code)) for code in codes]


def _kind(page: Page, code: str) -> str:
    if code in REQUESTS:
        return REQUESTS[code].zh if page.lang == "zh" else REQUESTS[code].en
    return kind_name(code, page.lang)


def _scopes(page: Page) -> list[tuple[str, str]]:
    """Everywhere, each level, each unit with those below it."""
    lines = list(page.house.units.lines().values())
    levels = dict.fromkeys(line.level for line in lines)
    found = [(EVERYWHERE, words.pick(("全市", "everywhere"), page.lang))]
    for level in levels:
        pair = words.LEVELS.get(level, (level, level))
        found.append((f"level:{level}", f"{page.translate('层级')} {words.pick(pair, page.lang)}"))
    return found + [(f"unit:{line.unit_id}", line.name) for line in lines]


def entered_of(row: Row) -> dict[str, str]:
    """A rule as the texts of its form, to begin the next one with."""
    found = {"kind": row["kind"], "scope": row["scope"], "source": row["source"]}
    if row["valid_months"]:
        found["valid_months"] = str(row["valid_months"])
    for number, line in enumerate(row.get("steps") or row.get("limits") or ()):
        for name, value in line.items():
            if name.endswith("_fen"):
                text = f"{value // 100}.{value % 100:02d}" if value else ""
            elif isinstance(value, list | tuple):
                text = value[0] if value else ""
            else:
                text = "" if value is None else str(value)
            found[f"row.{number}.{name}"] = text
    return found


def _steps(entered: dict[str, str]) -> dict[str, Any]:
    steps = [
        {
            "code": entered[f"row.{n}.code"], "zh": entered.get(f"row.{n}.zh", ""),
            "en": entered.get(f"row.{n}.en", ""), "role": entered.get(f"row.{n}.role", ""),
            "group": _number("int", entered, f"row.{n}.group", 1),
            "signers": _number("int", entered, f"row.{n}.signers", 1),
            "from_fen": _number("money", entered, f"row.{n}.from_fen", 0),
        }
        for n in range(LINES) if entered.get(f"row.{n}.code")
    ]  # fmt: skip
    months = _number("int", entered, "valid_months", None)
    return {"steps": steps, **({"valid_months": months} if months else {})}


def _limits(entered: dict[str, str]) -> dict[str, Any]:
    rows = []
    for n in range(LINES):
        if not entered.get(f"row.{n}.office"):
            continue
        kind = entered.get(f"row.{n}.asset_kinds")
        rows.append({
            "office": entered[f"row.{n}.office"], "basis": entered.get(f"row.{n}.basis") or "batch",
            "min_fen": _number("money", entered, f"row.{n}.min_fen", 0),
            "below_fen": _number("money", entered, f"row.{n}.below_fen", None),
            "asset_kinds": [kind] if kind else [],
            "filing_to": entered.get(f"row.{n}.filing_to") or None,
        })  # fmt: skip
    return {"rows": rows}


def _number(kind: str, entered: dict[str, str], name: str, empty: int | None) -> Any:
    text = entered.get(name, "").strip()
    try:
        return read(kind, text) if text else empty
    except UnreadableError as error:
        wrong = Wrong(f"/{name}", error.zh, error.en, "E_FIELDS")
        raise Problem("E_FIELDS", errors=(wrong,)) from error


RULES: Final = [rules, set_rule]
