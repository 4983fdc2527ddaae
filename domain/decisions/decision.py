"""What every decision is made of: the answer, the fact of a changed card, booking days, money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from domain.asset import PLAIN_FIELDS, Asset, Holding
from domain.cards import Card
from domain.catalogue import lives
from domain.commands.command import Command
from domain.depreciation import Basis, accumulated_fen, months_left_of
from domain.envelope import Fact
from domain.events import Approval, AssetChanged, Body, Changes, Cut, ProcessStep, Scalar
from domain.organisation import Unit
from domain.periods import Books, first_day, period_of
from domain.postings import IMPROVING, Booked, contra_account, expense_account
from domain.refusals import refuse_unless
from domain.states import STATE_NAMES, TERMINAL, Overlay, State
from domain.world import World


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a command leads to: facts to append, soft flags, numbers claimed, ids created."""

    facts: tuple[Fact, ...]
    flags: tuple[str, ...] = ()
    claims: tuple[tuple[str, str, str], ...] = ()
    created: dict[str, list[str]] = {}


def held(asset: Asset) -> Holding:
    """Return the asset's holding, which is there for every asset that a world returns."""
    assert asset.holding is not None
    return asset.holding


def before_of(holding: Holding, changes: Changes) -> Changes:
    """Return the present values of the fields that `changes` sets."""
    values: dict[str, Any] = {
        name: getattr(holding, name)
        for name in PLAIN_FIELDS
        if getattr(changes, name) is not msgspec.UNSET
    }
    if changes.state is not msgspec.UNSET:
        values["state"] = holding.state
    card = msgspec.to_builtins(holding.card)
    traits = card.get("traits", {})
    values["card"] = {
        name: traits.get(name.removeprefix("traits.")) if "." in name else card.get(name)
        for name in changes.card
    }
    return Changes(**values)


def changed(
    asset: Asset,
    command: Command,
    event_type: str,
    sub_kind: str,
    changes: Changes,
    *,
    detail: dict[str, Scalar] | None = None,
    flags: Sequence[str] = (),
    approval: Approval | None = None,
    voucher_id: str | None = None,
    booked_on: date | None = None,
    process_id: str | None = None,
    corrects: str | None = None,
) -> Fact:
    """Return the fact that `changes` happened to the asset's current holding."""
    holding = held(asset)
    return Fact(
        stream=f"asset:{asset.asset_id}",
        type=event_type,
        sub_kind=sub_kind,
        unit_id=holding.unit_id,
        asset_id=asset.asset_id,
        process_id=process_id,
        occurred_on=command.occurred_on,
        booked_on=booked_on,
        approval_no=approval.no if approval else None,
        reason=command.reason,
        attachments=command.attachments,
        corrects=corrects,
        body=AssetChanged(
            card_no=holding.card_no,
            changes=changes,
            before=before_of(holding, changes),
            approval=approval,
            flags=tuple(flags),
            detail={name: value for name, value in (detail or {}).items() if value is not None},
            voucher_id=voucher_id,
        ),
    )


def frame_fact(
    command: Command, stream: str, event_type: str, sub_kind: str, unit_id: str, body: Body
) -> Fact:
    """Return a fact of the frame (units, rules, periods, counts): about no thing or process."""
    return Fact(
        stream=stream,
        type=event_type,
        sub_kind=sub_kind,
        unit_id=unit_id,
        occurred_on=command.occurred_on,
        reason=command.reason,
        attachments=command.attachments,
        body=body,
    )


