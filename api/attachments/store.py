"""The files on disk: `attachments/ab/cd/abcd…`, each named by the SHA-256 of its bytes.

A file comes to its name whole or not at all: written beside, flushed, renamed, folder flushed.
The bytes are evidence and are never altered.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

FOLDER: Final = "attachments"
_NEW: Final = ".new"
_CHUNK: Final = 1024 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LEFTOVER_SECONDS: Final = 24 * 3600


class Kept(msgspec.Struct, frozen=True):
    """A file in the store; `size` in bytes."""

    sha256: str
    size: int


class AttachmentGoneError(Exception):
    """The store has no file of this digest."""


class AttachmentDamagedError(Exception):
    """The bytes on disk are not those that gave the file its name."""


class TooLargeError(Exception):
    """The file has more bytes than allowed."""


def is_digest(text: str) -> bool:
    """Tell whether `text` is a SHA-256 as the store writes it."""
    return _DIGEST.fullmatch(text) is not None


class Store:
    """The files under the data directory; safe for many threads and processes."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / FOLDER

    def keep(self, file: IO[bytes], size_max: int | None = None) -> Kept:
        """Copy `file` into the store and return once it is on disk; twice is as good as once.

        TooLargeError beyond `size_max` bytes. A damaged file of the same digest is replaced.
        """
        waiting = self._root / _NEW
        waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = waiting / uuid.uuid4().hex
        try:
            kept = _copied(file, fresh, size_max)
            self._name(fresh, kept.sha256)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        return kept

    def _name(self, fresh: Path, sha256: str) -> None:
        path = self._path(sha256)
        missing = [folder for folder in (path.parent.parent, path.parent) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.replace(path)
        for folder in (path.parent, *(made.parent for made in missing)):
            _flush_folder(folder)

    def size(self, sha256: str) -> int | None:
        """The file's size in bytes; None when the store has none of this digest."""
        try:
            return self._path(sha256).stat().st_size
        except (FileNotFoundError, ValueError):
            return None

    def head(self, sha256: str) -> IO[bytes]:
        """The file, opened for reading; AttachmentGoneError."""
        try:
            return self._path(sha256).open("rb")
        except (FileNotFoundError, ValueError) as error:
            raise AttachmentGoneError(sha256) from error

    def read(self, sha256: str) -> bytes:
        """The very bytes; AttachmentGoneError or AttachmentDamagedError, never altered ones."""
        with self.head(sha256) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise AttachmentDamagedError(sha256)
        return data

    def check(self, sha256: str) -> None:
        """Hash the file; AttachmentGoneError or AttachmentDamagedError."""
        with self.head(sha256) as file:
            digest = hashlib.sha256()
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise AttachmentDamagedError(sha256)

    def touch(self, sha256: str) -> bool:
        """Note that the file is in use now; False when there is none."""
        try:
            os.utime(self._path(sha256))
        except (FileNotFoundError, ValueError):
            return False
        return True

    def digests(self) -> Iterator[tuple[str, float]]:
        """Every file's digest, and when it was written or last put to use (seconds since 1970)."""
        for path in sorted(self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if is_digest(path.name):
                with contextlib.suppress(FileNotFoundError):
                    yield path.name, path.stat().st_mtime

    def remove(self, sha256: str, before: float) -> bool:
        """Remove a file not used since `before`; False when it was put to use meanwhile.

        It is moved aside first: whoever uses it between the look and the removal keeps it.
        """
        path = self._path(sha256)
        aside = self._root / _NEW / f"{sha256}.{uuid.uuid4().hex}"
        aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.rename(aside)
        if aside.stat().st_mtime >= before:
            aside.replace(path)
            return False
        aside.unlink()
        return True

    def sweep(self, now: float | None = None) -> int:
        """Remove what uploads that broke off have left for more than a day; how many.

        What a removal that broke off had moved aside goes back to its place.
        """
        limit = (time.time() if now is None else now) - _LEFTOVER_SECONDS
        removed = 0
        for path in self._root.glob(f"{_NEW}/*"):
            sha256 = path.name.partition(".")[0]
            if is_digest(sha256):
                path.replace(self._path(sha256))
            elif path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _path(self, sha256: str) -> Path:
        if not is_digest(sha256):
            raise ValueError("not a SHA-256")
        return self._root / sha256[:2] / sha256[2:4] / sha256


def _copied(file: IO[bytes], target: Path, size_max: int | None) -> Kept:
    """Write `file` to `target`, hashed on its way, and flush it to the disk."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size_max is not None and size > size_max:
                raise TooLargeError(size)
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Kept(digest.hexdigest(), size)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
