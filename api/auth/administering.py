"""What a system administrator does to accounts and tokens; every act is on record."""

from __future__ import annotations

from typing import Any, Final

from api.auth.identity import Principal
from api.auth.powers import ADMINISTRATORS, CREATE, Thing, may
from api.directory.access import AccessRecord, record_access
from api.directory.accounts import accounts, disable_account, enable_account
from api.directory.tokens import DAYS, DAYS_MAX, LabelTakenError, create_token, revoke_token
from api.house import House
from api.problems import Problem, Wrong

LABEL_LENGTH_MAX: Final = 60
_TOKEN_ID_MAX: Final = 2**62


def issue_token(
    house: House, principal: Principal, username: str, label: str, days: int = DAYS
) -> str:
    """A token with which a program acts as `username`; raises Problem.

    An administrator's account gets none: a program has no business there.
    """
    _check_power(principal)
    label = label.strip()
    if not 1 <= len(label) <= LABEL_LENGTH_MAX or not label.isprintable():
        raise _wrong("label", f"请写明用途，不超过 {LABEL_LENGTH_MAX} 字。",
                     f"Say what it is for, in {LABEL_LENGTH_MAX} characters at most.")  # fmt: skip
    if not 1 <= days <= DAYS_MAX:
        raise _wrong("days", f"有效天数须在 1 到 {DAYS_MAX} 之间。",
                     f"The days must be from 1 to {DAYS_MAX}.")  # fmt: skip
    account = account_named(house, username)
    if account["disabled_at"] is not None:
        raise Problem("E_ACCOUNT_DISABLED")
    if ADMINISTRATORS & set(account["roles"]):
        raise Problem("E_TOKEN_FOR_ADMINISTRATOR")
    now, by = house.now(), principal.person_id
    try:
        token = create_token(house.pool, account["account_id"], label, now, days, by=by)
    except LabelTakenError as error:
        raise Problem("E_TOKEN_LABEL") from error
    _record(house, principal, "token-issued", f"{username}: {label}, {days} d")
    return token


def withdraw_token(house: House, principal: Principal, token_id: int) -> str:
    """End a token at once; what it was for. Raises Problem E_TOKEN_UNKNOWN."""
    _check_power(principal)
    label = None
    if 0 <= token_id < _TOKEN_ID_MAX:
        label = revoke_token(house.pool, token_id, principal.person_id, house.now())
    if label is None:
        raise Problem("E_TOKEN_UNKNOWN")
    _record(house, principal, "token-revoked", f"#{token_id} {label}")
    return label


def switch_off(house: House, principal: Principal, username: str) -> None:
    """Disable an account: its sessions and tokens end at once. Nobody disables himself."""
    _check_power(principal)
    if username == principal.username:
        raise Problem("E_OWN_ACCOUNT")
    account = account_named(house, username)
    if disable_account(house.pool, account["account_id"], principal.person_id, house.now()):
        _record(house, principal, "account-disabled", username)


def switch_on(house: House, principal: Principal, username: str) -> None:
    """Let an account sign in again; the sessions and tokens that it had stay ended."""
    _check_power(principal)
    account = account_named(house, username)
    if enable_account(house.pool, account["account_id"]):
        _record(house, principal, "account-enabled", username)


def account_named(house: House, username: str) -> dict[str, Any]:
    """The account of exactly this user name; raises Problem E_UNKNOWN_USER."""
    if "\x00" not in username:
        for account in accounts(house.pool, username):
            if account["username"] == username:
                return account
    raise Problem("E_UNKNOWN_USER", f"没有账号 {username[:50]}。可用 taizhang users list 查看。",
                  f"There is no account {username[:50]}. See taizhang users list.")  # fmt: skip


def _check_power(principal: Principal) -> None:
    if not may(principal.roles, Thing.ACCOUNTS, CREATE):
        raise Problem("E_FORBIDDEN")


def _wrong(field: str, zh: str, en: str) -> Problem:
    return Problem("E_FIELDS", zh, en, errors=(Wrong(f"/{field}", zh, en, "E_FIELDS"),))


def _record(house: House, principal: Principal, kind: str, what: str) -> None:
    record_access(house.pool, AccessRecord(
        at=house.now(), kind=kind, route="/accounts", person_id=principal.person_id,
        role=",".join(principal.roles), question=what,
    ))  # fmt: skip
