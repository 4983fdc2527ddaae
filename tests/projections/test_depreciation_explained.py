"""Runs checked again by their rule, lines explained, balances of a unit, over a told life."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from domain.commands import structs as c
from domain.envelope import Recorded, canonical_json
from domain.events import DepreciationRun
from domain.periods import last_day
from domain.states import State
from eventstore.connection import PROJECTOR, session_url
from projections.asof import EVERYTHING, AsOf
from projections.general_ledger import GeneralLedger
from projections.general_ledger.depreciables import unit_balances
from projections.general_ledger.queries import CardMoneyParams, card_money
from projections.general_ledger.rechecking import Rechecked, recheck_runs
from projections.general_ledger.why import DepreciationWhyParams, depreciation_why
from projections.queries import Row
from projections.register import Register
from tests.domain.book import Book, read_body
from tests.domain.orders import buy, city
from tests.domain.scenes import force
from tests.domain.things import day, fen, thing
from tests.projections.fix_database import engine_over
from tests.projections.stories import Story

NOW = 10_000


class Told:
    """A life told to the in-memory ledger, and folded."""

    def __init__(self, database: Any) -> None:
        self.book = city(kind="institution", books_from="2022-03")
        book = self.book
        cards = [
            thing("desktop", "5,000", "2022-03-15", use_direction="ADMIN"),
            thing("copier", "26,000", "2022-03-15", use_direction="TEACHING"),
            thing("relic", "800", "2022-03-15", dep_status="EXEMPT"),
        ]
        self.desktop, self.copier, self.relic = buy(book, *cards, on="2022-03-15")
        book.run_depreciation("U1", "2022-03", 2)
        self._closed_unrun("2022-03", "2022-04", "2022-05")
        both = (self.desktop, self.copier)
        book.when(
            c.CatchUpDepreciation(
                asset_ids=both, first="2022-05", last="2022-06", occurred_on=day("2022-06-20")
            )
        )
        book.run_depreciation("U1", "2022-06", 2)
        moved = c.Handover(
            asset_ids=(self.desktop,),
            keeper="new",
            use_direction="OPERATING",
            occurred_on=day("2022-08-03"),
        )
        longer = c.AdjustEstimate(
            asset_id=self.copier,
            sub_kind="ESTIMATE.LIFE",
            new_life_months=96,
            document_no="调1",
            reason="重估",
            occurred_on=day("2022-08-05"),
        )
        book.given(moved, longer)
        book.run_depreciation("U1", "2022-08", 2)
        force(book, self.copier, state=State.UNDER_REPAIR)
        book.run_depreciation("U1", "2022-10", 1)
        story = Story()
        story.events = list(book.log)
        engine_over(database, story, [GeneralLedger(), Register()]).close()
        self._url = session_url(database.app_url, PROJECTOR)

    def _closed_unrun(self, *periods: str) -> None:
        for period in periods:
            self.book.when(
                c.ClosePeriod(
                    unit_id="U1", period=period, occurred_on=last_day(period), reason="停机"
                )
            )

    def why(self, asset_id: str, period: str) -> Row:
        """The explanation of one asset's month."""
        with psycopg.connect(self._url) as connection:
            params = DepreciationWhyParams(asset_id=asset_id, period=period)
            as_of = AsOf(day("2030-01-01"), NOW)
            return depreciation_why(connection.cursor(), params, as_of, EVERYTHING).rows[0]

    def recheck(self, events: list[Recorded]) -> list[Rechecked]:
        """The runs among `events`, worked out again."""
        with psycopg.connect(self._url) as connection:
            return list(recheck_runs(connection.cursor(), events))

    @property
    def runs(self) -> list[Recorded]:
        """The events of the unit's period stream."""
        return [event for event, _ in self.book.streams["period:U1"]]


@pytest.fixture
def told(emptied: Any) -> Told:
    """A life of three cards from 2022-03 to 2022-10."""
    return Told(emptied)


def test_every_run_is_worked_out_again_to_the_same_digest(told: Told) -> None:
    """By the rule it names and from the log as it was known then."""
    found = told.recheck(told.runs)

    assert {one.differs for one in found} == {()}
    assert [one.period for one in found] == [f"2022-{m:02d}" for m in (3, 4, 6, 7, 8, 9, 10)]
    assert {one.rule for one in found} == {"2026-1"}


