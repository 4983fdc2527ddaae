"""Lives, capitalisation, accounts, standards: figures of the rules on their days."""

from __future__ import annotations

from datetime import date

import pytest

from domain.catalogue import accounts, lives, standards, ways
from domain.catalogue.capitalisation import (
    ADMINISTRATIVE,
    INSTITUTION,
    SPECIAL,
    bulk_counts,
    capitalisation_rule,
)
from domain.catalogue.classes import STD_2010


@pytest.mark.parametrize(
    ("code", "structure", "years", "most"),
    [
        ("A02010105", None, 6, None),
        ("A02021003", None, 6, None),
        ("A02030501", None, 8, None),
        ("A02061804", None, 5, None),
        ("A02050000", None, 10, None),
        ("A02320000", None, 5, 10),
        ("A05010201", None, 15, None),
        ("A05020000", None, 5, None),
        ("A01010100", "钢结构", 50, None),
        ("A01010100", "砖混结构", 30, None),
        ("A01010100", "简易房", 8, None),
        ("A01010100", None, 8, None),
        ("A01020000", None, 8, None),
    ],
)
def test_lives_follow_the_longest_prefix(
    code: str, structure: str | None, years: int, most: int | None
) -> None:
    """The table of 2017 (handbook 5.4) through the crosswalk of 4.6."""
    rule = lives.life_rule(code, structure)

    assert rule is not None
    assert (years * 12, most * 12 if most else None) == (rule.min_months, rule.max_months)


@pytest.mark.parametrize("code", ["A03010000", "A04010000", "A04040000", "A06000000"])
def test_relics_books_and_living_things_are_exempt(code: str) -> None:
    """Handbook 5.3: never depreciated, so without a life."""
    assert lives.exempt_reason(code) is not None
    assert lives.life_rule(code) is None


def test_old_codes_have_lives_too() -> None:
    """The table is written in the terms of 2010."""
    rule = lives.life_rule("3050100", std=STD_2010)

    assert rule is not None
    assert (rule.min_months, rule.max_months) == (240, 360)


def test_every_mapped_category_has_a_life() -> None:
    """No crosswalk row points at a category that the table lacks."""
    for std, prefix, _ in lives._CATEGORY:
        assert lives.life_rule(prefix, std=std) is not None


@pytest.mark.parametrize(
    ("unit", "day", "group", "yuan"),
    [
        (INSTITUTION, date(2012, 3, 31), "general", 500),
        (INSTITUTION, date(2012, 4, 1), "general", 1000),
        (INSTITUTION, date(2022, 2, 28), SPECIAL, 1500),
        (INSTITUTION, date(2022, 3, 1), SPECIAL, 1000),
        (ADMINISTRATIVE, date(2012, 12, 31), SPECIAL, 800),
        (ADMINISTRATIVE, date(2023, 2, 28), SPECIAL, 1500),
        (ADMINISTRATIVE, date(2023, 3, 1), SPECIAL, 1000),
    ],
)
def test_the_capitalisation_line_moves_with_the_rules(
    unit: str, day: date, group: str, yuan: int
) -> None:
    """Handbook 5.6: by kind of unit, group of assets and day."""
    rule = capitalisation_rule(unit, day, group)

    assert rule is not None
    assert yuan * 100 == rule.min_unit_fen


def test_before_the_first_rule_nothing_is_said() -> None:
    """No line is made up for days whose rule is not seeded."""
    assert capitalisation_rule(INSTITUTION, date(1990, 1, 1)) is None
    assert bulk_counts("A05010301")
    assert not bulk_counts("A02010105")


@pytest.mark.parametrize(
    ("item", "heads", "most"),
    [
        ("复印机", 100, 5),
        ("复印机", 101, 6),
        ("复印机", 130, 6),
        ("复印机", 131, 7),
        ("复印机", 20, 1),
        ("复印机", 21, 2),
        ("复印机", 0, 0),
        ("打印机", 64, 51),
        ("A3打印机", 64, 9),
        ("彩色打印机", 64, 1),
        ("便携式计算机", 7, 3),
        ("办公桌", 12, 12),
        ("投影仪", 12, None),
        ("保密柜", 12, None),
    ],
)
def test_quantity_caps_give_the_figures_of_the_handbook(
    item: str, heads: int, most: int | None
) -> None:
    """Handbook 6.2: parts of a step count whole, shares round down."""
    assert most == standards.quantity_cap(item, heads)


