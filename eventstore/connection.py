"""How a session with the ledger's database is opened: role, clock zone and limits."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

APP: Final = "taizhang_app"
PROJECTOR: Final = "taizhang_projector"
AUDITOR: Final = "taizhang_auditor"
OWNER: Final = "taizhang_owner"

# Statements of the log go by index only. A plan made while the tables were empty would read
# them whole, and stays in use until the first ANALYZE. Planning anew for each set of parameters
# costs more than the statements themselves, and so does compiling them.
_BY_INDEX: Final = {
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "timezone": "UTC",
}

# Appends commit without waiting for the disk; the flush follows outside the lock (design 4.2).
# A client that freezes while it holds the lock loses its session, not everybody's time.
_APPENDING: Final = {"synchronous_commit": "off", "idle_in_transaction_session_timeout": "10s"}


def session_url(url: str, role: str, **settings: str) -> str:
    """`url` with SET ROLE `role` and `settings` given at the start of each session."""
    known = conninfo_to_dict(url)
    options = [str(known.get("options") or ""), f"-c role={role}"]
    options += [f"-c {name}={value}" for name, value in settings.items()]
    return make_conninfo(url, options=" ".join(options).strip())


def reading_url(url: str, role: str = APP) -> str:
    """`url` for sessions that read the log."""
    return session_url(url, role, application_name="taizhang-log", **_BY_INDEX)


def connect_to_append(url: str, role: str = APP) -> psycopg.Connection:
    """A session that appends: every statement in autocommit, prepared at its first use."""
    conninfo = session_url(url, role, application_name="taizhang-append", **_BY_INDEX, **_APPENDING)
    connection = psycopg.connect(conninfo, autocommit=True, connect_timeout=5)
    connection.prepare_threshold = 0
    return connection


def is_lost(connection: psycopg.Connection | None) -> bool:
    """True when the session is gone, so that the fate of its last statement is unknown."""
    return connection is None or connection.closed or connection.broken
