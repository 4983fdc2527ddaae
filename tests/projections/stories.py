"""Events written down by hand for the tests of projections, and a log that holds them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from domain.cards import Card
from domain.depreciation import Basis
from domain.envelope import Recorded, canonical_json
from domain.events import (
    AssetChanged,
    AssetConfigured,
    AssetReallocated,
    Body,
    Changes,
    DepreciationRun,
    Line,
    PeriodClosed,
    VoucherPosted,
)
from domain.periods import last_day
from domain.states import State
from eventstore.connection import APP, session_url
from eventstore.mapper import COLUMNS

START = datetime(2024, 1, 1, 8, tzinfo=UTC)


def day(text: str) -> date:
    """A date from its ISO text."""
    return date.fromisoformat(text)


def card(card_no: str, **fields: Any) -> Card:
    """A desktop computer's card with `fields` of its own."""
    plain: dict[str, Any] = {
        "name": "台式计算机",
        "class_std": "GB/T 14885-2022",
        "class_code": "A02010105",
        "card_type": "EQUIPMENT",
        "account_code": "1601",
        "acq_way": "PURCHASE",
        "acquired_on": day("2024-01-05"),
        "gross_fen": 500_000,
    }
    return Card(card_no=card_no, **(plain | fields))


class Story:
    """Events in the order in which they were recorded, a minute apart."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self._versions: dict[str, int] = {}

    def add(
        self,
        stream: str,
        type_: str,
        sub_kind: str,
        unit: str,
        body: Body,
        on: str | date,
        **more: Any,
    ) -> Recorded:
        """One event of `type_` (without its number) that occurred `on`."""
        self._versions[stream] = self._versions.get(stream, 0) + 1
        position = len(self.events) + 1
        empty = dict.fromkeys(COLUMNS)
        fields: dict[str, Any] = {
            **empty,
            "position": position,
            "event_id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(position))),
            "stream": stream,
            "version": self._versions[stream],
            "type": f"{type_}/1",
            "sub_kind": sub_kind,
            "unit_id": unit,
            "occurred_on": day(on) if isinstance(on, str) else on,
            "recorded_at": START + timedelta(minutes=position),
            "actor_id": "P001",
            "actor_role": "asset_officer",
            "attachments": (),
            "command_id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(position))),
            "body": canonical_json(body).decode(),
            **more,
        }
        event = Recorded(**fields)
        self.events.append(event)
        return event

    def configure(
        self, asset: str, unit: str, card_no: str, on: str | date, **fields: Any
    ) -> Recorded:
        """A purchase; `changes` are the holding's first values, the rest belongs to the card."""
        changes = fields.pop("changes", Changes(state=State.IN_USE, gross_fen=500_000))
        body = AssetConfigured(
            card_no=card_no,
            card=card(card_no, **fields),
            changes=changes,
            original_gross_fen=500_000,
        )
        stream = f"asset:{asset}"
        kind = "CONFIG.PURCHASE"
        return self.add(stream, "asset.configured", kind, unit, body, on, asset_id=asset)

    def change(
        self,
        asset: str,
        unit: str,
        card_no: str,
        on: str | date,
        *,
        booked_on: date | None = None,
        **set_: Any,
    ) -> Recorded:
        """A change of a holding to the values `set_`."""
        body = AssetChanged(card_no=card_no, changes=Changes(**set_), before=Changes())
        return self.add(
            f"asset:{asset}",
            "asset.used",
            "USE.MOVE",
            unit,
            body,
            on,
            asset_id=asset,
            booked_on=booked_on,
        )

    def reallocate(
        self, asset: str, given: tuple[str, str], taken: tuple[str, str], on: str, **set_: Any
    ) -> Recorded:
        """The holding `given` (unit, card number) ends, the holding `taken` begins."""
        body = AssetReallocated(
            from_unit=given[0],
            from_card_no=given[1],
            to_unit=taken[0],
            to_card_no=taken[1],
            changes=Changes(**set_),
            gross_fen=500_000,
            accum_fen=0,
            done_months=0,
        )
        return self.add(
            f"asset:{asset}",
            "asset.reallocated",
            "REALLOC.IN_DEPT",
            taken[0],
            body,
            on,
            asset_id=asset,
            booked_on=day(on),
        )

    def voucher(
        self, unit: str, on: str, lines: Iterable[tuple[str, str, int, str | None]], **more: Any
    ) -> Recorded:
        """A voucher of lines (account, side, fen, asset id); BA accounts begin with 6, 7 or 8."""
        number = len(self.events) + 1
        body = VoucherPosted(
            voucher_id=f"V{number}",
            summary="测试凭证",
            rule="E01",
            lines=tuple(
                Line(
                    book="BA" if account[0] in "678" else "FA",
                    account=account,
                    side=side,
                    fen=fen,
                    asset_id=asset,
                )
                for account, side, fen, asset in lines
            ),
        )
        fields: dict[str, Any] = {"booked_on": day(on)} | more
        stream = f"ledger:{unit}"
        return self.add(stream, "ledger.voucher_posted", "VOUCHER", unit, body, on, **fields)

    def run(
        self,
        unit: str,
        period: str,
        fen: int,
        *,
        inputs: int | None = None,
        skipped: dict[str, tuple[str, ...]] | None = None,
    ) -> Recorded:
        """A depreciation run of `fen` in all, over the events up to `inputs`."""
        lines = (
            Line(book="FA", account="5001", side="D", fen=fen),
            Line(book="FA", account="1602", side="C", fen=fen),
        )
        body = DepreciationRun(
            period=period,
            inputs_position=len(self.events) if inputs is None else inputs,
            count=1,
            lines=lines if fen else (),
            digest="",
            skipped=skipped or {},
        )
        on = last_day(period)
        return self.add(
            f"period:{unit}", "ledger.depreciation_run", "DEPRECIATE", unit, body, on, booked_on=on
        )

    def close(self, unit: str, period: str) -> Recorded:
        """A period closed."""
        stream = f"period:{unit}"
        body = PeriodClosed(period=period)
        return self.add(stream, "period.closed", "PERIOD.CLOSE", unit, body, last_day(period))


def basis(start: str, fen: int = 500_000, months: int = 72, opening: int = 0) -> Basis:
    """A basis in the accounts of fixed assets."""
    return Basis(
        start_period=start,
        amount_fen=fen,
        months=months,
        expense_account="5001",
        accum_account="1602",
        opening_fen=opening,
    )


class ListLog:
    """A log over a list of events; `head_at` hides those that are not recorded yet."""

    def __init__(self, events: Sequence[Recorded]) -> None:
        self.events = events
        self.head_at = len(events)

    def read(self, after: int, limit: int) -> Sequence[Recorded]:
        """Up to `limit` events behind `after`."""
        return self.events[after : min(after + limit, self.head_at)]

    def head(self) -> int:
        """The last position."""
        return self.head_at

    def wait(self, after: int, timeout: float) -> int:
        """The last position, at once when there is one behind `after`."""
        if self.head_at <= after:
            time.sleep(timeout)
        return self.head_at


def record(url: str, events: Sequence[Recorded]) -> None:
    """Write `events` into the table of the log behind those that it holds."""
    statement = f"COPY ledger.events ({', '.join(COLUMNS)}) FROM STDIN"
    with (
        psycopg.connect(session_url(url, APP)) as connection,
        connection.cursor().copy(statement) as copy,
    ):
        for event in events:
            values = [getattr(event, name) for name in COLUMNS]
            values[COLUMNS.index("attachments")] = "[]"
            copy.write_row(values)
