"""Reallocated 调剂: a thing goes to another unit for good, both ledgers in one append."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset
from domain.commands.structs import Command, ReallocOut
from domain.decisions.decision import (
    Decision,
    booked,
    booking_day,
    held,
    months_left,
    require_holder,
    require_movable,
    require_runs_done,
    require_state,
    the_assets,
)
from domain.decisions.processing import Granted, approval_of
from domain.depreciation import Basis
from domain.envelope import Fact
from domain.events import Approval, AssetReallocated, Changes, Scalar
from domain.organisation import Unit
from domain.periods import Books, period_of
from domain.postings import Booked
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """What a transfer of title needs besides the assets; `state` is the receiver's."""

    event_type: str
    sub_kind: str
    to_unit: str
    approval: Approval | None
    freight_fen: int = 0
    use_dept: str | None = None
    keeper: str | None = None
    place: str | None = None
    state: State | None = None
    warehouse_id: str | None = None
    booked_on: date | None = None
    process_id: str | None = None
    detail: dict[str, Scalar] = {}
    flags: tuple[str, ...] = ()


def realloc_out(command: ReallocOut, world: World) -> Decision:
    """Give things to another unit for good; the approval is a hard condition (条例 art. 53)."""
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_holder(asset)
        require_state(asset, {State.IDLE, State.IN_USE}, command)
        require_movable(asset)
    donor, receiver = world.unit(held(assets[0]).unit_id), world.unit(command.to_unit)
    sub_kind = _sub_kind(command, world, donor, receiver)
    granted = approval_of(
        world, command, sub_kind, assets, approval=command.approval, process_id=command.process_id
    )
    require_receiver(granted, command.to_unit)
    given = transfer(
        assets,
        command,
        world,
        Transfer(
            event_type="asset.reallocated/1",
            sub_kind=sub_kind,
            to_unit=command.to_unit,
            approval=granted.approval,
            freight_fen=command.freight_fen,
            use_dept=command.use_dept,
            keeper=command.keeper,
            place=command.place,
            booked_on=command.booked_on,
            process_id=granted.process_id,
            flags=granted.flags,
        ),
    )
    facts = (*granted.executed(command), *given.facts)
    return msgspec.structs.replace(given, facts=facts, flags=granted.flags)


def require_receiver(granted: Granted, to_unit: str) -> None:
    """Refuse another receiver than the one that the request named."""
    named = granted.process.detail.get("to_unit") if granted.process else to_unit
    refuse_unless(named in {None, to_unit}, "E_RECEIVER", str(named), field="to_unit")


REFORM = "REALLOC.REFORM"
SCOPES: dict[str, tuple[str, str]] = {
    "REALLOC.IN_DEPT": ("本部门内调剂", "inside one department"),
    "REALLOC.CROSS_DEPT": ("同级跨部门调剂", "across departments of one level"),
    "REALLOC.CROSS_LEVEL": ("跨级次调剂", "across levels"),
    REFORM: ("机构改革划转", "by a reform"),
}
"""Sub-kinds of a transfer for good between units (handbook 2.4)."""


def _sub_kind(command: ReallocOut, world: World, donor: Unit, receiver: Unit) -> str:
    """Return how far apart the units stand; refuses a sub-kind that says otherwise."""
    asked = command.sub_kind
    found = _scope(world, donor, receiver)
    refuse_unless(asked is None or asked in SCOPES, "E_SUB_KIND", asked or "", field="sub_kind")
    zh, en = SCOPES[found]
    refuse_unless(
        asked in {None, found, REFORM},
        "E_SUB_KIND",
        f"两单位之间属于{zh}",
        f"between these units it is {en}",
        field="sub_kind",
    )
    return asked or found


def _scope(world: World, donor: Unit, receiver: Unit) -> str:
    """Return the sub-kind by how far apart the two units stand (handbook 2.4)."""
    if donor.level != receiver.level:
        return "REALLOC.CROSS_LEVEL"
    same = _department(world, donor) == _department(world, receiver)
    return "REALLOC.IN_DEPT" if same else "REALLOC.CROSS_DEPT"


def _department(world: World, unit: Unit) -> str:
    """Return the competent department: the highest unit of the same level above, or itself."""
    same_level = [above for above in world.units_above(unit.unit_id) if above.level == unit.level]
    return same_level[-1].unit_id


