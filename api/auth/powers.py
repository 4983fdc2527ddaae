"""The powers matrix of handbook 1.3 as one table: object x role -> letters."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec


class Role(StrEnum):
    """The roles of handbook 1.2 and the three administrators of 1.4."""

    UNIT_ASSET_OFFICER = "unit_asset_officer"
    UNIT_ACCOUNTANT = "unit_accountant"
    UNIT_HEAD = "unit_head"
    COMPETENT_DEPT = "competent_dept"
    ORGAN_AFFAIRS = "organ_affairs"
    FINANCE = "finance"
    WAREHOUSE_KEEPER = "warehouse_keeper"
    CUSTODIAN = "custodian"
    DISCIPLINE = "discipline"
    AUDIT = "audit"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Thing(StrEnum):
    """The objects of handbook 1.3, and those of the system itself."""

    CONFIGURATION = "configuration"
    CARD = "card"
    VOUCHER = "voucher"
    MOVEMENT = "movement"
    REALLOCATION = "reallocation"
    WAREHOUSE = "warehouse"
    WAREHOUSE_REQUEST = "warehouse-request"
    LEASE = "lease"
    REQUEST = "request"
    DISPOSAL = "disposal"
    CENSUS = "census"
    ISSUE = "issue"
    RULES = "rules"
    ACCOUNTS = "accounts"
    ACCESS_LOG = "access_log"
    OPERATIONS = "operations"
    OWN_SESSION = "own_session"
    PUBLIC = "public"


CREATE: Final = "C"
REVIEW: Final = "V"
APPROVE: Final = "A"
EXECUTE: Final = "X"
READ: Final = "R"

ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
SUPERVISORS: Final = frozenset({Role.DISCIPLINE, Role.AUDIT, Role.FINANCE})
"""Whose reads of another unit's data are recorded even within their standing scope (1.6)."""

TITLES: Final[dict[Role, tuple[str, str]]] = {
    Role.UNIT_ASSET_OFFICER: ("资产管理员", "Asset officer"),
    Role.UNIT_ACCOUNTANT: ("会计", "Accountant"),
    Role.UNIT_HEAD: ("单位负责人", "Head of unit"),
    Role.COMPETENT_DEPT: ("主管部门", "Competent department"),
    Role.ORGAN_AFFAIRS: ("机关事务管理局", "Organ affairs office"),
    Role.FINANCE: ("财政部门", "Finance department"),
    Role.WAREHOUSE_KEEPER: ("公物仓仓管", "Warehouse keeper"),
    Role.CUSTODIAN: ("资产使用人", "Custodian"),
    Role.DISCIPLINE: ("纪委监委", "Discipline inspection"),
    Role.AUDIT: ("审计机关", "Audit office"),
    Role.SYSTEM_ADMIN: ("系统管理员", "System administrator"),
    Role.SECURITY_ADMIN: ("安全管理员", "Security administrator"),
    Role.AUDIT_ADMIN: ("安全审计员", "Audit administrator"),
}

_COLUMNS: Final = (
    Role.UNIT_ASSET_OFFICER, Role.UNIT_ACCOUNTANT, Role.UNIT_HEAD, Role.COMPETENT_DEPT,
    Role.ORGAN_AFFAIRS, Role.FINANCE, Role.WAREHOUSE_KEEPER, Role.CUSTODIAN, Role.DISCIPLINE,
    Role.AUDIT,
)  # fmt: skip