def test_a_run_that_was_tampered_with_is_named(told: Told) -> None:
    """A changed total, a changed digest, an unknown rule: each is told."""
    run = next(event for event in told.runs if "DEPRECIATION.RUN" in event.sub_kind)
    body = read_body(run)
    assert isinstance(body, DepreciationRun)
    less = replace(body, lines=tuple(replace(line, fen=line.fen - 1) for line in body.lines))
    changed = replace(run, body=canonical_json(less).decode())
    strange = replace(run, rule_version="1999-1")

    assert [one.differs for one in told.recheck([changed, strange])] == [("lines",), ("rule",)]


def test_books_and_cards_agree_with_the_told_ledger(told: Told) -> None:
    """Balances by account, what belongs to cards, and the money of each card."""
    with psycopg.connect(told._url) as connection:
        cur = connection.cursor()
        for period in ("2022-03", "2022-06", "2022-10"):
            found = unit_balances(cur, "U1", period, NOW)
            expected = told.book.balances("U1", period)
            sums = {a: fen for a, fen in expected.cards.items() if a in ("1601", "1602")}

            assert {a: fen for a, fen in expected.accounts.items() if fen} == found.accounts
            assert sums == found.cards
        ids = (told.desktop, told.copier, told.relic)
        money = card_money(cur, CardMoneyParams(asset_ids=ids), AsOf(day("2023-01-01"), NOW),
                           EVERYTHING).rows  # fmt: skip
    assert {row["asset_id"]: row["accum_fen"] for row in money} == {
        asset_id: -told.book.on_asset("U1", asset_id, ["1602"]) for asset_id in ids
    }


@pytest.mark.parametrize(
    ("who", "period", "reason", "fen_text", "words"),
    [
        ("desktop", "2022-03", "LINE", "69.44", "5,000.00 ÷ 72 = 69.44 元（四舍五入到分）"),
        ("desktop", "2022-06", "CAUGHT_UP", "0.00", "补提凭证"),
        ("desktop", "2022-05", "NOT_RUN", "0.00", "尚未计提"),
        ("desktop", "2022-07", "LINE", "69.44", "本期为第 5 个月，计提 69.44 元"),
        ("desktop", "2022-08", "LINE", "69.44", "本期为第 6 个月"),
        ("copier", "2022-08", "LINE", "265.87", "分 91 个月"),
        ("relic", "2022-08", "EXEMPT", "0.00", "免提折旧"),
    ],
)
def test_a_line_is_explained_in_figures_and_words(
    told: Told, who: str, period: str, reason: str, fen_text: str, words: str
) -> None:
    """What the run charged and why, or why there is no line."""
    row = told.why(getattr(told, who), period)

    assert (reason, fen(fen_text)) == (row["reason"], row["fen"])
    assert words in row["zh"]


def test_the_last_month_is_explained_by_its_remainder(emptied: Any) -> None:
    """E02 2028-02: 5,000.00 less 71 months of 69.44 is 69.76; afterwards there is no line."""
    book: Book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")
    book.run_depreciation("U1", "2022-03", 73)
    story = Story()
    story.events = list(book.log)
    engine_over(emptied, story, [GeneralLedger(), Register()]).close()
    with psycopg.connect(session_url(emptied.app_url, PROJECTOR)) as connection:
        last, after = (
            depreciation_why(
                connection.cursor(),
                DepreciationWhyParams(asset_id=desktop, period=period),
                AsOf(day("2030-01-01"), NOW),
                EVERYTHING,
            ).rows[0]
            for period in ("2028-02", "2028-03")
        )

    assert (last["fen"], last["nth"], last["accum_fen"]) == (6976, 72, 500_000)
    assert "最后一个月，提足余额：5,000.00 − 已提 4,930.24 = 69.76 元" in last["zh"]
    assert "5,000.00 − 4,930.24 charged = 69.76" in last["en"]
    assert (after["reason"], after["fen"]) == ("EXHAUSTED", 0)
