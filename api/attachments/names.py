"""Names of files as they may be kept and shown: no paths, no invisible signs, a fitting end."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from api.attachments.kinds import ACCEPTED, Kind

LENGTH_MAX: Final = 120
NAMELESS: Final = "附件"
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')


def clean_name(name: str, kind: Kind) -> str:
    """`name` without folders, control or direction signs, its end one that `kind` may have."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(sign for sign in base if not unicodedata.category(sign).startswith("C"))
    base = _FORBIDDEN.sub("_", base).strip(" .")
    end = next((one for one in kind.ends if one and base.lower().endswith(one)), None)
    stem = base[: -len(end)] if end else base
    end = base[-len(end) :] if end else kind.ends[0]
    return f"{stem.strip(' .')[: LENGTH_MAX - len(end)] or NAMELESS}{end}"


def kind_named(name: str) -> Kind | None:
    """The kind that a cleaned name stands for; None where its end says nothing."""
    return next((kind for kind in ACCEPTED if name.lower().endswith(kind.ends)), None)
