"""A city in a few lines: units, warehouses, things and their lives as events written by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.depreciation import Basis
from domain.envelope import Recorded
from domain.events import (
    Approval,
    AssetChanged,
    AssetConfigured,
    AssetReallocated,
    BooksOpened,
    Changes,
    DayPassed,
    ProcessOpened,
    ProcessStep,
    SettingSet,
    StocktakeClosed,
    StocktakeCounted,
    StocktakeOpened,
    UnitRegistered,
    WarehouseOpened,
)
from domain.states import Overlay, State
from tests.projections.stories import Story, basis, card, day

LAPTOP = "A02010108"
DESKTOP = "A02010105"


def approval(on: str, no: str = "批〔2024〕1号") -> Approval:
    """A decision of `on`."""
    return Approval(no=no, on=day(on), level="city")


class Life(Story):
    """A story told in the words of the field; every method records one event."""

    def unit(self, unit: str, level: str = "city", parent: str | None = None, **more: Any) -> None:
        """A unit registered on the first day of 2020 unless said otherwise."""
        on = more.pop("on", "2020-01-01")
        fields = {"name": unit, "kind": "administrative"} | more
        body = UnitRegistered(level=level, parent_id=parent, **fields)
        self.add(f"org:{unit}", "org.unit_registered", "ORG.UNIT", unit, body, on)

    def warehouse(self, warehouse: str, unit: str, on: str = "2020-01-01") -> None:
        """A warehouse in custody mode run by `unit`."""
        body = WarehouseOpened(name=warehouse, title_mode="CUSTODY")
        self.add(f"warehouse:{warehouse}", "org.warehouse_opened", "ORG.WH", unit, body, on)

    def setting(self, name: str, value: int | str, valid_from: str, on: str = "2024-01-01") -> None:
        """A dated setting."""
        body = SettingSet(name=name, value=value, valid_from=day(valid_from))
        self.add(f"rule:{name}", "rule.setting_set", "RULE.SETTING", "CITY", body, on)

    def passes(self, on: str) -> Recorded:
        """The day `on` has passed."""
        body = DayPassed(day=day(on))
        return self.add("calendar", "calendar.day_passed", "CALENDAR.DAY", "CITY", body, on)

    def acquire(self, asset: str, unit: str, on: str, **more: Any) -> Recorded:
        """A thing accepted; fields of the card may be given by name."""
        kind = more.pop("kind", "CONFIG.PURCHASE")
        names = ("approval", "contract_on", "refusal_reason", "search_result", "opening")
        facts = {name: more.pop(name) for name in names if name in more}
        if isinstance(facts.get("contract_on"), str):
            facts["contract_on"] = day(facts["contract_on"])
        changes = more.pop("changes", Changes(state=State.ACCEPTED))
        fields = {"acquired_on": day(on)} | more
        made = card(f"K-{asset}", **fields)
        body = AssetConfigured(
            card_no=made.card_no,
            card=made,
            changes=changes,
            original_gross_fen=made.gross_fen,
            **facts,
        )
        stream = f"asset:{asset}"
        return self.add(stream, "asset.configured", kind, unit, body, on, asset_id=asset)

    def opening(self, asset: str, unit: str, on: str, **more: Any) -> Recorded:
        """A booked card brought in from older books."""
        changes = more.pop("changes", Changes(state=State.IN_USE, booked_on=day(on)))
        return self.acquire(asset, unit, on, kind="CONFIG.OPENING", changes=changes, **more)

    def happens(
        self, asset: str, unit: str, on: str, kind: str, type_: str = "asset.used", **more: Any
    ) -> Recorded:
        """One fact of a holding: `detail`, `approval`, `process`, `booked_on`, then its changes."""
        envelope: dict[str, Any] = {"asset_id": asset}
        if "process" in more:
            envelope["process_id"] = more.pop("process")
        facts = {name: more.pop(name) for name in ("detail", "approval") if name in more}
        card_no = more.pop("card_no", f"K-{asset}")
        body = AssetChanged(card_no=card_no, changes=Changes(**more), before=Changes(), **facts)
        if isinstance(more.get("booked_on"), date):
            envelope["booked_on"] = more["booked_on"]
        return self.add(f"asset:{asset}", type_, kind, unit, body, on, **envelope)

    def book(
        self, asset: str, unit: str, on: str, state: State = State.IN_USE, **more: Any
    ) -> Recorded:
        """A thing booked, with its basis from the month of booking on."""
        given: dict[str, Any] = {
            "gross_fen": 500_000,
            "basis": basis(on[:7]),
        } | more
        kind = "asset.booked"
        return self.happens(
            asset, unit, on, "BOOK.POST", kind, state=state, booked_on=day(on), **given
        )

    def idles(self, asset: str, unit: str, on: str, **more: Any) -> Recorded:
        """A thing declared idle."""
        return self.happens(asset, unit, on, "USE.DECLARE_IDLE", state=State.IDLE, **more)

    def issued(self, asset: str, unit: str, on: str) -> Recorded:
        """A thing handed to a user."""
        return self.happens(asset, unit, on, "USE.ISSUE", state=State.IN_USE, keeper="P9")

    def stored(self, asset: str, unit: str, warehouse: str, on: str) -> Recorded:
        """A thing taken into a warehouse, in custody."""
        return self._house(
            asset, unit, on, "WH.INTAKE", state=State.IN_WH_CUSTODY, warehouse_id=warehouse
        )

    def listed(self, asset: str, unit: str, on: str) -> Recorded:
        """A thing put on the list."""
        return self._house(asset, unit, on, "WH.LIST", overlays_on=(Overlay.LISTED,))

    def unlisted(self, asset: str, unit: str, on: str) -> Recorded:
        """A thing taken off the list."""
        return self._house(asset, unit, on, "WH.UNLIST", overlays_off=(Overlay.LISTED,))

    def reserved(self, asset: str, unit: str, by: str, on: str, until: str) -> Recorded:
        """A listed thing reserved by a unit."""
        return self._house(
            asset,
            unit,
            on,
            "WH.RESERVE",
            reserved_by=by,
            reserved_until=day(until),
            overlays_on=(Overlay.RESERVED,),
        )

    def lent(self, asset: str, unit: str, borrower: str, on: str, due: str) -> Recorded:
        """A warehoused thing lent until `due`."""
        return self._house(
            asset,
            unit,
            on,
            "WH.LOAN",
            state=State.LOANED,
            borrower_unit=borrower,
            due_on=day(due),
            reserved_by=None,
            reserved_until=None,
            overlays_off=(Overlay.LISTED, Overlay.RESERVED),
        )

    def extended(self, asset: str, unit: str, on: str, due: str) -> Recorded:
        """A loan extended until `due`."""
        return self._house(asset, unit, on, "WH.EXTEND", due_on=day(due))

    def returned(self, asset: str, unit: str, on: str) -> Recorded:
        """A lent thing brought back."""
        return self._house(
            asset, unit, on, "WH.RETURN", state=State.IN_WH_CUSTODY, borrower_unit=None, due_on=None
        )

    def _house(self, asset: str, unit: str, on: str, kind: str, **changes: Any) -> Recorded:
        return self.happens(asset, unit, on, kind, "asset.warehoused", **changes)

    def disposal(
        self, asset: str, unit: str, on: str, step: str, kind: str = "DISP.SCRAP", **more: Any
    ) -> Recorded:
        """One step of a disposal of the thing."""
        changes: dict[str, Any] = {}
        if step == "executed":
            changes = {"state": State.DISPOSED, "gross_fen": 0, "basis": None}
        if step == "missing":
            changes = {"state": State.LOSS_PENDING}
        return self.happens(
            asset, unit, on, kind, "asset.disposed", detail={"step": step}, **changes | more
        )

    def counted(self, asset: str, unit: str, on: str, result: str) -> Recorded:
        """A thing counted in a stocktake."""
        return self.happens(asset, unit, on, f"COUNT.{result}", "asset.counted")

    def corrected(self, asset: str, unit: str, on: str, **fields: Any) -> Recorded:
        """Card fields corrected."""
        named = {name.replace("traits_", "traits."): value for name, value in fields.items()}
        return self.happens(asset, unit, on, "CORRECT.CARD", "asset.corrected", card=named)

    def voided(self, asset: str, unit: str, on: str) -> Recorded:
        """A card voided as accepted in error."""
        return self.happens(asset, unit, on, "CORRECT.VOID", "asset.corrected", state=State.VOIDED)

    def given(self, asset: str, unit: str, to: str, on: str, **more: Any) -> Recorded:
        """A thing given to another unit for good."""
        kind = more.pop("kind", "REALLOC.IN_DEPT")
        from_card = more.pop("from_card", f"K-{asset}")
        facts = {name: more.pop(name) for name in ("approval",) if name in more}
        body = AssetReallocated(
            from_unit=unit,
            from_card_no=from_card,
            to_unit=to,
            to_card_no=f"{from_card}-{to}",
            changes=Changes(**{"state": State.IN_USE} | more),
            gross_fen=500_000,
            accum_fen=0,
            done_months=0,
            **facts,
        )
        stream = f"asset:{asset}"
        return self.add(
            stream, "asset.reallocated", kind, to, body, on, asset_id=asset, booked_on=day(on)
        )

    def process(self, process: str, unit: str, on: str, kind: str, **more: Any) -> Recorded:
        """A process opened."""
        body = ProcessOpened(kind=kind, **more)
        stream = f"process:{process}"
        return self.add(stream, "process.opened", kind, unit, body, on, process_id=process)

    def step(
        self, process: str, unit: str, on: str, what: str, fen: int = 0, **more: Any
    ) -> Recorded:
        """One step of a process; `owed` is what it makes due to the treasury, in fen."""
        owed = more.pop("owed", None)
        detail = more.pop("detail", {}) | ({} if owed is None else {"owed_fen": owed})
        body = ProcessStep(amount_fen=fen, detail=detail, **more)
        stream = f"process:{process}"
        return self.add(stream, f"process.{what}", "STEP", unit, body, on, process_id=process)

    def opens_books(self, unit: str, period: str) -> Recorded:
        """The unit's books begin."""
        body = BooksOpened(period=period)
        on = f"{period}-01"
        return self.add(f"period:{unit}", "period.opened", "PERIOD.OPEN", unit, body, on)

    def count(self, task: str, unit: str, on: str, expected: int) -> Recorded:
        """A stocktake opened."""
        body = StocktakeOpened(base_on=day(on), expected=expected, counters=("P7",))
        return self.add(f"stocktake:{task}", "stocktake.opened", "COUNT.OPEN", unit, body, on)

    def count_result(self, task: str, unit: str, on: str, result: str, **more: Any) -> Recorded:
        """One thing counted in a stocktake."""
        body = StocktakeCounted(result=result, counter="P7", **more)
        kind = f"COUNT.{result}"
        return self.add(f"stocktake:{task}", "stocktake.counted", kind, unit, body, on)

    def count_closed(self, task: str, unit: str, on: str, figures: dict[str, int]) -> Recorded:
        """A stocktake closed."""
        body = StocktakeClosed(figures=figures)
        return self.add(f"stocktake:{task}", "stocktake.closed", "COUNT.CLOSE", unit, body, on)


def spread(start: str, fen: int = 500_000, months: int = 72) -> Basis:
    """A basis from `start` on."""
    return basis(start, fen, months)
