"""Omitted months, changed estimates and directions of use (handbook 5.3, E18, E19)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.commands import structs as c
from domain.money import yuan
from domain.periods import add_months, last_day
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import buy, city
from tests.domain.scenes import force
from tests.domain.things import day, fen, thing


def closed_unrun(book: Book, first: str, months: int) -> None:
    """Months that were closed without a run, with a reason."""
    for ahead in range(months):
        period = add_months(first, ahead)
        order: c.Command = c.ClosePeriod(
            unit_id="U1", period=period, occurred_on=last_day(period), reason="系统未启用"
        )
        if period.endswith("-12"):
            order = c.CloseYear(
                unit_id="U1", year=int(period[:4]), occurred_on=last_day(period), reason="未启用"
            )
        book.when(order, "accountant")


def catch_up(asset_id: str, first: str, last: str, on: str) -> c.CatchUpDepreciation:
    """Charge omitted months now."""
    return c.CatchUpDepreciation(asset_ids=(asset_id,), first=first, last=last, occurred_on=day(on))


def e18() -> tuple[Book, str]:
    """A desktop of 5,000 from 2021-01 whose months no run charged until 2023-06."""
    book = city(books_from="2021-01")
    [desktop] = buy(book, thing("desktop", "5,000", "2021-01-10"), on="2021-01-10")
    closed_unrun(book, "2021-01", 29)
    return book, desktop


def test_e18_thirty_omitted_months_are_caught_up() -> None:
    """E18: 1,666.56 of earlier years by 3501 and 3001, 416.64 of this year; June has no line.

    The months count as done: 69.44 goes on to the 71st month, the 72nd is 69.76.
    """
    book, desktop = e18()
    book.when(catch_up(desktop, "2021-01", "2023-06", "2023-06-15"), "accountant")

    book.then_posted(
        "FA | 3501 1,666.56 | 1602 1,666.56",
        "FA | 3001 1,666.56 | 3501 1,666.56",
        "FA | 5001 416.64 | 1602 416.64",
    )
    rules = [getattr(fact.body, "rule", None) for fact in book.decision.facts]
    assert rules[1:] == ["CATCH_UP.PRIOR_YEARS", "CATCH_UP.TO_SURPLUS", "CATCH_UP.THIS_YEAR"]
    assert book.run_depreciation("U1", "2023-06") == ["0.00"]
    assert book.decision.facts[0].body.skipped == {"CAUGHT_UP": (desktop,)}  # type: ignore[attr-defined]
    assert book.run_depreciation("U1", "2023-07", 43) == ["69.44"] * 41 + ["69.76", "0.00"]
    assert book.on_asset("U1", desktop, ["1602"]) == -fen("5,000")


def test_a_month_that_was_not_yet_due_stays_with_its_run() -> None:
    """Months up to May are caught up; the run of June charges June."""
    book, desktop = e18()
    book.when(catch_up(desktop, "2021-01", "2023-05", "2023-06-15"), "accountant")

    assert book.run_depreciation("U1", "2023-06", 2) == ["69.44", "69.44"]


def test_a_card_booked_long_after_its_use_began_is_caught_up() -> None:
    """In use since 2023-01, booked in 2023-06: January to May are charged with the booking year."""
    book = city(books_from="2023-06")
    [desktop] = buy(book, thing("desktop", "5,000", "2023-01-10"), on="2023-06-10")
    book.when(catch_up(desktop, "2023-01", "2023-05", "2023-06-15"), "accountant")

    book.then_posted("FA | 5001 347.20 | 1602 347.20")
    assert book.run_depreciation("U1", "2023-06") == ["69.44"]


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("E_DATE", "2021-01", "2023-07"),
        ("E_DATE", "2020-12", "2023-06"),
        ("E_DATE", "2022-02", "2022-01"),
        ("E_OMITTED", "2021-01", "2022-12"),
    ],
)
def test_months_that_cannot_be_caught_up(code: str, first: str, last: str) -> None:
    """Not the future, not before use, not some of what is missing."""
    book, desktop = e18()
    book.refused(code, catch_up(desktop, first, last, "2023-06-15"))


def test_what_was_charged_is_not_caught_up_again() -> None:
    """A month charged by a run, and months caught up before."""
    book, desktop = e18()
    order = catch_up(desktop, "2021-01", "2023-06", "2023-06-15")
    book.when(order, "accountant")
    book.refused("E_ALREADY_RUN", order)
    book.run_depreciation("U1", "2023-06", 2)
    book.refused("E_ALREADY_RUN", catch_up(desktop, "2023-07", "2023-07", "2023-08-15"))


def adjust(asset_id: str, on: str, kind: str, **more: object) -> c.AdjustEstimate:
    """Change value or life by a document."""
    fields = {"document_no": "调〔2024〕1号", "reason": "重新估计", "occurred_on": day(on)}
    return c.AdjustEstimate(asset_id=asset_id, sub_kind=kind, **fields | more)  # type: ignore[arg-type]


def test_a_longer_life_spreads_the_rest_over_more_months() -> None:
    """5.3: (5,000 - 10 x 69.44) over (96 - 10) months: 50.07 a month, nothing posted."""
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")
    book.run_depreciation("U1", "2022-03", 10)
    book.when(adjust(desktop, "2023-01-05", "ESTIMATE.LIFE", new_life_months=96), "accountant")

    book.then_posted()
    runs = book.run_depreciation("U1", "2023-01", 87)
    assert runs == ["50.07"] * 85 + ["49.65", "0.00"]
    assert book.holding(desktop).card.life_months == 96


def test_a_settled_value_goes_by_3501_to_3001() -> None:
    """5.2: the difference is 3501, carried to 3001; past charges stand."""
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")
    book.run_depreciation("U1", "2022-03", 10)
    book.when(adjust(desktop, "2023-01-05", "ESTIMATE.SETTLED", new_value_fen=fen("5,620")))

    book.then_posted("FA | 1601 620.00 | 3501 620.00", "FA | 3501 620.00 | 3001 620.00")
    assert book.run_depreciation("U1", "2023-01") == ["79.45"]
    assert book.holding(desktop).gross_fen == fen("5,620")


def test_a_lower_settled_value_goes_the_other_way() -> None:
    """A negative difference debits 3501 and 3001."""
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")
    book.when(adjust(desktop, "2022-03-20", "ESTIMATE.SETTLED", new_value_fen=fen("4,320")))

    book.then_posted("FA | 3501 680.00 | 1601 680.00", "FA | 3001 680.00 | 3501 680.00")
    assert book.run_depreciation("U1", "2022-03") == ["60.00"]


def test_a_wrong_entry_of_this_year_is_written_red_and_blue() -> None:
    """The voucher of two desktops is reversed and written again with the right value of one."""
    book = city(books_from="2022-03")
    first, _ = buy(book, *[thing("desktop", "5,000", "2022-03-15")] * 2, on="2022-03-15")
    book.when(adjust(first, "2022-03-20", "ESTIMATE.WRONG_ENTRY", new_value_fen=fen("500")))

    book.then_posted(
        "FA | 1601 -4,500.00 | 4001 -4,500.00",
        "BA | 7101 -4,500.00 | 6001 -4,500.00",
    )
    red, blue = book.decision.facts[1:]
    assert (red.body.reverses is not None, blue.body.reverses) == (True, None)  # type: ignore[attr-defined]
    assert book.on_asset("U1", first, ["1601"]) == fen("500")


def test_a_wrong_entry_of_an_earlier_year_goes_by_3501() -> None:
    """The accounts of that year are carried forward: 3501 and 3001 take the difference."""
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")
    book.run_depreciation("U1", "2022-03", 10)
    book.when(adjust(desktop, "2023-01-05", "ESTIMATE.WRONG_ENTRY", new_value_fen=fen("4,900")))

    book.then_posted("FA | 3501 100.00 | 1601 100.00", "FA | 3001 100.00 | 3501 100.00")


@pytest.mark.parametrize(
    ("code", "kind", "more"),
    [
        ("E_SUB_KIND", "ESTIMATE.OTHER", {"new_value_fen": 1}),
        ("E_REASON", "ESTIMATE.LIFE", {"new_life_months": 96, "reason": None}),
        ("E_AMOUNT", "ESTIMATE.LIFE", {"new_life_months": 96, "new_value_fen": 400_000}),
        ("E_AMOUNT", "ESTIMATE.SETTLED", {"new_life_months": 96}),
        ("E_AMOUNT", "ESTIMATE.SETTLED", {"new_value_fen": 20_000}),
        ("E_CARD_FIELD", "ESTIMATE.LIFE", {"new_life_months": 72}),
        ("E_CARD_FIELD", "ESTIMATE.LIFE", {"new_life_months": 71}),
    ],
)
def test_adjustments_that_are_refused(code: str, kind: str, more: dict[str, object]) -> None:
    """Without reason, without change, below what is accumulated, below the table's life."""
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")
    book.run_depreciation("U1", "2022-03", 10)

    book.refused(code, adjust(desktop, "2023-01-05", kind, **more))


