"""Money: what people write becomes exact fen or a typed refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MoneyError, fen_from_text, split_by_weights, yuan, yuan_plain


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1234.5", 123450),
        ("1,234.50", 123450),
        ("４８７．５０", 48750),
        ("¥4500", 450000),
        ("￥4,500.00元", 450000),
        ("4500元整", 450000),
        (" 4 500 ", 450000),
        ("-100.00", -10000),
        ("−100.00", -10000),
        ("-¥5", -500),
        (".5", 50),
        ("0", 0),
        ("1.10000", 110),
        ("9999999999999.99", 999999999999999),
    ],
)
def test_amounts_are_read_as_offices_write_them(written: str, fen: int) -> None:
    """Separators, full-width digits and currency words change nothing about the amount."""
    actual = fen_from_text(written)

    assert fen == actual


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "E_MONEY_EMPTY"),
        ("元", "E_MONEY_EMPTY"),
        ("四千五百元", "E_MONEY_TEXT"),
        ("约4500", "E_MONEY_TEXT"),
        ("4500.00.1", "E_MONEY_TEXT"),
        ("NaN", "E_MONEY_TEXT"),
        ("Infinity", "E_MONEY_TEXT"),
        ("4.5E3", "E_MONEY_EXPONENT"),
        ("1e999999", "E_MONEY_EXPONENT"),
        ("12,34", "E_MONEY_GROUPING"),
        ("1,2345", "E_MONEY_GROUPING"),
        ("1.234", "E_MONEY_FRACTION"),
        ("12345678901234.56", "E_MONEY_DIGITS"),
    ],
)
def test_what_is_no_amount_is_refused_by_name(written: str, code: str) -> None:
    """A refusal has a stable code and both languages, and never a guessed amount."""
    with pytest.raises(MoneyError) as refused:
        fen_from_text(written)

    assert code == refused.value.code
    assert refused.value.zh
    assert refused.value.en


def test_columns_in_ten_thousands_stay_exact() -> None:
    """1.23456 万元 is 12,345.60 yuan; a part of a fen is refused."""
    assert fen_from_text("1.23456", unit_yuan=10_000) == 1234560

    with pytest.raises(MoneyError):
        fen_from_text("1.2345678", unit_yuan=10_000)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_amount_written_is_read_back(fen: int) -> None:
    """Both written forms lead back to the same fen."""
    assert fen == fen_from_text(yuan(fen))
    assert fen == fen_from_text(yuan_plain(fen))


@given(st.text(max_size=30))
def test_no_text_is_read_other_than_exactly(written: str) -> None:
    """Any text gives whole fen or a typed refusal, never another exception."""
    try:
        read: int | str = fen_from_text(written)
    except MoneyError as refused:
        read = refused.code

    assert isinstance(read, int) or read.startswith("E_MONEY_")


@given(st.integers(0, 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_shares_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    """No fen is lost or made by sharing an amount."""
    weights = [*weights, 1]

    shares = split_by_weights(total, tuple(weights))

    assert total == sum(shares)
    assert min(shares) >= 0
