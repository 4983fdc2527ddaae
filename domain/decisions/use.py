"""Used 使用: issue, return, hand-over, move, idle, sharing, labels and corrections of cards."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.asset import Asset, corrected_card
from domain.cards import Card
from domain.catalogue import ways
from domain.commands.structs import (
    Command,
    CorrectCard,
    DeclareIdle,
    Handover,
    Issue,
    Move,
    PrintLabel,
    ReallocateInside,
    ReturnToStore,
    Share,
)
from domain.decisions.card_rules import examined_change
from domain.decisions.decision import (
    Decision,
    changed,
    held,
    require_movable,
    require_state,
    the_assets,
)
from domain.decisions.depreciating import redirected
from domain.envelope import Fact
from domain.events import Changes, Scalar
from domain.refusals import Refused, refuse_unless
from domain.states import HOLDING, IN_WAREHOUSE, Overlay, State
from domain.world import World

USED = "asset.used/1"
ON_HAND = frozenset({State.IN_USE, State.IDLE})


def _moved(
    command: Command,
    asset_ids: tuple[str, ...],
    world: World,
    sub_kind: str,
    states: frozenset[State],
    changes: Changes,
    **detail: Scalar,
) -> Decision:
    """Return the same change for each asset, refused where one may not move."""
    assets = the_assets(world, asset_ids)
    for asset in assets:
        require_state(asset, states, command)
        require_movable(asset)
    return Decision(
        facts=tuple(
            changed(asset, command, USED, sub_kind, changes, detail=detail) for asset in assets
        )
    )


def _given(**fields: str | None) -> Changes:
    """Return changes of the fields that were given; None leaves a field as it is."""
    given: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    return Changes(**given)


def issue(command: Issue, world: World) -> Decision:
    """Hand stored things to a user (领用)."""
    given = _given(
        use_dept=command.use_dept,
        keeper=command.keeper,
        user=command.user or command.keeper,
        place=command.place,
    )
    changes = msgspec.structs.replace(given, state=State.IN_USE)
    return _moved(command, command.asset_ids, world, "USE.ISSUE", frozenset({State.IDLE}), changes)


def return_to_store(command: ReturnToStore, world: World) -> Decision:
    """Take things back into the store (交回)."""
    given = _given(keeper=command.keeper, place=command.place)
    changes = msgspec.structs.replace(given, state=State.IDLE, user=None)
    return _moved(
        command, command.asset_ids, world, "USE.RETURN", frozenset({State.IN_USE}), changes
    )


def handover(command: Handover, world: World) -> Decision:
    """Hand things from one keeper to another (交接), and perhaps to another use."""
    changes = _given(
        keeper=command.keeper, user=command.user, use_dept=command.use_dept, place=command.place
    )
    direction = command.use_direction
    if direction is None:
        return _moved(command, command.asset_ids, world, "USE.HANDOVER", ON_HAND, changes)
    known = any(term.code == direction for term in ways.USE_DIRECTIONS)
    refuse_unless(known, "E_CARD_FIELD", direction, field="use_direction")
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, ON_HAND, command)
        require_movable(asset)
    facts = tuple(
        changed(asset, command, USED, "USE.HANDOVER", redirected(asset, direction, changes, world))
        for asset in assets
    )
    return Decision(facts=facts)


def move(command: Move, world: World) -> Decision:
    """Move things to another place, or from one warehouse site to another (移库, 7.3)."""
    stored = held(world.asset(command.asset_ids[0])).state in IN_WAREHOUSE
    sub_kind, states = ("WH.MOVE", IN_WAREHOUSE) if stored else ("USE.MOVE", ON_HAND)
    changes = Changes(place=command.place)
    return _moved(command, command.asset_ids, world, sub_kind, states, changes)


def declare_idle(command: DeclareIdle, world: World) -> Decision:
    """Declare things idle (闲置); depreciation goes on."""
    since = (command.idle_since or command.occurred_on).isoformat()
    return _moved(
        command,
        command.asset_ids,
        world,
        "USE.DECLARE_IDLE",
        frozenset({State.IN_USE}),
        Changes(state=State.IDLE),
        idle_since=since,
    )


def share(command: Share, world: World) -> Decision:
    """Let others use things beside the unit (共享共用); income is by rule and posted apart."""
    return _moved(
        command,
        command.asset_ids,
        world,
        "USE.SHARE",
        frozenset({State.IN_USE}),
        Changes(),
        users=command.users,
        slots=command.slots,
        agreement_no=command.agreement_no,
        compensation_fen=command.compensation_fen,
    )


def reallocate_inside(command: ReallocateInside, world: World) -> Decision:
    """Give things to another department of the unit (本单位内调剂): custody moves, books do not."""
    for asset in the_assets(world, command.asset_ids):
        refuse_unless(
            held(asset).use_dept != command.use_dept,
            "E_RECEIVER",
            f"{held(asset).card_no} 已在 {command.use_dept}",
            f"{held(asset).card_no} is there already",
            field="use_dept",
        )
    changes = _given(
        use_dept=command.use_dept,
        manage_dept=command.manage_dept,
        keeper=command.keeper,
        user=command.user,
        place=command.place,
    )
    return _moved(command, command.asset_ids, world, "REALLOC.INTERNAL", ON_HAND, changes)


CORRECTABLE = frozenset(
    [
        "name",
        "brand",
        "model",
        "serial_no",
        "maker",
        "seller",
        "warranty_end",
        "contract_no",
        "invoice_no",
        "legacy_no",
        "procurement_form",
        "budget_project_no",
        "unit_of_measure",
        "in_service_on",
        "acquired_on",
        "donation_purpose",
        "donor",
        "headcount_basis",
        "use_direction",
        "remark",
    ]
)
"""Fields corrected here; value, class, life and custody have acts of their own."""

GRAVE = frozenset(
    ["acquired_on", "in_service_on", "donor", "traits.vin", "traits.plate", "traits.cert_no"]
)
"""Fields that say which thing it is, whose, or how old: corrected by a document only."""
NEVER_FALLING = "traits.mileage"
"""It may be corrected downwards, but by a document."""


def correct_card(command: CorrectCard, world: World) -> Decision:
    """Correct card fields by a new fact that points at the one it corrects (更正)."""
    asset = world.asset(command.asset_id)
    require_state(asset, HOLDING | {State.ACCEPTED}, command)
    refuse_unless(command.reason, "E_REASON", field="reason")
    refuse_unless(command.fields, "E_CARD_FIELD", "没有要更正的字段", "no field", field="fields")
    for name in command.fields:
        known = name in CORRECTABLE or name.startswith("traits.")
        refuse_unless(known, "E_ATTRIBUTE", name, field=f"fields/{name}")
    before = held(asset).card
    try:
        corrected = corrected_card(before, command.fields)
    except msgspec.ValidationError as error:
        raise Refused("E_CARD_FIELD", str(error), field="fields") from error
    _require_document(command, before)
    _require_acquired_before(asset, corrected)
    looked = examined_change(f"asset:{asset.asset_id}", before, corrected, world)
    return Decision(
        facts=(
            changed(
                asset,
                command,
                "asset.corrected/1",
                "CORRECT.CARD",
                _corrections(asset, command, world),
                detail={"document_no": command.document_no},
                flags=looked.flags,
                corrects=command.corrects or asset.registration_event_id,
            ),
        ),
        flags=looked.flags,
        claims=looked.claims,
    )


def _corrections(asset: Asset, command: CorrectCard, world: World) -> Changes:
    """Return the corrected fields; another direction of use is charged from the next run on."""
    changes = Changes(card=command.fields)
    direction = command.fields.get("use_direction")
    return redirected(asset, direction, changes, world) if isinstance(direction, str) else changes


def _require_document(command: CorrectCard, before: Card) -> None:
    """Refuse to correct grave fields, or a mileage downwards, without a document's number."""
    grave = GRAVE & command.fields.keys()
    mileage = command.fields.get(NEVER_FALLING)
    was = before.traits.get("mileage")
    if isinstance(mileage, int) and isinstance(was, int) and mileage < was:
        grave |= {NEVER_FALLING}
    refuse_unless(
        not grave or command.document_no,
        "E_DOCUMENT",
        "、".join(sorted(grave)),
        ", ".join(sorted(grave)),
        field="document_no",
    )


