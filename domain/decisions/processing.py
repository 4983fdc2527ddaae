"""What every request goes through, whatever it asks for: opened, signed, decided, made use of.

The order of a request (handbook 2.1): request, internal decision, reviews, approval by the office
that the limits name, execution, filing. Routes and limits are dated data (`domain.approval`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from domain.approval import (
    OFFICE_NAMES,
    OFFICE_OF_ROLE,
    RANKS,
    Batch,
    Delegations,
    office_for,
    suffices,
    waiting,
)
from domain.asset import Asset
from domain.catalogue import classes
from domain.commands.command import Command
from domain.decisions.decision import changed, held, require_approval, step
from domain.envelope import Actor, Fact
from domain.events import (
    Approval,
    Changes,
    Cut,
    LimitsSet,
    ProcessOpened,
    RequestItem,
    RouteSet,
    Scalar,
)
from domain.periods import month_later
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import Overlay
from domain.world import World


def require_free(asset: Asset, process_id: str | None = None) -> None:
    """Refuse what a process holds, unless it is `process_id` itself."""
    holding = held(asset)
    free = Overlay.PROCESS_OPEN not in holding.overlays or (
        process_id is not None and holding.process_id == process_id
    )
    refuse_unless(free, "E_PROCESS_OPEN", holding.card_no)


def opened(
    world: World,
    command: Command,
    process_id: str,
    kind: str,
    assets: Sequence[Asset],
    flags: Sequence[str] = (),
    *,
    unit_id: str | None = None,
    items: tuple[RequestItem, ...] = (),
    detail: dict[str, Scalar] | None = None,
) -> Fact:
    """Return the fact that a request was made; its amount is what limits look at."""
    return Fact(
        stream=f"process:{process_id}",
        type="process.opened/1",
        sub_kind=kind,
        unit_id=unit_id or held(assets[0]).unit_id,
        process_id=process_id,
        occurred_on=command.occurred_on,
        reason=command.reason,
        attachments=command.attachments,
        body=ProcessOpened(
            kind=kind,
            asset_ids=tuple(asset.asset_id for asset in assets),
            amount_fen=sum(batch_of(assets, items).values_fen),
            requester=world.actor.person_id,
            flags=tuple(flags),
            detail={name: value for name, value in (detail or {}).items() if value is not None},
            items=items,
        ),
    )


def batch_of(assets: Iterable[Asset], items: Iterable[RequestItem] = ()) -> Batch:
    """Return what limits look at: original values and kinds of things there and to be bought."""
    return batch_from([*_values(assets), *values_of(items)])


def _values(assets: Iterable[Asset]) -> list[tuple[int, str]]:
    return [(asset.original_gross_fen, held(asset).card.class_code) for asset in assets]


def values_of(items: Iterable[RequestItem]) -> list[tuple[int, str]]:
    """Return price in fen and class of every piece that is to be bought."""
    return [(item.price_fen, item.class_code) for item in items for _ in range(item.pieces)]


def batch_from(things: Sequence[tuple[int, str]]) -> Batch:
    """Return what limits look at in things given by value in fen and class."""
    return Batch(
        values_fen=tuple(value for value, _ in things),
        kinds=frozenset(_kind_of(code) for _, code in things),
    )


def _kind_of(class_code: str) -> str:
    if classes.is_land(class_code):
        return "land"
    if classes.is_house(class_code):
        return "house"
    return "vehicle" if classes.is_vehicle(class_code) else "other"


def split_flags(
    world: World,
    process: Process,
    assets: Iterable[Asset],
    day: date,
    items: Iterable[RequestItem] = (),
) -> tuple[str, ...]:
    """Return the soft flag of a batch that looks like a part of a larger one (handbook 8.5).

    With batches of the unit asked for within `split_batch_days` that are the same office's, its
    things of one class are another, no lower office's.
    """
    limits = limits_of(world, process, day)
    if limits is None or process.opened_on is None:
        return ()
    near = timedelta(days=int(world.setting("split_batch_days", day)))
    days = (process.opened_on - near, process.opened_on + near)
    own = [*_values(assets), *values_of(items)]
    office = _office(limits, own)
    others = [list(found.things) for found in world.neighbours(process, days)]
    beside = [thing for batch in others if _office(limits, batch) == office for thing in batch]
    for code in {code for _, code in own}:
        alike = [thing for thing in beside if thing[1] == code]
        together = _office(limits, [thing for thing in own if thing[1] == code] + alike)
        if alike and together != office and _rank(together) >= _rank(office):
            return ("E_SPLIT_BATCH",)
    return ()


def _office(limits: LimitsSet, things: Sequence[tuple[int, str]]) -> str | None:
    limit = office_for(limits, batch_from(things))
    return limit.office if limit else None


def _rank(office: str | None) -> int:
    return -1 if office is None else RANKS[office]


def route_of(world: World, process: Process, day: date) -> RouteSet | None:
    """Return the route in force on `day`; None where requests need no steps before approval."""
    units = world.units_above(process.unit_id)
    return world.approval_rules().route(process.kind, units, day)


def limits_of(world: World, process: Process, day: date) -> LimitsSet | None:
    """Return the limits in force on `day`; None where none were set."""
    units = world.units_above(process.unit_id)
    return world.approval_rules().limits_of(process.kind, units, day)


def people_of(actor: Actor) -> frozenset[str]:
    """Return the one who acts and the one for whom he acts."""
    return frozenset({actor.person_id, actor.on_behalf_of or actor.person_id})


def require_other(world: World, process: Process) -> None:
    """Refuse the one who asked, and whoever has signed a step already (handbook 1.5)."""
    used = {process.requester} | {
        person for mark in process.signed for person in (mark.person_id, mark.on_behalf_of)
    }
    refuse_unless(used.isdisjoint(people_of(world.actor)), "E_SELF_APPROVAL")


def require_decidable(
    world: World, process: Process, approval: Approval, day: date, batch: Batch
) -> Approval:
    """Return the approval if this actor may give it now, with the office that decides.

    Refuses open steps, an office below the limit of `batch`, and the wrong people.
    """
    require_other(world, process)
    require_approval(approval, day)
    route = route_of(world, process, day)
    if route is not None:
        signed = [mark.step for mark in process.signed]
        missing = waiting(route, signed, process.amount_fen)
        names = "、".join(step.zh for step in missing)
        english = ", ".join(step.en or step.code for step in missing)
        refuse_unless(not missing, "E_STEP_OPEN", names, english, field="process_id")
    return _at_office(world, process, approval, day, batch)


def _at_office(
    world: World, process: Process, approval: Approval, day: date, batch: Batch
) -> Approval:
    own = OFFICE_OF_ROLE.get(world.actor.role)
    limits = limits_of(world, process, day)
    if limits is None and approval.office is None:
        return approval
    office = approval.office or own
    recorded = office == "government" and own in {"organ_affairs", "finance"}
    refuse_unless(
        office is not None and (office == own or recorded),
        "E_LEVEL",
        "批复机关与经办人所在部门不符",
        "the deciding office is not the actor's",
        field="approval.office",
    )
    assert office is not None
    limit = office_for(limits, batch) if limits else None
    if limit is not None:
        zh, en = OFFICE_NAMES[limit.office]
        enough = suffices(office, limit.office)
        refuse_unless(enough, "E_LEVEL", f"应由{zh}审批", f"{en} decides", field="approval.office")
    return msgspec.structs.replace(approval, office=office)


class Granted(msgspec.Struct, frozen=True):
    """An approval that a command may rest on: a paper, or a request decided in the system."""

    approval: Approval
    process: Process | None = None
    flags: tuple[str, ...] = ()
    pieces: int | None = None
    """How many of the things asked for came now; None where the whole is carried out at once."""
    amount_fen: int | None = None
    partial: bool = False

    @property
    def process_id(self) -> str | None:
        """The request's id; None for a paper."""
        return self.process.process_id if self.process else None

    def executed(self, command: Command, **detail: Scalar) -> tuple[Fact, ...]:
        """Return the step that says the request was carried out; none for a paper."""
        if self.process is None:
            return ()
        return (
            step(
                self.process.process_id,
                self.process.unit_id,
                command,
                "process.executed/1",
                self.process.kind,
                amount_fen=self.process.amount_fen if self.pieces is None else self.amount_fen or 0,
                approval=self.approval,
                flags=self.flags,
                detail={**detail, "partial": self.partial or None},
                pieces=self.pieces,
            ),
        )