def test_it_is_refused_while_earlier_months_wait_for_their_run() -> None:
    """The months before the change are charged by the old estimate first."""
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")

    book.refused(
        "E_PREVIOUS_OPEN", adjust(desktop, "2023-01-05", "ESTIMATE.LIFE", new_life_months=96)
    )


changes = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.one_of(st.none(), st.integers(1, 10**9)),
        st.integers(0, 60),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10**9), st.integers(72, 100), changes)
def test_any_schedule_of_changes_equals_the_rule_worked_out_in_decimals(
    value_fen: int, life: int, schedule: list[tuple[int, int | None, int]]
) -> None:
    """Through the command path: (value - accumulated) / (life - done), half up, remainder last."""
    book = city(books_from="2022-01")
    card = thing("desktop", yuan(value_fen), "2022-01-05", life_months=life)
    [asset_id] = buy(book, card, on="2022-01-05")
    charged: list[Decimal] = []
    month, done, value = "2022-01", 0, Decimal(value_fen) / 100
    plan = _plan(value, life)
    for runs, new_value, longer in schedule:
        charged += [*plan, *[Decimal(0)] * runs][:runs]
        assert book.run_depreciation("U1", month, runs) == [
            f"{one:,}" for one in ([*plan, *[Decimal("0.00")] * runs][:runs])
        ]
        month, done = add_months(month, runs), done + runs
        least = sum(charged, Decimal(1))
        wanted = value if new_value is None else max(Decimal(new_value) / 100, least)
        if (wanted, longer) == (value, 0):
            plan = plan[runs:]
            continue
        kind = "ESTIMATE.LIFE" if wanted == value else "ESTIMATE.SETTLED"
        value, life = wanted, life + longer
        more: dict[str, object] = {"new_life_months": life} if longer else {}
        more |= {} if kind == "ESTIMATE.LIFE" else {"new_value_fen": int(value * 100)}
        book.when(adjust(asset_id, f"{month}-20", kind, **more))
        plan = _plan(value - sum(charged), life - done)
    left = book.run_depreciation("U1", month, 3)

    assert left == [f"{one:,}" for one in [*plan, *[Decimal("0.00")] * 3][:3]]


