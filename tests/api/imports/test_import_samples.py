"""The three sample files come in as their truths say."""

from __future__ import annotations

import json

from workbooks import DATA, places, rehearsed, sample

from domain.catalogue.classes import STD_2010, STD_2022
from domain.money import yuan_plain


def test_every_planted_error_is_found_at_its_cell_and_no_other() -> None:
    """cards-1000.xlsx: twelve errors, one per planted cell by row and column."""
    truth = json.loads((DATA / "cards-1000.errors.json").read_text())

    found = sample("cards-1000.xlsx")

    planted = sorted((one["row"], one["column"], one["value"]) for one in truth)
    assert planted == sorted((e.row, e.column_heading, e.value) for e in found.errors)
    assert len(found.cards) == 988
    assert {warning.severity for warning in found.warnings} == {"warning"}


def test_no_other_opening_date_makes_errors_of_good_rows() -> None:
    """What the opening date decides is at most a warning."""
    data = (DATA / "cards-1000.xlsx").read_bytes()

    assert len(rehearsed(data).errors) == 12
    assert sample("cards-1000.xlsx").class_std == STD_2022


def test_the_old_programs_export_comes_in_by_guess() -> None:
    """cards-legacy.xlsx: 2010 codes by name to 2022, departments filled, accumulated kept."""
    truth = json.loads((DATA / "cards-legacy.xlsx.json").read_text())

    found = sample("cards-legacy.xlsx")

    assert found.errors == []
    assert truth["cards"] == len(found.cards)
    assert truth["gross_total"] == yuan_plain(found.gross_fen)
    assert found.class_std == STD_2010
    assert {one.card.class_std for one in found.cards} == {STD_2022}
    assert all(one.old_class_code and one.card.use_dept and one.card.model for one in found.cards)
    first = found.cards[0]
    assert (first.card.card_no, first.card.name) == ("201500001", "办公桌")
    assert (first.opening.accum_fen, first.opening.done_months) == (74844, 126)
    assert (first.keeper_name, first.card.class_code) == ("李洁", "A05010201")
    assert found.counts["sums"] == 7


def test_the_gbk_list_comes_in_by_guess() -> None:
    """cards-gbk.csv: separators, full-width digits, statuses in words, no depreciation."""
    truth = json.loads((DATA / "cards-gbk.csv.json").read_text())

    found = sample("cards-gbk.csv")

    assert found.errors == []
    assert truth["cards"] == len(found.cards)
    assert truth["gross_total"] == yuan_plain(found.gross_fen)
    statuses = {one.opening.use_status for one in found.cards}
    assert statuses == {"IN_USE", "IDLE", "PENDING_DISPOSAL"}
    assert {one.state for one in found.cards} == {"IN_USE", "IDLE"}


def test_the_same_file_twice_changes_nothing() -> None:
    """Rows that say the same are unchanged; another content under the number is an error."""
    first = sample("cards-gbk.csv")
    known = {one.card.card_no: one.digest for one in first.cards}
    data = (DATA / "cards-gbk.csv").read_bytes()

    again = rehearsed(data, "cards-gbk.csv", known_card_nos=lambda _: known)

    assert (len(again.cards), again.counts["unchanged"]) == (0, 200)
    assert again.errors == []

    known["FA-00002"] = "another"
    changed = rehearsed(data, "cards-gbk.csv", known_card_nos=lambda _: known)

    assert places(changed) == [(3, "资产编号", "E_CARD_EXISTS")]


def test_people_are_met_once_and_cards_carry_ids_only() -> None:
    """Names go to the directory; the caller may give the ids that it has there."""
    data = (DATA / "cards-gbk.csv").read_bytes()

    found = rehearsed(data, "cards-gbk.csv", person_id=lambda name, _: f"P-{len(name)}")

    assert {one.card.user for one in found.cards} <= {"P-2", "P-3"}
    names = [person.name for person in found.people]
    assert len(names) == len(set(names)) == 195
