"""A real server over a bench city, a signed-in client, and percentiles of its answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from litestar import Litestar

from api.app import create_app
from api.auth.identity import Grant, Principal
from api.auth.powers import Role
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD, create_account, principal_named
from api.directory.people import Person


def add_account(works: Works, username: str, role: Role, unit_id: str, reach: str) -> Principal:
    """Give the bench an account of its own; returns whom it signs in."""
    create_account(
        works.house.pool,
        username=username,
        password=DEMO_PASSWORD,
        person=Person(person_id=f"bench-{username}", name=username, unit_id=unit_id),
        grants=[Grant(role=role, unit_id=unit_id, reach=reach)],  # type: ignore[arg-type]
        is_demo=True,
    )
    found = principal_named(works.house.pool, username, works.house.today())
    assert found is not None
    return found


@contextmanager
def served(app: Litestar | Any) -> Iterator[str]:
    """Serve `app` on a free loopback port in a thread; yields its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def served_house(works: Works) -> Iterator[str]:
    """Serve the product itself."""
    with served(create_app(works.house)) as address:
        yield address


def signed_in(address: str, username: str) -> httpx.Client:
    """Return a client that is signed in."""
    client = httpx.Client(base_url=address, timeout=60, follow_redirects=False)
    given = {"username": username, "password": DEMO_PASSWORD}
    answer = client.post("/api/v1/session", json=given)
    assert answer.status_code == 204, answer.text
    token = client.get("/api/v1/session").json()["csrf_token"]
    client.headers["X-CSRF-Token"] = token
    return client


def timed(call: Callable[[int], httpx.Response], count: int, warm: int = 5) -> list[float]:
    """Return the milliseconds of `count` calls after `warm` that do not count."""
    took: list[float] = []
    for number in range(-warm, count):
        started = time.perf_counter()
        answer = call(number)
        elapsed = (time.perf_counter() - started) * 1000
        assert answer.status_code < 300, (answer.status_code, answer.text[:300])
        if number >= 0:
            took.append(elapsed)
    return took


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
