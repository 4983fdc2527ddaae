"""Runs the pages: read models in a thread, days as they pass, uvicorn in front."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from api.app import create_app
from api.bootstrap import Works
from api.days import Days
from api.logs import configure_logs

HOST: Final = "127.0.0.1"
PORT: Final = 8000
_PORTS_TRIED: Final = 20


class _Server(uvicorn.Server):
    """Tells when the pages answer."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def free_port(host: str, port: int) -> int:
    """`port`, or the next one on which nobody listens."""
    for candidate in range(port, port + _PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    return port


def serve(works: Works, host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is called once the pages answer."""
    configure_logs()
    works.start()
    days = Days(works.house)
    days.start()
    try:
        config = uvicorn.Config(
            create_app(works.house), host=host, port=port, log_level="warning", lifespan="on",
            server_header=False, access_log=False, timeout_graceful_shutdown=5,
        )  # fmt: skip
        _Server(config, ready).run()
    except KeyboardInterrupt:
        return  # Ctrl-C is how one ends it.
    finally:
        days.close()
