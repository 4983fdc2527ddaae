"""Long exports in little memory: pages come one by one, and go as they come."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.exports import EXPORTS, Source, read_export_params
from domain.envelope import Recorded
from projections.asof import EVERYTHING, AsOf, Scope
from projections.queries import Answer, Params, cursor_of, key_of

ROWS = 6_000
MEMORY_BYTES_MAX = 5 * 1024 * 1024
"""Far below what the rows would take together."""
AS_OF = AsOf(date(2025, 12, 31), ROWS)


def _line(number: int) -> dict[str, Any]:
    """One of two lines of a voucher."""
    position = number // 2 + 1
    return {
        "booked_on": date(2025, 1, 1), "position": position, "line_no": number % 2 + 1,
        "unit_id": "U1", "book": "FA", "account": ("1601", "4001")[number % 2],
        "side": "DC"[number % 2], "fen": 100 + position, "period": "2025-01",
        "occurred_on": date(2025, 1, 1), "asset_id": None, "voucher_id": f"V{position}",
        "voucher_no": position, "kind": "voucher", "summary": "购入" * 20, "rule": "E01",
        "reverses": None, "process_id": None, "approval_no": None, "actor_id": "P1",
        "recorded_at": datetime(2025, 1, 1, tzinfo=UTC),
    }  # fmt: skip


def long_books(name: str, params: Params, _as_of: AsOf, _scope: Scope) -> Answer:
    """A journal of ROWS lines, made page by page, and its trial balance."""
    if name == "units":
        return Answer([{"unit_id": "U1", "name": "甲单位"}])
    if name == "balances":
        total = sum(100 + n // 2 + 1 for n in range(0, ROWS, 2))
        accounts = (("1601", total), ("4001", -total))
        return Answer([
            {"unit_id": "U1", "book": "FA", "account": account, "closing_fen": fen}
            for account, fen in accounts
        ])  # fmt: skip
    cursor, limit = getattr(params, "cursor", None), getattr(params, "limit", 0)
    start = key_of(cursor, int)[0] if cursor else 0
    end = min(start + limit, ROWS)
    rows = [_line(number) for number in range(start, end)]
    return Answer(rows, {}, cursor_of(end) if end < ROWS else None)


def long_log(after: int, limit: int) -> list[Recorded]:
    """A log of ROWS events."""
    return [_event(position) for position in range(after + 1, min(after + limit, ROWS) + 1)]


def _event(position: int) -> Recorded:
    plain: dict[str, Any] = dict.fromkeys(Recorded.__struct_fields__)
    body = '{"period":"2025-01","pad":"' + "x" * 500 + '"}'
    return Recorded(
        **plain
        | {"position": position, "type": "period.opened/1", "unit_id": "U1", "stream": "period:U1",
           "occurred_on": date(2025, 1, 1), "attachments": (), "body": body}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("journal", {"format": "xlsx"}),
        ("journal", {"format": "csv"}),
        ("hledger", {}),
        ("beancount", {}),
        ("events", {}),
    ],
)
def test_memory_does_not_grow_with_the_rows(name: str, asked: dict[str, str]) -> None:
    """Six thousand rows pass through a few MiB, however they are written."""
    source = Source(ask=long_books, read_log=long_log, made_at=datetime(2026, 1, 1, tzinfo=UTC))
    export = EXPORTS[name]
    make: Callable[[], int] = lambda: sum(  # noqa: E731 - the same walk, twice
        map(len, export.make(source, AS_OF, EVERYTHING, read_export_params(export, asked)).chunks)
    )
    tracemalloc.start()
    try:
        size = make()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert size > 20_000
    assert peak < MEMORY_BYTES_MAX
