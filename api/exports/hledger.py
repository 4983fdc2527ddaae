"""The books as an hledger journal, declared so that `hledger check --strict` accepts it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from api.exports.books import Books, Closing, Entry, amount_text, one_line
from api.exports.export import ExportedFile, ExportParams, Source, encoded, file_name
from projections.asof import AsOf, Scope

MEDIA_TYPE: Final = "text/plain"
# Signs with a meaning in a description, a comment or a tag, and what stands for them.
_PLAIN: Final = str.maketrans(
    {";": "；", "|": "｜", ":": "：", ",": "，", "[": "［", "]": "］", "(": "（", ")": "）"}
)


def export_hledger(source: Source, as_of: AsOf, scope: Scope, params: ExportParams) -> ExportedFile:
    """Every voucher and run up to the as-of day, and our balances as assertions at the end."""
    books = Books(source, as_of, scope.narrowed(params.unit))
    name = file_name("hledger", "journal", as_of, params)
    return ExportedFile(name, MEDIA_TYPE, encoded(_journal(books)))


def _journal(books: Books) -> Iterator[str]:
    yield "".join(f"; {one_line(note)}\n" for note in books.notes())
    yield "\ndecimal-mark .\ncommodity 1000.00 CNY\n\n"
    for closing in books.closings:
        account = closing.account
        unit = _plain(account.unit_id)
        yield f"account {account.name}  ; {_plain(account.title)}, unit:{unit}\n"
    for entry in books.entries():
        yield _entry(entry)
    yield from _checks(books)


def _plain(text: str) -> str:
    return one_line(text).translate(_PLAIN)


def _entry(entry: Entry) -> str:
    number = "" if entry.voucher_no is None else f" ({entry.voucher_no})"
    tags = f"voucher:{_plain(entry.voucher_id)}, unit:{_plain(entry.unit_id)}, book:{entry.book}"
    tags += f", rule:{_plain(entry.rule)}, position:{entry.position}"
    lines = [f"\n{entry.booked_on} *{number} {_plain(entry.summary)}  ; {tags}\n"]
    for posting in entry.postings:
        note = f"  ; asset:{_plain(posting.asset_id)}" if posting.asset_id else ""
        lines.append(f"    {posting.account.name}  {amount_text(posting.fen)}{note}\n")
    return "".join(lines)


def _checks(books: Books) -> Iterator[str]:
    """Entries of nothing that assert the trial balance: one for each book of each unit."""
    for place, closings in groupby(books.closings, key=lambda one: one.account.place[:2]):
        words = f"余额核对 {place[0]} {place[1]}"
        yield f"\n{books.as_of.day} * {_plain(words)}  ; check:balances\n"
        yield from map(_check, closings)


def _check(closing: Closing) -> str:
    nothing, stands = amount_text(0), amount_text(closing.fen)
    return f"    {closing.account.name}  {nothing} = {stands}\n"