def _require_acquired_before(asset: Asset, corrected: Card) -> None:
    """Refuse a date of acquisition after the booking; the basis stays, it is of the booking."""
    booked_on = held(asset).booked_on
    refuse_unless(
        booked_on is None or corrected.acquired_on <= booked_on,
        "E_DATE",
        f"取得日期晚于入账日期 {booked_on}",
        f"acquired after the booking on {booked_on}",
        field="fields/acquired_on",
    )


def print_label(command: PrintLabel, world: World) -> Decision:
    """Record printed labels; `renew` retires the old number and claims a new one."""
    assets = the_assets(world, command.asset_ids)
    facts: list[Fact] = []
    claims: list[tuple[str, str, str]] = []
    for asset in assets:
        require_state(asset, HOLDING | {State.ACCEPTED}, command)
        changes = Changes(overlays_off=(Overlay.LABEL_MISSING,))
        old = held(asset).label_no
        if command.renew or old is None:
            label_no = world.new_label()
            changes = msgspec.structs.replace(changes, label_no=label_no)
            claims.append(("label_no", label_no, f"asset:{asset.asset_id}"))
        facts.append(
            changed(
                asset,
                command,
                "asset.labelled/1",
                "LABEL.RENEW" if command.renew else "LABEL.PRINT",
                changes,
                detail={"retired": old} if command.renew else {},
            )
        )
    return Decision(facts=tuple(facts), claims=tuple(claims))