def _plan(rest: Decimal, months: int) -> list[Decimal]:
    """The charges of the months, each two decimals half up, the last the remainder."""
    cent = Decimal("0.01")
    regular = (rest / months).quantize(cent, ROUND_HALF_UP)
    plan = []
    for _ in range(months - 1):
        plan.append(min(regular, rest).quantize(cent))
        rest -= plan[-1]
    return [*plan, rest.quantize(cent)]


@pytest.mark.parametrize(
    ("direction", "expense"),
    [("ADMIN", "5101"), ("LOGISTICS", "5101"), ("OPERATING", "5201"), ("TEACHING", "5001")],
)
def test_an_institution_charges_by_direction_of_use(direction: str, expense: str) -> None:
    """5.1: 5101 for administration and logistics, 5201 for operations, else 5001."""
    book = city(kind="institution", books_from="2024-01")
    card = thing("desktop", "5,000", "2024-01-05", use_direction=direction)
    buy(book, card, on="2024-01-05")
    book.run_depreciation("U1", "2024-01")

    book.then_posted(f"FA | {expense} 69.44 | 1602 69.44")


def test_another_direction_is_charged_from_the_next_run_on() -> None:
    """The plan goes on to the fen; only the account of the expense is another."""
    book = city(kind="institution", books_from="2022-03")
    card = thing("desktop", "5,000", "2022-03-15", use_direction="ADMIN")
    [desktop] = buy(book, card, on="2022-03-15")
    book.run_depreciation("U1", "2022-03", 2)
    book.when(
        c.Handover(
            asset_ids=(desktop,), keeper="new", use_direction="TEACHING",
            occurred_on=day("2022-05-20"),
        )
    )  # fmt: skip
    book.then_posted()
    runs = book.run_depreciation("U1", "2022-05")
    book.then_posted("FA | 5001 69.44 | 1602 69.44")
    runs += book.run_depreciation("U1", "2022-06", 69)

    assert runs == ["69.44"] * 69 + ["69.76"]
    assert book.holding(desktop).card.use_direction == "TEACHING"


@pytest.mark.parametrize("state", [State.UNDER_IMPROVEMENT, State.DISPOSAL_APPROVED])
def test_what_is_on_its_way_is_not_estimated_anew(state: State) -> None:
    """Value and life stand while a thing is rebuilt or leaves."""
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")
    force(book, desktop, state=state)
    code = "E_SEALED_FOR_DISPOSAL" if state is State.DISPOSAL_APPROVED else "E_STATE"

    book.refused(code, adjust(desktop, "2022-03-20", "ESTIMATE.LIFE", new_life_months=96))


def test_a_corrected_direction_is_charged_from_the_next_run_on() -> None:
    """The card said the wrong use: what was charged stands, the next run goes by the right one."""
    book = city(kind="institution", books_from="2022-03")
    card = thing("desktop", "5,000", "2022-03-15", use_direction="ADMIN")
    [desktop] = buy(book, card, on="2022-03-15")
    book.run_depreciation("U1", "2022-03")
    order = c.CorrectCard(
        asset_id=desktop,
        fields={"use_direction": "RESEARCH"},
        reason="录错",
        occurred_on=day("2022-03-31"),
    )
    book.when(order)
    book.run_depreciation("U1", "2022-04")

    book.then_posted("FA | 5001 69.44 | 1602 69.44")