# Columns as above. Those of the keeper and the custodian follow from their lines in 1.2: the
# keeper executes what the office approved, the custodian sees and hands over what he keeps.
# Every letter but "-" includes reading. The supervisors' joint review of a census is an opinion
# outside this table: discipline and audit never write business data (1.2).
_MATRIX: Final[dict[Thing, tuple[str, ...]]] = {
    #                    officer acct  head  dept  organ fin   keeper custod discip audit
    Thing.CONFIGURATION: ("C",  "R",  "V",  "V",  "A",  "A",  "-",   "-",   "R",   "R"),
    Thing.CARD:          ("CX", "V",  "R",  "R",  "R",  "R",  "R",   "R",   "R",   "R"),
    Thing.VOUCHER:       ("R",  "CX", "V",  "R",  "R",  "R",  "-",   "-",   "R",   "R"),
    Thing.MOVEMENT:      ("CX", "R",  "A",  "R",  "R",  "R",  "R",   "X",   "R",   "R"),
    Thing.REALLOCATION:  ("C",  "V",  "V",  "V",  "AX", "A",  "R",   "-",   "R",   "R"),
    Thing.WAREHOUSE:     ("C",  "R",  "V",  "R",  "AX", "R",  "X",   "-",   "R",   "R"),
    Thing.WAREHOUSE_REQUEST: ("C", "R", "V", "R", "CA", "R", "R", "-",  "R",   "R"),
    Thing.LEASE:         ("C",  "V",  "V",  "V",  "A",  "A",  "-",   "-",   "R",   "R"),
    Thing.REQUEST:       ("CV",  "V",  "V",  "VA", "VA", "VA", "-",   "-",   "R",   "R"),
    Thing.DISPOSAL:      ("C",  "V",  "V",  "A",  "A",  "A",  "-",   "-",   "R",   "R"),
    Thing.CENSUS:        ("C",  "V",  "V",  "V",  "V",  "A",  "C",   "C",   "R",   "R"),
    Thing.ISSUE:         ("C",  "R",  "R",  "CV", "CA", "CA", "-",   "-",   "R",   "C"),
    Thing.RULES:         ("-",  "-",  "-",  "-",  "CA", "CA", "-",   "-",   "R",   "R"),
}  # fmt: skip

_ADMINISTRATORS: Final[dict[Thing, dict[Role, str]]] = {
    Thing.ACCOUNTS: {Role.SYSTEM_ADMIN: "C", Role.SECURITY_ADMIN: "A", Role.AUDIT_ADMIN: "R"},
    Thing.ACCESS_LOG: {Role.AUDIT_ADMIN: "R"},
    Thing.OPERATIONS: {Role.SYSTEM_ADMIN: "X", Role.SECURITY_ADMIN: "R", Role.AUDIT_ADMIN: "R"},
}

POWERS: Final[dict[Thing, dict[Role, str]]] = (
    {
        thing: {role: cell for role, cell in zip(_COLUMNS, row, strict=True) if cell != "-"}
        for thing, row in _MATRIX.items()
    }
    | _ADMINISTRATORS
    | {Thing.OWN_SESSION: dict.fromkeys(Role, "CXR")}
)
"""Object -> role -> letters; a role that is missing has no power over the object."""


class Guard(msgspec.Struct, frozen=True):
    """What a route asks of its caller; every route carries one in `opt["guard"]`.

    `scoped` says that the answer is cut to the caller's units.
    """

    thing: Thing
    action: str
    scoped: bool = True


def guard(thing: Thing, action: str = READ, *, scoped: bool = True) -> dict[str, Guard]:
    """The declaration of a route: `@get("/x", opt=guard(Thing.CARD))`."""
    return {"guard": Guard(thing, action, scoped=scoped)}


PUBLIC: Final = {"guard": Guard(Thing.PUBLIC, READ, scoped=False)}
"""The declaration of a route that anybody may call."""

SIGNED_IN: Final = {"guard": Guard(Thing.OWN_SESSION, READ, scoped=False)}
"""The declaration of a route for everybody who is signed in."""


def may(roles: Iterable[str], thing: Thing, action: str) -> bool:
    """Tell whether one of `roles` has `action` over `thing`."""
    return any(holds(role, thing, action) for role in roles)


def holds(role: str, thing: Thing, action: str) -> bool:
    """Tell whether `role` has `action`; any power over an object includes reading it."""
    cell = POWERS.get(thing, {}).get(Role(role), "")
    return bool(cell) if action == READ else action in cell


def permits(needed: Guard, roles: Iterable[str]) -> bool:
    """Tell whether somebody with `roles` passes the guard `needed`."""
    if needed.thing is Thing.PUBLIC:
        return True
    return may(roles, needed.thing, needed.action)
