"""Bearer tokens of programs: made once, shown once, kept as SHA-256, ended at any moment."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from api.directory.database import SQL, Pool, run

DAYS: Final = 90
DAYS_MAX: Final = 365
# A call writes the time of the token's last use at most this often.
_TOUCH_AFTER: Final = timedelta(minutes=1)


class LabelTakenError(ValueError):
    """The account has a live token for this purpose."""


def create_token(
    pool: Pool, account_id: int, label: str, now: datetime, days: int = DAYS, *, by: str = ""
) -> str:
    """A token for a program that acts as the account; the answer is its only copy.

    `label` says what it is for. Raises LabelTakenError when it has a live one for that.
    """
    token = "tz_" + secrets.token_urlsafe(32)
    values = {
        "token_hash": _digest(token), "account_id": account_id, "label": label, "now": now,
        "expires_at": now + timedelta(days=days), "issued_by": by,
    }  # fmt: skip
    with pool.connection() as connection:
        connection.execute(SQL["expire_label"], values)
        if connection.execute(SQL["put_token"], values).rowcount == 0:
            raise LabelTakenError(label)
    return token


def account_of_token(pool: Pool, token: str, now: datetime) -> int | None:
    """The account behind a live token; the time of its last use is kept to the minute."""
    rows = run(pool, "live_token", token_hash=_digest(token), now=now)
    if not rows:
        return None
    used = rows[0]["last_used_at"]
    if used is None or now - used > _TOUCH_AFTER:
        run(pool, "touch_token", token_id=rows[0]["token_id"], now=now)
    return int(rows[0]["account_id"])


def tokens(
    pool: Pool, now: datetime, *, username: str | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Who may call as whom, for what, last used, until when; live tokens first."""
    return [dict(row) for row in run(pool, "tokens", now=now, username=username, limit=limit)]


def revoke_token(pool: Pool, token_id: int, by: str, now: datetime) -> str | None:
    """End a token at once; what it was for, None when there is no live one of this number."""
    rows = run(pool, "revoke_token", token_id=token_id, by=by, now=now)
    return str(rows[0]["label"]) if rows else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