def approval_of(
    world: World,
    command: Command,
    kind: str,
    assets: Sequence[Asset],
    *,
    approval: Approval | None,
    process_id: str | None,
) -> Granted:
    """Return what a command of `kind` about `assets` rests on; refuses (hard) where nothing does.

    A request is carried out as a whole: for exactly the things that were approved.
    """
    if process_id is None:
        for asset in assets:
            require_free(asset)
        return Granted(require_approval(approval, command.occurred_on))
    process = world.process(process_id)
    refuse_unless(process.kind == kind, "E_KIND_MISMATCH", process.kind, field="process_id")
    refuse_unless(process.status == "approved", "E_NO_APPROVAL", process_id, field="process_id")
    refuse_unless(
        {asset.asset_id for asset in assets} == set(process.asset_ids),
        "E_KIND_MISMATCH",
        "须按批复的全部资产一次办理",
        "carry out the whole of what was approved",
        field="asset_ids",
    )
    decided = require_approval(process.approval, command.occurred_on)
    return Granted(decided, process, expired(world, process, command.occurred_on))


def granted_pieces(
    world: World,
    command: Command,
    kind: str,
    unit_id: str,
    request_id: str,
    class_codes: Sequence[str],
    amount_fen: int,
) -> Granted:
    """Return the approved request of `kind` that these new things carry out, in part or whole.

    Refuses more pieces than were granted, other classes, and another unit's request.
    """
    process = world.process(request_id)
    fits = process.kind == kind and process.unit_id == unit_id
    refuse_unless(fits, "E_KIND_MISMATCH", process.kind, field="request_id")
    refuse_unless(process.status == "approved", "E_NO_APPROVAL", request_id, field="request_id")
    approval = require_approval(process.approval, command.occurred_on)
    wanted = {item.class_code for item in process.items}
    for number, code in enumerate(class_codes):
        refuse_unless(code in wanted, "E_KIND_MISMATCH", code, field=f"cards.{number}.class_code")
    left = (process.pieces or 0) - process.executed_pieces
    refuse_unless(
        len(class_codes) <= left,
        "E_KIND_MISMATCH",
        f"批准数量还剩 {left} 件",
        f"{left} pieces are left of what was granted",
        field="cards",
    )
    return Granted(
        approval,
        process,
        expired(world, process, command.occurred_on),
        pieces=len(class_codes),
        amount_fen=amount_fen,
        partial=len(class_codes) < left,
    )


