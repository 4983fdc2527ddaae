"""Accounts and what they may do, as the directory keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from api.auth.identity import Grant, Principal
from api.auth.passwords import hash_password
from api.auth.powers import ADMINISTRATORS, Role
from api.directory.database import SQL, Pool, run
from api.directory.people import Person, put_people

DEMO_PASSWORD = "taizhang-demo"  # noqa: S105 - printed on the sign-in page of a demo
"""The password of every demo account; real accounts never get it."""


class MixedRolesError(ValueError):
    """An administrator may hold no business role (handbook 1.4)."""


def create_account(
    pool: Pool,
    *,
    username: str,
    password: str,
    person: Person,
    grants: Sequence[Grant],
    is_demo: bool = False,
) -> int:
    """Make the account, its person and its grants, or bring them up to date; the account id.

    Raises MixedRolesError when an administrator would hold another role.
    """
    roles = {Role(grant.role) for grant in grants}
    if roles & ADMINISTRATORS and len(roles) > 1:
        raise MixedRolesError(f"{username}: {sorted(roles)}")
    put_people(pool, [person])
    account = {
        "username": username, "password_hash": hash_password(password),
        "person_id": person.person_id, "is_demo": is_demo,
    }  # fmt: skip
    with pool.connection() as connection:
        row = connection.execute(SQL["put_account"], account).fetchone()
        assert row is not None, "the statement returns the account"
        account_id = int(row["account_id"])
        connection.execute(SQL["forget_grants"], {"account_id": account_id})
        # Whoever knew the old password is out.
        gone = {"account_id": account_id, "now": datetime.now(UTC)}
        connection.execute(SQL["end_sessions"], gone)
        for grant in grants:
            values = msgspec.structs.asdict(grant) | {"account_id": account_id}
            connection.execute(SQL["grant_role"], values)
    return account_id


def demo_accounts(pool: Pool) -> list[dict[str, Any]]:
    """The demo accounts in the order they were made: username, name, unit_id, roles."""
    return [dict(row) for row in run(pool, "demo_accounts")]


def principal_of(pool: Pool, account_id: int, day: date) -> Principal | None:
    """Who the account is, with the grants in force on `day`; None when it is switched off."""
    rows = run(pool, "identity", account_id=account_id, day=day)
    if not rows:
        return None
    return msgspec.convert(dict(rows[0]), Principal)


def principal_named(pool: Pool, username: str, day: date) -> Principal | None:
    """The principal of `username`, for the command line."""
    rows = run(pool, "account_id_of", username=username)
    return principal_of(pool, rows[0]["account_id"], day) if rows else None


def accounts(pool: Pool, text: str | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """The accounts in the order they were made, with roles, reaches and when each was here last.

    `text` narrows to names, user names and units that hold it.
    """
    return [dict(row) for row in run(pool, "accounts", text=text or None, limit=limit)]


def disable_account(pool: Pool, account_id: int, by: str, now: datetime) -> bool:
    """Switch an account off; its sessions and tokens end in the same transaction.

    False when it was off already. Switching it on again brings none of them back.
    """
    values = {"account_id": account_id, "by": by, "now": now}
    with pool.connection() as connection:
        changed = connection.execute(SQL["disable_account"], values).rowcount > 0
        connection.execute(SQL["end_sessions"], values)
        connection.execute(SQL["revoke_tokens"], values)
    return changed


def enable_account(pool: Pool, account_id: int) -> bool:
    """Switch an account on again; False when it was on already."""
    return bool(run(pool, "enable_account", account_id=account_id))
