"""Sessions on the server's side: begun at sign-in, idle after 30 minutes, over after 12 hours."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from api.auth.passwords import password_fits
from api.directory.database import Pool, run
from api.problems import Problem

IDLE: Final = timedelta(minutes=30)
LIFETIME: Final = timedelta(hours=12)
LOCKED_FOR: Final = timedelta(minutes=15)
FAILURES_MAX: Final = 5
# A page view writes the session's time at most this often.
_TOUCH_AFTER: Final = timedelta(minutes=1)


def check_password(pool: Pool, username: str, password: str, now: datetime) -> int:
    """The account of `username` when `password` fits.

    Raises Problem E_SIGN_IN_FAILED, or E_LOCKED from the fifth failure on. Unknown names are
    counted and answered like known ones.
    """
    name_hash = _digest(username.strip().lower())
    if run(pool, "locked_until", name_hash=name_hash, now=now):
        raise Problem("E_LOCKED")
    rows = run(pool, "account_named", username=username.strip())
    account = rows[0] if rows else None
    stored = account["password_hash"] if account else None
    if password_fits(stored, password) and account:
        if account["disabled"]:
            raise Problem("E_SIGN_IN_FAILED")
        run(pool, "forget_failures", name_hash=name_hash, stale_before=now - LIFETIME)
        return int(account["account_id"])
    failed = run(
        pool, "count_failure", name_hash=name_hash, now=now, failures_max=FAILURES_MAX,
        forget_before=now - LOCKED_FOR, lock_until=now + LOCKED_FOR,
    )  # fmt: skip
    raise Problem("E_LOCKED" if failed[0]["failures"] >= FAILURES_MAX else "E_SIGN_IN_FAILED")


def begin_session(pool: Pool, account_id: int, now: datetime, address: str = "") -> str:
    """A fresh session's secret for the cookie; never one that the client chose."""
    secret = secrets.token_urlsafe(32)
    run(
        pool, "begin_session", id_hash=_digest(secret), account_id=account_id, now=now,
        expires_at=now + LIFETIME, address=address,
    )  # fmt: skip
    return secret


def account_of_session(pool: Pool, secret: str, now: datetime) -> int | None:
    """The account behind a live session; its idle time begins anew."""
    id_hash = _digest(secret)
    rows = run(pool, "live_session", id_hash=id_hash, now=now, idle_since=now - IDLE)
    if not rows:
        return None
    if now - rows[0]["seen_at"] > _TOUCH_AFTER:
        run(pool, "touch_session", id_hash=id_hash, now=now)
    return int(rows[0]["account_id"])


def end_session(pool: Pool, secret: str, now: datetime) -> None:
    """Sign out: the secret opens nothing any more."""
    run(pool, "end_session", id_hash=_digest(secret), now=now)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
