"""Depreciation as an act: the month's run, and months that runs left out (补提)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from domain import period_entries, postings
from domain.asset import Asset
from domain.commands.structs import CatchUpDepreciation, Depreciate
from domain.decisions.decision import (
    Decision,
    booking_day,
    changed,
    held,
    require_runs_done,
    require_state,
    the_assets,
)
from domain.depreciation import (
    RULES,
    VERSION,
    Basis,
    charge_fen,
    continued_basis,
    months_left_of,
)
from domain.envelope import Fact
from domain.events import Changes, DepreciationRun
from domain.organisation import LATE
from domain.period_entries import Charged
from domain.periods import Books, add_months, first_day, last_day, months_between, period_of
from domain.refusals import refuse_unless
from domain.states import HOLDING, State
from domain.world import Inputs, Totals, World

SPREADABLE = HOLDING - {
    State.PENDING_BOOKING,
    State.LOSS_PENDING,
    State.UNDER_IMPROVEMENT,
    State.DISPOSAL_APPROVED,
}
"""States in which what is spread over a thing may still be changed."""


def depreciate(command: Depreciate, world: World) -> Decision:
    """Run one unit's month: each month once, in order, before it is closed (handbook 5.7)."""
    books = world.books(command.unit_id)
    period = command.period
    refuse_unless(books.opened_from, "E_NO_BOOKS", command.unit_id)
    refuse_unless(period not in books.runs, "E_ALREADY_RUN", period, field="period")
    refuse_unless(not books.is_closed(period), "E_PERIOD_CLOSED", period, field="period")
    refuse_unless(
        period == books.first_free,
        "E_PREVIOUS_OPEN",
        f"应先处理 {books.first_free}",
        f"{books.first_free} comes first",
        field="period",
    )
    refuse_unless(
        first_day(period) <= world.today,
        "E_DATE",
        "期间尚未开始",
        "the month has not begun",
        field="period",
    )
    body = depreciation_run(world.depreciables(command.unit_id, period), period)
    fact = Fact(
        stream=f"period:{command.unit_id}",
        type="ledger.depreciation_run/1",
        sub_kind="DEPRECIATION.RUN",
        unit_id=command.unit_id,
        occurred_on=command.occurred_on,
        booked_on=last_day(period),
        rule_version=VERSION,
        body=body,
    )
    return Decision(facts=(fact,))


def depreciation_run(
    inputs: Inputs, period: str, rule: str = VERSION, late: Iterable[str] = ()
) -> DepreciationRun:
    """Return the run over its inputs: totals, digest of the lines, and who got none and why.

    `rule` is the version of the rule it goes by; `late` are cards that it leaves out though
    they should be charged, as an old run did that is worked out again.
    """
    if inputs.totals is not None and inputs.totals.rule == rule:
        return _of_totals(inputs, inputs.totals, period)
    charge, left_out = RULES[rule], frozenset(late)
    totals: dict[tuple[str, str], int] = {}
    skipped: dict[str, list[str]] = {}
    lines: list[str] = []
    for card in inputs.cards:
        spread = card.basis if card.asset_id not in left_out else None
        fen = charge(spread, card.runs) if spread is not None else 0
        if spread is None or fen == 0:
            reason = card.exempt_reason or ("EXEMPT" if card.basis is None else "EXHAUSTED")
            reason = LATE if card.asset_id in left_out else reason
            skipped.setdefault(reason, []).append(card.asset_id)
            continue
        key = (spread.expense_account, spread.accum_account)
        totals[key] = totals.get(key, 0) + fen
        lines.append(f"{card.asset_id}:{fen}")
    return DepreciationRun(
        period=period,
        inputs_position=inputs.position,
        count=len(lines),
        lines=postings.depreciation(totals),
        digest=hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest(),
        skipped={reason: tuple(sorted(ids)) for reason, ids in sorted(skipped.items())},
    )


def _of_totals(inputs: Inputs, totals: Totals, period: str) -> DepreciationRun:
    """Return the run whose sums were worked out where the cards lie."""
    return DepreciationRun(
        period=period,
        inputs_position=inputs.position,
        count=totals.count,
        lines=postings.depreciation(totals.lines),
        digest=totals.digest,
        skipped=dict(sorted(totals.skipped.items())),
    )


class _Omitted(msgspec.Struct, frozen=True):
    """What no run charged on one card: month to fen, and the basis that goes on after it."""

    asset: Asset
    months: dict[str, int]
    basis: Basis

    def charged(self, months: Iterable[str]) -> Charged:
        """Return what of it belongs to `months`, as the entries want it."""
        fen = sum(self.months[month] for month in months)
        basis = self.basis
        return self.asset.asset_id, basis.expense_account, basis.accum_account, fen


