"""The books as a Beancount ledger that `bean-check` accepts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from api.exports.books import CURRENCY, Books, Entry, amount_text, one_line
from api.exports.export import ExportedFile, ExportParams, Source, encoded, file_name
from domain.money import yuan_plain
from projections.asof import AsOf, Scope

MEDIA_TYPE: Final = "text/plain"
# Beancount forgives a fen at a balance unless told how exact it has to be.
_EXACT: Final = "0.001"


def export_beancount(
    source: Source, as_of: AsOf, scope: Scope, params: ExportParams
) -> ExportedFile:
    """Every voucher and run up to the as-of day, and our balances as assertions after it."""
    books = Books(source, as_of, scope.narrowed(params.unit))
    name = file_name("beancount", "beancount", as_of, params)
    return ExportedFile(name, MEDIA_TYPE, encoded(_ledger(books)))


def _ledger(books: Books) -> Iterator[str]:
    yield "".join(f"; {one_line(note)}\n" for note in books.notes())
    yield f'\noption "title" "Taizhang"\noption "operating_currency" "{CURRENCY}"\n\n'
    opened_on = books.first_day()
    for closing in books.closings:
        account = closing.account
        yield f"{opened_on} open {account.name} {CURRENCY}\n"
        yield f'  title: "{_quoted(account.title)}"\n  unit: "{_quoted(account.unit_id)}"\n'
    for entry in books.entries():
        yield _entry(entry)
    yield "\n"
    # A balance is taken before the first entry of its day.
    checked_on = min(books.as_of.day, date.max - timedelta(days=1)) + timedelta(days=1)
    for closing in books.closings:
        stands = f"{yuan_plain(closing.fen)} ~ {_EXACT} {CURRENCY}"
        yield f"{checked_on} balance {closing.account.name}  {stands}\n"


def _quoted(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _entry(entry: Entry) -> str:
    lines = [
        f'\n{entry.booked_on} * "{_quoted(entry.summary)}" #{entry.book}\n',
        f'  voucher: "{_quoted(entry.voucher_id)}"\n',
        f'  unit: "{_quoted(entry.unit_id)}"\n',
        f'  rule: "{_quoted(entry.rule)}"\n',
        f"  position: {entry.position}\n",
    ]
    if entry.voucher_no is not None:
        lines.append(f"  number: {entry.voucher_no}\n")
    for posting in entry.postings:
        lines.append(f"  {posting.account.name}  {amount_text(posting.fen)}\n")
        if posting.asset_id:
            lines.append(f'    asset: "{_quoted(posting.asset_id)}"\n')
    return "".join(lines)