def test_classified_units_may_have_more_desktops() -> None:
    """150 % of the establishment instead of 100 %; bureau heads have a second bookcase."""
    assert standards.quantity_cap("台式计算机", 10, classified=True) == 15
    assert standards.quantity_cap("书柜", 10, bureau_heads=2) == 12


@pytest.mark.parametrize(
    ("code", "day", "rank", "yuan"),
    [
        ("A02010105", date(2016, 6, 30), None, 6000),
        ("A02010105", date(2016, 7, 1), None, 5000),
        ("A02020100", date(2020, 1, 1), None, 35000),
        ("A02021004", date(2020, 1, 1), None, 2000),
        ("A05010201", date(2020, 1, 1), standards.BUREAU, 4500),
        ("A05010201", date(2020, 1, 1), standards.DIVISION, 3000),
        ("A05010201", date(2020, 1, 1), None, 4500),
        ("A05010204", date(2020, 1, 1), None, 1000),
        ("A05010202", date(2020, 1, 1), None, None),
        ("A02030501", date(2020, 1, 1), None, 180000),
        ("A02030501", date(2020, 1, 1), "机要通信用车", 120000),
        ("A02030602", date(2020, 1, 1), None, 450000),
        ("A02061804", date(2020, 1, 1), None, None),
    ],
)
def test_price_caps_hold_on_their_days(
    code: str, day: date, rank: str | None, yuan: int | None
) -> None:
    """An unknown rank gets the highest cap: nobody is accused on a guess."""
    cap = standards.price_cap_on(code, day, rank)

    assert (yuan * 100 if yuan else None) == cap


def test_minimum_service_life_is_not_the_depreciation_life() -> None:
    """A filing cabinet is renewed after 20 years and depreciated over 15 (5.4)."""
    rule = lives.life_rule("A05010502")

    assert standards.min_life_years_on("A05010502", date(2020, 1, 1)) == 20
    assert rule is not None
    assert rule.min_months == 180


def test_contra_accounts_and_sides_are_those_of_government_accounting() -> None:
    """1602 reduces 1601; disposal expense is 5301, and no enterprise code is known."""
    assert accounts.contra_of("1601") == "1602"
    assert accounts.contra_of("1701") == "1702"
    assert accounts.contra_of("4001") is None
    assert accounts.account("1606") is None
    assert accounts.is_budget("8001")
    assert not accounts.is_budget("5301")
    found = accounts.account_for_text("1601 固定资产")
    assert found is not None
    assert found.code == "1601"


@pytest.mark.parametrize(
    ("terms", "said", "code"),
    [
        (ways.ACQ_WAYS, "购置", "PURCHASE"),
        (ways.ACQ_WAYS, " 新 购 ", "PURCHASE"),
        (ways.ACQ_WAYS, "无偿划转", "TRANSFER_IN"),
        (ways.ACQ_WAYS, "偷来的", None),
        (ways.USE_STATUSES, "待报废", "PENDING_DISPOSAL"),
        (ways.USE_STATUSES, "在用/自用", "IN_USE"),
        (ways.USE_STATUSES, "自用/出租", None),
        (ways.VALUE_TYPES, "暂估", "ESTIMATE"),
        (ways.DEP_STATUSES, "提折旧/摊销", "DEPRECIATE"),
        (ways.YES_NO, "√", "YES"),
    ],
)
def test_clerks_words_lead_to_one_term(
    terms: tuple[ways.Term, ...], said: str, code: str | None
) -> None:
    """A word means one term or none; two different parts mean none."""
    found = ways.find_term(terms, said)

    assert code == (found.code if found else None)


def test_no_word_means_two_terms() -> None:
    """Within one enumeration every synonym is unambiguous."""
    for terms in (ways.ACQ_WAYS, ways.USE_STATUSES, ways.VALUE_TYPES, ways.DEP_STATUSES):
        said = [word for term in terms for word in (term.zh, *term.said)]

        assert len(said) == len(set(said))
