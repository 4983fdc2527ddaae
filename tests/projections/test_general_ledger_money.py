"""Balances and the money of cards on both clocks, worked by hand from the handbook's examples."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.depreciation import accumulated_fen
from domain.events import Changes
from domain.periods import add_months, last_day
from domain.states import State
from eventstore.connection import PROJECTOR, session_url
from projections.asof import EVERYTHING, AsOf, Scope
from projections.engine import Engine
from projections.general_ledger import GeneralLedger
from projections.general_ledger.depreciables import depreciables
from projections.general_ledger.queries import (
    BalancesParams,
    CardJournalParams,
    CardMoneyParams,
    DepreciationParams,
    JournalParams,
    PeriodsParams,
    VoucherParams,
    balances,
    card_journal,
    card_money,
    depreciation,
    journal,
    periods,
    voucher,
)
from projections.queries import Answer
from projections.register import Register
from tests.projections.fix_database import engine_over, forget, rows_of
from tests.projections.stories import ListLog, Story, basis, day, record


def folded(database: Any, story: Story, batch: int = 5000) -> Engine:
    """An engine whose register and ledger have taken in `story`."""
    return engine_over(database, story, [GeneralLedger(), Register()], batch)


def asked(database: Any, question: Any, params: Any, on: str, known: int = 10_000) -> Answer:
    """The answer as of `on`, known at position `known`."""
    with psycopg.connect(session_url(database.app_url, PROJECTOR)) as connection:
        answer: Answer = question(connection.cursor(), params, AsOf(day(on), known), EVERYTHING)
    return answer


def money(database: Any, on: str, known: int = 10_000) -> dict[tuple[str, str], tuple[int, int]]:
    """(asset, unit) to gross and accumulated."""
    answer = asked(database, card_money, CardMoneyParams(asset_ids=("A", "B")), on, known)
    return {
        (row["asset_id"], row["unit_id"]): (row["gross_fen"], row["accum_fen"])
        for row in answer.rows
    }


def bought(story: Story, asset: str, on: str, fen: int = 500_000, months: int = 72) -> None:
    """A purchase booked at once (E01): two events."""
    period = on[:7]
    changes = Changes(
        state=State.IN_USE, gross_fen=fen, booked_on=day(on), basis=basis(period, fen, months)
    )
    story.configure(asset, "U1", f"C-{asset}", on, changes=changes)
    lines = [("1601", "D", fen, asset), ("4001", "C", fen, None)]
    story.voucher("U1", on, [*lines, ("7101", "D", fen, None), ("6001", "C", fen, None)])


def example_e02() -> Story:
    """A desktop of 5,000.00 over 72 months, posted 2022-03, with all its runs and two more."""
    story = Story()
    bought(story, "A", "2022-03-15")
    for month in range(74):
        fen = 6944 if month < 71 else 6976 if month == 71 else 0
        story.run("U1", add_months("2022-03", month), fen)
    return story


@pytest.mark.parametrize(
    ("on", "accum"),
    [
        ("2022-03-30", 0),
        ("2022-03-31", 6944),
        ("2022-12-31", 69440),
        ("2028-01-31", 493_024),
        ("2028-02-29", 500_000),
        ("2028-04-30", 500_000),
    ],
)
def test_e02_accumulates_by_month(emptied: Any, on: str, accum: int) -> None:
    """694.40 after ten months, all of it after 72, nothing more afterwards."""
    folded(emptied, example_e02()).close()

    assert {("A", "U1"): (500_000, accum)} == money(emptied, on)


def example_e06() -> Story:
    """A laptop of 7,000.00 goes over in 2024-01 after 36 months; the receiver pays freight 60."""
    story = Story()
    bought(story, "A", "2021-01-10", 700_000)
    for month in range(36):
        story.run("U1", add_months("2021-01", month), 9722)
    story.reallocate(
        "A",
        ("U1", "C-A"),
        ("U2", "C2"),
        "2024-01-08",
        gross_fen=356_008,
        booked_on=day("2024-01-08"),
        basis=basis("2024-01", 356_008, 36),
    )
    story.voucher(
        "U1",
        "2024-01-08",
        [("3401", "D", 350_008, None), ("1602", "D", 349_992, "A"), ("1601", "C", 700_000, "A")],
    )
    story.voucher(
        "U2",
        "2024-01-08",
        [("1601", "D", 356_008, "A"), ("3401", "C", 350_008, None), ("1002", "C", 6_000, None)],
    )
    story.run("U1", "2024-01", 0)
    story.run("U2", "2024-01", 9889)
    return story


def test_e06_leaves_no_gap_and_nothing_double(emptied: Any) -> None:
    """The donor's last month is 2023-12, the receiver's first 2024-01; 3401 nets to zero."""
    folded(emptied, example_e06()).close()
    answer = asked(emptied, balances, BalancesParams(account="3401"), "2024-01-31")

    assert money(emptied, "2024-01-07") == {("A", "U1"): (700_000, 349_992)}
    assert money(emptied, "2024-01-31") == {("A", "U1"): (0, 0), ("A", "U2"): (356_008, 9889)}
    assert answer.totals["closing_fen"] == 0


def test_knowledge_of_yesterday_gives_the_books_of_yesterday(emptied: Any) -> None:
    """Before the transfer was recorded the laptop was still with its first unit, at any day."""
    story = example_e06()
    before = 2 + 36
    folded(emptied, story).close()

    assert money(emptied, "2024-01-31", before) == {("A", "U1"): (700_000, 349_992)}


def late_purchase() -> Story:
    """B is entered after the run of its month: that run stands, the next one is its first."""
    story = Story()
    bought(story, "A", "2024-01-05")
    story.run("U1", "2024-01", 6944)
    bought(story, "B", "2024-01-20")
    story.run("U1", "2024-02", 6944 * 2)
    story.run("U1", "2024-03", 6944, skipped={"LATE": ("B",)})
    return story


def test_a_run_charges_only_what_its_inputs_knew(emptied: Any) -> None:
    """A late card gets no line in a run that was made before, nor where it was left out."""
    folded(emptied, late_purchase()).close()

    assert money(emptied, "2024-01-31") == {("A", "U1"): (500_000, 6944), ("B", "U1"): (500_000, 0)}
    assert money(emptied, "2024-03-31") == {
        ("A", "U1"): (500_000, 20_832),
        ("B", "U1"): (500_000, 6944),
    }


def test_cards_agree_with_the_books_and_with_the_lines(emptied: Any) -> None:
    """Card sums equal the ledger's 1601 and 1602; a card's journal gives its money again."""
    folded(emptied, late_purchase()).close()
    answer = asked(emptied, balances, BalancesParams(book="FA"), "2024-03-31")
    closing = {row["account"]: row["closing_fen"] for row in answer.rows}
    cards = money(emptied, "2024-03-31").values()
    lines = asked(emptied, card_journal, CardJournalParams(asset_id="B"), "2024-03-31").rows
    table = asked(
        emptied, depreciation, DepreciationParams(unit="U1", period="2024-02"), "2024-03-31"
    )

    assert sum(gross for gross, _ in cards) == closing["1601"]
    assert -sum(accum for _, accum in cards) == closing["1602"]
    assert [(row["account"], row["side"], row["fen"]) for row in lines] == [
        ("1601", "D", 500_000),
        ("5001", "D", 6944),
        ("1602", "C", 6944),
    ]
    assert [(row["card_no"], row["nth"], row["fen"]) for row in table.rows] == [
        ("C-A", 2, 6944),
        ("C-B", 1, 6944),
    ]
    assert table.totals["fen"] == 6944 * 2


@pytest.mark.parametrize(
    ("first", "last", "known", "expected"),
    [
        ("2024-01-01", "2024-01-31", 10_000, (0, 1_000_000, 0, 1_000_000)),
        ("2024-01-06", "2024-01-31", 10_000, (500_000, 500_000, 0, 1_000_000)),
        ("2024-01-06", "2024-01-31", 3, (500_000, 0, 0, 500_000)),
        ("2024-02-01", "2024-03-31", 10_000, (1_000_000, 0, 0, 1_000_000)),
        ("2023-01-01", "2024-01-04", 10_000, None),
    ],
)
def test_a_trial_balance_opens_moves_and_closes(
    emptied: Any, first: str, last: str, known: int, expected: tuple[int, ...] | None
) -> None:
    """Account 1601 of the late purchase: opening, debit, credit, closing."""
    folded(emptied, late_purchase()).close()
    params = BalancesParams(account="1601", first=day(first), last=day(last))

    rows = asked(emptied, balances, params, last, known).rows

    names = ("opening_fen", "debit_fen", "credit_fen", "closing_fen")
    actual: list[Any] = [tuple(row[name] for name in names) for row in rows]
    assert (actual or [None]) == [expected]


def test_the_journal_is_walked_page_by_page_without_loss(emptied: Any) -> None:
    """Pages of three lines give every line once, in the order of the whole."""
    folded(emptied, late_purchase()).close()
    whole = asked(emptied, journal, JournalParams(limit=1000), "2024-12-31")
    walked: list[Any] = []
    cursor: str | None = None
    while True:
        page = asked(emptied, journal, JournalParams(limit=3, cursor=cursor), "2024-12-31")
        walked += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break

    assert whole.rows == walked
    assert 14 == len(walked) == whole.totals["lines"]
    assert whole.totals["debit_fen"] == whole.totals["credit_fen"]


def test_the_journal_of_one_kind_is_cut_in_the_question(emptied: Any) -> None:
    """Vouchers and runs share no line, make the whole together, and each knows its own sums."""
    folded(emptied, late_purchase()).close()
    last = "2024-12-31"
    whole = asked(emptied, journal, JournalParams(limit=1000), last)
    parts = {
        kind: asked(emptied, journal, JournalParams(kind=kind, limit=1000), last)
        for kind in ("voucher", "run")
    }
    first = asked(emptied, journal, JournalParams(kind="run", limit=1), last)
    narrow = asked(emptied, journal, JournalParams(kind="run", asset_id="A"), last)

    assert all({kind} == {row["kind"] for row in part.rows} for kind, part in parts.items())
    assert len(whole.rows) == sum(len(part.rows) for part in parts.values())
    for part in (whole, *parts.values()):
        assert len(part.rows) == part.totals["lines"]
        assert (
            sum(row["fen"] for row in part.rows if row["side"] == "D") == (part.totals["debit_fen"])
        )
    assert (parts["run"].rows[:1], parts["run"].totals) == (first.rows, first.totals)
    assert (narrow.rows, narrow.totals["lines"]) == ([], 0)


def test_a_voucher_is_shown_with_its_number_and_lines(emptied: Any) -> None:
    """The second voucher of the unit's ledger stream has the number 2."""
    folded(emptied, late_purchase()).close()

    rows = asked(emptied, voucher, VoucherParams(voucher_id="V5"), "2024-12-31").rows

    assert [(row["voucher_no"], row["line_no"], row["account"]) for row in rows] == [
        (2, 1, "1601"),
        (2, 2, "4001"),
        (2, 3, "7101"),
        (2, 4, "6001"),
    ]


