"""The questions asked of the books."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from domain.periods import first_day, last_day, period_of
from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.queries import (
    Answer,
    Cursor,
    PageParams,
    Params,
    Row,
    fetched,
    key_of,
    page_of,
    query,
)

SQL = statements("projections.general_ledger", "queries.sql")
FIRST_DAY = date(1900, 1, 1)


class BalancesParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trial balance over the days `first` to `last`, by default the month of the as-of day."""

    unit: str | None = None
    book: str | None = None
    account: str | None = None
    first: date | None = None
    last: date | None = None


@query("balances", "余额表", "Trial balance", BalancesParams)
def balances(cur: Cursor, params: BalancesParams, as_of: AsOf, scope: Scope) -> Answer:
    """Opening, debit, credit and closing of each unit, book and account; debits are positive."""
    last = min(params.last or as_of.day, as_of.day)
    values = {
        **as_of.parameters(),
        **scope.narrowed(params.unit).parameters(),
        "first": params.first or first_day(period_of(last)),
        "last": last,
        "book": params.book,
        "account": params.account,
    }
    rows = fetched(cur.execute(SQL["balances"], values))
    names = ("opening_fen", "debit_fen", "credit_fen", "closing_fen")
    return Answer(rows, {name: sum(row[name] for row in rows) for name in names})


class JournalParams(PageParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines booked on the days `first` to `last`; `account` takes its sub-accounts along.

    `kind` is "voucher" (what people did) or "run" (depreciation of a month).
    """

    unit: str | None = None
    book: str | None = None
    account: str | None = None
    asset_id: str | None = None
    voucher_id: str | None = None
    kind: Literal["voucher", "run"] | None = None
    first: date | None = None
    last: date | None = None
    with_totals: bool = True


@query("journal", "序时账", "Journal", JournalParams)
def journal(cur: Cursor, params: JournalParams, as_of: AsOf, scope: Scope) -> Answer:
    """The lines of vouchers and of depreciation runs in the order of booking."""
    key: list[object] = [None, None, None]
    if params.cursor is not None:
        key = key_of(params.cursor, date, int, int)
    values = {
        **scope.narrowed(params.unit).parameters(),
        "known": as_of.position,
        "first": params.first or FIRST_DAY,
        "last": min(params.last or as_of.day, as_of.day),
        "book": params.book,
        "account": params.account,
        "asset": params.asset_id,
        "voucher": params.voucher_id,
        "limit": params.rows_wanted + 1,
        **dict(zip(("after_day", "after_position", "after_line"), key, strict=True)),
    }
    rows = fetched(_journal(cur, "journal", params.kind, values))
    totals: Row = {}
    if params.with_totals and params.cursor is None:
        totals = _journal_totals(cur, params, values)
    return page_of(rows, params.rows_wanted, ("booked_on", "position", "line_no"), totals)


def _journal_totals(cur: Cursor, params: JournalParams, values: dict[str, Any]) -> Row:
    """Sums over all pages, from the months where they know them; runs have few lines."""
    if params.asset_id is not None or params.voucher_id is not None or params.kind == "run":
        return fetched(_journal(cur, "journal_totals", params.kind, values))[0]
    totals = fetched(cur.execute(SQL["journal_sums"], values))[0]
    if params.kind is None:
        return totals
    runs = fetched(_journal(cur, "journal_totals", "run", values))[0]
    return {name: figure - runs[name] for name, figure in totals.items()}


def _journal(cur: Cursor, name: str, kind: str | None, values: dict[str, Any]) -> Cursor:
    text = SQL[name].format(kind=SQL[f"of_{kind}"] if kind else "")
    return cur.execute(text.encode(), values)


class VoucherParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One voucher by its id."""

    voucher_id: str


@query("voucher", "记账凭证", "Voucher", VoucherParams)
def voucher(cur: Cursor, params: VoucherParams, as_of: AsOf, scope: Scope) -> Answer:
    """The lines of one voucher, each row with the voucher's heading."""
    values = {**as_of.parameters(), **scope.parameters(), "voucher_id": params.voucher_id}
    rows = fetched(cur.execute(SQL["voucher"], values))
    debit = sum(row["fen"] for row in rows if row["side"] == "D" and row["book"] == "FA")
    return Answer(rows, {"debit_fen": debit})


class DepreciationParams(PageParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The depreciation table of one unit and period ("YYYY-MM")."""

    unit: str
    period: str


@query("depreciation", "折旧表", "Depreciation table", DepreciationParams)
def depreciation(cur: Cursor, params: DepreciationParams, as_of: AsOf, scope: Scope) -> Answer:
    """The lines of a run card by card, as its inputs had them; totals are those of the run."""
    if not scope.allows(params.unit):
        return Answer([])
    after = None if params.cursor is None else key_of(params.cursor, str)[0]
    values = {
        **as_of.parameters(),
        "unit": params.unit,
        "period": params.period,
        "day": last_day(params.period),
        "after": after,
        "limit": params.rows_wanted + 1,
    }
    runs = fetched(cur.execute(SQL["run"], values))
    if not runs or runs[0]["booked_on"] > as_of.day:
        return Answer([])
    rows = fetched(cur.execute(SQL["depreciation"], values))
    return page_of(rows, params.rows_wanted, ("card_no",), runs[0])


class PeriodsParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The periods of one unit, or of all in scope."""

    unit: str | None = None


@query("periods", "会计期间", "Periods", PeriodsParams)
def periods(cur: Cursor, params: PeriodsParams, as_of: AsOf, scope: Scope) -> Answer:
    """Per unit: first period, last run, last closed, first still open."""
    values = {**as_of.parameters(), **scope.narrowed(params.unit).parameters()}
    return Answer(fetched(cur.execute(SQL["periods"], values)))


class CardMoneyParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The money of some assets."""

    asset_ids: tuple[str, ...]


@query("card-money", "卡片金额", "Money of cards", CardMoneyParams)
def card_money(cur: Cursor, params: CardMoneyParams, as_of: AsOf, scope: Scope) -> Answer:
    """Gross, accumulated and net of each asset in each unit's books."""
    values = {**as_of.parameters(), **scope.parameters(), "assets": list(params.asset_ids)}
    rows = fetched(cur.execute(SQL["card_money"], values))
    names = ("gross_fen", "accum_fen", "net_fen")
    return Answer(rows, {name: sum(row[name] for row in rows) for name in names})


class CardJournalParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The journal of one asset."""

    asset_id: str


@query("card-journal", "卡片明细账", "Journal of a card", CardJournalParams)
def card_journal(cur: Cursor, params: CardJournalParams, as_of: AsOf, scope: Scope) -> Answer:
    """The lines that name the asset, and those that depreciation runs derived for it."""
    values = {**as_of.parameters(), **scope.parameters(), "asset_id": params.asset_id}
    return Answer(fetched(cur.execute(SQL["card_journal"], values)))


def money_of(cur: Cursor, asset_ids: list[str], as_of: AsOf) -> dict[tuple[str, str], Row]:
    """(asset id, unit id) to gross, accumulated, net and timing difference; for other pages."""
    values = {**as_of.parameters(), "units": None, "assets": asset_ids}
    rows = fetched(cur.execute(SQL["card_money"], values))
    return {(row["asset_id"], row["unit_id"]): row for row in rows}


NO_MONEY: Row = {"gross_fen": 0, "accum_fen": 0, "net_fen": 0, "timing_difference": False}
"""The money of a card that was never booked."""
