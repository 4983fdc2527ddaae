"""What a code stands for: its check, its signature, and the thing it is stuck on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import msgspec

from api.auth.identity import Principal
from api.directory.people import names_of
from api.house import House
from api.labelling.keys import keyring_of
from api.language import Lang
from api.problems import Problem
from api.queries.asking import ask
from api.queries.clocks import Asked
from domain.states import STATE_NAMES, State
from projections.queries import Row
from scanners.keyring import KeyRing
from scanners.notices import Notice
from scanners.payload import Parsed, PayloadError, Verdict, parse, verify

Status = Literal["found", "retired", "forged", "unknown", "unreadable"]

CODES_MAX: Final = 900
"""The most codes of one request; a handover takes no more either."""

FORGED: Final = Notice(
    "E_LABEL_FORGED",
    "标签签名不符，可能是伪造的标签：请保留实物并报资产管理员。",
    "The signature is wrong, the label may be forged: keep the thing and tell the asset officer.",
)
RETIRED: Final = Notice(
    "E_LABEL_RETIRED",
    "这是已更换的旧标签，请撕下旧标签，贴上新标签。",
    "This label was replaced: take it off and put the new one on.",
)
UNKNOWN: Final = Notice(
    "E_LABEL_UNKNOWN",
    "没有找到这个标签对应的资产，或者它不在您的数据范围内。",
    "No asset carries this label, or it is outside your scope.",
)


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """The thing behind a code, as a list shows it: names in words, people by name."""

    asset_id: str
    card_no: str
    name: str
    model: str
    unit_id: str
    unit: str
    state: str
    state_name: str
    keeper: str
    dept: str
    place: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One code: what it is, why it is refused, and the thing if there is one.

    `genuine` is true for a signature that our keys gave, null where the text bears none.
    """

    text: str
    status: Status
    label_no: str = ""
    genuine: bool | None = None
    code: str = ""
    message: str = ""
    thing: Thing | None = None


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads labels, on which clocks, in which language, by which route."""

    house: House
    principal: Principal
    asked: Asked
    lang: Lang
    route: str
    address: str = ""


def look_up(reader: Reader, texts: Iterable[str]) -> list[Seen]:
    """What each of `texts` stands for, in their order; the same text counts once."""
    wanted = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if len(wanted) > CODES_MAX:
        raise Problem(
            "E_TOO_MANY", f"一次最多 {CODES_MAX} 个标签，请分批扫描。",
            f"At most {CODES_MAX} labels at a time; scan in parts.", status=400,
        )  # fmt: skip
    parsed = {text: parse(text) for text in wanted}
    signed = any(isinstance(one, Parsed) and one.mac for one in parsed.values())
    # A bare number needs no key; one that was signed is never taken without its check.
    keyring = keyring_of(reader.house.settings) if signed else None
    rows = _rows(reader, [one.label_no for one in parsed.values() if isinstance(one, Parsed)])
    numbers = [text for text, one in parsed.items() if isinstance(one, PayloadError)]
    numbered = {text: _by_number(reader, text) for text in numbers if len(text) <= 64}
    known = [*rows.values(), *filter(None, numbered.values())]
    names = names_of(reader.house.pool, [row["keeper"] or "" for row in known])
    return [
        _seen(reader, text, one, keyring, rows, numbered.get(text), names)
        for text, one in parsed.items()
    ]


def _seen(
    reader: Reader,
    text: str,
    parsed: Parsed | PayloadError,
    keyring: KeyRing | None,
    rows: Mapping[str, Row],
    numbered: Row | None,
    names: Mapping[str, str],
) -> Seen:
    if isinstance(parsed, PayloadError):
        if numbered is not None:
            return Seen(text=text, status="found", thing=_thing(reader, numbered, names))
        return _refused(reader, text, "unreadable", parsed)
    label_no = parsed.label_no
    verdict = verify(parsed, keyring) if keyring else Verdict.UNSIGNED
    if verdict is Verdict.FORGED:
        return _refused(reader, text, "forged", FORGED, label_no=label_no, genuine=False)
    genuine = True if verdict is Verdict.GENUINE else None
    row = rows.get(label_no)
    if row is None:
        return _refused(reader, text, "unknown", UNKNOWN, label_no=label_no, genuine=genuine)
    thing = _thing(reader, row, names)
    if not row["current"]:
        return _refused(
            reader, text, "retired", RETIRED, label_no=label_no, genuine=genuine, thing=thing
        )
    return Seen(text=text, status="found", label_no=label_no, genuine=genuine, thing=thing)


def _refused(reader: Reader, text: str, status: Status, why: Notice, **more: Any) -> Seen:
    message = why.zh if reader.lang == "zh" else why.en
    return Seen(text=text, status=status, code=why.code, message=message, **more)


def _thing(reader: Reader, row: Row, names: Mapping[str, str]) -> Thing:
    zh, en = STATE_NAMES[State(row["state"])]
    return Thing(
        asset_id=row["asset_id"], card_no=row["card_no"], name=row["name"],
        model=row.get("model") or "", unit_id=row["unit_id"],
        unit=reader.house.units.name(row["unit_id"]), state=row["state"],
        state_name=zh if reader.lang == "zh" else en,
        keeper=names.get(row["keeper"] or "", row["keeper"] or ""),
        dept=row["use_dept"] or "", place=row["place"] or "",
    )  # fmt: skip


def _rows(reader: Reader, label_nos: list[str]) -> dict[str, Row]:
    """The things by label number; a label that several had in turn stands for who has it now."""
    if not label_nos:
        return {}
    if reader.principal.keeps_only_own:
        return {no: row for no in label_nos if (row := _own(reader, label_no=no))}
    rows = _ask(reader, "lookup-labels", label_nos=label_nos)
    return {row["label_no"]: row for row in sorted(rows, key=lambda row: bool(row["current"]))}


def _by_number(reader: Reader, number: str) -> Row | None:
    """The one thing with this card, serial or old number; None where none or several have it."""
    if reader.principal.keeps_only_own:
        return _own(reader, card_no=number)
    found = {row["asset_id"] for row in _ask(reader, "find", number=number)}
    if len(found) != 1:
        return None
    return _live(_ask(reader, "card", asset_id=found.pop()))


def _own(reader: Reader, **named: str) -> Row | None:
    """A thing that the reader keeps himself; None for anybody else's."""
    try:
        row = _live(_ask(reader, "card", **named))
    except Problem as problem:
        if problem.code != "E_FORBIDDEN":
            raise
        return None
    label_no = named.get("label_no")
    return row and row | {"current": label_no in (None, row["label_no"])}


def _live(holdings: list[Row]) -> Row | None:
    """The newest holding of an asset with the fields that a list shows."""
    if not holdings:
        return None
    newest = holdings[0]
    return newest | {"model": newest["card"].get("model"), "current": True}


def _ask(reader: Reader, name: str, **values: Any) -> list[Row]:
    return ask(
        reader.house, reader.principal, name, values, reader.asked,
        route=reader.route, address=reader.address,
    ).rows  # fmt: skip
