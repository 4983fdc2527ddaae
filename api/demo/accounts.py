"""One account per role of the demo city, so that every desk of the house can be tried."""

from __future__ import annotations

import msgspec

from api.auth.identity import Grant, Reach
from api.auth.powers import TITLES, Role
from api.demo.city import City
from api.directory.accounts import DEMO_PASSWORD, create_account
from api.directory.database import Pool
from api.directory.people import Person, put_people

UNIT = "school-1"
"""The unit whose people sign in; its competent department and offices are those above it."""


class Account(msgspec.Struct, frozen=True):
    """A demo account: who, in which role, for which unit and how far."""

    username: str
    role: Role
    person_id: str
    unit_id: str
    reach: Reach = "own"
    purpose: str = ""


ACCOUNTS: tuple[Account, ...] = (
    Account("officer", Role.UNIT_ASSET_OFFICER, f"{UNIT}.officer", UNIT),
    Account("accountant", Role.UNIT_ACCOUNTANT, f"{UNIT}.accountant", UNIT),
    Account("head", Role.UNIT_HEAD, f"{UNIT}.head", UNIT),
    Account("custodian", Role.CUSTODIAN, f"{UNIT}.k1", UNIT),
    Account("department", Role.COMPETENT_DEPT, "education.officer", "education", "subtree"),
    Account("affairs", Role.ORGAN_AFFAIRS, "affairs.organ-affairs", "affairs", "level"),
    Account("warehouse", Role.WAREHOUSE_KEEPER, "affairs.warehouse", "affairs", "level"),
    Account("finance", Role.FINANCE, "finance.finance", "finance", "level"),
    Account("discipline", Role.DISCIPLINE, "discipline.discipline", "discipline", "all", "案件1"),
    Account("audit", Role.AUDIT, "audit.audit", "audit", "all", "审计项目1"),
    Account("sysadmin", Role.SYSTEM_ADMIN, "affairs.k1", "affairs"),
    Account("secadmin", Role.SECURITY_ADMIN, "affairs.k2", "affairs"),
    Account("auditadmin", Role.AUDIT_ADMIN, "affairs.k3", "affairs"),
)
"""In the order in which the sign-in page offers them."""


def settle_people(pool: Pool, city: City) -> None:
    """Write everybody of the city into the directory, and the demo accounts."""
    put_people(pool, city.people)
    people = {person.person_id: person for person in city.people}
    for account in ACCOUNTS:
        person = people[account.person_id]
        create_account(
            pool, username=account.username, password=DEMO_PASSWORD, is_demo=True,
            person=Person(person_id=person.person_id, name=person.name, unit_id=account.unit_id),
            grants=[
                Grant(
                    role=account.role, unit_id=account.unit_id, reach=account.reach,
                    purpose=account.purpose,
                )
            ],
        )  # fmt: skip


def account_lines() -> list[tuple[str, str, str]]:
    """User name, role and password of each demo account, role in Chinese."""
    return [(one.username, TITLES[one.role][0], DEMO_PASSWORD) for one in ACCOUNTS]
