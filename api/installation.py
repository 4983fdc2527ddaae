"""Where an installation lives: its data directory and its database, embedded or given."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from api.house import Settings
from eventstore.closing import Closing
from eventstore.embedded import EmbeddedServer

DATA_VARIABLE: Final = "TAIZHANG_DATA"
DATABASE_VARIABLE: Final = "DATABASE_URL"
MIGRATE_VARIABLE: Final = "MIGRATE_DATABASE_URL"
ATTACHMENT_VARIABLE: Final = "TAIZHANG_ATTACHMENT_MB"
"""The most megabytes that one attachment may have, 1 to 500; 32 when left out."""

_ATTACHMENT_MB_MAX: Final = 500

_ROOTS_PLACE: Final = Path("/var/lib/taizhang")
"""As root the embedded server runs as a system user, who may not pass through a home."""


def own_place() -> Path:
    """Where data goes when nobody says where."""
    return _ROOTS_PLACE if os.geteuid() == 0 else Path.cwd() / "var"


def attachment_bytes_max(environ: Mapping[str, str] = os.environ) -> int:
    """The most bytes of one attachment, from the environment; ValueError for no such number."""
    text = environ.get(ATTACHMENT_VARIABLE, "32")
    megabytes = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= megabytes <= _ATTACHMENT_MB_MAX:
        raise ValueError(f"{ATTACHMENT_VARIABLE} is a whole number from 1 to {_ATTACHMENT_MB_MAX}")
    return megabytes * 1024 * 1024


def demo_directory() -> Path:
    """Where the demo city lives when nobody says where."""
    return own_place() / "demo"


def usual_directory() -> Path:
    """The data directory when nobody says where: the real data, else the demo where it exists."""
    real = own_place() / "data"
    demo = demo_directory()
    return demo if demo.exists() and not real.exists() else real


class Installation(Closing):
    """A data directory with its database; started by `with`, left by its end."""

    def __init__(
        self, data_dir: Path, database_url: str | None = None, migrate_url: str | None = None
    ) -> None:
        self.data_dir = data_dir.absolute()
        self._database_url = database_url
        self._migrate_url = migrate_url
        self._server = None if database_url else EmbeddedServer(self.data_dir)

    @classmethod
    def named(
        cls, data: Path | None, database: str | None, environ: Mapping[str, str] = os.environ
    ) -> Self:
        """The installation that options or the environment name."""
        given = data or (Path(environ[DATA_VARIABLE]) if environ.get(DATA_VARIABLE) else None)
        url = database or environ.get(DATABASE_VARIABLE) or None
        return cls(given or usual_directory(), url, environ.get(MIGRATE_VARIABLE) or url)

    @property
    def embedded(self) -> EmbeddedServer | None:
        """The server of one's own, None where a database was named."""
        return self._server

    def settings(self, *, base_url: str = "http://127.0.0.1:8000", demo: bool = False) -> Settings:
        """How to run here; starts the embedded server where there is one."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        database_url, migrate_url = self._database_url or "", self._migrate_url or ""
        if self._server is not None:
            urls = self._server.start()
            database_url, migrate_url = urls.app_url, urls.migrate_url
        return Settings(
            database_url=database_url, migrate_url=migrate_url, data_dir=self.data_dir,
            base_url=base_url, demo=demo, attachment_bytes_max=attachment_bytes_max(),
        )  # fmt: skip

    def close(self) -> None:
        """Leave the embedded server; the last one out stops it."""
        if self._server is not None:
            self._server.stop()
