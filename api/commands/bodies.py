"""Strict JSON: bounded depth, integers only, no double fields, no text that cannot be kept.

msgspec alone takes `1e3` for an int, lets the last of two equal keys win and fails on 2,000
brackets with a RecursionError (field-notes 0.10), so the text is read by the standard library
first and converted strictly afterwards.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, TypeVar

import msgspec

from api.commands.field_words import in_chinese
from api.problems import Problem, Wrong

DEPTH_MAX: Final = 32
_DIGITS_MAX: Final = 19
_PLACE = re.compile(r" - at `(\$[^`]*)`$")
T = TypeVar("T")


def read_body(body: bytes, kind: type[T]) -> T:
    """The Struct `kind` in `body`; Problem E_JSON… or E_FIELDS says what is wrong and where."""
    return read_value(parse(body), kind)


def read_value(value: Any, kind: type[T]) -> T:
    """The Struct `kind` in the parsed JSON `value`."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        match = _PLACE.search(text)
        pointer = pointer_of(match[1]) if match else ""
        detail = _PLACE.sub("", text)
        wrong = Wrong(pointer, in_chinese(detail), detail, "E_FIELDS")
        raise Problem("E_FIELDS", errors=(wrong,)) from error


def parse(body: bytes) -> Any:
    """The JSON value in `body`."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("E_JSON", "须为 UTF-8 编码。", "The body must be UTF-8.") from error
    _bound_depth(text)
    try:
        value = json.loads(
            text,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_bounded_int,
            object_pairs_hook=_no_doubles,
        )
    except json.JSONDecodeError as error:
        where = f"{error.msg} (line {error.lineno}, column {error.colno})"
        raise Problem("E_JSON", f"不是有效的 JSON：{where}", f"Not valid JSON: {where}") from error
    check_text(value)
    return value


def check_text(value: Any) -> None:
    """Refuse NUL and lone surrogates anywhere in `value`: Postgres keeps neither."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            if "\x00" in current or any("\ud800" <= letter <= "\udfff" for letter in current):
                raise Problem("E_JSON_TEXT")
        elif isinstance(current, dict):
            waiting.extend(current.keys())
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


def pointer_of(path: str) -> str:
    """The JSON pointer of msgspec's `$.cards[0].name`."""
    steps = re.findall(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]", path.removeprefix("$"))
    return "".join(f"/{name or index}" for name, index in steps)


def _bound_depth(text: str) -> None:
    depth = 0
    in_string = escaped = False
    for letter in text:
        if in_string:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                in_string = False
        elif letter == '"':
            in_string = True
        elif letter in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise Problem("E_JSON_DEPTH")
        elif letter in "]}":
            depth -= 1


def _no_float(text: str) -> Any:
    raise Problem(
        "E_JSON_NUMBER", f"{text} 不是整数；金额以分为单位。", f"{text} is no plain integer."
    )


def _bounded_int(text: str) -> int:
    if len(text) > _DIGITS_MAX:
        raise Problem("E_JSON_NUMBER", "数字过长。", "The number is too long.")
    return int(text)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise Problem(
            "E_JSON_DUPLICATE", errors=(Wrong(f"/{double}", "重复出现", "appears twice"),)
        )
    return found
