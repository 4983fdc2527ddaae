"""The files on disk: whole or not at all, altered ones found, unused ones removed in the end."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.attachments.store import AttachmentDamagedError, AttachmentGoneError, Store, TooLargeError
from api.bootstrap import Works
from api.cli.main import main
from eventstore.embedded import Urls
from tests.api.attached import PDF

DAY = 24 * 3600

_KILLED = """
import io, os, sys
from pathlib import Path
from api.attachments.store import Store

# The process dies when the bytes are written and flushed, just before they get their name.
Path.replace = lambda self, target: os._exit(9)
Store(Path(sys.argv[1])).keep(io.BytesIO(b"x" * 3_000_000))
"""


def kept(store: Store, data: bytes) -> str:
    """Keep `data`; its digest."""
    return store.keep(io.BytesIO(data)).sha256


def everything(folder: Path) -> list[Path]:
    """All files under `folder`."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_read_as_it_was(tmp_path: Path) -> None:
    """Digest, size and bytes; twice is once."""
    store, data = Store(tmp_path), b"a" * 3_000_000
    first, again = store.keep(io.BytesIO(data)), store.keep(io.BytesIO(data))

    assert first == again
    assert (first.sha256, first.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert store.read(first.sha256) == data
    assert [path.name for path in everything(tmp_path)] == [first.sha256]


def test_a_kill_before_the_renaming_leaves_no_half_file(tmp_path: Path) -> None:
    """Nothing stands under a digest; what was left beside is swept away a day later."""
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=False)
    store = Store(tmp_path)
    (left,) = everything(tmp_path)
    young = store.sweep()
    os.utime(left, (time.time() - 2 * DAY,) * 2)
    old = store.sweep()

    assert ended.returncode == 9
    assert list(store.digests()) == []
    assert (young, old, everything(tmp_path)) == (0, 1, [])


def test_too_large_a_file_leaves_nothing(tmp_path: Path) -> None:
    """The limit holds while it is copied."""
    with pytest.raises(TooLargeError):
        Store(tmp_path).keep(io.BytesIO(b"x" * 5_000_000), 4_000_000)

    assert everything(tmp_path) == []


def test_altered_and_missing_bytes_are_never_read(tmp_path: Path) -> None:
    """Each with its own error."""
    store = Store(tmp_path)
    altered, gone = kept(store, b"one"), kept(store, b"two")
    (tmp_path / "attachments" / altered[:2] / altered[2:4] / altered).write_bytes(b"onf")
    (tmp_path / "attachments" / gone[:2] / gone[2:4] / gone).unlink()

    with pytest.raises(AttachmentDamagedError):
        store.read(altered)
    with pytest.raises(AttachmentGoneError):
        store.read(gone)
    with pytest.raises(AttachmentGoneError):
        store.read("../../secret")


def test_a_file_put_to_use_is_not_removed(tmp_path: Path) -> None:
    """Old enough goes; one that somebody has just named stays."""
    store = Store(tmp_path)
    old, used = kept(store, b"old"), kept(store, b"used")
    for sha256 in (old, used):
        path = tmp_path / "attachments" / sha256[:2] / sha256[2:4] / sha256
        os.utime(path, (time.time() - 9 * DAY,) * 2)
    store.touch(used)
    limit = time.time() - 7 * DAY

    assert (store.remove(old, limit), store.remove(used, limit)) == (True, False)
    assert [sha256 for sha256, _ in store.digests()] == [used]


def test_a_removal_that_broke_off_is_taken_back(tmp_path: Path) -> None:
    """What it had moved aside goes to its place again."""
    store = Store(tmp_path)
    sha256 = kept(store, b"aside")
    path = tmp_path / "attachments" / sha256[:2] / sha256[2:4] / sha256
    path.rename(tmp_path / "attachments" / ".new" / f"{sha256}.{uuid.uuid4().hex}")
    store.sweep()

    assert store.read(sha256) == b"aside"


class Line:
    """`taizhang …` on the module's database and a data directory."""

    def __init__(self, database: Urls, data: Path) -> None:
        self.data = data
        self._url = database.app_url
        self._environ = {"MIGRATE_DATABASE_URL": database.migrate_url, "TAIZHANG_DATA": str(data)}

    def __call__(self, *words: str, **options: Any) -> Result:
        line = ["--database", self._url, *words]
        return CliRunner().invoke(main, line, env=self._environ, **options)


@pytest.fixture(scope="module")
def line(works: Works, database: Urls, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """The command line of the city."""
    assert works.house is not None
    return Line(database, tmp_path_factory.mktemp("data"))


UNIT = '{{"occurred_on":"2024-01-01","unit_id":"{}","name":"测绘院","kind":"institution"}}'


@pytest.fixture(scope="module")
def attached(line: Line, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of a file that a command on the line has brought with it."""
    path = tmp_path_factory.mktemp("scans") / "成立批文.pdf"
    path.write_bytes(PDF + b"founding")
    given = ["do", "register-unit", "--json", "-", "--as", "finance", "--attach", str(path)]
    answer = line(*given, input=UNIT.format("NEW1"))
    assert answer.exit_code == 0, answer.output
    return hashlib.sha256(PDF + b"founding").hexdigest()


def test_a_file_that_is_no_document_stops_the_command(line: Line, tmp_path: Path) -> None:
    """Refused with its code, and nothing is recorded."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"MZ" + bytes(80))
    given = ["do", "register-unit", "--json", "-", "--as", "finance", "--attach", str(path)]
    answer = line(*given, input=UNIT.format("NEW2"))

    assert (answer.exit_code, "E_ATTACHMENT_DANGEROUS" in answer.output) == (1, True)
    assert "NEW2" not in line("ask", "units", "--json").output


def test_verifying_names_what_is_missing_or_altered(line: Line, attached: str) -> None:
    """All well: 0. Altered or missing: 1, with the event that names the file; so says doctor."""
    path = line.data / "attachments" / attached[:2] / attached[2:4] / attached
    data = path.read_bytes()
    well = line("attachments", "verify")
    path.write_bytes(data[:-1] + b"?")
    altered = line("attachments", "verify", "--json")
    path.unlink()
    missing, doctor = line("attachments", "verify"), line("doctor", "--json")
    path.write_bytes(data)

    assert (well.exit_code, "缺失或被改动 0 个" in well.output) == (0, True), well.output
    assert (altered.exit_code, '"what": "altered"' in altered.output) == (1, True)
    assert "成立批文.pdf" in altered.output
    assert (missing.exit_code, "缺失" in missing.output) == (1, True)
    assert "缺失 1 个" in doctor.output
    assert line("attachments", "verify").exit_code == 0


def test_unused_files_are_listed_apart_and_removed_after_seven_days(
    line: Line, attached: str
) -> None:
    """They are no fault; only `--prune` removes them, and only old ones."""
    store = Store(line.data)
    old, young = kept(store, PDF + b"old"), kept(store, PDF + b"young")
    path = line.data / "attachments" / old[:2] / old[2:4] / old
    os.utime(path, (time.time() - 8 * DAY,) * 2)
    told = line("attachments", "verify")
    pruned = line("attachments", "verify", "--prune", "--json")

    assert told.exit_code == pruned.exit_code == 0
    assert old in told.output
    assert young in told.output
    assert pruned.output.count('"removed": true') == 1
    assert {sha256 for sha256, _ in store.digests()} == {attached, young}