def test_periods_tell_the_first_month_still_open(emptied: Any) -> None:
    """After the close of December the first open month is January."""
    story = late_purchase()
    story.close("U1", "2024-12")
    folded(emptied, story).close()

    rows = asked(emptied, periods, PeriodsParams(), "2025-01-31").rows

    assert [
        (row["unit_id"], row["last_closed"], row["last_run"], row["first_open"]) for row in rows
    ] == [("U1", "2024-12", "2024-03", "2025-01")]


def test_an_unbalanced_voucher_stops_the_ledger_and_says_so(emptied: Any) -> None:
    """The register goes on; the ledger stands before the event and names voucher and book."""
    story = Story()
    bought(story, "A", "2024-01-05")
    story.voucher("U1", "2024-01-06", [("1601", "D", 5, "A"), ("4001", "C", 4, None)])
    bought(story, "B", "2024-01-07")
    record(emptied.app_url, story.events)
    log = ListLog(story.events)
    with Engine(
        emptied.app_url, log, [GeneralLedger(), Register()], migrate_url=emptied.migrate_url
    ) as engine:
        log.head_at = 0
        engine.install()
        log.head_at = 5
        engine.catch_up()
        status = {each.name: each for each in engine.status()}

    assert status["register"].position == 5
    assert (status["general_ledger"].position, status["general_ledger"].error_position) == (2, 3)
    assert "E_UNBALANCED: voucher V3" in str(status["general_ledger"].error)


