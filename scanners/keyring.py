"""The keys that sign labels: a file of this server alone, never in the database."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

import msgspec

from scanners.notices import Notice, ScanError

FILE_NAME = "label-keys.json"
KEY_IDS = "123456789ABCDEFGHJKLMNPQRTUWXY"  # one sign of the label alphabet each
KEY_BYTES = 32


class KeyRing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keys by id; `active` signs new labels, the others still verify labels already printed."""

    active: str
    keys: dict[str, bytes]


def new_keyring() -> KeyRing:
    """Make a ring with one fresh key."""
    return KeyRing(KEY_IDS[0], {KEY_IDS[0]: secrets.token_bytes(KEY_BYTES)})


def rotated(keyring: KeyRing) -> KeyRing:
    """Add a fresh key and make it the active one; ids are never used twice."""
    free = [key_id for key_id in KEY_IDS if key_id not in keyring.keys]
    if not free:
        raise ScanError(
            Notice(
                "E_KEYS_FULL",
                "标签密钥已用完全部编号，不能再轮换。",
                "All label key ids are used: the ring cannot be rotated again.",
            )
        )
    return KeyRing(free[0], {**keyring.keys, free[0]: secrets.token_bytes(KEY_BYTES)})


def open_keyring(directory: Path) -> KeyRing:
    """Load the ring kept in `directory`, or make one there at the first start."""
    path = directory / FILE_NAME
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        _write_first(path, new_keyring())
    return _read(path)


def rotate(directory: Path) -> KeyRing:
    """Rotate the ring kept in `directory` and return the new one."""
    keyring = rotated(open_keyring(directory))
    fresh = _write_beside(directory / FILE_NAME, keyring)
    os.replace(fresh, directory / FILE_NAME)
    return keyring


def _write_first(path: Path, keyring: KeyRing) -> None:
    """Write `path` unless another process was first: then its ring is the one that counts."""
    fresh = _write_beside(path, keyring)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def _write_beside(path: Path, keyring: KeyRing) -> Path:
    """Write the ring to a flushed file next to `path`, readable by its owner alone."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(keyring))
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _read(path: Path) -> KeyRing:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ScanError(_open_to_others(path))
    try:
        keyring = msgspec.json.decode(path.read_bytes(), type=KeyRing)
    except msgspec.DecodeError as error:
        raise ScanError(_unreadable(path)) from error
    sound = all(key_id in KEY_IDS and len(key) >= 16 for key_id, key in keyring.keys.items())
    if not sound or keyring.active not in keyring.keys:
        raise ScanError(_unreadable(path))
    return keyring


def _open_to_others(path: Path) -> Notice:
    return Notice(
        "E_KEYS_PERMISSION",
        f"标签密钥文件能被其他用户读取，请先执行：chmod 600 {path}",
        f"Other users can read the label keys; run first: chmod 600 {path}",
    )


def _unreadable(path: Path) -> Notice:
    return Notice(
        "E_KEYS_FILE",
        f"标签密钥文件 {path} 已损坏，请从备份恢复；不要删除，否则已贴标签将无法验证。",
        f"The label key file {path} is damaged: restore it from a backup. "
        "Do not delete it, or labels in use can no longer be verified.",
    )
