"""Bad input, command by command: a problem document each time, and a store as it was.

Every field of every command is left out, given another type, and driven beyond its bounds; what
is well formed but untrue (unknown things, days to come, stale versions, numbers that are taken)
comes after it. Two languages, a stable code, the place of the field.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Response
from msgspec import inspect

from api.auth.powers import Guard, Thing, permits
from api.bootstrap import Works
from api.commands.examples import example_of
from domain.commands.table import COMMANDS
from tests.api.city import PEOPLE
from tests.api.conftest import Account, SignedIn
from tests.api.labelled import DAY, bring_in

HUGE = 10**17
OF_FILES = "attach-documents"
"""It asks for its files first, which a server without a data directory has not."""
UNKNOWN_CODES = frozenset({
    "E_UNKNOWN_ASSET", "E_UNKNOWN_UNIT", "E_UNKNOWN_PROCESS", "E_UNKNOWN_WAREHOUSE",
    "E_UNKNOWN_STOCKTAKE",
})  # fmt: skip
"""What a command says of a thing, unit or process that does not exist."""


def account_for(name: str, signed_in: SignedIn) -> Account:
    """Somebody who may give the command; whose reach is the widest comes first."""
    spec = COMMANDS[name]
    guard = Guard(Thing(spec.subject), spec.action)
    reaches = ("all", "level", "subtree", "own")
    people = sorted(PEOPLE, key=lambda person: reaches.index(person[4]))
    return signed_in(next(user for user, _, _, role, _ in people if permits(guard, [role])))


def send(account: Account, name: str, body: Any, lang: str = "zh", **headers: str) -> Response:
    """Give the command under a fresh id."""
    fresh = {"Idempotency-Key": str(uuid.uuid4())} | headers
    return account.post(f"/api/v1/commands/{name}?lang={lang}", json=body, headers=fresh)


def head(works: Works) -> int:
    """The last position of the log."""
    return works.house.ledger.store.log.head()  # type: ignore[attr-defined, no-any-return]


def faults(answer: Response, pointer: str = "") -> list[str]:
    """What is wrong with the answer itself; a problem document has nothing."""
    if not 400 <= answer.status_code < 500:
        return [f"status {answer.status_code}: {answer.text[:200]}"]
    told = answer.json()
    found = []
    if answer.headers["content-type"].partition(";")[0] != "application/problem+json":
        found.append("no problem document")
    if not str(told.get("code", "")).startswith("E_") or not told.get("title"):
        found.append(f"no code or title: {told}")
    pointers = [one["pointer"] for one in told.get("errors", ())]
    if pointer and not any(one.startswith(pointer) for one in pointers):
        found.append(f"{pointer} is not among {pointers}")
    return found


def kinds_of(kind: inspect.Type) -> list[inspect.Type]:
    """The types that a field may hold, None left out."""
    parts = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return [one for one in parts if not isinstance(one, inspect.NoneType)]


def bad_values(kind: inspect.Type) -> Iterator[Any]:
    """Values of a wrong type, and those beyond the bounds of the type."""
    kinds = kinds_of(kind)
    if not any(isinstance(one, inspect.DictType | inspect.StructType) for one in kinds):
        yield {"a": {"b": 1}}
    if not any(isinstance(one, inspect.VarTupleType | inspect.ListType) for one in kinds):
        yield [[]]
    for one in kinds:
        if isinstance(one, inspect.IntType):
            yield from (1.5, 10**30)
            yield from (["12"] if len(kinds) == 1 else [])
            yield from ([-1] if one.ge == 0 else [])
            yield from ([HUGE] if one.le is not None else [])
        if isinstance(one, inspect.DateType):
            yield from ("2024-02-30", "gestern", 20240101)
        if isinstance(one, inspect.StrType):
            yield 7 if len(kinds) == 1 else {}
            yield from (["x" * (one.max_length + 1)] if one.max_length else [])
        if isinstance(one, inspect.VarTupleType):
            yield from (["x", 3], "x")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_field_takes_what_it_is_not(name: str, signed_in: SignedIn, works: Works) -> None:
    """Left out, of another type, negative, over-precise, huge, no day: 4xx, its place, no trace."""
    struct, account = COMMANDS[name].struct, account_for(name, signed_in)
    body, before = example_of(struct), head(works)
    wrong: list[tuple[str, Any, list[str]]] = []
    type_info = inspect.type_info(struct)
    assert isinstance(type_info, inspect.StructType)
    for field in type_info.fields:
        if field.required:
            rest = {key: value for key, value in body.items() if key != field.encode_name}
            wrong.append((field.encode_name, "left out", faults(send(account, name, rest))))
        for value in bad_values(field.type):
            answer = send(account, name, body | {field.encode_name: value})
            # A number that is none is refused before anybody knows whose it is.
            read = isinstance(value, float) or (isinstance(value, int) and value > HUGE)
            pointer = "" if read else f"/{field.encode_name}"
            wrong.append((field.encode_name, value, faults(answer, pointer)))
    stranger = send(account, name, body | {"stranger": 1})
    wrong.append(("stranger", 1, faults(stranger)))

    assert [one for one in wrong if one[2]] == []
    assert head(works) == before


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {OF_FILES}))
def test_no_command_is_given_for_a_day_to_come(
    name: str, signed_in: SignedIn, works: Works
) -> None:
    """E_DATE at /occurred_on, said in both languages."""
    account, before = account_for(name, signed_in), head(works)
    body = example_of(COMMANDS[name].struct) | {"occurred_on": "2999-01-01"}
    said = {lang: send(account, name, body, lang).json() for lang in ("zh", "en")}

    if said["zh"]["code"] != "E_OUT_OF_SCOPE":
        assert {one["code"] for one in said.values()} == {"E_DATE"}, said
        assert {one["errors"][0]["pointer"] for one in said.values()} == {"/occurred_on"}
    assert any("\u4e00" <= sign <= "\u9fff" for sign in said["zh"]["detail"])
    assert said["en"]["detail"].isascii() or said["en"]["detail"] != said["zh"]["detail"]
    assert head(works) == before


_NAMING = ("asset_ids", "asset_id", "process_id", "warehouse_id", "stocktake_id", "to_unit")


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, spec in COMMANDS.items()
        if name != OF_FILES and set(_NAMING) & set(spec.struct.__struct_fields__)
    ),
)
def test_what_does_not_exist_is_refused_as_unknown(
    name: str, signed_in: SignedIn, works: Works
) -> None:
    """The examples name things of nowhere: a 4xx with its code, and nothing is recorded."""
    account, before = account_for(name, signed_in), head(works)
    answer = send(account, name, example_of(COMMANDS[name].struct))

    assert faults(answer) == []
    assert answer.json()["code"].startswith("E_")
    assert head(works) == before


def test_an_unknown_thing_says_so(signed_in: SignedIn) -> None:
    """The plainest of them by its exact code and place."""
    body = example_of(COMMANDS["move"].struct)
    told = send(account_for("move", signed_in), "move", body).json()

    assert told["code"] in UNKNOWN_CODES
    assert told["errors"][0]["pointer"] == "/asset_ids"


CARD: dict[str, Any] = {
    "card_no": "", "name": "轿车", "class_std": "GB/T 14885-2022", "class_code": "A02030501",
    "card_type": "vehicle", "account_code": "1601", "acq_way": "PURCHASE",
    "acquired_on": DAY.isoformat(), "gross_fen": 18_000_000, "fiscal_fen": 18_000_000,
    "life_months": 96, "traits": {"vin": "1M8GDM9AXKP042788", "plate": "川L12345"},
}  # fmt: skip

UNTRUE: list[tuple[dict[str, Any], str, str]] = [
    ({"fiscal_fen": 1}, "E_FUND_SPLIT", "/cards/0/fiscal_fen"),
    ({"class_code": "Z1"}, "E_CLASS_UNKNOWN", "/cards/0/class_code"),
    ({"acq_way": "FOUND"}, "E_CARD_FIELD", "/cards/0/acq_way"),
    ({"gross_fen": -1}, "E_CARD_FIELD", "/cards/0/gross_fen"),
    ({"acquired_on": "2999-01-01"}, "E_DATE", "/cards/0/acquired_on"),
    ({"traits": {"vin": "X"}}, "E_CARD_FIELD", "/cards/0/traits/vin"),
    ({"traits": {"seats": "five"}}, "E_CARD_FIELD", "/cards/0/traits/seats"),
    ({"qty_centi": 300}, "E_CARD_FIELD", "/cards/0/qty_centi"),
]


def acquisition(*cards: dict[str, Any]) -> dict[str, Any]:
    """A purchase of these cards by the officer's unit."""
    return {
        "unit_id": "JY", "sub_kind": "CONFIG.PURCHASE", "cards": list(cards),
        "occurred_on": DAY.isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize(("change", "code", "pointer"), UNTRUE)
def test_a_card_that_cannot_be_names_its_field(
    signed_in: SignedIn, works: Works, change: dict[str, Any], code: str, pointer: str
) -> None:
    """The dictionary's rules through the interface, in Chinese and English."""
    before, body = head(works), acquisition(CARD | change)
    said = [send(signed_in("officer"), "register-acquisition", body, lang) for lang in ("zh", "en")]

    for answer in said:
        assert (422, code) == (answer.status_code, answer.json()["code"]), answer.text
        assert pointer in [one["pointer"] for one in answer.json()["errors"]]
    assert said[0].json()["detail"] != said[1].json()["detail"]
    assert head(works) == before


def test_all_that_is_wrong_with_a_card_is_said_at_once(signed_in: SignedIn) -> None:
    """Three fields, three lines."""
    bad = CARD | {"gross_fen": -1, "acq_way": "FOUND", "traits": {"vin": "X", "plate": "Y"}}
    answer = send(signed_in("officer"), "register-acquisition", acquisition(CARD, bad)).json()
    pointers = {one["pointer"] for one in answer["errors"]}

    assert {"/cards/1/acq_way", "/cards/1/traits/vin", "/cards/1/traits/plate"} <= pointers


def test_a_number_that_is_taken_and_a_stale_version_are_conflicts(
    signed_in: SignedIn, works: Works
) -> None:
    """E_DUP_VIN is 409 at its trait; what was seen before another's change is 412."""
    officer = signed_in("officer")
    first = send(officer, "register-acquisition", acquisition(CARD))
    before = head(works)
    again = send(officer, "register-acquisition", acquisition(CARD))
    [asset_id] = first.json()["created"]["asset_ids"]
    void = {"asset_ids": [asset_id], "reason": "x", "occurred_on": DAY.isoformat()}
    stale = send(officer, "void", void, **{"If-Match": f'"asset:{asset_id}=9"'})

    assert first.status_code == 200, first.text
    assert (again.status_code, again.json()["code"]) == (409, "E_DUP_VIN")
    assert again.json()["errors"][0]["pointer"] == "/cards/0/traits/vin"
    assert (stale.status_code, stale.json()["code"]) == (412, "E_VERSION")
    assert head(works) == before


def test_a_serial_number_that_is_taken_is_recorded_with_a_flag(
    signed_in: SignedIn, works: Works
) -> None:
    """Soft: the second thing is on record, and the answer says so."""
    bring_in(works)
    twin = CARD | {
        "name": "台式计算机", "class_code": "A02010105", "card_type": "equipment", "traits": {},
        "life_months": 72, "brand": "示例", "model": "M1", "serial_no": "SN-1",
    }  # fmt: skip
    answer = send(signed_in("officer"), "register-acquisition", acquisition(twin))

    assert answer.status_code == 200, answer.text
    assert "E_DUP_SERIAL" in answer.json()["flags"]