def step(
    process_id: str,
    unit_id: str,
    command: Command,
    event_type: str,
    sub_kind: str,
    *,
    amount_fen: int = 0,
    approval: Approval | None = None,
    flags: Sequence[str] = (),
    detail: dict[str, Scalar] | None = None,
    voucher_id: str | None = None,
    booked_on: date | None = None,
    steps: tuple[str, ...] = (),
    cut: tuple[Cut, ...] = (),
    pieces: int | None = None,
) -> Fact:
    """Return the fact that a process went one step on."""
    return Fact(
        stream=f"process:{process_id}",
        type=event_type,
        sub_kind=sub_kind,
        unit_id=unit_id,
        process_id=process_id,
        occurred_on=command.occurred_on,
        booked_on=booked_on,
        approval_no=approval.no if approval else None,
        reason=command.reason,
        attachments=command.attachments,
        body=ProcessStep(
            amount_fen=amount_fen,
            approval=approval,
            flags=tuple(flags),
            detail={name: value for name, value in (detail or {}).items() if value is not None},
            voucher_id=voucher_id,
            steps=steps,
            cut=cut,
            pieces=pieces,
        ),
    )


def the_assets(world: World, asset_ids: Iterable[str]) -> list[Asset]:
    """Return the assets in the order named, each once; all of one unit."""
    assets = [world.asset(asset_id) for asset_id in dict.fromkeys(asset_ids)]
    units = {held(asset).unit_id for asset in assets}
    refuse_unless(
        len(units) == 1,
        "E_STATE",
        "一次只能办理同一单位的资产",
        "one command handles the things of one unit",
        field="asset_ids",
    )
    return assets


def require_state(asset: Asset, states: Iterable[State], command: Command) -> None:
    """Refuse unless the holding stands in one of `states` and the date lies in its life."""
    holding = held(asset)
    refuse_unless(holding.state not in TERMINAL, "E_TERMINAL", holding.card_no)
    wanted = frozenset(states)
    if holding.state not in wanted:
        code = "E_STATE"
        if holding.state is State.DISPOSAL_APPROVED:
            code = "E_SEALED_FOR_DISPOSAL"
        zh, en = (f"{holding.card_no} {name}" for name in STATE_NAMES[holding.state])
        refuse_unless(condition=False, code=code, detail_zh=zh, detail_en=en, field="asset_ids")
    refuse_unless(
        command.occurred_on >= holding.card.acquired_on,
        "E_DATE",
        f"业务日期早于取得日期 {holding.card.acquired_on}",
        f"before the acquisition on {holding.card.acquired_on}",
        field="occurred_on",
    )


def require_holder(asset: Asset) -> None:
    """Refuse what a borrower of the warehouse has: he may not pass it on (2.9)."""
    holding = held(asset)
    refuse_unless(holding.state is not State.LOANED, "E_NOT_HOLDER", holding.card_no)


def require_movable(asset: Asset) -> None:
    """Refuse moves of things that a count or a court holds."""
    holding = held(asset)
    refuse_unless(Overlay.COUNT_FROZEN not in holding.overlays, "E_COUNT_FROZEN", holding.card_no)
    refuse_unless(Overlay.SEALED not in holding.overlays, "E_SEALED", holding.card_no)


def require_approval(approval: Approval | None, day: date) -> Approval:
    """Refuse (hard) unless a decision dated on or before `day` is named."""
    refuse_unless(approval is not None, "E_NO_APPROVAL", field="approval")
    assert approval is not None
    refuse_unless(
        approval.on <= day,
        "E_NO_APPROVAL",
        f"批复日期 {approval.on} 晚于业务日期 {day}",
        f"the approval of {approval.on} is later than {day}",
        field="approval",
    )
    return approval


def approval_flags(approval: Approval | None, day: date) -> tuple[str, ...]:
    """Return the soft flag of a fact that happened without approval or before it."""
    return ("E_NO_APPROVAL",) if approval is None or approval.on > day else ()


