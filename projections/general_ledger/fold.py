"""The fold of the general ledger: vouchers and runs into lines, sums, bases and periods."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import ClassVar

from domain.events import (
    ASSET_TYPES,
    BooksOpened,
    DepreciationRun,
    Line,
    PeriodClosed,
    VoucherPosted,
)
from domain.organisation import LATE
from domain.periods import last_day, period_of
from domain.postings import balance_fen
from projections.entries import Entry
from projections.general_ledger.bases import SQL, fold_bases
from projections.projection import Cursor, Projection
from projections.writing import array, copy_rows, text_array

VOUCHER_COLUMNS = (
    "position", "unit_id", "voucher_id", "voucher_no", "kind", "booked_on", "occurred_on", "period",
    "summary", "rule", "reverses", "process_id", "approval_no", "actor_id", "actor_role",
    "recorded_at", "event_id",
)  # fmt: skip
_OF_LINE = ("book", "account", "side", "fen", "asset_id")
LINE_COLUMNS = (
    "line_no", *_OF_LINE, "position", "unit_id", "booked_on", "occurred_on", "period",
    "voucher_id", "voucher_no",
)  # fmt: skip
_of_line = attrgetter(*_OF_LINE)
RUN_COLUMNS = ("unit_id", "period", "position", "booked_on", "inputs_position", "cards", "digest")
LATE_COLUMNS = ("unit_id", "period", "asset_id", "position", "reason")
PERIOD_COLUMNS = ("unit_id", "period", "kind", "position", "occurred_on")
RUN_RULE = "DEPRECIATION"


class UnbalancedError(Exception):
    """A voucher whose debits and credits differ in a book: the projection may not go on."""

    def __init__(self, event: Entry, voucher_id: str, book: str, fen: int) -> None:
        super().__init__(
            f"E_UNBALANCED: voucher {voucher_id} at position {event.position} is {fen} fen "
            f"out of balance in book {book} / 位置 {event.position} 的凭证 {voucher_id} "
            f"在 {book} 账套借贷不平，差 {fen} 分"
        )


class GeneralLedger(Projection):
    """Lines on two clocks; see `tables.sql` for what they mean."""

    name: ClassVar[str] = "general_ledger"
    version: ClassVar[int] = 3
    tables: ClassVar[str] = "projections.general_ledger"
    weight: ClassVar[int] = 6

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Take vouchers, runs, periods and bases out of `batch`."""
        fold_bases(cur, (entry for entry in batch if entry.type in ASSET_TYPES))
        posting = _Posting()
        for entry in batch:
            match entry.fact:
                case VoucherPosted() as fact:
                    posting.voucher(entry, fact)
                case DepreciationRun() as fact:
                    posting.run(entry, fact)
                case BooksOpened(period=period):
                    posting.period(entry, period, "opened")
                case PeriodClosed(period=period):
                    posting.period(entry, period, "closed")
                case _:
                    continue
        posting.write(cur)


class _Posting:
    """The lines of one batch on their way into the tables."""

    def __init__(self) -> None:
        self._vouchers: list[tuple[object, ...]] = []
        self._lines: list[tuple[object, ...]] = []
        self._runs: list[tuple[object, ...]] = []
        self._late: list[tuple[object, ...]] = []
        self._periods: list[tuple[object, ...]] = []
        self._sums: dict[tuple[str, str, str, str], list[int]] = {}

    def voucher(self, entry: Entry, fact: VoucherPosted) -> None:
        """Post a voucher; its number is its place in the unit's ledger stream."""
        heading = ("voucher", fact.summary, fact.rule, fact.reverses)
        self._post(entry, fact.voucher_id, entry.version, heading, fact.lines)

    def run(self, entry: Entry, fact: DepreciationRun) -> None:
        """Post the totals of a depreciation run, told by unit and period."""
        heading = ("run", f"{fact.period} 计提折旧（摊销）", RUN_RULE, None)
        self._post(entry, run_voucher_id(entry.unit_id, fact.period), None, heading, fact.lines)
        place = (entry.unit_id, fact.period, entry.position)
        booked_on = entry.booked_on or last_day(fact.period)
        self._runs.append((*place, booked_on, fact.inputs_position, fact.count, fact.digest))
        where = (entry.unit_id, fact.period)
        late = fact.skipped.get(LATE, ())
        self._late += [(*where, asset_id, entry.position, LATE) for asset_id in late]

    def period(self, entry: Entry, period: str, kind: str) -> None:
        """Note that a unit's `period` ("YYYY-MM") was opened or closed."""
        self._periods.append((entry.unit_id, period, kind, entry.position, entry.occurred_on))

    def _post(
        self,
        entry: Entry,
        voucher_id: str,
        voucher_no: int | None,
        heading: tuple[str, str, str, str | None],
        lines: tuple[Line, ...],
    ) -> None:
        _assert_balanced(entry, voucher_id, lines)
        booked_on = entry.booked_on or entry.occurred_on
        period = period_of(booked_on)
        kind, *words = heading
        dates = (booked_on, entry.occurred_on, period)
        self._vouchers.append(
            (
                *(entry.position, entry.unit_id, voucher_id, voucher_no, kind, *dates, *words),
                *(entry.process_id, entry.approval_no, entry.actor_id, entry.actor_role),
                *(entry.recorded_at, entry.event_id),
            )
        )
        # A run is booked on the last day of its month whenever it was made: it happened then.
        if kind == "run":
            dates = (booked_on, booked_on, period)
        place = (entry.position, entry.unit_id, *dates, voucher_id, voucher_no)
        self._lines += [
            (number, *_of_line(line), *place) for number, line in enumerate(lines, start=1)
        ]
        for line in lines:
            key = (entry.unit_id, line.book, line.account, period)
            sums = self._sums.get(key) or self._sums.setdefault(key, [0, 0, 0])
            sums[line.side == "C"] += line.fen
            sums[2] += 1

    def write(self, cur: Cursor) -> None:
        """Add everything to the tables."""
        copy_rows(cur, "voucher", self._vouchers, VOUCHER_COLUMNS)
        copy_rows(cur, "run", self._runs, RUN_COLUMNS)
        copy_rows(cur, "late_skip", self._late, LATE_COLUMNS)
        copy_rows(cur, "period", self._periods, PERIOD_COLUMNS)
        copy_rows(cur, "line", self._lines, LINE_COLUMNS)
        if self._sums:
            keys, sums = zip(*sorted(self._sums.items()), strict=True)
            texts, numbers = zip(*keys, strict=True), zip(*sums, strict=True)
            cur.execute(SQL["add_sums"], [*map(text_array, texts), *map(array, numbers)])


def run_voucher_id(unit_id: str, period: str) -> str:
    """The id under which a run's entry stands in the journal."""
    return f"DEP-{unit_id}-{period}"


def _assert_balanced(entry: Entry, voucher_id: str, lines: tuple[Line, ...]) -> None:
    for book in sorted({line.book for line in lines}):
        fen = balance_fen(lines, book)
        if fen != 0:
            raise UnbalancedError(entry, voucher_id, book, fen)
