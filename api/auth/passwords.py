"""Passwords: argon2id in a pool of two threads, so that sign-ins cannot eat the machine."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.problems import Problem

# OWASP's minimum: 19 MiB, two passes; 34 ms on the machine of field-notes A.4.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_WORKERS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_WAITING_MAX: Final = 64
_WAITING: Final = threading.BoundedSemaphore(_WAITING_MAX)
PASSWORD_LENGTH_MAX: Final = 256

# Checked when the name is unknown, so that both answers take the same time.
_NOBODY: Final = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id form that is stored."""
    return _WORKERS.submit(_HASHER.hash, password[: PASSWORD_LENGTH_MAX + 1]).result()


def password_fits(stored: str | None, password: str) -> bool:
    """Tell whether `password` is the stored one; None (no such account) never fits.

    Raises Problem E_BUSY when too many sign-ins wait already.
    """
    if len(password) > PASSWORD_LENGTH_MAX:
        return False
    if not _WAITING.acquire(blocking=False):
        raise Problem("E_BUSY")
    try:
        fits = _WORKERS.submit(_verify, stored or _NOBODY, password).result()
    finally:
        _WAITING.release()
    return fits and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