def test_the_inputs_of_a_run_hold_every_live_booked_card(emptied: Any) -> None:
    """Bases with the runs they had; cards without a basis with their reason."""
    story = late_purchase()
    relic = Changes(state=State.IN_USE, gross_fen=1, booked_on=day("2024-01-02"))
    story.configure("R", "U1", "C-R", "2024-01-02", changes=relic, dep_status="EXEMPT")
    unbooked = Changes(state=State.ACCEPTED)
    story.configure("N", "U1", "C-N", "2024-01-02", changes=unbooked)
    folded(emptied, story).close()
    with psycopg.connect(session_url(emptied.app_url, PROJECTOR)) as connection:
        inputs = depreciables(connection.cursor(), "U1", "2024-04", len(story.events))

    assert [(card.asset_id, card.runs, card.exempt_reason) for card in inputs.cards] == [
        ("A", 3, None),
        ("B", 1, None),
        ("R", 0, None),
    ]
    assert basis("2024-01") == inputs.cards[0].basis
    assert None is inputs.cards[2].basis
    assert inputs.ledger_version == 2


def test_a_reader_sees_the_lines_of_his_units_only(emptied: Any) -> None:
    """A scope without the unit gives no line, whatever is asked for."""
    folded(emptied, late_purchase()).close()
    with psycopg.connect(session_url(emptied.app_url, PROJECTOR)) as connection:
        cur = connection.cursor()
        as_of = AsOf(day("2024-12-31"), 10_000)
        answers = [
            journal(cur, JournalParams(unit="U1"), as_of, Scope(("U2",))),
            balances(cur, BalancesParams(unit="U1"), as_of, Scope(("U2",))),
            card_money(cur, CardMoneyParams(asset_ids=("A",)), as_of, Scope(("U2",))),
            voucher(cur, VoucherParams(voucher_id="V2"), as_of, Scope(("U2",))),
        ]

    assert [answer.rows for answer in answers] == [[]] * 4


