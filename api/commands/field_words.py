"""What a refused field says in Chinese: msgspec words its findings in English only."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_KINDS: Final = {
    "str": "文字", "int": "整数", "float": "小数", "bool": "true 或 false", "null": "空值",
    "array": "列表", "object": "对象", "date": "日期", "datetime": "时间",
}  # fmt: skip
_SIGNS: Final = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_KIND: Final = re.compile(r"`([^`]*)`")

# Form of the English sentence, and the Chinese one made of its parts.
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"Object missing required field `(.*)`"), lambda m: f"缺少必填字段 {m[1]}"),
    (re.compile(r"Object contains unknown field `(.*)`"), lambda m: f"没有字段 {m[1]}"),
    (re.compile(r"Invalid enum value (.*)"), lambda m: f"不能取值 {m[1]}"),
    (re.compile(r"Invalid RFC3339 encoded date"), lambda _: "日期须写作 2026-01-31"),
    (re.compile(r"Invalid RFC3339 encoded datetime"), lambda _: "时间须按 RFC 3339 书写"),
    (re.compile(r"Expected `datetime` with a timezone component"), lambda _: "时间须带时区"),
    (re.compile(r"Expected `str` matching regex (.*)"), lambda m: f"须符合格式 {m[1]}"),
    (re.compile(r"Expected `(\w+)` of length (>=|<=) (\d+)"),
     lambda m: f"{'项数' if m[1] == 'array' else '字数'}须 {_SIGNS[m[2]]} {m[3]}"),
    (re.compile(r"Expected `\w+` (>=|<=|>|<) (-?\d+)"), lambda m: f"须 {_SIGNS[m[1]]} {m[2]}"),
    (re.compile(r"Expected (.*), got (.*)"), lambda m: f"须为{_kinds(m[1])}，不能是{_kinds(m[2])}"),
)  # fmt: skip
_PLACE: Final = re.compile(r" - at `\$\.?([^`]*)`$")


def in_chinese(text: str) -> str:
    """A finding of msgspec in Chinese, its place in front; any other text stays as it is."""
    place = _PLACE.search(text)
    bare = _PLACE.sub("", text)
    for form, words in _FORMS:
        found = form.fullmatch(bare)
        if found:
            return f"{place[1]}：{words(found)}" if place and place[1] else words(found)
    return text


def _kinds(text: str) -> str:
    names = [name.strip() for part in _KIND.findall(text) or [text] for name in part.split("|")]
    return "或".join(_KINDS.get(name, name) for name in names)
