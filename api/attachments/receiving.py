"""Taking a file in: size and kind are checked before its name is noted."""

from __future__ import annotations

import errno
import shutil
from typing import IO, Final

from api.attachments.kinds import UNKNOWN, kind_of
from api.attachments.names import clean_name
from api.attachments.store import Kept, Store, TooLargeError
from api.attachments.uploads import Upload, note_upload, store_of
from api.house import House
from api.problems import Problem

_FREE_BYTES_MIN: Final = 256 * 1024 * 1024
_MEGABYTE: Final = 1024 * 1024


def receive(house: House, person_id: str, file: IO[bytes], name: str) -> Upload:
    """Keep `file` as brought in by a person; Problem E_ATTACHMENT_… or E_FILE_EMPTY."""
    store = store_of(house.settings)
    size_max = house.settings.attachment_bytes_max
    _check_size(file, size_max)
    kind = kind_of(file)
    kept = _keep(house, store, file, size_max)
    upload = Upload(
        sha256=kept.sha256, person_id=person_id, name=clean_name(name, kind), size=kept.size,
        media_type=kind.media_type,
    )  # fmt: skip
    note_upload(house.pool, upload, house.now())
    return upload


def keep_workbook(house: House, person_id: str, file: IO[bytes], name: str) -> None:
    """Keep the workbook of an import, checked long since and of its own size limit."""
    kept = store_of(house.settings).keep(file)
    upload = Upload(
        sha256=kept.sha256, person_id=person_id, name=name, size=kept.size,
        media_type=UNKNOWN.media_type,
    )  # fmt: skip
    note_upload(house.pool, upload, house.now())


def _check_size(file: IO[bytes], size_max: int) -> None:
    size = file.seek(0, 2)
    if size == 0:
        raise Problem("E_FILE_EMPTY", "文件是空的。", "The file is empty.", status=400)
    if size > size_max:
        raise _too_large(size_max)


def _keep(house: House, store: Store, file: IO[bytes], size_max: int) -> Kept:
    data_dir = house.settings.data_dir
    assert data_dir is not None, "there is a store"
    if shutil.disk_usage(data_dir).free < _FREE_BYTES_MIN:
        raise _no_space()
    try:
        return store.keep(file, size_max)
    except TooLargeError as error:
        raise _too_large(size_max) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_space() from error
        raise


def _too_large(size_max: int) -> Problem:
    megabytes = size_max // _MEGABYTE
    return Problem(
        "E_ATTACHMENT_TOO_LARGE", f"文件超过 {megabytes} MB。请压缩图片或分成几份后上传。",
        f"The file is larger than {megabytes} MB. Make the picture smaller or split it.",
        status=413,
    )  # fmt: skip


def _no_space() -> Problem:
    return Problem(
        "E_ATTACHMENT_NO_SPACE", "服务器磁盘空间不足，附件没有保存。请联系系统管理员。",
        "The server's disk is full; the file was not kept. Ask the operator.", status=507,
    )  # fmt: skip
