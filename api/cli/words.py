"""Which language the command line speaks: Chinese, or English on request."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Literal

Lang = Literal["zh", "en"]
VARIABLE = "TAIZHANG_LANG"


def lang_asked(argv: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """`--lang en` anywhere on the line, else the environment, else Chinese."""
    asked = environ.get(VARIABLE, "zh")
    for place, word in enumerate(argv):
        if word == "--lang" and place + 1 < len(argv):
            asked = argv[place + 1]
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return "en" if asked == "en" else "zh"


LANG: Lang = lang_asked(sys.argv, os.environ)
"""Help texts are written when the commands are declared, so the language is known by then."""


def t(zh: str, en: str) -> str:
    """The text in the language of the line."""
    return en if LANG == "en" else zh
