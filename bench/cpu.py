"""Processor seconds of this process and of a Postgres server: wall time on a busy machine lies."""

from __future__ import annotations

import os
import resource
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Return the processor seconds of this process and of the children that it has waited for."""
    times = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in times)


def server_s(postmaster: int) -> float:
    """Return the processor seconds of a server: its sessions, living and gone, and its workers."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It ended while we looked; its time is now its parent's.
        user, system, gone_user, gone_system = map(int, fields[11:15])
        if path.parent.name == str(postmaster):
            total += user + system + gone_user + gone_system
        elif int(fields[1]) == postmaster:
            total += user + system
    return total / _TICKS
