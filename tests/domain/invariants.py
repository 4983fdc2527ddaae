"""What holds after every command of a city, whatever the commands were (see `town`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from domain.asset import Asset, Holding, values
from domain.asset import fold as fold_asset
from domain.depreciation import Basis, accumulated_fen
from domain.envelope import Recorded, canonical_json
from domain.events import (
    AssetChanged,
    AssetConfigured,
    AssetReallocated,
    DepreciationRun,
    VoucherPosted,
)
from domain.periods import first_day, last_day, period_of
from domain.states import TERMINAL, State
from tests.domain.book import read_body
from tests.domain.town import UNITS, Town

CARD_ACCOUNTS = ("1601", "1602", "1613", "1701", "1702")
FOR_EVER = date(2999, 12, 31)
_BUILDING = {State.UNDER_CONSTRUCTION, State.UNDER_IMPROVEMENT}
_REVERSED = "CORRECT.REVERSE_DISPOSAL"


def vouchers_balance(news: list[Recorded]) -> None:
    """Each voucher balances in both books; only a reversal holds negatives."""
    for event in news:
        body = read_body(event)
        if not isinstance(body, VoucherPosted | DepreciationRun):
            continue
        sums: Counter[str] = Counter()
        for line in body.lines:
            sums[line.book] += line.fen if line.side == "D" else -line.fen
            red = isinstance(body, VoucherPosted) and body.reverses is not None

            assert red or line.fen > 0, f"{event.sub_kind} is negative without reversing anything"
        assert not +sums, f"{event.sub_kind} {event.body}"
        assert not -sums, f"{event.sub_kind} {event.body}"


def nothing_is_half(town: Town, news: list[Recorded]) -> None:
    """Facts come in order, and whatever they name is there: vouchers, things, processes."""
    vouchers = {
        body.voucher_id
        for name, stream in town.book.streams.items()
        if name.startswith("ledger:")
        for _, body in stream
        if isinstance(body, VoucherPosted)
    }
    for event in news:
        body = read_body(event)
        named = {
            getattr(body, name, None) for name in ("voucher_id", "from_voucher_id", "to_voucher_id")
        }
        assert named - {None} <= vouchers, f"{event.type} names a voucher that is not there"
        if event.process_id is not None:
            streams = {f"{kind}:{event.process_id}" for kind in ("process", "stocktake")}

            assert streams & town.book.streams.keys(), event.type
        if isinstance(body, VoucherPosted):
            for line in body.lines:
                there = line.asset_id is None or f"asset:{line.asset_id}" in town.book.streams

                assert there, f"{body.rule} posts on a thing that is not there"
    created = town.book.decision.created
    for key, kind in (("asset_ids", "asset"), ("process_id", "process")):
        for name in created.get(key, []):
            assert f"{kind}:{name}" in town.book.streams
    assert set(created.get("voucher_id", [])) <= vouchers


def what_ended_stays_ended(town: Town, news: list[Recorded]) -> None:
    """A holding that is DISPOSED or VOIDED changes only by a reversal."""
    for stream in {event.stream for event in news if event.stream.startswith("asset:")}:
        state = Asset(asset_id=stream.removeprefix("asset:"))
        seen = {event.position for event in news}
        for event, body in town.book.streams[stream]:
            ended = state.holding is not None and state.holding.state in TERMINAL
            if event.position in seen and ended:
                assert event.sub_kind == _REVERSED, f"{event.type} {event.sub_kind}"
            state = fold_asset(state, event, body)


def memory_and_store_agree(town: Town, news: list[Recorded]) -> None:
    """Each stream that was written folds from its stored text to what memory holds."""
    for event in news:
        assert event.body.encode() == canonical_json(read_body(event))
    for stream in {event.stream for event in news} & town.memory.keys():
        assert town.stored(stream) == town.memory[stream]


def transfers_net_to_zero(town: Town) -> None:
    """3401 is zero over each pair whose two sides are in this log, before the year's end."""
    pairs = {event.command_id for event in town.book.log if event.type == "asset.reallocated/1"}
    sums: Counter[str] = Counter()
    for name in town.book.streams:
        if not name.startswith("ledger:"):
            continue
        for event, body in town.book.streams[name]:
            if event.command_id in pairs and isinstance(body, VoucherPosted):
                sums[event.command_id] += sum(
                    line.fen if line.side == "D" else -line.fen
                    for line in body.lines
                    if line.account == "3401"
                )
    assert not {command for command, fen in sums.items() if fen}


