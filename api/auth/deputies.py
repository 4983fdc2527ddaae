"""Acting for somebody: his role and reach, for as long as he has asked for it (授权代理)."""

from __future__ import annotations

import msgspec
from psycopg.rows import tuple_row

from api.auth.identity import Principal
from api.directory.accounts import principal_of
from api.directory.database import run
from api.house import House
from api.problems import Problem
from domain.refusals import REFUSALS
from projections.asof import AsOf
from projections.processes.rules import Lent, lent_to


def lent(house: House, person_id: str) -> list[Lent]:
    """For whom, and in which role, the person may act today."""
    as_of = AsOf(house.today(), 2**62, True)
    with house.pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
        return lent_to(cur, person_id, as_of)


def acting_for(house: House, principal: Principal, person_id: str) -> Principal:
    """`principal` with the grants that `person_id` has lent him, and no others of his own.

    Raises E_DELEGATION where none is in force today; the ledger asks again for the business day.
    """
    roles = {one.role for one in lent(house, principal.person_id) if one.person_id == person_id}
    giver = _somebody(house, person_id) if roles else None
    grants = tuple(grant for grant in giver.grants if grant.role in roles) if giver else ()
    if giver is None or not grants:
        rule = REFUSALS["E_DELEGATION"]
        raise Problem("E_DELEGATION", rule.zh, rule.en, status=rule.status, source=rule.source)
    return msgspec.structs.replace(
        principal, grants=grants, unit_id=giver.unit_id, on_behalf_of=person_id
    )


def _somebody(house: House, person_id: str) -> Principal | None:
    """The person with what his live accounts are granted."""
    found: Principal | None = None
    for row in run(house.pool, "accounts_of_person", person_id=person_id):
        one = principal_of(house.pool, row["account_id"], house.today())
        if one is not None:
            grants = (*(found.grants if found else ()), *one.grants)
            found = msgspec.structs.replace(one, grants=grants)
    return found
