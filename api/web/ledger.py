"""The account ledger: trial balance, journal, voucher and depreciation table of a period."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api.auth.guards import Call
from api.auth.powers import Thing, guard
from api.problems import Problem
from api.queries.asking import Answered
from api.web import words
from api.web.named_cards import cards_of
from api.web.pages import Page, page_of
from api.web.spans import Span, neighbours, read_span
from domain.periods import first_day, period_of
from projections.queries import Row

_SUMS: Final = ("opening_fen", "debit_fen", "credit_fen", "closing_fen")
_NAMED_CARDS_MAX: Final = 12


class Asked(msgspec.Struct, frozen=True):
    """The period of a page: as typed, the days it means, and what is before and after."""

    text: str
    span: Span
    before: str
    after: str
    wrong: str = ""


@get("/ledger", opt=guard(Thing.VOUCHER), sync_to_thread=True)
def ledger(request: Call) -> Response[str]:
    """The trial balance of a period; each figure opens the journal lines behind it."""
    page = page_of(request)
    period = _period(page)
    book = request.query_params.get("book") or ""
    answer = page.ask(
        "balances", first=period.span.first, last=period.span.last, **page.values("book")
    )
    several = len({row["unit_id"] for row in answer.rows}) > 1
    return page.render(
        "ledger.html", period=period, book=book, rows=_by_account(answer.rows), words=words,
        books=_book_sums(answer.rows), units=_by_unit(answer.rows) if several else [],
    )  # fmt: skip


@get("/ledger/journal", opt=guard(Thing.VOUCHER), sync_to_thread=True)
def journal(request: Call) -> Response[str]:
    """The journal lines of a period, a book, an account, or of one kind of voucher."""
    page = page_of(request)
    period = _period(page)
    kind = request.query_params.get("kind") or ""
    values: dict[str, Any] = {"first": period.span.first, "last": period.span.last}
    values |= page.values("book", "account", "asset_id", "voucher_id", "kind", "cursor")
    answer, problem = _lines(page, values)
    return page.render(
        "journal.html", period=period, kind=kind, answer=answer, problem=problem, words=words,
        account=request.query_params.get("account") or "",
        book=request.query_params.get("book") or "",
    )  # fmt: skip


@get("/ledger/vouchers/{voucher_id:str}", opt=guard(Thing.VOUCHER), sync_to_thread=True)
def voucher(request: Call, voucher_id: FromPath[str]) -> Response[str]:
    """One voucher: heading, lines by book, the rule that made it and what it belongs to."""
    page = page_of(request)
    answer = page.ask("voucher", voucher_id=voucher_id, unit="")
    if not answer.rows:
        raise Problem("E_NOT_FOUND", "此时点没有这张凭证。", "There is no such voucher then.")
    head = answer.rows[0]
    return page.render(
        "voucher.html", head=head, books=_by_book(answer.rows), words=words,
        cards=_cards(page, answer.rows), people=page.names(head["actor_id"]),
    )  # fmt: skip


@get("/ledger/depreciation", opt=guard(Thing.VOUCHER), sync_to_thread=True)
def depreciation(request: Call) -> Response[str]:
    """The depreciation table of one unit and month, card by card."""
    page = page_of(request)
    unit = page.unit or (page.units[0].unit_id if len(page.units) == 1 else None)
    period = request.query_params.get("period") or period_of(page.asked.day)
    span = read_span(period)
    answer = None
    if unit and span and len(period) == len("2024-01"):
        values = {"unit": unit, "period": period, **page.values("cursor")}
        answer = page.ask("depreciation", **values)
    return page.render(
        "depreciation.html", unit=unit, period=period, answer=answer, words=words,
        around=neighbours(period, span) if span else ("", ""),
    )  # fmt: skip


def _period(page: Page) -> Asked:
    """The period in the address, by default the month of the as-of day."""
    text = (page.request.query_params.get("period") or "").strip()
    span = read_span(text) if text else None
    wrong = text if text and span is None else ""
    if span is None:
        text = period_of(page.asked.day)
        span = Span(first_day(text), page.asked.day)
    before, after = neighbours(text, span)
    return Asked(text, span, before, after, wrong)


def _by_account(rows: list[Row]) -> list[Row]:
    """The rows of all units as one row a book and account, without those that never moved."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = row["book"], row["account"]
        sums = found.setdefault(key, {"book": key[0], "account": key[1], **dict.fromkeys(_SUMS, 0)})
        for name in _SUMS:
            sums[name] += row[name]
    kept = [row for row in found.values() if any(row[name] for name in _SUMS)]
    return sorted(kept, key=lambda row: (row["book"] != "FA", row["account"]))


def _book_sums(rows: list[Row]) -> dict[str, Row]:
    """Sums of debits and credits a book, and whether they balance."""
    found: dict[str, Row] = {}
    for row in rows:
        sums = found.setdefault(row["book"], {"debit_fen": 0, "credit_fen": 0, "closing_fen": 0})
        for name in sums:
            sums[name] += row[name]
    return found


def _by_unit(rows: list[Row]) -> list[Row]:
    """Per unit: what its accounts of fixed assets stand at, and what moved in the period."""
    found: dict[str, Row] = {}
    for row in rows:
        if row["book"] != "FA":
            continue
        empty = {"unit_id": row["unit_id"], "gross_fen": 0, "accum_fen": 0, "debit_fen": 0}
        sums = found.setdefault(row["unit_id"], empty)
        sums["debit_fen"] += row["debit_fen"]
        if row["account"] in words.GROSS_ACCOUNTS:
            sums["gross_fen"] += row["closing_fen"]
        elif row["account"] in words.ACCUM_ACCOUNTS:
            sums["accum_fen"] -= row["closing_fen"]
    return sorted(found.values(), key=lambda row: -row["gross_fen"])


def _lines(page: Page, values: dict[str, Any]) -> tuple[Answered | None, Problem | None]:
    try:
        return page.ask("journal", **values, **page.values("limit")), None
    except Problem as problem:
        if problem.status == 403:
            raise
        return None, problem


def _by_book(rows: list[Row]) -> list[tuple[str, list[Row], int, int]]:
    """Lines of a voucher by book, financial accounting first, with sums of debits and credits."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["line_no"] is not None:
            found.setdefault(row["book"], []).append(row)
    order = sorted(found, key=lambda book: book != "FA")
    return [(book, found[book], _side(found[book], "D"), _side(found[book], "C")) for book in order]


def _side(rows: list[Row], side: str) -> int:
    return sum(row["fen"] for row in rows if row["side"] == side)


def _cards(page: Page, rows: list[Row]) -> dict[str, str]:
    """Names of the things on a voucher; a long one links by number alone."""
    ids = list(dict.fromkeys(row["asset_id"] for row in rows if row["asset_id"]))
    if len(ids) > _NAMED_CARDS_MAX:
        return {}
    found = cards_of(page, ids, unit="")
    return {key: f"{row['name']} {row['card_no']}" for key, row in found.items()}


LEDGER: Final = [ledger, journal, voucher, depreciation]
