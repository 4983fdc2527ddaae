"""A TCP proxy before Postgres that cuts a connection when a certain reply passes."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

_CHUNK = 65_536


class CuttingProxy:
    """Forwards to the Unix socket of a server; while `cut_on` is set, a reply that holds these
    bytes is dropped with its connection: the server has done its work, the client never hears.
    """

    def __init__(self, socket_path: str) -> None:
        self._socket_path = socket_path
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut_on: bytes | None = None
        self.cuts = 0
        self._mutex = threading.Lock()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening and cut everything."""
        self._listener.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._socket_path)
                self._open += [client, server]
                for job in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._forward, args=job, daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, replies: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if replies and self._cuts(data):
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _cuts(self, data: bytes) -> bool:
        with self._mutex:
            wanted = self.cut_on
            if wanted is None or wanted not in data:
                return False
            self.cut_on = None
            self.cuts += 1
            return True
