"""The frame: units, their books, warehouses, settings, days and counts."""

from __future__ import annotations

from datetime import timedelta

from domain.commands.structs import (
    CloseStocktake,
    OpenBooks,
    OpenStocktake,
    OpenWarehouse,
    PassDay,
    RecordCount,
    RegisterUnit,
    SetSetting,
)
from domain.decisions.decision import Decision, changed, frame_fact, held
from domain.decisions.opening import open_books_fact
from domain.envelope import Fact
from domain.events import (
    Changes,
    DayPassed,
    SettingSet,
    StocktakeClosed,
    StocktakeCounted,
    StocktakeOpened,
    UnitRegistered,
    WarehouseOpened,
)
from domain.organisation import ADMINISTRATIVE, INSTITUTION, TEMPORARY
from domain.refusals import refuse_unless
from domain.states import TERMINAL
from domain.world import World

CITY = "city"
"""The unit id of facts that belong to the whole city."""

TITLE_MODES = frozenset({"TRANSFER", "CUSTODY", "SUSPENSE"})
RESULTS = frozenset(
    [
        "MATCH",
        "MOVED",
        "ATTR_DIFF",
        "GAIN",
        "LOSS",
        "DAMAGED",
        "UNBOOKED",
        "NO_LABEL",
        "DUP_CARD",
        "UNCERTIFIED",
        "PENDING",
    ]
)
"""Result codes of a count (handbook 9.3)."""


def register_unit(command: RegisterUnit, world: World) -> Decision:
    """Register a unit."""
    refuse_unless(
        command.kind in {ADMINISTRATIVE, INSTITUTION, TEMPORARY},
        "E_SUB_KIND",
        command.kind,
        field="kind",
    )
    refuse_unless(world.maybe_unit(command.unit_id).version == 0, "E_EXISTS", command.unit_id)
    if command.parent_id:
        world.unit(command.parent_id)
    body = UnitRegistered(
        name=command.name,
        kind=command.kind,
        level=command.level,
        parent_id=command.parent_id,
        credit_code=command.credit_code,
        headcount=command.headcount,
        roles=command.roles,
    )
    stream = f"org:{command.unit_id}"
    fact = frame_fact(command, stream, "org.unit_registered/1", "ORG.UNIT", command.unit_id, body)
    return Decision(facts=(fact,))


def open_books(command: OpenBooks, world: World) -> Decision:
    """Say where the unit's books begin."""
    world.unit(command.unit_id)
    opened = world.books(command.unit_id).opened_from
    refuse_unless(opened is None, "E_EXISTS", opened or "", field="period")
    return Decision(facts=(open_books_fact(command.unit_id, command.period, command.occurred_on),))


def open_warehouse(command: OpenWarehouse, world: World) -> Decision:
    """Open a public warehouse."""
    refuse_unless(command.title_mode in TITLE_MODES, "E_SUB_KIND", field="title_mode")
    world.unit(command.unit_id)
    exists = world.maybe_warehouse(command.warehouse_id).version
    refuse_unless(not exists, "E_EXISTS", command.warehouse_id)
    body = WarehouseOpened(name=command.name, title_mode=command.title_mode, place=command.place)
    stream = f"warehouse:{command.warehouse_id}"
    fact = frame_fact(command, stream, "org.warehouse_opened/1", "ORG.WH", command.unit_id, body)
    return Decision(facts=(fact,))


def set_setting(command: SetSetting, world: World) -> Decision:
    """Set a dated setting."""
    world.maybe_setting(command.name)
    body = SettingSet(
        name=command.name,
        value=command.value,
        valid_from=command.valid_from,
        source=command.source,
    )
    stream = f"rule:{command.name}"
    return Decision(
        facts=(frame_fact(command, stream, "rule.setting_set/1", "RULE.SETTING", CITY, body),)
    )


def pass_day(command: PassDay, world: World) -> Decision:
    """Record that a day has passed; days pass in order and none lies in the future."""
    last = world.calendar().last_day
    refuse_unless(
        last is None or command.occurred_on > last,
        "E_DATE",
        f"{last} 之前的日期已记录",
        f"days up to {last} are recorded",
        field="occurred_on",
    )
    refuse_unless(
        command.occurred_on < world.today + timedelta(days=1), "E_DATE", field="occurred_on"
    )
    body = DayPassed(day=command.occurred_on)
    return Decision(
        facts=(
            frame_fact(command, "calendar", "calendar.day_passed/1", "CALENDAR.DAY", CITY, body),
        )
    )


def open_stocktake(command: OpenStocktake, world: World) -> Decision:
    """Open a count of one unit at a base date."""
    world.unit(command.unit_id)
    exists = world.stocktake(command.stocktake_id).version
    refuse_unless(not exists, "E_EXISTS", command.stocktake_id, field="stocktake_id")
    body = StocktakeOpened(
        base_on=command.occurred_on, expected=command.expected, counters=command.counters
    )
    stream = f"stocktake:{command.stocktake_id}"
    fact = frame_fact(command, stream, "stocktake.opened/1", "COUNT.OPEN", command.unit_id, body)
    return Decision(facts=(fact,))


def record_count(command: RecordCount, world: World) -> Decision:
    """Record one counted thing; nobody counts what he keeps himself (handbook 1.5)."""
    count = world.stocktake(command.stocktake_id)
    refuse_unless(count.version, "E_UNKNOWN_STOCKTAKE", command.stocktake_id)
    refuse_unless(count.status == "open", "E_ALREADY_CLOSED", command.stocktake_id)
    refuse_unless(command.result in RESULTS, "E_SUB_KIND", command.result, field="result")
    facts: list[Fact] = []
    card_no = None
    if command.asset_id:
        asset = world.asset(command.asset_id)
        card_no = held(asset).card_no
        refuse_unless(held(asset).state not in TERMINAL, "E_TERMINAL", card_no, field="asset_id")
        alone = held(asset).keeper == world.actor.person_id
        refuse_unless(not alone, "E_SINGLE_COUNTER", "不得盘点本人保管的资产", "own custody")
        facts.append(
            changed(
                asset,
                command,
                "asset.counted/1",
                f"COUNT.{command.result}",
                Changes(),
                detail={"stocktake_id": command.stocktake_id, "place": command.place},
            )
        )
    body = StocktakeCounted(
        result=command.result,
        asset_id=command.asset_id,
        card_no=card_no,
        label_no=command.label_no,
        counter=world.actor.person_id,
        place=command.place,
    )
    stream = f"stocktake:{command.stocktake_id}"
    counted = frame_fact(
        command, stream, "stocktake.counted/1", f"COUNT.{command.result}", count.unit_id, body
    )
    return Decision(facts=(*facts, counted))


def close_stocktake(command: CloseStocktake, world: World) -> Decision:
    """Close a count; what is still PENDING must be settled first (handbook 9.3)."""
    count = world.stocktake(command.stocktake_id)
    refuse_unless(count.version, "E_UNKNOWN_STOCKTAKE", command.stocktake_id)
    refuse_unless(count.status == "open", "E_ALREADY_CLOSED", command.stocktake_id)
    pending = [asset for asset, (result, _) in count.results.items() if result == "PENDING"]
    refuse_unless(not pending, "E_STATE", f"待查 {len(pending)} 件", f"{len(pending)} pending")
    body = StocktakeClosed(figures=count.figures)
    stream = f"stocktake:{command.stocktake_id}"
    fact = frame_fact(command, stream, "stocktake.closed/1", "COUNT.CLOSE", count.unit_id, body)
    return Decision(facts=(fact,))
