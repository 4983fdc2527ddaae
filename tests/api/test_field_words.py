"""What a refusal says of a field, in Chinese and English, for programs and for people."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest

from api.commands.field_words import in_chinese
from api.problems import Problem, Wrong
from api.web.words import places
from tests.api.conftest import SignedIn


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """One field that must be there."""

    unit_id: str


@pytest.mark.parametrize(
    ("value", "kind", "chinese"),
    [
        ({}, Row, "缺少必填字段 unit_id"),
        ({"unit_id": "A", "x": 1}, Row, "没有字段 x"),
        ({"unit_id": 1}, Row, "unit_id：须为文字，不能是整数"),
        ("", Annotated[str, msgspec.Meta(min_length=1)], "字数须 ≥ 1"),
        ([], Annotated[list[str], msgspec.Meta(min_length=1)], "项数须 ≥ 1"),
        (-1, Annotated[int, msgspec.Meta(ge=0)], "须 ≥ 0"),
        ("x", Annotated[str, msgspec.Meta(pattern="^a$")], "须符合格式 '^a$'"),
        ("x", Literal["a"], "不能取值 'x'"),
        ("x", date, "日期须写作 2026-01-31"),
        ("x", datetime, "时间须按 RFC 3339 书写"),
        ("x", int | None, "须为整数或空值，不能是文字"),
    ],
)
def test_every_finding_of_a_validation_has_its_chinese(value: Any, kind: Any, chinese: str) -> None:
    """msgspec words them in English only."""
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(value, kind)

    assert chinese == in_chinese(str(refused.value))


def test_the_lines_of_a_problem_follow_the_language(signed_in: SignedIn) -> None:
    """`errors[]` is Chinese where the sentence is, and English where that is."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"occurred_on": "2026-01-01", "unit_id": "JY", "period": "2026-13"}
    said = {
        lang: signed_in("accountant")
        .post(f"/api/v1/commands/open-books?lang={lang}", json=body, headers=headers)
        .json()["errors"][0]
        for lang in ("zh", "en")
    }

    assert said["zh"]["detail"].startswith("须符合格式")
    assert said["en"]["detail"].startswith("Expected `str` matching")
    assert said["zh"]["pointer"] == said["en"]["pointer"] == "/period"


def test_a_page_names_the_field_and_says_nothing_twice() -> None:
    """The title of the field stands for its pointer; the sentence of the refusal stands once."""
    wrong = (Wrong("/asset_ids", "已处置。", "Disposed."), Wrong("/unit_id", "不存在", "unknown"))
    problem = Problem("E_STATE", "已处置。", "Disposed.", errors=wrong)

    assert places(problem, "zh") == [("单位", "不存在")]
    assert places(problem, "en") == [("Unit", "unknown")]
