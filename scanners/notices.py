"""What reading and printing say to people: one stable code with its Chinese and English text."""

from __future__ import annotations

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """A sentence for the user; `code` is stable, the texts say what to do next."""

    code: str
    zh: str
    en: str


class ScanError(Exception):
    """Input that cannot be read or printed at all; `notice` says why and what to do."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(f"{notice.code}: {notice.en}")
        self.notice = notice
