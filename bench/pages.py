"""Register page and card page at 200,000 assets, and a whole command beside a bare handler."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
from litestar import Litestar, post
from psycopg_pool import ConnectionPool

from api.auth.powers import Role
from bench.cpu import own_s, server_s
from bench.pages_city import PagesCity, pages_city, size_row
from bench.results import Row, middle
from bench.serving import add_account, percentile, served, served_house, signed_in, timed

ASSETS = int(os.environ.get("BENCH_ASSETS", "200000"))
PAGES = int(os.environ.get("BENCH_PAGES", "60"))
COMMANDS = 150
TARGET_MS = 50
RATIO_MAX = 6
PAST = "2024-06-30"

Path = Callable[[int], str]
"""The address of the nth request."""


def run() -> list[Row]:
    """Return p95 of the pages and the ratio of a command to the bare handler."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with pages_city(ASSETS) as city, served_house(city.works) as address:
        return [*_pages(city, address), *_command(city, address), size_row(city, ASSETS)]


def _pages(city: PagesCity, address: str) -> list[Row]:
    add_account(city.works, "bench-finance", Role.FINANCE, city.unit, "all")
    add_account(city.works, "bench-department", Role.COMPETENT_DEPT, "education", "subtree")
    whole, some = signed_in(address, "bench-finance"), signed_in(address, "bench-department")
    rows = []
    for reader, pages in ((whole, _of_the_city(city)), (some, _of_some_units())):
        for what, path in pages.items():
            rows += _measured(city, reader, what, path)
    return rows


def _of_the_city(city: PagesCity) -> dict[str, Path]:
    """Pages of somebody who sees every unit."""
    unit, cards = f"unit={city.unit}", city.cards
    asked = {
        "register, whole city": "/assets",
        "register, one unit": f"/assets?{unit}",
        "by name": "/assets?sort=name",
        "by name, one unit": f"/assets?{unit}&sort=name",
        "by place": "/assets?sort=place",
        "by value, greatest first": "/assets?sort=gross_fen&dir=desc",
        "place begins 3号": "/assets?place=3号",
        "place nowhere": "/assets?place=无此处",
        "class begins A0201": "/assets?class_prefix=A0201",
        "idle": "/assets?state=IDLE",
        "search 打印机": "/assets?q=打印机",
        "search 机": "/assets?q=机",
        "search dyj": "/assets?q=dyj",
        "search jisuanji": "/assets?q=jisuanji",
        "search 打印机, one unit": f"/assets?{unit}&q=打印机",
        "search nothing there": "/assets?q=无此物品名",
        "past day, whole city": f"/assets?as_of={PAST}",
        "past day, one unit": f"/assets?{unit}&as_of={PAST}",
        "past day, search, one unit": f"/assets?{unit}&as_of={PAST}&q=打印机",
        "ledger of a month": "/ledger?period=2026-03",
        "journal of a year, runs": "/ledger/journal?period=2025&kind=run",
        "journal of a year, vouchers": "/ledger/journal?period=2025&kind=voucher",
    }
    pages = {what: _always(path) for what, path in asked.items()}
    pages["card"] = lambda n: f"/assets/{cards[n % len(cards)]}"
    pages["card, history"] = lambda n: f"/assets/{cards[n % len(cards)]}/history"
    pages["card, journal"] = lambda n: f"/assets/{cards[n % len(cards)]}/journal"
    pages["card, past day"] = lambda n: f"/assets/{cards[n % len(cards)]}?as_of={PAST}"
    return pages


def _always(path: str) -> Path:
    return lambda _: path


def _of_some_units() -> dict[str, Path]:
    """Pages of a competent department: itself and the units below it."""
    return {
        "some units": lambda _: "/assets",
        "some units, by name": lambda _: "/assets?sort=name",
        "some units, past day": lambda _: f"/assets?as_of={PAST}",
        "some units, search 打印机": lambda _: "/assets?q=打印机",
    }


def _measured(city: PagesCity, reader: httpx.Client, what: str, path: Path) -> list[Row]:
    """The p95 of a page, and the processor time of one: on a busy machine only that is sure."""
    missing = {404: "not there on that day"}

    def get(number: int) -> httpx.Response:
        answer = reader.get(path(number))
        return httpx.Response(200) if answer.status_code in missing else answer

    used = own_s() + server_s(city.postmaster)
    took = timed(get, PAGES)
    cpu_ms = (own_s() + server_s(city.postmaster) - used) * 1000 / (PAGES + 5)
    p95 = percentile(took, 0.95)
    return [
        Row("pages", f"{what}, p95 ({cpu_ms:.0f} ms of processor)", p95, "ms",
            target=f"< {TARGET_MS} ms", met=p95 < TARGET_MS, runs=took),
    ]  # fmt: skip


@contextmanager
def _bare(admin_url: str) -> Iterator[Litestar]:
    """The smallest thing that does a durable write: one handler, one INSERT."""
    pool = ConnectionPool(admin_url, min_size=2, kwargs={"autocommit": True}, open=True)
    with pool.connection() as session:
        session.execute("CREATE TABLE IF NOT EXISTS bench_bare (id uuid PRIMARY KEY, body text)")

    @post("/move", sync_to_thread=True)
    def move(data: dict[str, Any]) -> dict[str, str]:
        key = uuid.uuid4()
        with pool.connection() as session:
            session.execute("INSERT INTO bench_bare VALUES (%s, %s)", [key, str(data)])
        return {"id": str(key)}

    try:
        yield Litestar([move], openapi_config=None)
    finally:
        pool.close()
        with psycopg.connect(admin_url) as session:
            session.execute("DROP TABLE bench_bare")


def _command(city: PagesCity, address: str) -> list[Row]:
    """The two take turns, so that whatever else the machine does falls on both."""
    add_account(city.works, "bench-officer", Role.UNIT_ASSET_OFFICER, city.unit, "own")
    with _bare(city.admin_url) as bare, served(bare) as bare_address:
        client = signed_in(address, "bench-officer")
        plain = httpx.Client(base_url=bare_address, timeout=60)
        today = city.works.house.today().isoformat()
        mine, theirs = [], []
        for number in range(-5, COMMANDS):
            place = f"A座{uuid.uuid4().hex[:6]}室"
            asset = city.movable[number % len(city.movable)]
            body = {"occurred_on": today, "asset_ids": [asset], "place": place}
            headers = {"Idempotency-Key": str(uuid.uuid4())}
            url = "/api/v1/commands/move"
            one = _took(lambda: client.post(url, json=body, headers=headers))  # noqa: B023
            other = _took(lambda: plain.post("/move", json=body))  # noqa: B023
            if number >= 0:
                mine.append(one)
                theirs.append(other)
    ratio = middle(mine) / middle(theirs)
    return [
        Row("pages", "a command over HTTP (card moved), median", middle(mine), "ms",
            peer="bare handler with one INSERT", ratio=ratio, target=f"<= {RATIO_MAX}",
            met=ratio <= RATIO_MAX, runs=mine),
        Row("pages", "  bare handler", middle(theirs), "ms", runs=theirs),
    ]  # fmt: skip


def _took(call: Callable[[], httpx.Response]) -> float:
    started = time.perf_counter()
    answer = call()
    elapsed = (time.perf_counter() - started) * 1000
    assert answer.status_code < 300, (answer.status_code, answer.text[:300])
    return elapsed
