"""Pages served to tests on a port that is theirs from the moment it is known."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from litestar import Litestar

from tests.waiting import PATIENCE_SECONDS, wait_until


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A listening socket of this machine; nobody can take its port before it is served."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield listener


def address(listener: socket.socket) -> str:
    """Where it answers."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def served(app: Litestar, listener: socket.socket) -> Iterator[str]:
    """The address of `app`, which answers behind `listener` until the end."""
    config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        wait_until(
            lambda: server.started or not thread.is_alive(), lambda: "the server does not start"
        )
        assert server.started, "the server ended before it answered"
        yield address(listener)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive(), "the server does not end"
