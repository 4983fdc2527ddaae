"""Guns: what they type and what they dump comes out as labels, in order, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_photos import sample_label

from scanners.gun_files import LINES_MAX, GunLine, read_gun_file
from scanners.guns import BURST_LENGTH_MAX, read_burst
from scanners.notices import ScanError
from scanners.payload import Parsed, grouped

A, B, C = (sample_label(index).qr_text for index in range(3))
NUMBER_A, NUMBER_B = sample_label(0).label_no, sample_label(1).label_no
NOON = datetime(2026, 10, 1, 4, 30, 5, tzinfo=UTC)  # 12:30:05 in Shanghai


def _codes(typed: str) -> list[str]:
    return [
        code.label.label_no if isinstance(code.label, Parsed) else code.label.code
        for code in read_burst(typed)
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (A, [NUMBER_A]),
        (A + "\r", [NUMBER_A]),
        (A + "\r\n" + B + "\r\n", [NUMBER_A, NUMBER_B]),
        (A + "\t" + B + "\t", [NUMBER_A, NUMBER_B]),
        (A + B, [NUMBER_A, NUMBER_B]),
        (A.lower() + B.lower(), [NUMBER_A, NUMBER_B]),
        (A + A, [NUMBER_A, NUMBER_A]),
        (NUMBER_A + NUMBER_B, [NUMBER_A, NUMBER_B]),
        (grouped(NUMBER_A), [NUMBER_A]),
        (A[:30], ["E_LABEL_CUT"]),
        (A[:30] + B, ["E_LABEL_CUT", NUMBER_B]),
        (A[10:], ["E_LABEL_FORM"]),
        (A[-22:], [NUMBER_A]),
        ("", []),
        ("\r\n\t", []),
        ("6901234567892\r" + A, ["E_LABEL_FORM", NUMBER_A]),
    ],
)
def test_a_burst_is_split_into_its_codes(typed: str, expected: list[str]) -> None:
    """With any suffix or none, several codes in one string, and halves of codes."""
    assert expected == _codes(typed)


def test_a_burst_without_end_is_refused() -> None:
    """A gun that repeats for ever does not fill the memory."""
    assert _codes("A" * (BURST_LENGTH_MAX + 1)) == ["E_GUN_BURST"]


@given(typed=st.text(max_size=300))
def test_any_burst_gets_an_answer(typed: str) -> None:
    """Nothing typed is lost: every piece is somewhere in what was typed."""
    assert all(code.text in typed for code in read_burst(typed))


@pytest.mark.parametrize(
    "line",
    [
        f"{A},2026-10-01 12:30:05",
        f"{A}\t2026/10/01 12:30:05",
        f"{A};2026-10-01;12:30:05",
        f"2026-10-01,12:30:05,{A}",
        f'"{A}","2026-10-01 12:30:05","1"',
        f"1,{A},1,20261001123005",
        f"{A} 2026-10-01 12:30:05",
        f"{A},2026-10-01T12:30:05",
        f"{A}|20261001|12:30:05",
        f"{A},2026年10月1日,12:30:05",
        f"]Q1{A.lower()},2026.10.1 12:30:05",
    ],
)
def test_code_and_time_are_found_in_any_order(line: str) -> None:
    """Guns differ in separators, columns and the form of the time; the clock is Shanghai's."""
    found = read_gun_file(line.encode())

    assert len(found) == 1
    assert (found[0].time, found[0].line_no, found[0].error) == (NOON, 1, None)
    assert _codes(found[0].text) == [NUMBER_A]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    """Chinese headings in the encodings of domestic guns; line numbers count from the top."""
    text = f"条码,扫描时间,数量\r\n{A},2026-10-01 12:30:05,1\r\n\r\n{B},,1\r\n旧标签001,,1\r\n"
    found = read_gun_file(text.encode(encoding))

    assert [(line.text, line.time, line.line_no) for line in found] == [
        (A, NOON, 2),
        (B, None, 4),
        ("旧标签001", None, 5),
    ]
    assert [line.error and line.error.code for line in found] == [None, None, "E_LABEL_FORM"]


def test_a_line_without_a_label_stays_with_its_error() -> None:
    """Wrong times, half codes and foreign codes are kept, each with what is wrong."""
    found = read_gun_file(f"{A},2026-13-40 12:30:05\n{A[:30]},2026-10-01 12:30:05\n77\n".encode())

    assert [line.error and line.error.code for line in found] == [
        "E_GUN_TIME",
        "E_LABEL_CUT",
        "E_LABEL_FORM",
    ]
    assert [A, A[:30], "77"] == [line.text for line in found]
    assert [line.time for line in found] == [None, NOON, None]


@given(content=st.binary(max_size=400))
def test_any_file_gets_lines_or_a_refusal(content: bytes) -> None:
    """Broken dumps never raise anything but a refusal."""
    try:
        answer: list[GunLine] | str = read_gun_file(content)
    except ScanError as refused:
        answer = refused.notice.code

    assert isinstance(answer, list) or answer == "E_GUN_FILE_ENCODING"


def test_a_file_with_too_many_lines_is_refused() -> None:
    """A limit on everything."""
    with pytest.raises(ScanError) as refused:
        read_gun_file(b"1\n" * (LINES_MAX + 1))

    assert refused.value.notice.code == "E_GUN_FILE_SIZE"