def ended(
    command: Command, process: Process, assets: Sequence[Asset], what: str, event_type: str
) -> tuple[Fact, ...]:
    """Return the end of a request that leads nowhere: its things are free again."""
    freed = Changes(process_id=None, overlays_off=(Overlay.PROCESS_OPEN,))
    marks = [
        changed(
            asset,
            command,
            event_type,
            process.kind,
            freed,
            detail={"step": what},
            process_id=process.process_id,
        )
        for asset in assets
    ]
    over = step(process.process_id, process.unit_id, command, f"process.{what}/1", process.kind)
    return (over, *marks)


def expired(world: World, process: Process, day: date) -> tuple[str, ...]:
    """Return the soft flag of an approval older than its route or the setting lets it be."""
    assert process.approval is not None
    route = route_of(world, process, process.approval.on)
    months = route.valid_months if route and route.valid_months else None
    months = months or int(world.setting("approval_valid_months", day))
    late = day > month_later(process.approval.on, months)
    return ("E_APPROVAL_EXPIRED",) if late else ()


def cut_of_assets(assets: Sequence[Asset], left: Iterable[tuple[str, str]]) -> tuple[Cut, ...]:
    """Return the cut of things left out, given as (asset id, reason); some must remain."""
    by_id = {asset.asset_id: asset for asset in assets}
    cut: dict[str, Cut] = {}
    for asset_id, reason in left:
        refuse_unless(asset_id in by_id, "E_UNKNOWN_ASSET", asset_id, field="leave_out")
        fen = by_id[asset_id].original_gross_fen
        cut[asset_id] = Cut(reason=reason, asset_id=asset_id, fen=fen)
    refuse_unless(
        len(cut) < len(by_id),
        "E_AMOUNT",
        "全部审减请改为退回",
        "reject the request instead of cutting all of it",
        field="leave_out",
    )
    return tuple(cut.values())


def require_deputy(world: World, day: date) -> None:
    """Refuse to act for somebody who has not asked for it on `day`."""
    actor = world.actor
    if actor.on_behalf_of is None:
        return
    asked: Delegations = world.delegations(actor.on_behalf_of)
    allowed = asked.covers(actor.person_id, actor.role, day)
    refuse_unless(allowed, "E_DELEGATION", actor.on_behalf_of)
