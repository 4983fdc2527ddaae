"""The files that a posted form names: its hidden field, filled by the page's script."""

from __future__ import annotations

from collections.abc import Mapping as Form
from typing import Any

from api.commands.bodies import parse, read_value
from api.problems import Problem, Wrong
from domain.envelope import Attachment

FIELD = "attachments"


def attached(entered: Form[str, Any]) -> dict[str, Any]:
    """`{"attachments": […]}` from a posted form, empty where it names none; Problem E_FIELDS."""
    text = str(entered.get(FIELD) or "")
    if not text:
        return {}
    try:
        files = read_value(parse(text.encode()), tuple[Attachment, ...])
    except Problem as error:
        wrong = Wrong(f"/{FIELD}", error.detail_zh, error.detail_en, "E_FIELDS")
        raise Problem("E_FIELDS", errors=(wrong,)) from error
    return {FIELD: [{"sha256": f.sha256, "name": f.name, "size": f.size} for f in files]}


def file_error(wrong: Form[str, str]) -> str | None:
    """What is wrong with the files, of all that is wrong with a form."""
    return next((text for name, text in wrong.items() if name.startswith((FIELD, "photo"))), None)