def test_sql_and_domain_charge_the_same(emptied: Any) -> None:
    """The SQL twin of `domain.depreciation` gives the same fen for any basis and any count."""
    folded(emptied, Story()).close()
    cases = [
        (amount, months, runs)
        for amount in (0, 1, 71, 500_000, 17_980_000, 1_048_000_000)
        for months in (1, 7, 72, 591)
        for runs in (0, 1, 6, 71, 72, 590, 591, 600)
    ]
    with psycopg.connect(session_url(emptied.app_url, PROJECTOR)) as connection:
        actual = [
            connection.execute("SELECT p_general_ledger.charged(%s, %s, %s)", case).fetchone()
            for case in cases
        ]

    expected = [(accumulated_fen(basis("2024-01", a, m), runs),) for a, m, runs in cases]
    assert expected == actual


MONTHS = st.integers(0, 5).map(lambda month: add_months("2024-01", month))
DEED = st.tuples(st.sampled_from("AB"), MONTHS, st.sampled_from(["buy", "run", "drop", "move"]))


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=st.lists(DEED, min_size=3, max_size=12), batch=st.integers(1, 6))
def test_any_batch_size_gives_the_same_books(
    emptied: Any, deeds: list[tuple[str, str, str]], batch: int
) -> None:
    """Incremental in batches of any size equals a rebuild, row for row."""
    story = Story()
    owner: dict[str, int] = {}
    runs: set[tuple[str, str]] = set()
    for asset, period, deed in deeds:
        unit = f"U{owner.get(asset, 1)}"
        on = last_day(period).isoformat()
        if asset not in owner:
            owner[asset] = 1
            bought(story, asset, on)
        elif deed == "run" and (unit, period) not in runs:
            runs.add((unit, period))
            story.run(unit, period, 100, skipped={"LATE": (asset,)} if period > "2024-04" else {})
        elif deed == "move":
            given = (unit, f"C-{asset}" if owner[asset] == 1 else f"C{owner[asset]}{asset}")
            owner[asset] += 1
            taken = (f"U{owner[asset]}", f"C{owner[asset]}{asset}")
            story.reallocate(asset, given, taken, on, basis=basis(period))
        elif deed == "drop" and owner[asset] == 1:
            story.change(asset, "U1", f"C-{asset}", on, booked_on=last_day(period), basis=None)
    forget(emptied)
    engine = folded(emptied, story, batch)
    incremental = rows_of(emptied, "general_ledger")
    differences = engine.verify("general_ledger")
    engine.rebuild("general_ledger")
    engine.close()

    assert differences == []
    assert incremental == rows_of(emptied, "general_ledger")
