"""Classes: the same string means different things in different editions."""

from __future__ import annotations

import pytest

from domain.catalogue import classes
from domain.catalogue.classes import STD_1994, STD_2010, STD_2013, STD_2022
from domain.catalogue.crosswalk import crosswalk


@pytest.mark.parametrize(
    ("std", "code", "name"),
    [
        (STD_2022, "A02010105", "台式计算机"),
        (STD_2013, "A02010105", "便携式计算机"),
        (STD_2022, "A02010104", "服务器"),
        (STD_2013, "A02010104", "台式计算机"),
        (STD_2010, "2030000", "车辆"),
        (STD_2022, "A05010201", "办公桌"),
    ],
)
def test_a_code_means_what_its_standard_says(std: str, code: str, name: str) -> None:
    """Handbook 4.1, the trap: code and standard belong together."""
    row = classes.find(std, code)

    assert row is not None
    assert name == row.name


def test_every_seeded_row_has_a_form_and_a_mark() -> None:
    """159 rows of 4.4 and the eight top levels, each of the form of its standard."""
    rows = classes.rows(STD_2022)

    assert len(rows) == 167
    for std in (STD_2022, STD_2013, STD_2010):
        for row in classes.rows(std):
            assert classes.CODE_FORMS[std].fullmatch(row.code)
            assert row.mark.startswith(("V(", "U-"))


@pytest.mark.parametrize(
    ("std", "code", "finding"),
    [
        (STD_2022, "A02010105", None),
        (STD_2022, "A02010188", "W_CLASS_NOT_SEEDED"),
        (STD_2022, "A02180000", "W_CLASS_NOT_SEEDED"),
        (STD_2022, "A0209999", "E_CLASS_FORM"),
        (STD_2022, "2010104", "E_CLASS_FORM"),
        (STD_2022, "A99010100", "E_CLASS_UNKNOWN"),
        (STD_2022, "", "E_CLASS_FORM"),
        (STD_2010, "2010104", "W_CLASS_NOT_SEEDED"),
        (STD_2010, "9010104", "E_CLASS_FORM"),
        (STD_1994, "201010", "W_CLASS_NOT_SEEDED"),
        ("GB/T 1", "A02010105", "E_CLASS_STD"),
    ],
)
def test_an_incomplete_table_warns_and_a_wrong_form_is_an_error(
    std: str, code: str, finding: str | None
) -> None:
    """The seeded table is known to be incomplete, so absence alone refuses nothing."""
    odd = classes.check_code(std, code)

    assert finding == (odd.code if odd else None)


@pytest.mark.parametrize(
    ("code", "style", "account", "letters"),
    [
        ("A01010100", "house", "1601", "FW"),
        ("A01020000", "other_fixed", "1601", "GZ"),
        ("A02010105", "equipment", "1601", "TY"),
        ("A02030501", "vehicle", "1601", "CL"),
        ("A03010000", "other_fixed", "1601", "WW"),
        ("A04010000", "other_fixed", "1601", "TS"),
        ("A05010201", "equipment", "1601", "JJ"),
        ("A07000000", "inventory", "1302", "WZ"),
        ("A08040100", "land", "1701", "TD"),
        ("A08060303", "intangible", "1701", "WX"),
    ],
)
def test_style_account_and_letters_follow_from_the_class(
    code: str, style: str, account: str, letters: str
) -> None:
    """Nature decides the card style and the usual account (handbook 3, 12)."""
    actual = (classes.card_type(code), classes.account_of(code), classes.number_prefix(code))

    assert (style, account, letters) == actual


@pytest.mark.parametrize(
    ("std", "code", "name", "candidates"),
    [
        (STD_2010, "2010104", "台式计算机", ["A02010105"]),
        (STD_2010, "2061802", "空调机", ["A02061804"]),
        (STD_2010, "2010105", "笔记本电脑", ["A02010108"]),
        (STD_2013, "A02010104", "联想启天", ["A02010105"]),
        (STD_2013, "A060205", "班台", ["A05010201", "A05010202", "A05010204", "A05010299"]),
        (STD_2013, "A060205", "会议桌", ["A05010202"]),
        (STD_2022, "A02010105", "随便", ["A02010105"]),
        (STD_2010, "9999999", "看不懂的东西", []),
    ],
)
def test_old_codes_lead_to_candidates_by_name_first(
    std: str, code: str, name: str, candidates: list[str]
) -> None:
    """Exactly one candidate needs nobody; furniture by material needs a person (4.5)."""
    found = [one.row.code for one in crosswalk(std, code, name)]

    assert candidates == found


def test_a_prefix_alone_never_decides() -> None:
    """Where only the group is known, several candidates are offered, the likest first."""
    found = crosswalk(STD_2010, "6010999", "办公用台子")

    assert len(found) > 1
    assert {one.basis for one in found} == {"prefix"}
