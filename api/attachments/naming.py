"""Commands that name files: each must be in the store, brought in or seen by who names it.

The domain knows digests only; whether a file is there is looked up here, before it decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from api.attachments.kinds import ACCEPTED, UNKNOWN, Kind
from api.attachments.names import clean_name, kind_named
from api.attachments.reading import kind_or_unknown, named_for
from api.attachments.store import Store, is_digest
from api.attachments.uploads import Upload, store_of, uploaded_by
from api.auth.identity import Principal
from api.house import House
from api.problems import Problem, Wrong
from domain.commands.structs import List
from domain.envelope import Attachment
from domain.events import Approval
from domain.refusals import REFUSALS

FILES_MAX: Final = 50
"""The most files that one command may name."""

_BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in ACCEPTED}


def with_files(house: House, principal: Principal, command: Any) -> Any:
    """`command` with the files it names checked and their names cleaned.

    Problem E_ATTACHMENT_MISSING points at a file that is not in the store, or of another size.
    A photo or a document named by its digest alone joins the attachments, so that every file of
    an event stands in one place. Listing takes the first picture for its photo.
    """
    alone = list(_named_alone(command))
    if not command.attachments and not alone:
        return command
    if len(command.attachments) + len(alone) > FILES_MAX:
        zh, en = f"一次最多 {FILES_MAX} 个附件。", f"At most {FILES_MAX} files at a time."
        wrong = (Wrong("/attachments", zh, en, "E_ATTACHMENT_MANY"),)
        raise Problem("E_ATTACHMENT_MANY", zh, en, status=400, errors=wrong)
    return _Checking(house, principal, command, alone).checked()


def names_files(command: Any) -> bool:
    """Tell whether `command` names any file."""
    return bool(command.attachments) or any(True for _ in _named_alone(command))


def _named_alone(command: Any) -> Iterator[tuple[str, str, str]]:
    """Pointer, digest and a name for each file that a field of its own names."""
    approval = getattr(command, "approval", None)
    document = approval.document if isinstance(approval, Approval) else None
    if document and is_digest(document):
        yield "/approval/document", document, "批复"
    if isinstance(command, List) and command.photo:
        yield "/photo", command.photo, "照片"


class _Checking:
    """One command on its way through the check."""

    def __init__(
        self, house: House, principal: Principal, command: Any, alone: list[tuple[str, str, str]]
    ) -> None:
        self._house = house
        self._principal = principal
        self._command = command
        self._alone = alone
        self._store: Store = store_of(house.settings)
        digests = [file.sha256 for file in command.attachments] + [one[1] for one in alone]
        self._own: dict[str, Upload] = uploaded_by(house.pool, principal.person_id, digests)
        self._wrong: list[Wrong] = []

    def checked(self) -> Any:
        """The command as it goes to the ledger."""
        files = [
            self._named(f"/attachments/{at}", file)
            for at, file in enumerate(self._command.attachments)
        ]
        for pointer, sha256, name in self._alone:
            size = self._size(pointer, sha256)
            if size is not None and all(file.sha256 != sha256 for file in files):
                cleaned = clean_name(name, self._kind(sha256))
                files.append(Attachment(sha256=sha256, name=cleaned, size=size))
        if self._wrong:
            raise _missing(self._wrong)
        more = self._photo(files) if isinstance(self._command, List) else {}
        return msgspec.structs.replace(self._command, attachments=tuple(files), **more)

    def _named(self, pointer: str, file: Attachment) -> Attachment:
        size = self._size(f"{pointer}/sha256", file.sha256)
        if size is None:
            return file
        if size != file.size:
            self._wrong.append(Wrong(
                f"{pointer}/size", f"附件“{file.name[:60]}”的大小应为 {size} 字节。",
                f"The file {file.name[:60]} has {size} bytes.", "E_ATTACHMENT_MISSING",
            ))  # fmt: skip
            return file
        cleaned = clean_name(file.name, self._kind(file.sha256, file.name))
        return msgspec.structs.replace(file, name=cleaned)

    def _size(self, pointer: str, sha256: str) -> int | None:
        """The size of a file that the caller may name; else what is wrong is noted."""
        known = sha256 in self._own or named_for(self._house, self._principal, sha256) is not None
        size = self._store.size(sha256) if known and self._store.touch(sha256) else None
        if size is None:
            self._wrong.append(Wrong(
                pointer, "没有收到这个附件，请先上传文件。",
                "This file has not been received. Upload it first.", "E_ATTACHMENT_MISSING",
            ))  # fmt: skip
        return size

    def _kind(self, sha256: str, name: str = "") -> Kind:
        own = self._own.get(sha256)
        if own is not None:
            return _BY_MEDIA_TYPE.get(own.media_type, UNKNOWN)
        return kind_named(name) or kind_or_unknown(self._store.read(sha256))

    def _photo(self, files: list[Attachment]) -> dict[str, Any]:
        """The photo of a listing: the one named, else the first picture among the files."""
        wanted = self._command.photo
        pictures = [
            file.sha256 for file in files
            if wanted in (None, file.sha256) and self._is_picture(file.sha256)
        ]  # fmt: skip
        if not pictures:
            rule = REFUSALS["E_NO_PHOTO"]
            zh, en = "附件中没有图片。请附上物品照片。", "No file is a picture. Attach a photo."
            raise Problem(
                "E_NO_PHOTO", f"{rule.zh}：{zh}", f"{rule.en}: {en}", status=rule.status,
                errors=(Wrong("/photo", zh, en, "E_NO_PHOTO"),), source=rule.source,
            )  # fmt: skip
        return {"photo": pictures[0]}

    def _is_picture(self, sha256: str) -> bool:
        own = self._own.get(sha256)
        known = _BY_MEDIA_TYPE.get(own.media_type) if own else None
        return (known or kind_or_unknown(self._store.read(sha256))).is_picture


def _missing(wrong: list[Wrong]) -> Problem:
    return Problem(
        "E_ATTACHMENT_MISSING", wrong[0].zh, wrong[0].en, status=422, errors=tuple(wrong)
    )