def transfer(assets: Sequence[Asset], command: Command, world: World, to: Transfer) -> Decision:
    """Return both sides of a transfer: one fact per asset, one voucher per unit (E06, E07)."""
    donor, receiver = world.unit(held(assets[0]).unit_id), world.unit(to.to_unit)
    refuse_unless(donor.unit_id != receiver.unit_id, "E_RECEIVER", to.to_unit, field="to_unit")
    from_books, to_books = world.books(donor.unit_id), world.books(receiver.unit_id)
    day = booking_day([from_books, to_books], command.occurred_on, to.booked_on)
    require_runs_done(assets, from_books, day)
    items = [booked(asset, from_books) for asset in assets]
    freight = _freight(to.freight_fen, items)
    both = (world.new_id(), world.new_id())
    lines = (postings.transfer_out(items), postings.transfer_in(items, freight))
    vouchers = (both[0] if lines[0] else None, both[1] if lines[1] else None)
    facts = [
        _moved(
            asset,
            item,
            freight.get(item.asset_id, 0),
            command,
            world,
            to,
            day,
            vouchers,
            from_books,
            receiver,
        )
        for asset, item in zip(assets, items, strict=True)
    ]
    summary = f"调剂 {held(assets[0]).card.name}" + (f" 等{len(items)}件" if len(items) > 1 else "")
    posted = [
        fact
        for unit, voucher_id, side in zip((donor, receiver), both, lines, strict=True)
        for fact in postings.posted(
            unit.unit_id,
            voucher_id,
            to.sub_kind,
            summary,
            side,
            occurred_on=command.occurred_on,
            booked_on=day,
            process_id=to.process_id,
        )
    ]
    claims = tuple(
        ("card_no", fact.body.to_card_no, fact.stream)
        for fact in facts
        if isinstance(fact.body, AssetReallocated)
    )
    return Decision(
        facts=(*facts, *posted),
        claims=claims,
        created={
            "card_nos": [key for _, key, _ in claims],
            "voucher_id": [number for number in vouchers if number],
        },
    )


def _freight(fen: int, items: Sequence[Booked]) -> dict[str, int]:
    """Share freight over the assets in whole fen; the last takes the rest."""
    if not fen:
        return {}
    each = fen // len(items)
    shares = {item.asset_id: each for item in items}
    shares[items[-1].asset_id] += fen - each * len(items)
    return shares


def _moved(
    asset: Asset,
    item: Booked,
    freight_fen: int,
    command: Command,
    world: World,
    to: Transfer,
    day: date,
    vouchers: tuple[str | None, str | None],
    books: Books,
    receiver: Unit,
) -> Fact:
    """Return the fact of one asset: the donor's holding ends, the receiver's begins."""
    holding = held(asset)
    gross = item.net_fen if item.net_fen > 0 else item.gross_fen
    if item.bears_costs:
        gross += freight_fen
    used = to.keeper or to.use_dept
    changes = Changes(
        state=to.state or (State.IN_USE if used else State.IDLE),
        use_dept=to.use_dept,
        keeper=to.keeper,
        user=to.keeper,
        place=to.place,
        warehouse_id=to.warehouse_id,
        gross_fen=gross,
        booked_on=day,
        basis=_carried(asset, item, gross, day, months_left(asset, books), receiver),
    )
    return Fact(
        stream=f"asset:{asset.asset_id}",
        type=to.event_type,
        sub_kind=to.sub_kind,
        unit_id=to.to_unit,
        asset_id=asset.asset_id,
        process_id=to.process_id,
        occurred_on=command.occurred_on,
        booked_on=day,
        approval_no=to.approval.no if to.approval else None,
        reason=command.reason,
        attachments=command.attachments,
        body=AssetReallocated(
            from_unit=holding.unit_id,
            from_card_no=holding.card_no,
            to_unit=to.to_unit,
            to_card_no=world.new_card_no(holding.card.class_code, day),
            changes=changes,
            gross_fen=item.gross_fen,
            accum_fen=item.accum_fen,
            done_months=(holding.card.life_months or 0) - months_left(asset, books),
            freight_fen=freight_fen,
            approval=to.approval,
            flags=to.flags,
            detail=to.detail,
            from_voucher_id=vouchers[0],
            to_voucher_id=vouchers[1],
        ),
    )


def _carried(
    asset: Asset, item: Booked, gross_fen: int, day: date, months: int, receiver: Unit
) -> Basis | None:
    """Return the receiver's basis: new cost over the remaining months, or the old sums (E07)."""
    basis = held(asset).basis
    if basis is None:
        return None
    direction = held(asset).card.use_direction or ""
    spent = item.net_fen <= 0
    return msgspec.structs.replace(
        basis,
        start_period=period_of(day),
        expense_account=postings.expense_account(receiver.kind, direction),
        amount_fen=0 if spent else gross_fen,
        months=0 if spent else max(1, months),
        opening_fen=item.gross_fen if spent else 0,
        done=0,
    )
