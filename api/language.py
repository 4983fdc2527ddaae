"""Chinese by default, English on request: which language, and the words of the pages."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from litestar.connection import ASGIConnection

Lang = Literal["zh", "en"]
COOKIE: Final = "taizhang-lang"


def lang_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Lang:
    """`?lang=`, else the cookie, else the browser's wish, else Chinese."""
    asked = connection.query_params.get("lang") or connection.cookies.get(COOKIE)
    if asked in ("zh", "en"):
        return "en" if asked == "en" else "zh"
    for wish in connection.headers.get("accept-language", "").split(","):
        tag = wish.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "zh"


def translator(lang: Lang) -> Callable[[str], str]:
    """The function behind `_(…)`: Chinese is the source, English comes from the catalogue."""
    return catalogue().gettext if lang == "en" else _as_written


def counting(lang: Lang) -> Callable[[str, int | None], str]:
    """The function behind `_n(…, n)`: the words after a number, in English one or many.

    A text that is the same after every number has one form in its catalogue.
    """
    return _counted if lang == "en" else _as_counted


def _counted(text: str, n: int | None) -> str:
    found = catalogue().ngettext(text, text, 0 if n is None else n)
    return catalogue().gettext(text) if found == text else found


def _as_counted(text: str, _n: int | None) -> str:
    return text


def _as_written(text: str) -> str:
    return text


def entries() -> Iterator[Message]:
    """Every entry of the English folder, one that tells one from many with both its forms."""
    folder = files("api.web") / "locale" / "en"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".po"):
            for message in read_po(io.BytesIO(file.read_bytes()), locale="en"):
                if message.id:
                    yield message


@cache
def catalogue() -> gettext.GNUTranslations:
    """All `.po` files of the English folder as one; each group of pages may have its own."""
    merged = Catalog(locale="en")
    for message in entries():
        merged.add(message.id, message.string)
    buffer = io.BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)
