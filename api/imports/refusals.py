"""What is wrong with a file or with one of its cells, in both languages and with the place."""

from __future__ import annotations

import msgspec


class FileError(Exception):
    """The file cannot be read at all; `code` is stable, `hint_zh` says what to do.

    E_FILE_EMPTY, E_FILE_TOO_LARGE, E_FILE_BOMB, E_FILE_ENTITIES, E_FILE_PASSWORD,
    E_FILE_BROKEN, E_FILE_KIND, E_FILE_ENCODING, E_FILE_ROWS, E_FILE_COLUMNS, E_FILE_NO_HEADER
    """

    def __init__(self, code: str, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.zh, self.en = code, zh, en
        self.hint_zh, self.hint_en = hint_zh, hint_en


class CellError(ValueError):
    """One cell's content is not what its column wants; nothing is assumed in its place."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.zh, self.en = code, zh, en


class RowError(msgspec.Struct, frozen=True):
    """A finding with its place: row as a spreadsheet shows it, column by heading and letter."""

    sheet: str
    row: int
    column_heading: str
    column_letter: str
    value: str
    code: str
    zh: str
    en: str
    field: str = ""
    severity: str = "error"


def column_letter(index: int) -> str:
    """Letter of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
