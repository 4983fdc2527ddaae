"""The books as foreign ledgers want them: accounts in use, and every entry in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from api.exports.accounts import AccountNames, ProgramAccount
from api.exports.columns import instant_text
from api.exports.export import Source, question, walk
from domain.money import yuan_plain
from projections.asof import AsOf, Scope
from projections.queries import Row

CURRENCY = "CNY"
BOOKS = ("FA", "BA")


class Posting(msgspec.Struct, frozen=True):
    """One line: positive on the debit side, in fen."""

    account: ProgramAccount
    fen: int
    asset_id: str | None


class Entry(msgspec.Struct, frozen=True):
    """One book's half of a voucher or of a depreciation run; it balances by itself."""

    booked_on: date
    book: str
    unit_id: str
    voucher_id: str
    voucher_no: int | None
    summary: str
    rule: str
    position: int
    postings: tuple[Posting, ...]


class Closing(msgspec.Struct, frozen=True):
    """What our trial balance says of an account at the end of the as-of day, in fen."""

    account: ProgramAccount
    fen: int


class Books:
    """The books of the units in scope at one as-of and known-at.

    The entries come page by page; only the trial balance, a row an account, is held whole.
    """

    def __init__(self, source: Source, as_of: AsOf, scope: Scope) -> None:
        self.source = source
        self.as_of = as_of
        self.scope = scope
        trial = source.ask("balances", question("balances", {}), as_of, scope).rows
        self._names = AccountNames(row["unit_id"] for row in trial)
        self.closings = [
            Closing(self._account(row), row["closing_fen"]) for row in sorted(trial, key=_in_order)
        ]

    def _account(self, row: Row) -> ProgramAccount:
        return self._names.of(row["unit_id"], row["book"], row["account"])

    def first_day(self) -> date:
        """The day of the first entry; the as-of day in empty books."""
        params: Any = msgspec.structs.replace(question("journal", {}), limit=1)
        rows = self.source.ask("journal", params, self.as_of, self.scope).rows
        return rows[0]["booked_on"] if rows else self.as_of.day

    def entries(self) -> Iterator[Entry]:
        """Every entry in the order of booking, the two books of a voucher one after the other."""
        lines = walk(self.source, "journal", question("journal", {}), self.as_of, self.scope)
        for _, found in groupby(lines, key=itemgetter("position")):
            voucher = list(found)
            for book in BOOKS:
                half = [line for line in voucher if line["book"] == book]
                if half:
                    yield self._entry(half)

    def _entry(self, lines: list[Row]) -> Entry:
        first = lines[0]
        postings = tuple(
            Posting(
                self._account(line), line["fen"] * (1 if line["side"] == "D" else -1),
                line["asset_id"],
            )
            for line in lines
        )  # fmt: skip
        assert sum(posting.fen for posting in postings) == 0, first["voucher_id"]
        return Entry(
            first["booked_on"], first["book"], first["unit_id"], first["voucher_id"],
            first["voucher_no"], first["summary"], first["rule"], first["position"], postings,
        )  # fmt: skip

    def notes(self) -> list[str]:
        """What the head of the file says, in both languages."""
        units = "*" if self.scope.units is None else " ".join(self.scope.units)
        known_at = self.source.known_at
        return [
            "台账导出 Taizhang ledger export",
            f"单位 units: {units}",
            f"截止日期 as of: {self.as_of.day.isoformat()}",
            f"知悉时点 known at: {instant_text(known_at) if known_at else '-'}",
            f"日志位置 log position: {self.as_of.position}",
            f"生成时间 made at: {instant_text(self.source.made_at)} Asia/Shanghai",
        ]


def _in_order(row: Row) -> tuple[int, str, str]:
    return BOOKS.index(row["book"]), row["unit_id"], row["account"]


def amount_text(fen: int) -> str:
    """An amount as both programs read it: `-1234.50 CNY`."""
    return f"{yuan_plain(fen)} {CURRENCY}"


def one_line(text: str) -> str:
    """`text` without line breaks and control signs."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