def catch_up_depreciation(command: CatchUpDepreciation, world: World) -> Decision:
    """E18: months that no run charged are charged now, earlier years' against 3501 and 3001.

    They count as months done; a month of them that is still to be run gives the card no line.
    """
    assets = the_assets(world, command.asset_ids)
    unit_id = held(assets[0]).unit_id
    books = world.books(unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    refuse_unless(
        command.first <= command.last <= period_of(day),
        "E_DATE",
        f"补提月份须在 {period_of(day)} 及以前",
        f"months up to {period_of(day)}",
        field="last",
    )
    for asset in assets:
        require_state(asset, SPREADABLE, command)
    require_runs_done(assets, books, day)
    items = [_omitted(asset, books, command, day) for asset in assets]
    vouchers = _vouchers(command, world, unit_id, items, day)
    return Decision(
        facts=(*(_fact(command, item, day, vouchers[0]) for item in items), *vouchers),
        created={"voucher_id": [_id_of(one) for one in vouchers]},
    )


def _omitted(asset: Asset, books: Books, command: CatchUpDepreciation, day: date) -> _Omitted:
    """Return what was left out of a card's months; refuses what was charged already."""
    holding = held(asset)
    basis = holding.basis
    refuse_unless(basis, "E_STATE", f"{holding.card_no} 不提折旧", "exempt", field="asset_ids")
    assert basis is not None
    since = period_of(holding.card.in_service_on or holding.card.acquired_on)
    refuse_unless(command.first >= since, "E_DATE", f"{since} 起在用", field="first")
    charged = books.charged(basis.start_period, asset.asset_id)
    asked = months_of(command.first, command.last)
    months = [month for month in asked if month not in charged]
    others = set(books.omitted(basis.start_period, asset.asset_id)) - set(months)
    told = "、".join(sorted(others))
    refuse_unless(not others, "E_OMITTED", f"{holding.card_no} {told}", field="first")
    done = (holding.card.life_months or basis.months) - months_left_of(basis, len(charged))
    in_use = months_between(since, command.last) + 1
    refuse_unless(
        months and len(months) <= in_use - done,
        "E_ALREADY_RUN",
        f"{holding.card_no} 至 {command.last} 在用 {in_use} 个月，已提 {done} 个月",
        f"{holding.card_no}: {in_use} months in use, {done} charged",
        field="first",
    )
    left = months_left_of(basis, len(charged))
    refuse_unless(len(months) <= left, "E_AMOUNT", f"剩余 {left} 个月", f"{left} months left")
    goes_on = max(period_of(day), add_months(command.last, 1))
    return _Omitted(
        asset,
        {month: charge_fen(basis, len(charged) + n) for n, month in enumerate(months)},
        continued_basis(basis, len(charged), goes_on, caught_up=len(months)),
    )


def months_of(first: str, last: str) -> list[str]:
    """Return the months from `first` to `last`, both included."""
    return [add_months(first, ahead) for ahead in range(months_between(first, last) + 1)]


def _vouchers(
    command: CatchUpDepreciation,
    world: World,
    unit_id: str,
    items: Sequence[_Omitted],
    day: date,
) -> list[Fact]:
    """Return the vouchers of E18: earlier years, their transfer, this year."""
    year = f"{day.year:04d}-01"
    earlier = [item.charged(m for m in item.months if m < year) for item in items]
    now = [item.charged(m for m in item.months if m >= year) for item in items]
    entries = [
        ("PRIOR_YEARS", period_entries.omitted_earlier(earlier)),
        ("TO_SURPLUS", period_entries.omitted_to_surplus(sum(fen for *_, fen in earlier))),
        ("THIS_YEAR", period_entries.omitted_this_year(now)),
    ]
    return [
        postings.voucher(
            unit_id,
            world.new_id(),
            f"CATCH_UP.{part}",
            f"补提 {command.first} 至 {command.last} 折旧（摊销）",
            lines,
            occurred_on=command.occurred_on,
            booked_on=day,
        )
        for part, lines in entries
        if lines
    ]


def _id_of(voucher: Fact) -> str:
    return str(getattr(voucher.body, "voucher_id"))  # noqa: B009 - a fact's body is any Struct


def _fact(command: CatchUpDepreciation, item: _Omitted, day: date, voucher: Fact) -> Fact:
    return changed(
        item.asset,
        command,
        "asset.corrected/1",
        "CORRECT.CATCH_UP",
        Changes(basis=item.basis),
        detail={
            "first": command.first,
            "last": command.last,
            "months": len(item.months),
            "amount_fen": sum(item.months.values()),
        },
        voucher_id=_id_of(voucher),
        booked_on=day,
    )


def redirected(asset: Asset, direction: str, changes: Changes, world: World) -> Changes:
    """Return `changes` with another direction of use; the next run charges its expense.

    The plan stays as it is: only the account changes that the charge goes to (5.1).
    """
    holding = held(asset)
    changes = msgspec.structs.replace(changes, card={**changes.card, "use_direction": direction})
    unit = world.unit(holding.unit_id)
    expense = postings.expense_account(unit.kind, direction)
    basis = holding.basis
    if basis is None or basis.expense_account == expense:
        return changes
    books = world.books(holding.unit_id)
    runs = books.runs_since(basis.start_period, asset.asset_id)
    start = max(books.first_free or basis.start_period, basis.start_period)
    return msgspec.structs.replace(
        changes, basis=continued_basis(basis, runs, start, expense=expense)
    )
