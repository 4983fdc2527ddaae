"""The depreciation of one card, month by month, worked out from its journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from domain.catalogue.accounts import ACCOUNTS
from projections.queries import Row

_GROSS: Final = frozenset(a.contra_of for a in ACCOUNTS if a.contra_of)
_ACCUM: Final = frozenset(a.code for a in ACCOUNTS if a.contra_of)
WIDTH: Final = 720
HEIGHT: Final = 150


class Month(msgspec.Struct, frozen=True):
    """What stood after a period: the charge, accumulated and net, in fen."""

    period: str
    charge_fen: int
    accum_fen: int
    net_fen: int
    voucher_id: str | None


class Year(msgspec.Struct, frozen=True):
    """One year of a schedule with its months."""

    year: str
    charge_fen: int
    accum_fen: int
    net_fen: int
    months: list[Month]


class Schedule(msgspec.Struct, frozen=True):
    """The booked depreciation by year, and the net value as points of a chart."""

    years: list[Year]
    charged_fen: int
    points: str
    first: str
    last: str
    top_fen: int


def schedule_of(rows: Iterable[Row]) -> Schedule:
    """The schedule in the journal lines of one holding, which stand in the order of booking."""
    months = _months(rows)
    years: dict[str, list[Month]] = {}
    for month in months:
        if month.charge_fen:
            years.setdefault(month.period[:4], []).append(month)
    made = [
        Year(year, sum(m.charge_fen for m in of), of[-1].accum_fen, of[-1].net_fen, of)
        for year, of in years.items()
    ]
    top = max((month.net_fen for month in months), default=0)
    return Schedule(
        years=list(reversed(made)), charged_fen=sum(year.charge_fen for year in made),
        points=_points([month.net_fen for month in months], top), top_fen=top,
        first=months[0].period if months else "", last=months[-1].period if months else "",
    )  # fmt: skip


def _months(rows: Iterable[Row]) -> list[Month]:
    gross = accum = 0
    found: dict[str, Month] = {}
    for row in rows:
        signed = row["fen"] if row["side"] == "D" else -row["fen"]
        account = row["account"].partition(".")[0]
        if account in _GROSS:
            gross += signed
        elif account in _ACCUM:
            accum -= signed
        else:
            continue
        period = row["period"]
        before = found.get(period)
        is_charge = row["kind"] == "run" and account in _ACCUM
        charge = (before.charge_fen if before else 0) + (row["fen"] if is_charge else 0)
        voucher_id = row["voucher_id"] if is_charge else (before.voucher_id if before else None)
        found[period] = Month(period, charge, accum, gross - accum, voucher_id)
    return list(found.values())


def _points(values: list[int], top: int) -> str:
    """The net value as an SVG polyline, the first month at the left."""
    if len(values) < 2 or top <= 0:
        return ""
    step = WIDTH / (len(values) - 1)
    return " ".join(
        f"{number * step:.1f},{HEIGHT - value * HEIGHT / top:.1f}"
        for number, value in enumerate(values)
    )
