"""The keys that sign labels: kept in a file of their own, private and never lost."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from scanners.keyring import FILE_NAME, KEY_IDS, new_keyring, open_keyring, rotate, rotated
from scanners.notices import ScanError


def test_the_first_start_makes_a_private_file_and_later_starts_read_it(tmp_path: Path) -> None:
    """The file can be read by its owner alone, and holds the same ring again."""
    first = open_keyring(tmp_path / "keys")
    mode = stat.S_IMODE((tmp_path / "keys" / FILE_NAME).stat().st_mode)

    assert mode == 0o600
    assert first == open_keyring(tmp_path / "keys")
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [FILE_NAME]


def test_rotation_keeps_the_old_keys(tmp_path: Path) -> None:
    """After a rotation the file holds the old key and a new active one."""
    before = open_keyring(tmp_path)
    after = rotate(tmp_path)

    assert after == open_keyring(tmp_path)
    assert after.active == "2"
    assert before.keys["1"] == after.keys["1"]
    assert before.keys["1"] != after.keys["2"]


def test_a_file_open_to_others_is_refused(tmp_path: Path) -> None:
    """Keys that others may have read are not used without a word."""
    open_keyring(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)

    with pytest.raises(ScanError) as refused:
        open_keyring(tmp_path)

    assert refused.value.notice.code == "E_KEYS_PERMISSION"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"active":"2","keys":{"1":"AAAAAAAAAAAAAAAAAAAAAA=="}}',
        b'{"active":"1","keys":{"1":"AA=="}}',
        b'{"active":"1","keys":{"1":"AAAAAAAAAAAAAAAAAAAAAA=="},"more":1}',
    ],
)
def test_a_damaged_file_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    """A damaged ring is never replaced by a fresh one, which would orphan every label."""
    open_keyring(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(content)

    with pytest.raises(ScanError) as refused:
        open_keyring(tmp_path)

    assert refused.value.notice.code == "E_KEYS_FILE"
    assert content == (tmp_path / FILE_NAME).read_bytes()


def test_key_ids_run_out_with_a_clear_answer() -> None:
    """No id is used twice."""
    ring = new_keyring()
    for _ in KEY_IDS[1:]:
        ring = rotated(ring)

    with pytest.raises(ScanError) as refused:
        rotated(ring)

    assert refused.value.notice.code == "E_KEYS_FULL"
