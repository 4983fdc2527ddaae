"""Every Chinese text of the pages has its English in the catalogue."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from api.language import catalogue, counting, entries, translator

WEB = Path(str(files("api.web")))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
# The switch names each language in itself.
OWN_NAMES = {"中文"}
# Punctuation between figures, the same on screen in both languages.
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def texts_of(template: Path) -> set[str]:
    """Chinese texts quoted anywhere in the Jinja parts of a template."""
    parts = JINJA.findall(COMMENT.sub("", template.read_text(encoding="utf-8")))
    found = {one or other for part in parts for one, other in QUOTED.findall(part)}
    return {text for text in found if CHINESE.search(text)} - OWN_NAMES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_has_its_english(template: Path) -> None:
    """No page shows a Chinese word to an English reader unless it is data."""
    english = translator("en")
    missing = sorted(text for text in texts_of(template) if english(text) == text)

    assert missing == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_text_stands_outside_the_catalogue(template: Path) -> None:
    """Chinese in plain markup could never be translated."""
    bare = JINJA.sub("", COMMENT.sub("", template.read_text(encoding="utf-8")))

    assert [line for line in bare.splitlines() if CHINESE.search(line)] == []


def test_every_marked_text_of_the_modules_has_its_english() -> None:
    """Titles that templates translate by a variable are marked in the module."""
    marked = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(
            str(WEB), method_map=[("**.py", "python")], keywords={"_": None}
        )
    }
    known = catalogue()

    assert sorted(text for text in marked if not text or known.gettext(text) == text) == []


@pytest.mark.parametrize(
    ("text", "n", "english"),
    [
        ("件", 0, "things"), ("件", 1, "thing"), ("件", 2, "things"), ("件", None, "things"),
        ("条", 1, "row"), ("天", 1, "day"), ("张卡片", 1, "card"), ("张卡片", 1_001, "cards"),
        ("件在仓", 1, "in stock"), ("件在仓", 2, "in stock"),
    ],
)  # fmt: skip
def test_a_word_after_a_number_agrees_with_it(text: str, n: int | None, english: str) -> None:
    """In English one or many; Chinese words stay as they are."""
    assert counting("en")(text, n) == english
    assert counting("zh")(text, n) == text


def test_a_word_with_two_forms_stands_after_a_number_everywhere() -> None:
    """No page takes the plain form of a text whose catalogue entry tells one from many."""
    two = {message.id[0] for message in entries() if message.pluralizable}
    plain = {
        (template.name, text)
        for template in TEMPLATES
        for text in re.findall(r"""\b_\(["']([^"']+)["']\)""", template.read_text("utf-8"))
        if text in two
    }

    assert plain == set()
