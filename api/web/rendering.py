"""The Jinja environment: autoescape, no missing names, and how values are written on screen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from api.auth.powers import TITLES, Role
from api.house import SHANGHAI
from domain.money import yuan
from domain.states import STATE_NAMES, State

STATIC: Final = files("api.web") / "static"

_STATE_TONES: Final = {
    State.IN_USE: "good", State.IDLE: "warn", State.ACCEPTED: "info",
    State.PENDING_BOOKING: "info", State.LOSS_PENDING: "bad", State.UNDER_REPAIR: "warn",
    State.DISPOSAL_APPROVED: "warn", State.DISPOSED: "mute", State.VOIDED: "mute",
}  # fmt: skip


def static_version() -> str:
    """A short hash over the style sheets and scripts: a new release is fetched at once."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.iterdir(), key=lambda f: f.name):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


def money(fen: int | None) -> str:
    """Yuan with two decimals and thousands separators; a dash for None."""
    return "—" if fen is None else yuan(fen)


def day(value: date | datetime | None) -> str:
    """A date, or an instant as its day in China; a dash for None."""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return "—" if value is None else value.isoformat()


def instant(value: datetime | None) -> str:
    """An instant to the minute in China's time."""
    return "—" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def instant_field(value: datetime | None) -> str:
    """An instant as the text that the known-at field takes."""
    return "" if value is None else value.astimezone(SHANGHAI).isoformat(timespec="seconds")


def instant_local(value: datetime | None) -> str:
    """An instant in China's time as a field of type datetime-local takes it."""
    return "" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")


def count(value: int | None) -> str:
    """A whole number with thousands separators."""
    return "—" if value is None else f"{value:,}"


def quantity(centi: int | None) -> str:
    """A quantity kept in hundredths, without needless zeros."""
    if centi is None:
        return "—"
    whole, rest = divmod(centi, 100)
    return f"{whole}" if rest == 0 else f"{whole}.{rest:02d}".rstrip("0")


def state_name(value: str | None, lang: str) -> str:
    """A state in words."""
    if value is None or value not in State.__members__:
        return value or "—"
    zh, en = STATE_NAMES[State(value)]
    return zh if lang == "zh" else en


def state_tone(value: str | None) -> str:
    """The colour of a state's badge; the word beside it carries the meaning."""
    if value is None or value not in State.__members__:
        return "mute"
    return _STATE_TONES.get(State(value), "info")


def headed(text: str) -> str:
    """English words with a capital at their head; what is in capitals already stays so."""
    return text[:1].upper() + text[1:]


def role_titles(roles: Iterable[str], lang: str) -> str:
    """Roles in words, for the sign-in page and the interface's."""
    words = [TITLES[Role(role)][0 if lang == "zh" else 1] for role in roles]
    return ("、" if lang == "zh" else ", ").join(words)


def translated(text: str, translate: Callable[[str], str]) -> str:
    """A heading in the reader's language; the catalogue has its own header under the empty one."""
    return translate(text) if text else ""


_CELLS: Final = re.compile(r"<tr\b|<td\b([^>]*)")
_SPAN: Final = re.compile(r'colspan="(\d+)"')


def labelled(rows: str, titles: Sequence[str]) -> Markup:
    """Rows of a table whose cells carry their column's title: on a phone each row is a card."""
    column = 0

    def label(found: re.Match[str]) -> str:
        nonlocal column
        if found[1] is None:
            column = 0
            return found[0]
        span = _SPAN.search(found[1])
        here, column = column, column + (int(span[1]) if span else 1)
        if span or "data-label" in found[1] or here >= len(titles):
            return found[0]
        return f'{found[0]} data-label="{escape(titles[here])}"'

    return Markup(_CELLS.sub(label, str(rows)))  # noqa: S704 - rows are a template's own markup


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "money": money, "day": day, "instant": instant, "instant_field": instant_field,
        "instant_local": instant_local,
        "count": count, "quantity": quantity, "state_name": state_name, "state_tone": state_tone,
        "labelled": labelled, "translated": translated,
    }  # fmt: skip
    globals_: dict[str, Any] = {"version": static_version(), "role_titles": role_titles}
    environment.globals |= globals_
    return environment


ENVIRONMENT: Final = _environment()
