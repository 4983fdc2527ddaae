"""A small fictional city for the tests of the shell: six units and one account per role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from unittest.mock import patch

from api.auth.identity import Grant
from api.auth.powers import Role
from api.bootstrap import Works, open_works, utc_now
from api.commands import running
from api.directory.accounts import DEMO_PASSWORD, create_account
from api.directory.people import Person
from api.house import Settings
from domain.commands.structs import RegisterUnit
from domain.envelope import Actor
from eventstore.embedded import Urls
from tests.waiting import PATIENCE_SECONDS

UNITS = (
    ("JG", "澄江市机关事务管理局", "city", None),
    ("CZ", "澄江市财政局", "city", None),
    ("JY", "澄江市教育局", "city", None),
    ("ZX", "澄江市第一中学", "city", "JY"),
    ("WJ", "澄江市卫生健康委员会", "city", None),
    ("XB", "青浦县办公室", "county", None),
)

# username, name, home unit, role, reach
PEOPLE = (
    ("officer", "林晓岚", "JY", Role.UNIT_ASSET_OFFICER, "own"),
    ("accountant", "周启明", "JY", Role.UNIT_ACCOUNTANT, "own"),
    ("head", "郑维国", "JY", Role.UNIT_HEAD, "own"),
    ("dept", "何静", "JY", Role.COMPETENT_DEPT, "subtree"),
    ("organ", "彭立新", "JG", Role.ORGAN_AFFAIRS, "level"),
    ("finance", "沈佩文", "CZ", Role.FINANCE, "all"),
    ("keeper", "陶大勇", "JG", Role.WAREHOUSE_KEEPER, "level"),
    ("custodian", "谢雨", "JY", Role.CUSTODIAN, "own"),
    ("discipline", "罗正", "CZ", Role.DISCIPLINE, "all"),
    ("audit", "韩清", "CZ", Role.AUDIT, "all"),
    ("sysadmin", "管一", "JG", Role.SYSTEM_ADMIN, "own"),
    ("secadmin", "管二", "JG", Role.SECURITY_ADMIN, "own"),
    ("auditadmin", "管三", "JG", Role.AUDIT_ADMIN, "own"),
)

REGISTRAR = Actor(person_id="p-organ", role=Role.ORGAN_AFFAIRS, unit_id="JG")


@contextmanager
def running_city(
    database: Urls, *, base_url: str = "http://testserver.local",
    now: Callable[[], datetime] = utc_now,
) -> Iterator[Works]:  # fmt: skip
    """The works over a fresh database with units, people and accounts; closed in the end.

    Whoever asks to wait for the read models waits as long as this machine needs.
    """
    settings = Settings(
        database_url=database.app_url, migrate_url=database.migrate_url, demo=True,
        base_url=base_url, pool_size=4,
    )  # fmt: skip
    waiting = patch.object(running, "WAIT_SECONDS", PATIENCE_SECONDS)
    with waiting, open_works(settings, now) as works:
        works.start()
        position = _register_units(works)
        assert works.engine.wait_for(position, timeout=PATIENCE_SECONDS), works.engine.status()
        works.house.units.forget()
        for username, name, unit, role, reach in PEOPLE:
            person = Person(person_id=f"p-{username}", name=name, unit_id=unit)
            grant = Grant(role=role, unit_id=unit, reach=reach)  # type: ignore[arg-type]
            create_account(
                works.house.pool, username=username, password=DEMO_PASSWORD, person=person,
                grants=[grant], is_demo=True,
            )  # fmt: skip
        yield works


def _register_units(works: Works) -> int:
    position = 0
    for unit_id, name, level, parent in UNITS:
        command = RegisterUnit(
            unit_id=unit_id, name=name, kind="administrative", level=level, parent_id=parent,
            occurred_on=date(2020, 1, 1),
        )  # fmt: skip
        position = works.ledger.execute(command, REGISTRAR).position
    return position
