"""What every new card goes through, whatever way it came in: completed, checked, told as a fact."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.cards import Card
from domain.catalogue import capitalisation, classes
from domain.commands.command import Command
from domain.decisions.decision import life_of
from domain.envelope import Fact
from domain.events import Approval, AssetConfigured, Changes, Scalar
from domain.organisation import INSTITUTION, Unit
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World


def completed(card: Card, world: World, *, fiscal: bool, **fields: object) -> Card:
    """Return the card with `fields` set, and with number, funds and life where left out.

    Money whose source is not said is the treasury's where `fiscal`, else it is not.
    """
    card = msgspec.structs.replace(card, **fields)
    values: dict[str, object] = {}
    if not card.card_no:
        values["card_no"] = world.new_card_no(card.class_code, card.acquired_on)
    if card.fiscal_fen == card.nonfiscal_fen == 0:
        values["fiscal_fen" if fiscal else "nonfiscal_fen"] = card.gross_fen
    if not card.life_months and (life := life_of(card)):
        values["life_months"] = life
    return msgspec.structs.replace(card, **values)


def check_new_card(card: Card, occurred_on: date, *, off_books: bool = False) -> None:
    """Refuse a card whose class is unknown, whose money does not add up or whose dates clash.

    What stands `off_books` has no value; of what is booked only land may have none.
    """
    finding = classes.check_code(card.class_std, card.class_code)
    refuse_unless(
        finding is None or finding.severity != "error",
        "E_CLASS_UNKNOWN",
        card.class_code,
        field="class_code",
    )
    refuse_unless(
        card.fiscal_fen + card.nonfiscal_fen == card.gross_fen,
        "E_FUND_SPLIT",
        card.card_no,
        field="fiscal_fen",
    )
    refuse_unless(card.qty_centi > 0, "E_CARD_FIELD", "数量须大于零", "quantity", field="qty_centi")
    if off_books:
        refuse_unless(
            card.gross_fen == 0,
            "E_CARD_FIELD",
            "表外登记不填价值",
            "what stands off the books has no value",
            field="gross_fen",
        )
    else:
        refuse_unless(
            card.gross_fen > 0 or classes.is_land(card.class_code),
            "E_CARD_FIELD",
            "价值须大于零",
            "the value must be positive",
            field="gross_fen",
        )
    refuse_unless(
        card.acquired_on <= occurred_on,
        "E_DATE",
        "取得日期晚于业务日期",
        "acquired after the business date",
        field="acquired_on",
    )


def first_values(card: Card, state: State, label_no: str | None, **more: object) -> Changes:
    """Return the first values of a holding from its card."""
    label: object = msgspec.UNSET if label_no is None else label_no
    return Changes(
        state=state,
        label_no=label,  # type: ignore[arg-type]
        manage_dept=card.manage_dept,
        use_dept=card.use_dept,
        keeper=card.keeper,
        user=card.user,
        place=card.place,
        overlays_on=(Overlay.CLASSIFIED,) if card.classified else (),
        **more,  # type: ignore[arg-type]
    )


def claims_of(fact: Fact, generation: int = 1) -> tuple[tuple[str, str, str], ...]:
    """Return the numbers that a configured fact claims: its card number and its label."""
    body = fact.body
    assert isinstance(body, AssetConfigured)
    key = body.card_no if generation == 1 else f"{body.card_no}#{generation}"
    claims = [("card_no", key, fact.stream)]
    if isinstance(body.changes.label_no, str):
        claims.append(("label_no", body.changes.label_no, fact.stream))
    return tuple(claims)


def told(
    command: Command,
    unit: Unit,
    asset_id: str,
    card: Card,
    sub_kind: str,
    changes: Changes,
    *,
    process_id: str | None = None,
    approval: Approval | None = None,
    flags: tuple[str, ...] = (),
    original_gross_fen: int | None = None,
    voucher_id: str | None = None,
    booked_on: date | None = None,
    detail: dict[str, Scalar] | None = None,
) -> Fact:
    """Return the fact that the card came into being; its original value is the card's."""
    return Fact(
        stream=f"asset:{asset_id}",
        type="asset.configured/1",
        sub_kind=sub_kind,
        unit_id=unit.unit_id,
        asset_id=asset_id,
        process_id=process_id,
        occurred_on=command.occurred_on,
        booked_on=booked_on,
        approval_no=approval.no if approval else None,
        reason=command.reason,
        attachments=command.attachments,
        body=AssetConfigured(
            card_no=card.card_no,
            card=card,
            changes=changes,
            original_gross_fen=card.gross_fen if original_gross_fen is None else original_gross_fen,
            approval=approval,
            flags=flags,
            voucher_id=voucher_id,
            detail={name: value for name, value in (detail or {}).items() if value is not None},
        ),
    )


def with_assets(request: Fact, asset_ids: tuple[str, ...]) -> Fact:
    """Return the opening of a process about things that come into being with it."""
    body = msgspec.structs.replace(request.body, asset_ids=asset_ids)
    return msgspec.structs.replace(request, body=body)


def low_value_flags(card: Card, unit: Unit, pieces: int) -> tuple[str, ...]:
    """Return E_LOW_VALUE for a fixed asset below the line of its day (handbook 5.6; soft).

    Books and furniture bought more than one at a time count as bought in bulk, whatever they
    cost. Which equipment is special is not known from its class: the general line is taken.
    """
    kind = capitalisation.INSTITUTION if unit.kind == INSTITUTION else capitalisation.ADMINISTRATIVE
    rule = capitalisation.capitalisation_rule(kind, card.acquired_on)
    plain = card.account_code.startswith("1601") and card.value_type != "NOMINAL"
    in_bulk = capitalisation.bulk_counts(card.class_code) and (pieces > 1 or card.qty_centi > 100)
    if rule is None or not plain or in_bulk:
        return ()
    below = card.gross_fen * 100 < rule.min_unit_fen * card.qty_centi
    return ("E_LOW_VALUE",) if below else ()
