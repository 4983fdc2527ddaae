"""The keys that sign this installation's labels: in its data directory, never in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from api.house import Settings
from api.problems import Problem
from scanners.keyring import KeyRing, open_keyring
from scanners.notices import ScanError

_FOLDER: Final = "keys"


def keyring_of(settings: Settings) -> KeyRing:
    """The ring of this installation, made at its first use; raises Problem when it is unusable."""
    if settings.data_dir is None:
        raise Problem(
            "E_LABEL_NO_DATA_DIR", "此服务器没有数据目录，不能核对或打印标签。",
            "This server has no data directory, so labels are neither checked nor printed.",
            status=503,
        )  # fmt: skip
    try:
        return open_keyring(key_directory(settings.data_dir))
    except ScanError as error:
        raise problem_of(error, status=503) from error


def key_directory(data_dir: Path) -> Path:
    """Where the ring of an installation lies."""
    return data_dir / _FOLDER


def problem_of(error: ScanError, *, status: int = 422) -> Problem:
    """What reading or printing said, as an answer."""
    notice = error.notice
    return Problem(notice.code, notice.zh, notice.en, status=status)