def cards_equal_ledger(town: Town, on: date = FOR_EVER) -> None:
    """Sum of cards booked by `on` = balance of 1601, 1602, 1613, 1701, 1702, of each unit.

    PENDING_BOOKING counts in 1601, LOSS_PENDING in none, what is built or rebuilt in 1613; and
    on no card is more accumulated than it cost.
    """
    cards: Counter[tuple[str, str]] = Counter()
    for asset in town.assets:
        holding, until = asset.holding, len(town.book.log)
        if on != FOR_EVER:
            holding, until = _held_on(town, asset.asset_id, on)
        if holding is None:
            continue
        gross, accum = _worth(town, holding, asset.asset_id, on, until)

        assert 0 <= accum <= gross, f"{holding.card_no} {holding.state}: {accum} of {gross}"
        assert gross == 0 or holding.state not in TERMINAL | {State.LOSS_PENDING}
        account = "1613" if holding.state in _BUILDING else holding.card.account_code
        contra = "1702" if account == "1701" else "1602"
        cards[holding.unit_id, account] += gross
        cards[holding.unit_id, contra] -= accum
    ledger: Counter[tuple[str, str]] = Counter()
    for line in town.book.journal:
        if line.account in CARD_ACCOUNTS and line.period <= period_of(on):
            ledger[line.unit_id, line.account] += line.fen if line.side == "D" else -line.fen
    keys = [(unit, account) for unit in UNITS for account in CARD_ACCOUNTS]

    assert {key: cards[key] for key in keys} == {key: ledger[key] for key in keys}, str(on)


def lines_of_cards_agree(town: Town) -> None:
    """The lines of each single card add up to what the card says."""
    lines: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for line in town.book.journal:
        if line.account in CARD_ACCOUNTS:
            assert line.asset_id is not None, f"{line.account} without a card"
            fen = line.fen if line.side == "D" else -line.fen
            lines[line.unit_id, line.asset_id][line.account] += fen
    for asset in town.assets:
        holding = asset.holding
        assert holding is not None
        gross, accum = _worth(town, holding, asset.asset_id, FOR_EVER, len(town.book.log))
        for unit in UNITS:
            own = lines[unit, asset.asset_id]
            here = unit == holding.unit_id
            expected = (gross, accum) if here else (0, 0)
            actual = (
                own["1601"] + own["1613"] + own["1701"],
                -own["1602"] - own["1702"],
            )
            assert expected == actual, f"{holding.card_no} {holding.state} at {unit}"


def _worth(town: Town, holding: Holding, asset_id: str, on: date, until: int) -> tuple[int, int]:
    """Gross and accumulated by the runs of the months to `on`, recorded up to position `until`."""
    if holding.basis is None:
        return holding.gross_fen, 0
    months = town.books(holding.unit_id).charged(holding.basis.start_period, asset_id)
    seen = {
        body.period
        for event, body in town.book.streams[f"period:{holding.unit_id}"]
        if isinstance(body, DepreciationRun) and event.position <= until
    }
    runs = sum(1 for month in months if month <= period_of(on) and month in seen)
    return holding.gross_fen, accumulated_fen(holding.basis, runs)


def _held_on(town: Town, asset_id: str, on: date) -> tuple[Holding | None, int]:
    """The holding until its worth was first booked after `on`, and up to which position that was.

    Its months are charged up to there too: a run recorded later works from what came then.
    """
    state = Asset(asset_id=asset_id)
    for event, body in town.book.streams[f"asset:{asset_id}"]:
        valued = isinstance(body, AssetChanged) and values(body)
        if isinstance(body, AssetConfigured | AssetReallocated | AssetChanged) and (
            valued or not isinstance(body, AssetChanged)
        ):
            booked = event.booked_on
            if booked is None and isinstance(body.changes.basis, Basis):
                booked = first_day(body.changes.basis.start_period)
            if booked is not None and booked > on:
                return state.holding, event.position
        state = fold_asset(state, event, body)
    return state.holding, len(town.book.log)


def months_ended(town: Town) -> list[date]:
    """The last day of each month that any unit has run or closed."""
    months = {
        month for unit in UNITS for month in (*town.books(unit).runs, *town.books(unit).closed)
    }
    return [last_day(month) for month in sorted(months)]
