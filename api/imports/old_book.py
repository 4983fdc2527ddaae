"""The older workbook, .xls: what a reader of its values alone does not say.

An .xls file is a compound file (CFB: sectors in chains, streams by name) whose stream `Workbook`
is a row of records (BIFF8). Only a few records are looked at: passwords, the epoch of dates, error
values, hidden rows, and how far the cells reach. The values themselves are read elsewhere.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from api.imports.sheet_facts import SheetFacts

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS = ("Workbook", "Book")
ENCRYPTED = "EncryptedPackage"
_FREE_FROM = 0xFFFFFFFA
_DIRECTORY_ENTRIES_MAX = 4_096

_BOF, _EOF, _FILE_PASS, _DATE_MODE = 0x0809, 0x000A, 0x002F, 0x0022
_BOUND_SHEET, _ROW, _FORMULA, _BOOL_OR_ERROR = 0x0085, 0x0208, 0x0006, 0x0205
_MANY = frozenset({0x00BD, 0x00BE})
_ONE = frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, 0x0201, _FORMULA, _BOOL_OR_ERROR})
_HIDDEN_ROW = 0x20
_RESULT_IS_ERROR = 2


class BrokenError(ValueError):
    """The bytes are no compound file that can be followed to its end."""


class OldBook(msgspec.Struct):
    """What the file says beside its values; `sheets` in the order of their tabs."""

    streams: frozenset[str]
    has_password: bool = False
    epoch_1904: bool = False
    sheets: list[SheetFacts] = msgspec.field(default_factory=list)


def inspect_old_book(data: bytes) -> OldBook:
    """Look through a compound file; BrokenError where it cannot be followed."""
    try:
        streams = _streams(data)
        book = OldBook(frozenset(streams), has_password=ENCRYPTED in streams)
        name = next((name for name in STREAMS if name in streams), None)
        if name is not None:
            _inspect_stream(streams[name], book)
        return book
    except (struct.error, IndexError) as error:
        raise BrokenError(str(error)) from error


# --- the compound file ---------------------------------------------------------------------


def _streams(data: bytes) -> dict[str, bytes]:
    """The workbook's stream by its name, the other streams' names with nothing."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise BrokenError("sector sizes")
    size = 1 << shift
    table = _sector_table(data, size)
    directory = b"".join(_chain(data, table, struct.unpack_from("<I", data, 48)[0], size))
    entries = dict(_entries(directory))
    root_start, root_size = entries.pop("", (_FREE_FROM, 0))
    mini_max = struct.unpack_from("<I", data, 56)[0]
    found: dict[str, bytes] = {}
    for name, (start, length) in entries.items():
        if name not in STREAMS:
            found[name] = b""
        elif length >= mini_max:
            found[name] = b"".join(_chain(data, table, start, size))[:length]
        else:
            mini = b"".join(_chain(data, table, root_start, size))[:root_size]
            links = b"".join(_chain(data, table, struct.unpack_from("<I", data, 60)[0], size))
            small = struct.unpack(f"<{len(links) // 4}I", links)
            found[name] = b"".join(_chain(mini, small, start, 64, offset=0))[:length]
    return found


def _sector_table(data: bytes, size: int) -> tuple[int, ...]:
    """Which sector follows which: the table's own sectors are listed in the header, then apart."""
    own = list(struct.unpack_from("<109I", data, 76))
    following, left = struct.unpack_from("<II", data, 68)
    seen: set[int] = set()
    while following < _FREE_FROM and left and following not in seen:
        seen.add(following)
        listed = struct.unpack_from(f"<{size // 4}I", data, size * (following + 1))
        own += listed[:-1]
        following, left = listed[-1], left - 1
    sectors = [data[size * (at + 1) : size * (at + 2)] for at in own if at < _FREE_FROM]
    joined = b"".join(sectors)
    return struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4])


def _chain(
    data: bytes, table: tuple[int, ...], start: int, size: int, *, offset: int = 1
) -> Iterator[bytes]:
    """The sectors of one stream in order; a circle is broken off as an error."""
    at, left = start, len(table)
    while at < _FREE_FROM:
        if left == 0:
            raise BrokenError("a chain without an end")
        yield data[size * (at + offset) : size * (at + offset + 1)]
        at, left = table[at], left - 1


def _entries(directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name → first sector and length of every stream; the root's name is left blank."""
    for at in range(min(len(directory) // 128, _DIRECTORY_ENTRIES_MAX)):
        entry = directory[128 * at : 128 * (at + 1)]
        name_bytes, kind = struct.unpack_from("<HB", entry, 64)
        start, length = struct.unpack_from("<II", entry, 116)
        name = entry[: max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
        if kind == 5:
            yield "", (start, length)
        elif kind == 2:
            yield name, (start, length)


# --- the records ---------------------------------------------------------------------------


def _inspect_stream(stream: bytes, book: OldBook) -> None:
    """Walk the records once: the workbook's own part first, then one part a sheet."""
    offsets: list[int] = []
    sheets: dict[int, SheetFacts] = {}
    # Charts stand inside the sheet that shows them: a part ends before the one around it goes on.
    inside: list[SheetFacts] = []
    at, end = 0, len(stream) - 4
    while at <= end:
        kind, length = struct.unpack_from("<HH", stream, at)
        body = at + 4
        if kind == _BOF:
            inside.append(sheets.setdefault(at, SheetFacts()))
        elif kind == _EOF:
            del inside[-1:]
        elif kind == _FILE_PASS:
            book.has_password = True
            return
        elif kind == _DATE_MODE:
            book.epoch_1904 = stream[body] == 1
        elif kind == _BOUND_SHEET:
            offsets.append(struct.unpack_from("<I", stream, body)[0])
        elif inside:
            _inspect_record(inside[-1], kind, stream, body, length)
        at = body + length
    book.sheets = [sheets.get(offset, SheetFacts()) for offset in offsets]


def _inspect_record(sheet: SheetFacts, kind: int, stream: bytes, body: int, length: int) -> None:
    if kind in _ONE:
        row, column = struct.unpack_from("<HH", stream, body)
        sheet.reach(row, column)
        if _is_error(kind, stream, body):
            sheet.valueless.add((row, column))
    elif kind in _MANY:
        row = struct.unpack_from("<H", stream, body)[0]
        sheet.reach(row, struct.unpack_from("<H", stream, body + length - 2)[0])
    elif kind == _ROW and struct.unpack_from("<I", stream, body + 12)[0] & _HIDDEN_ROW:
        sheet.hidden_rows.add(struct.unpack_from("<H", stream, body)[0])


def _is_error(kind: int, stream: bytes, body: int) -> bool:
    """Whether the cell holds an error value, typed or as the result of its formula."""
    if kind == _BOOL_OR_ERROR:
        return bool(stream[body + 7])
    of_formula = kind == _FORMULA and stream[body + 12 : body + 14] == b"\xff\xff"
    return of_formula and stream[body + 6] == _RESULT_IS_ERROR