def booking_day(
    books: Sequence[Books], occurred_on: date, asked: date | None, *, cards: bool = True
) -> date:
    """Return the day on which to book in all of `books`.

    Left out, it is the business date, or the first day that all books still take; an explicit
    day in a closed month is refused. `cards` are changed only before the month's depreciation.
    """
    for unit_books in books:
        refuse_unless(unit_books.opened_from, "E_NO_BOOKS", unit_books.unit_id)
    free = max(
        (unit_books.first_free if cards else unit_books.first_open) or "" for unit_books in books
    )
    if asked is None:
        return occurred_on if period_of(occurred_on) >= free else first_day(free)
    closed = max(unit_books.first_open or "" for unit_books in books)
    refuse_unless(period_of(asked) >= closed, "E_PERIOD_CLOSED", str(asked), field="booked_on")
    refuse_unless(period_of(asked) >= free, "E_PERIOD_RUN", str(asked), field="booked_on")
    refuse_unless(
        asked >= occurred_on,
        "E_DATE",
        "记账日期不得早于业务日期",
        "booked before it happened",
        field="booked_on",
    )
    return asked


def booked(asset: Asset, books: Books) -> Booked:
    """Return what the unit's books hold for the asset: gross and accumulated."""
    holding = held(asset)
    accum = 0
    if holding.basis is not None:
        runs = books.runs_since(holding.basis.start_period, asset.asset_id)
        accum = accumulated_fen(holding.basis, runs)
    rebuilding = holding.state in {State.UNDER_IMPROVEMENT, State.UNDER_CONSTRUCTION}
    return Booked(
        asset_id=asset.asset_id,
        account=IMPROVING if rebuilding else holding.card.account_code,
        gross_fen=holding.gross_fen,
        accum_fen=accum,
        nominal=holding.card.value_type == "NOMINAL",
    )


def require_runs_done(assets: Iterable[Asset], books: Books, day: date) -> None:
    """Refuse to take things off the books on `day` while earlier months still owe their charge.

    The entry clears what was accumulated until the month before, so those months are run first
    (handbook 5.7); a month closed without a run owes nothing.
    """
    first = books.first_free or ""
    if first >= period_of(day):
        return
    owing = [
        asset
        for asset in assets
        if (basis := held(asset).basis) is not None
        and basis.start_period < period_of(day)
        and months_left(asset, books) > 0
    ]
    refuse_unless(
        not owing,
        "E_PREVIOUS_OPEN",
        f"请先计提 {first} 至上月的折旧",
        f"run the depreciation from {first} on first",
        field="booked_on",
    )


def months_left(asset: Asset, books: Books) -> int:
    """Return how many months the asset's basis still has to run."""
    basis = held(asset).basis
    if basis is None:
        return 0
    return months_left_of(basis, books.runs_since(basis.start_period, asset.asset_id))


def basis_for(
    card: Card, unit: Unit, start: date, *, gross_fen: int, accum_fen: int = 0, months: int
) -> Basis | None:
    """Return what is to be spread over the card from the month of `start`; None when exempt.

    Exempt kinds: handbook 5.3 (relics, living things, books, land, nominal amounts).
    """
    if exempt(card):
        return None
    rest = gross_fen - accum_fen
    return Basis(
        start_period=period_of(start),
        amount_fen=rest,
        months=max(1, months) if rest else 0,
        expense_account=expense_account(unit.kind, card.use_direction or ""),
        accum_account=contra_account(card.account_code),
        opening_fen=accum_fen,
    )


def exempt(card: Card) -> bool:
    """Tell whether the card is never depreciated or amortised."""
    return (
        card.value_type == "NOMINAL"
        or card.dep_status == "EXEMPT"
        or lives.exempt_reason(card.class_code, card.class_std) is not None
    )


def life_of(card: Card) -> int:
    """Return the card's life in months: its own, else the table's minimum; 0 where exempt."""
    if card.life_months:
        return card.life_months
    if exempt(card):
        return 0
    structure = card.traits.get("structure")
    rule = lives.life_rule(card.class_code, str(structure) if structure else None, card.class_std)
    refuse_unless(
        rule, "E_CARD_FIELD", "须填写折旧年限(月)", "life_months is needed", field="life_months"
    )
    assert rule is not None
    return rule.min_months
