"""From a heading as offices write it to a field of the card."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import msgspec

from domain.card_fields import FIELDS
from domain.card_traits import TRAITS

NAME_AND_MODEL = "name+model"
SEQUENCE = "sequence"
TRAIT_PREFIX = "traits."

_SEQUENCE = frozenset({"序号", "行号", "NO", "NO.", "序", "顺序号", "序列"})
_NAME_AND_MODEL = frozenset(
    {
        "资产名称及规格",
        "资产名称及型号",
        "资产名称及规格型号",
        "名称及规格",
        "名称规格",
        "名称规格型号",
        "名称及规格型号",
        "名称型号",
        "名称及型号",
        "品名规格",
        "品名及规格",
        "品名规格型号",
        "资产名称规格",
        "资产名称规格型号",
        "资产名称(规格型号)",
        "资产名称(规格)",
        "设备名称及型号",
        "设备名称及规格",
        "固定资产名称及规格",
    }
)
# Words that say nothing about the field, only about money, duty or form.
_NOISE = re.compile(r"\((?:人民币)?(?:元|万元|RMB|必填|选填|签字|公章|盖章|全称)\)|[*※:：;。!?]")
_WAN = re.compile(r"万元")
_BRACKETS = re.compile(r"\([^()]*\)")


class Guess(msgspec.Struct, frozen=True):
    """What a heading may mean: target code and how sure, 3 exact, 2 known word, 1 contained."""

    target: str
    strength: int
    unit_yuan: int = 1
    months_each: int = 1


def plain(heading: str) -> str:
    """Heading without spaces, line breaks, marks of duty and money units, brackets made plain."""
    folded = unicodedata.normalize("NFKC", heading)
    folded = folded.replace("【", "(").replace("】", ")").replace("[", "(").replace("]", ")")
    return _NOISE.sub("", "".join(folded.split())).upper()


def _key(word: str) -> str:
    return plain(word)


@cache
def _exact() -> dict[str, tuple[str, int]]:
    known: dict[str, tuple[str, int]] = {}
    for trait in TRAITS:
        for word in (*trait.said, trait.zh):
            known.setdefault(_key(word), (TRAIT_PREFIX + trait.code, 2))
    for field in FIELDS:
        for word in field.said:
            known[_key(word)] = (field.code, 2)
    for field in FIELDS:
        known[_key(field.zh)] = (field.code, 3)
        known[_key(field.en)] = (field.code, 2)
        known.setdefault(_key(field.code), (field.code, 2))
    known.update({_key(word): (NAME_AND_MODEL, 3) for word in _NAME_AND_MODEL})
    known.update({_key(word): (SEQUENCE, 3) for word in _SEQUENCE})
    return known


@cache
def _contained() -> tuple[tuple[str, str], ...]:
    """Words of two or more letters, longest first, that may stand inside a longer heading."""
    words = [(word, code) for word, (code, _) in _exact().items() if len(word) >= 2]
    usable = [(word, code) for word, code in words if code != SEQUENCE and word != "单位"]
    return tuple(sorted(usable, key=lambda pair: -len(pair[0])))


@cache
def guess(heading: str) -> Guess | None:
    """The best guess for a heading on its own; None if nothing in it is known."""
    bare = plain(heading)
    if not bare:
        return None
    unit_yuan = 10_000 if _WAN.search(unicodedata.normalize("NFKC", heading)) else 1
    for attempt in (bare, _BRACKETS.sub("", bare)):
        found = _exact().get(attempt) or _years(attempt)
        if found is not None:
            months = 12 if _in_years(bare) else 1
            return Guess(found[0], found[1], unit_yuan, months)
    for word, code in _contained():
        if word in bare and len(word) * 2 >= len(bare):
            return Guess(code, 1, unit_yuan, 12 if _in_years(bare) else 1)
    return None


def _in_years(bare: str) -> bool:
    return bare.endswith("(年)") or (bare.endswith("年限") and "月" not in bare)


def _years(bare: str) -> tuple[str, int] | None:
    """折旧年限 and its like without (月): years, unless the content says months."""
    lives = {"折旧年限", "使用年限", "预计使用年限", "摊销年限", "折旧/摊销年限", "规定使用年限"}
    return ("life_months", 2) if bare in lives else None


@cache
def known_words() -> frozenset[str]:
    """Every heading that is known exactly."""
    return frozenset(_exact())
