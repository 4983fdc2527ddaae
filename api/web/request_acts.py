"""What may be done with a request now, by the reader himself or for somebody who asked him."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from api.auth.deputies import acting_for, lent
from api.auth.identity import Principal
from api.auth.powers import APPROVE, CREATE, READ, REVIEW, Thing, holds, may
from api.problems import Problem
from api.web.pages import Page
from domain.approval import OFFICE_OF_ROLE
from domain.commands.table import COMMANDS
from projections.queries import Row

_UNDECIDED: Final = frozenset({"open", "returned"})
_DONE: Final = frozenset({"executed", "settled"})

# What an approved request is carried out by; each takes its number where it can.
_CARRIED_OUT: Final = {
    "CONFIG": "register-acquisition", "USE.LEASE": "lease-out", "USE.LEND": "lend-out",
    "USE.INVEST": "invest-out", "REALLOC.LOAN": "lend-between", "REALLOC": "realloc-out",
    "WH.INTAKE": "warehouse-in", "WH.LOAN": "deliver-loan",
    "REPAIR.IMPROVE": "start-improvement", "REPAIR": "send-repair",
}  # fmt: skip


class Identity(msgspec.Struct, frozen=True):
    """In whose place somebody acts: `person_id` is empty for himself."""

    person_id: str
    name: str
    principal: Principal

    @property
    def people(self) -> frozenset[str]:
        """Who takes part when this one acts."""
        return frozenset({self.principal.person_id, self.person_id or self.principal.person_id})


class Choice(msgspec.Struct, frozen=True):
    """One way to do an act: for whom, and of a signature which step."""

    value: str
    zh: str
    en: str


class Acts(msgspec.Struct, frozen=True, kw_only=True):
    """The acts that are open to the reader, each with the ways to do it."""

    sign: tuple[Choice, ...] = ()
    back: tuple[Choice, ...] = ()
    approve: tuple[Choice, ...] = ()
    reject: tuple[Choice, ...] = ()
    resubmit: tuple[Choice, ...] = ()
    withdraw: tuple[Choice, ...] = ()
    file: tuple[Choice, ...] = ()

    def __bool__(self) -> bool:
        return any(msgspec.structs.astuple(self))


def identities(page: Page) -> list[Identity]:
    """The reader, and everybody for whom he may act today."""
    own = Identity("", page.principal.name, page.principal)
    people = dict.fromkeys(one.person_id for one in lent(page.house, page.principal.person_id))
    names = page.names(*people)
    found = [own]
    for person_id in people:
        try:
            principal = acting_for(page.house, page.principal, person_id)
        except Problem:
            continue  # Whoever lent the role holds it no more.
        found.append(Identity(person_id, names.get(person_id, person_id), principal))
    return found


def identity_of(page: Page, person_id: str) -> Principal:
    """The principal who acts: the reader, or the reader in the place of `person_id`."""
    return acting_for(page.house, page.principal, person_id) if person_id else page.principal


def deciding_roles(principal: Principal) -> list[str]:
    """The roles in which somebody may be waited for."""
    return [role for role in principal.roles if role in OFFICE_OF_ROLE]


def acts_on_request(row: Row, who: Iterable[Identity]) -> Acts:
    """The acts for one request; the ledger judges each again."""
    found: dict[str, list[Choice]] = {name: [] for name in Acts.__struct_fields__}
    thing = Thing.DISPOSAL if row["kind"].startswith("DISP.") else Thing.REQUEST
    for one in who:
        for wait in row["waiting"]:
            _by_wait(row, thing, one, wait, found)
        _by_status(row, thing, one, found)
    return Acts(**{name: tuple(ways) for name, ways in found.items()})


def _by_wait(
    row: Row, thing: Thing, one: Identity, wait: Row, found: dict[str, list[Choice]]
) -> None:
    """Add what this one may do because it is his turn."""
    roles = [role for role in one.principal.roles if role == wait["role"]]
    near = wait["units"] is None or one.principal.unit_id in wait["units"]
    part = one.people & set(row["people"])
    if wait["act"] == "resubmit" and one.people & {row["requester"]}:
        if may(one.principal.roles, Thing.REQUEST, CREATE):
            found["resubmit"].append(_plain(one))
    elif roles and near and row["requester"] not in one.people:
        if wait["act"] == "sign" and not part and may(roles, Thing.REQUEST, REVIEW):
            value = f"{wait['step']}:{one.person_id}"
            found["sign"].append(Choice(value, *_named(one, wait["zh"], wait["en"])))
        if wait["act"] == "decide" and not part and may(roles, thing, APPROVE):
            found["approve"].append(_plain(one))
        if row["route"] and may(roles, Thing.REQUEST, REVIEW):
            found["back"].append(_plain(one))


def _by_status(row: Row, thing: Thing, one: Identity, found: dict[str, list[Choice]]) -> None:
    roles, own = one.principal.roles, row["requester"] in one.people
    undecided = row["status"] in _UNDECIDED
    if undecided and own and may(roles, thing, CREATE):
        found["withdraw"].append(_plain(one))
    if undecided and not own and may(roles, thing, APPROVE):
        found["reject"].append(_plain(one))
    paid = row["due_fen"] <= 0 and row["claimed_fen"] == row["received_fen"]
    if row["status"] in _DONE and paid and may(roles, Thing.REQUEST, APPROVE):
        found["file"].append(_plain(one))


def _plain(one: Identity) -> Choice:
    return Choice(one.person_id, *_named(one, "", ""))


def _named(one: Identity, zh: str, en: str) -> tuple[str, str]:
    if not one.person_id:
        return zh, en
    return f"{zh}（代{one.name}）", f"{en} (for {one.name})".strip()


def executing(page: Page, row: Row) -> tuple[str, str] | None:
    """Address and words of the command that carries an approved request out."""
    if row["status"] != "approved" or row["kind"].startswith("DISP."):
        return None
    kind = row["kind"]
    name = _CARRIED_OUT.get(kind) or _CARRIED_OUT.get(kind.partition(".")[0])
    spec = COMMANDS.get(name or "")
    if spec is None or not may(page.principal.roles, Thing(spec.subject), spec.action):
        return None
    fields = spec.struct.__struct_fields__
    given: dict[str, Any] = {"sub_kind": kind, "unit_id": row["unit_id"]}
    given |= {"process_id": row["process_id"], "asset_ids": ",".join(row["asset_ids"])}
    given |= {"to_unit": row["detail"].get("to_unit"), "request_id": row["process_id"]}
    known = {key: value for key, value in given.items() if key in fields and value}
    return page.url(f"/do/{spec.name}", **known), spec.zh if page.lang == "zh" else spec.en


def may_read(principal: Principal) -> bool:
    """Tell whether somebody sees requests at all."""
    return any(holds(role, Thing.REQUEST, READ) for role in principal.roles)
